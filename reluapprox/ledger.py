"""What a sweep's settings are, and the Parquet file that keeps what is done."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from .draws import Initialization
from .optimizers import Optimizer
from .target import Target

#: What is measured of each run, beside setting and seed.
FIGURES = ("sup", "rms", "worth", "loss", "inside", "dead", "leftmost", "rightmost", "condition")


@dataclass(frozen=True)
class Setting:
    """How networks of one hidden layer are trained; the defaults are those of the book's own training.

    Attributes
    ----------
    name
        What results call it; of each name there is one setting in a sweep.
    width, epochs, learning_rate, optimizer, standardized, frozen_hinges
        As for :func:`train_many`.
    initialization
        As for :func:`train_many`; or ``"ideal"``, PyTorch's weights with the kinks where the best line of width + 1
        pieces has them.
    samples
        How many equally spaced points of the target the data are, 2 or more.
    refit
        At how many equally spaced points the output layer is fitted by least squares afterwards; 0 for not at all.
    """

    name: str
    width: int = 64
    samples: int = 21
    epochs: int = 1000
    learning_rate: float = 0.01
    optimizer: Optimizer = "adam"
    initialization: Initialization | Literal["ideal"] = "default"
    standardized: bool = False
    frozen_hinges: bool = False
    refit: int = 0


class Ledger:
    """The Parquet file that keeps what is done: for each run its setting, its seed and its figures."""

    def __init__(self, path: Path, goal: Target, plan: Mapping[str, Setting]) -> None:
        self.path, self.plan, self.target = path, plan, f"{goal.name} on {goal.domain}"
        self.parquet, self.arrow = imported("pyarrow.parquet"), imported("pyarrow")
        if not path.parent.is_dir():
            raise ValueError(f"path must lie in a folder that is there, got {str(path)!r}")
        #: Rows of settings that are not asked for now stay in the file.
        self.others: list[dict[str, Any]] = []

    def rows(self) -> dict[tuple[str, int], tuple[float, ...]]:
        """What the file holds of the plan."""
        found: dict[tuple[str, int], tuple[float, ...]] = {}
        if not self.path.exists():
            return found
        names = [field.name for field in fields(Setting)]
        try:
            kept_rows = self.parquet.read_table(self.path).to_pylist()
        except self.arrow.ArrowInvalid as error:
            raise ValueError(f"path must be a Parquet file of a sweep, got {str(self.path)!r}: {error}") from None
        for row in kept_rows:
            if row.get("target") != self.target:
                raise ValueError(f"path holds a sweep of {row['target']}, not of {self.target}: {str(self.path)!r}")
            setting = self.plan.get(row["name"])
            if setting is None:
                self.others.append(row)
                continue
            kept = Setting(**{name: row[name] for name in names})
            if kept != setting:
                raise ValueError(f"path holds another setting of the name {setting.name!r}: {kept}, not {setting}")
            found[setting.name, row["seed"]] = tuple(row[name] for name in FIGURES)
        return found

    def write(self, rows: Mapping[tuple[str, int], tuple[float, ...]]) -> None:
        """All rows, in the place of the file in one step, so that it is whole whenever it is interrupted."""
        made = [
            {"target": self.target, **asdict(self.plan[name]), "seed": seed, **dict(zip(FIGURES, figures, strict=True))}
            for (name, seed), figures in sorted(rows.items())
        ]
        beside = self.path.with_name(f".{self.path.name}.part")
        self.parquet.write_table(self.arrow.Table.from_pylist(made + self.others), beside)
        os.replace(beside, self.path)


def imported(name: str) -> Any:
    """A package that only sweeps need; an ImportError says how to install it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"sweep needs {name} ({error}); install it with: pip install 'reluapprox[sweep]'") from error
