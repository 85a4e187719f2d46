"""The yardstick: the best line of a number of pieces, the best network of a number of neurons, and their proofs."""

from .line import Best, Fewest, best_broken_line, fewest_pieces, pieces_worth
from .network import BestNetwork, best_network

__all__ = [
    "Best",
    "BestNetwork",
    "Fewest",
    "best_broken_line",
    "best_network",
    "fewest_pieces",
    "pieces_worth",
]
