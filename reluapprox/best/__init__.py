"""The yardstick: the best line of a number of pieces, the best network of a number of neurons, and their proofs."""

from .line import BestLine, best_broken_line
from .network import BestNetwork, best_network
from .worth import Fewest, fewest_pieces, pieces_worth

__all__ = [
    "BestLine",
    "BestNetwork",
    "Fewest",
    "best_broken_line",
    "best_network",
    "fewest_pieces",
    "pieces_worth",
]
