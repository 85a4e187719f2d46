"""The yardstick: the best that is possible with so many pieces, or so many neurons, and the proof of it."""

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
