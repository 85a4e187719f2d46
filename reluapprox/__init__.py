"""ReLU networks in one input as what they are: exact broken lines, exact errors, and the best that was possible.

Install it with ``pip install .`` in a clone, or ``pip install`` the wheel that each chapter's download menu offers.
That brings NumPy and SciPy; ``pip install '.[train,figures]'`` brings what :func:`train`, conversion from and to
PyTorch, and the figures need; ``[sweep]`` what a :func:`sweep` needs for its file and for several processes.

**A function as a table for C.** How few pieces come within 0.001 of exp on [0, 1], and which are they? The target's
derivative and its (missing) inflections make the answer exact.

>>> import numpy as np
>>> from reluapprox import Network, Target, broken_line, fewest_pieces, sup_error
>>> exp = Target("exp", np.exp, np.exp, (0, 1), inflections=())
>>> found = fewest_pieces(exp, tolerance=0.001)
>>> found.pieces, round(found.best.error, 6), round(found.fewer.lower_bound, 6)
(11, 0.00087, 0.001052)
>>> table = found.best.line.table()
>>> for left, _, slope, intercept in table[:3].tolist():
...     print(f"{{{left:.8e}f, {slope:.8e}f, {intercept:.8e}f}},")
{0.00000000e+00f, 1.05955329e+00f, 9.99130446e-01f},
{1.14600462e-01f, 1.18445679e+00f, 9.84816447e-01f},
{2.22989156e-01f, 1.31631673e+00f, 9.55413111e-01f},

No line of one piece less does it. The table says nothing outside its domain, so clamp x first. In float32 the numbers
and the sums are rounded; measure what is really computed:

>>> x = np.linspace(0, 1, 100_001, dtype=np.float32)
>>> left, slope, intercept = (table[name].astype(np.float32) for name in ("left", "slope", "intercept"))
>>> row = np.searchsorted(left, x, side="right") - 1
>>> y = slope[row] * x + intercept[row]
>>> print(round(np.abs(y - np.exp(x.astype(float))).max(), 6))
0.00087

**Measurements as a table.** The line through sorted points is a target that is known exactly.

>>> import io
>>> file = io.StringIO("0,0.0\\n1,1.1\\n2,1.9\\n3,3.2\\n4,4.9\\n5,7.1\\n")  # or a path
>>> hours, level = np.loadtxt(file, delimiter=",", unpack=True)
>>> found = fewest_pieces(Target.from_points(hours, level), tolerance=0.2)
>>> found.pieces, found.best.line.knots, found.best.line.values
(2, array([0., 3., 5.]), array([-0.075,  3.075,  6.975]))

**Your network, in pieces, with a guarantee.** Any ``nn.Sequential`` of ``Linear`` and ``ReLU`` will do; this one
stands for one that you trained.

>>> model = Network.from_hinges([1, 1], [0, -0.5], [1.3, 0.86], 0.97).to_torch().float()
>>> line = broken_line(model, (0, 1))
>>> line.kinks, line.slopes.round(3)
(array([0.5]), array([1.3 , 2.16]))
>>> print(round(sup_error(line, exp), 6))  # nowhere on [0, 1] is it farther off
0.043434

That is the error of these weights in exact arithmetic. PyTorch computes in float32, whose rounding comes on top:

>>> import torch
>>> with torch.no_grad():
...     said = model(torch.from_numpy(x)[:, None])[:, 0].numpy()
>>> bool(np.abs(said - line(x)).max() < 3e-7)
True
"""

from typing import TYPE_CHECKING, Any

from .best import BestLine, BestNetwork, Fewest, best_broken_line, best_network, fewest_pieces, pieces_worth
from .bounds import Separation, bowl_floor, chord_error, depth_separation, free_knot_rate, parabola_floor
from .brokenline import BrokenLine
from .constructions import hat, interpolant, ramp, zigzag
from .counting import kinks_at_start, most_pieces, most_regions, reachable_regions
from .errors import error_at, rms_error, sup_error, worst_point
from .folds import deep_product, deep_square, tent
from .gradients import KinkVelocity, kink_velocity
from .hinges import Hinges, relu, shifted_relu
from .ledger import Setting
from .many import Runs, refit, train_many
from .network import Network
from .pieces import broken_line, broken_lines
from .regions import Regions, linear_regions
from .sweeps import sweep
from .target import Target
from .targets import TARGETS

if TYPE_CHECKING:
    from .training import Run as Run
    from .training import train as train

__version__ = "0.1.0"

#: What `from reluapprox import *` gives, with or without PyTorch; `train` and `Run` need it, and come by name.
__all__ = [
    "TARGETS",
    "BestLine",
    "BestNetwork",
    "BrokenLine",
    "Fewest",
    "Hinges",
    "KinkVelocity",
    "Network",
    "Regions",
    "Runs",
    "Separation",
    "Setting",
    "Target",
    "best_broken_line",
    "best_network",
    "bowl_floor",
    "broken_line",
    "broken_lines",
    "chord_error",
    "deep_product",
    "deep_square",
    "depth_separation",
    "error_at",
    "fewest_pieces",
    "free_knot_rate",
    "hat",
    "interpolant",
    "kink_velocity",
    "kinks_at_start",
    "linear_regions",
    "most_pieces",
    "most_regions",
    "parabola_floor",
    "pieces_worth",
    "ramp",
    "reachable_regions",
    "refit",
    "relu",
    "rms_error",
    "shifted_relu",
    "sup_error",
    "sweep",
    "tent",
    "train_many",
    "worst_point",
    "zigzag",
]


def __getattr__(name: str) -> Any:
    if name in ("Run", "train"):
        from . import training

        return getattr(training, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), "Run", "train"])
