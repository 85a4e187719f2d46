"""A ReLU network as a value: frozen weights and biases, evaluated in float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, Interval, as_given, frozen, interval, real_array, real_number, whole_number
from .conversion import affine_layers, pytorch
from .hinges import Hinges, relu

if TYPE_CHECKING:
    import torch


#: How many hidden values are held at once.
_MOST_VALUES = 2**22


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """affine – ReLU – … – ReLU – affine, of any depth, with any number of inputs and outputs.

    Immutable: the arrays are float64 copies and read-only.

    Parameters
    ----------
    weights
        One array a layer, of shape (outputs of the layer, inputs of the layer), as in ``nn.Linear``. The
        last layer has no ReLU after it.
    biases
        One array a layer, of shape (outputs of the layer,).

    Raises
    ------
    TypeError, ValueError
        There is no layer, a layer has no neuron, shapes do not chain, or a number is not finite.

    Examples
    --------
    >>> from reluapprox import Network
    >>> absolute = Network([[[1], [-1]], [[1, 1]]], [[0, 0], [0]])
    >>> absolute
    1 → 2 → 1 ReLU network, 7 parameters
    >>> absolute(-3.0), absolute([-1, 2])
    (3.0, array([1., 2.]))
    """

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]

    def __init__(self, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]) -> None:
        for name, arrays in (("weights", weights), ("biases", biases)):
            if not isinstance(arrays, list | tuple):
                raise TypeError(f"{name} must be a list of one array for each layer, got {type(arrays).__name__}")
        if len(weights) == 0:
            raise ValueError("weights must be one array for each layer, got none")
        if len(weights) != len(biases):
            raise ValueError(f"biases must be one array for each of the {len(weights)} weights, got {len(biases)}")
        ws = tuple(frozen(real_array(f"weights[{i}]", w, ndim=2)) for i, w in enumerate(weights))
        bs = tuple(frozen(real_array(f"biases[{i}]", b, ndim=1)) for i, b in enumerate(biases))
        for i, (w, b) in enumerate(zip(ws, bs, strict=True)):
            if 0 in w.shape:
                raise ValueError(f"weights[{i}] must have at least one neuron and one input, got shape {w.shape}")
            if b.shape != w.shape[:1]:
                raise ValueError(f"biases[{i}] must have shape {w.shape[:1]} to go with weights[{i}], got {b.shape}")
            if i and w.shape[1] != ws[i - 1].shape[0]:
                raise ValueError(
                    f"weights[{i}] must take the {ws[i - 1].shape[0]} outputs of the layer before, got shape {w.shape}"
                )
        object.__setattr__(self, "weights", ws)
        object.__setattr__(self, "biases", bs)

    @classmethod
    def from_hinges(cls, weights: ArrayLike, biases: ArrayLike, scales: ArrayLike, offset: float = 0.0) -> Network:
        """The one-input network offset + Σ scalesᵢ · relu(weightsᵢ x + biasesᵢ).

        Parameters
        ----------
        weights, biases, scales
            Shape (neurons,) each, at least one neuron.
        offset
            The output's bias.

        Returns
        -------
        Network
            One input, one hidden layer, one output.

        Raises
        ------
        TypeError, ValueError
            The three differ in length, are empty, or hold something that is not finite.

        Examples
        --------
        >>> from reluapprox import Network
        >>> Network.from_hinges([1, -1], [0, 0], [1, 1])(-3.0)
        3.0
        """
        w, b, a = (real_array(n, v, 1) for n, v in (("weights", weights), ("biases", biases), ("scales", scales)))
        if not len(w) == len(b) == len(a):
            raise ValueError(
                f"weights, biases and scales must be of one length, got {len(w)}, {len(b)} and {len(a)} numbers"
            )
        if not len(w):
            raise ValueError("weights must be at least one neuron's, got none")
        return cls([w[:, None], a[None, :]], [b, [real_number("offset", offset)]])

    @classmethod
    def from_torch(cls, module: torch.nn.Module) -> Network:
        """The same function as an ``nn.Sequential`` of ``Linear`` and ``ReLU``, computed in float64.

        Sequences may be nested; device and dtype are free. ``BatchNorm1d`` and ``Dropout`` in eval mode,
        ``Identity`` and ``Flatten`` are allowed, and so are the wrappers ``torch.compile``, ``DataParallel``
        and ``AveragedModel``. Neighbouring layers with no ReLU between them are one affine map, and become one.

        Parameters
        ----------
        module
            An ``nn.Module`` that is such a stack.

        Returns
        -------
        Network
            With float64 copies of the weights.

        Raises
        ------
        TypeError
            `module` is not such a stack; the message names the layer and its place.
        ValueError
            It holds no ``Linear``, or a weight that is not finite.

        Examples
        --------
        >>> from torch import nn
        >>> from reluapprox import Network
        >>> Network.from_torch(nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1)))
        1 → 8 → 1 ReLU network, 25 parameters
        """
        return cls(*affine_layers(module))

    def to_torch(self) -> torch.nn.Sequential:
        """The same function as an ``nn.Sequential`` of ``Linear`` and ``ReLU`` in float64, on the CPU.

        Returns
        -------
        nn.Sequential
            It takes and returns PyTorch's shapes: (samples, inputs) to (samples, outputs).

        Raises
        ------
        ImportError
            PyTorch is not installed.

        Examples
        --------
        >>> from reluapprox import Network
        >>> len(Network.from_hinges([1, -1], [0, 0], [1, 1]).to_torch())
        3
        """
        torch = pytorch()
        skip_init: Any = torch.nn.utils.skip_init
        layers: list[Any] = []
        for w, b in zip(self.weights, self.biases, strict=True):
            # skip_init: the random numbers that Linear starts with would be drawn from the global state.
            linear = skip_init(torch.nn.Linear, w.shape[1], w.shape[0], dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(w))
                linear.bias.copy_(torch.tensor(b))
            layers += [linear, torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return self.weights[0].shape[1]

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return self.weights[-1].shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        """Neurons in each hidden layer; empty for an affine map."""
        return tuple(w.shape[0] for w in self.weights[:-1])

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(w.size + b.size for w, b in zip(self.weights, self.biases, strict=True))

    @property
    def offset(self) -> float | FloatArray:
        """The bias of the output layer, a float for one output, else of shape (outputs,)."""
        return float(self.biases[-1][0]) if self.outputs == 1 else self.biases[-1]

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor, so that a copy is read-only too.
        return Network, (self.weights, self.biases)

    def __repr__(self) -> str:
        shape = " → ".join(str(n) for n in (self.inputs, *self.widths, self.outputs))
        return f"{shape} ReLU network, {self.parameters} parameters"

    def __call__(self, x: ArrayLike) -> FloatArray:
        """The network's output at `x`.

        Parameters
        ----------
        x
            For one input, of any shape S; for d inputs, of shape ``(*S, d)``.

        Returns
        -------
        array
            Shape S for one output, ``(*S, outputs)`` for more; float64. A float for a float.

        Raises
        ------
        TypeError, ValueError
            `x` is not finite numbers of that shape.
        """
        columns, shape = self._columns(x)
        # Not all points at once: the hidden values of a wide network at many points would fill the memory.
        step = max(1, _MOST_VALUES // max((*self.widths, 1)))
        parts = (self._hidden(columns[:, i : i + step]) for i in range(0, max(columns.shape[1], 1), step))
        out = np.concatenate([self.weights[-1] @ part + self.biases[-1][:, None] for part in parts], axis=1)
        return as_given(out[0].reshape(shape)) if self.outputs == 1 else out.T.reshape(*shape, self.outputs)

    def features(self, x: ArrayLike) -> FloatArray:
        """What the last hidden layer hands to the output layer; of an affine map, the inputs themselves.

        Parameters
        ----------
        x
            As in calling the network.

        Returns
        -------
        array
            Shape ``(*S, neurons)``, S the shape of the points.

        Raises
        ------
        TypeError, ValueError
            `x` is not finite numbers of the right shape.

        Examples
        --------
        >>> from reluapprox import Network
        >>> Network.from_hinges([1, -1], [0, 0], [1, 1]).features([-3, 2])
        array([[0., 3.],
               [2., 0.]])
        """
        columns, shape = self._columns(x)
        hidden = self._hidden(columns)
        return hidden.T.reshape(*shape, len(hidden))

    def terms(self, x: ArrayLike) -> FloatArray:
        """Each last-hidden-layer neuron's weighted contribution; their sum plus `offset` is the output.

        Parameters
        ----------
        x
            As in calling the network.

        Returns
        -------
        array
            Shape ``(*S, neurons)`` for one output, ``(*S, neurons, outputs)`` for more, S the shape of the points.

        Raises
        ------
        TypeError, ValueError
            `x` is not finite numbers of the right shape.

        Examples
        --------
        >>> from reluapprox import Network
        >>> Network.from_hinges([1, -1], [0, 0], [5, 1]).terms([-3, 2])
        array([[ 0.,  3.],
               [10.,  0.]])
        """
        terms = self.features(x)[..., None] * self.weights[-1].T
        return terms[..., 0] if self.outputs == 1 else terms

    def term(self, neuron: int) -> Network:
        """One last-hidden-layer neuron's weighted contribution, as a network of its own.

        Parameters
        ----------
        neuron
            Its index, from 0.

        Returns
        -------
        Network
            Of as many layers, the last hidden one of this neuron alone, without offset.

        Raises
        ------
        TypeError, ValueError
            There is no hidden layer, or no such neuron.

        Examples
        --------
        >>> from reluapprox import Network
        >>> Network.from_hinges([1, -1], [0, 0], [5, 1]).term(0)(2.0)
        10.0
        """
        if not self.widths:
            raise ValueError(f"term needs a hidden layer, got a {self!r}")
        i = whole_number("neuron", neuron, 0)
        if i >= self.widths[-1]:
            raise ValueError(f"neuron must be below {self.widths[-1]}, got {i}")
        *before, hidden, output = self.weights
        *before_biases, hidden_bias, output_bias = self.biases
        only = slice(i, i + 1)
        return Network(
            [*before, hidden[only], output[:, only]], [*before_biases, hidden_bias[only], np.zeros_like(output_bias)]
        )

    def hinges(self, domain: Interval) -> Hinges:
        """Where each neuron bends and which way it faces; for one input, one hidden layer and one output.

        Parameters
        ----------
        domain
            (a, b): dead, always on and bent are said of this interval.

        Returns
        -------
        Hinges
            Arrays of shape (neurons,).

        Raises
        ------
        TypeError, ValueError
            `domain` is not an interval, or the network has another shape.

        Examples
        --------
        >>> from reluapprox import Network
        >>> hinges = Network.from_hinges([2, -1], [-2, -3], [1, 1]).hinges((-2, 2))
        >>> hinges.kinks, hinges.jumps, hinges.faces, hinges.dead
        (array([ 1., -3.]), array([2., 1.]), array([ 1, -1]), array([False,  True]))
        """
        a, b = interval("domain", domain)
        if self.inputs != 1 or len(self.widths) != 1 or self.outputs != 1:
            raise ValueError(f"hinges needs one input, one hidden layer and one output, got a {self!r}")
        w, bias, scale = self.weights[0][:, 0], self.biases[0], self.weights[1][0]
        kinks = np.full(len(w), np.nan)
        np.divide(0.0 - bias, w, out=kinks, where=w != 0)
        kinks += 0.0  # no negative zero
        ends = np.array([w * a + bias, w * b + bias])
        dead = ends.max(axis=0) <= 0
        always_on = (ends.min(axis=0) >= 0) & ~dead
        return Hinges(kinks, scale * np.abs(w), np.sign(w).astype(int), dead, always_on)

    def _columns(self, x: ArrayLike) -> tuple[FloatArray, tuple[int, ...]]:
        """`x` with one point a column, shape (inputs, points), and the shape S of the points."""
        array = real_array("x", x)
        if self.inputs == 1:
            return array.reshape(1, -1), array.shape
        if array.shape[-1:] != (self.inputs,):
            raise ValueError(f"x must have shape (..., {self.inputs}) for {self.inputs} inputs, got {array.shape}")
        return array.reshape(-1, self.inputs).T, array.shape[:-1]

    def _hidden(self, columns: FloatArray) -> FloatArray:
        for w, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            columns = relu(w @ columns + b[:, None])
        return columns


def patterns(network: Network, points: FloatArray) -> list[NDArray[np.bool_]]:
    """Which neurons are active at points of shape (n, inputs), for each hidden layer; shape (n, neurons)."""
    values, found = points, []
    for w, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        values = np.maximum(values @ w.T + b, 0.0)
        found.append(values > 0)
    return found


def as_network(network: Any, name: str = "network") -> Network:
    """A Network as itself, an ``nn.Sequential`` converted.

    Raises
    ------
    TypeError, ValueError
        It is neither, or a module that is not a ReLU stack.
    """
    if isinstance(network, Network):
        return network
    if not hasattr(network, "named_modules"):
        raise TypeError(f"{name} must be a Network or an nn.Sequential, got {type(network).__name__}")
    return Network.from_torch(network)
