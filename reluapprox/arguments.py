"""What public functions take: a target of any kind, on a domain, and an approximation as the broken line that it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from .brokenline import BrokenLine
from .checks import Interval, interval
from .network import Network, as_network
from .pieces import broken_line
from .target import Target

if TYPE_CHECKING:
    from torch import nn

Approximation: TypeAlias = "BrokenLine | Network | nn.Sequential"
AnyTarget: TypeAlias = "Target | BrokenLine | Network | nn.Sequential | Callable[..., Any]"


def target_on(target: AnyTarget, domain: Interval | None, line: BrokenLine | None = None) -> tuple[Target, Interval]:
    """The target as a Target, and the domain that is meant.

    A network or a broken line becomes the target that it is exactly, through its own kinks; a bare callable one of
    which nothing is known. Where no domain is given it is the target's own, or else that of `line`.

    Raises
    ------
    TypeError, ValueError
        The target is of another kind, `domain` is no interval, or there is none.
    """
    if domain is not None:
        ends = interval("domain", domain)
    elif isinstance(target, Target | BrokenLine):
        ends = target.domain
    elif line is not None:
        ends = line.domain
    else:
        as_target(target)
        raise TypeError("domain must be given, since neither target nor approximation has one of its own; got None")
    if isinstance(target, Network) or hasattr(target, "named_modules"):
        target = broken_line(as_network(target), ends)
    if isinstance(target, BrokenLine):
        return Target.from_points(target.knots, target.values, "broken line"), ends
    return as_target(target), ends


def as_target(target: AnyTarget) -> Target:
    """The target as a function to be evaluated, of which nothing else is asked.

    Raises
    ------
    TypeError
        It is no target of any kind.
    """
    if isinstance(target, Target):
        return target
    function: Any = as_network(target) if hasattr(target, "named_modules") else target
    if callable(function):
        return Target(getattr(function, "__name__", type(function).__name__), function)
    pair = isinstance(target, list | tuple)
    got = f"a {type(target).__name__}; for measured points, Target.from_points(x, y)" if pair else f"{target!r:.80}"
    raise TypeError(f"target must be a Target, a broken line, a network or a callable, got {got}")


def line_and_target(
    approximation: Approximation, target: AnyTarget, domain: Interval | None
) -> tuple[BrokenLine, Target, Interval]:
    """The broken line that the approximation is, the target, and the domain.

    Raises
    ------
    TypeError, ValueError
        As :func:`reluapprox.worst_point` says.
    """
    if isinstance(approximation, BrokenLine):
        goal, (a, b) = target_on(target, domain, approximation)
        first, last = approximation.domain
        if a < first or b > last:
            raise ValueError(f"domain must lie inside the line's, [{first!r}, {last!r}], got ({a!r}, {b!r})")
        return approximation, goal, (a, b)
    if not isinstance(approximation, Network) and not hasattr(approximation, "named_modules"):
        kind = type(approximation).__name__
        raise TypeError(f"approximation must be a BrokenLine, a Network or an nn.Sequential, got {kind}")
    goal, ends = target_on(target, domain)
    return broken_line(approximation, ends), goal, ends
