"""ReLU networks in one input as what they are: exact broken lines, exact errors, and the best that was possible.

Everything here runs on NumPy and SciPy. `train` (and conversion from and to PyTorch) needs torch, which is
imported only when it is used.
"""

from typing import TYPE_CHECKING, Any

from .best import Best, BestNetwork, Fewest, best_broken_line, best_network, fewest_pieces, pieces_worth
from .bounds import parabola_floor
from .brokenline import BrokenLine
from .constructions import interpolant
from .errors import error_at, rms_error, sup_error, worst_point
from .hinges import relu, shifted_relu
from .network import Hinges, Network
from .pieces import pieces
from .target import Target
from .targets import TARGETS

if TYPE_CHECKING:
    from .training import Run as Run
    from .training import train as train

__version__ = "0.1.0"

#: What `from reluapprox import *` gives, with or without PyTorch; `train` and `Run` need it, and come by name.
__all__ = [
    "TARGETS",
    "Best",
    "BestNetwork",
    "BrokenLine",
    "Fewest",
    "Hinges",
    "Network",
    "Target",
    "best_broken_line",
    "best_network",
    "error_at",
    "fewest_pieces",
    "interpolant",
    "parabola_floor",
    "pieces",
    "pieces_worth",
    "relu",
    "rms_error",
    "shifted_relu",
    "sup_error",
    "worst_point",
]


def __getattr__(name: str) -> Any:
    if name in ("Run", "train"):
        from . import training

        return getattr(training, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), "Run", "train"])
