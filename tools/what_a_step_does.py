"""What the learning rate kills, and what stacks of three activations learn, for the chapter what-a-step-does."""

from provenance import cores, rounded, write
from stacks import ACTIVATIONS, drawn, trained

from reluapprox import TARGETS, Setting, sweep

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
DEPTHS = (1, 5, 20)
WIDTH = 32
SEEDS = range(32)
SQUARE = TARGETS["square"]


def settings() -> list[Setting]:
    """The training of chapter 6, with one learning rate each."""
    return [Setting(str(rate), learning_rate=rate) for rate in RATES]


def left(activation: str, depth: int, seeds: range = SEEDS, optimizer: str = "Adam") -> list[float]:
    """The mean squared error that 1000 epochs leave, of standardized data, from He's weights."""
    return rounded(trained(drawn([WIDTH] * depth, 2, seeds), activation, optimizer))


def main() -> None:
    """Run it all, and write it down."""
    rows = sweep(SQUARE, settings(), seeds=SEEDS, workers=cores(), progress=True)
    by_rate = {
        name: {str(rate): rows[name][rows["setting"] == str(rate)] for rate in RATES} for name in ("dead", "worth")
    }
    write(
        "what-a-step-does",
        ["numpy", "torch", "reluapprox"],
        dead={rate: [int(count) for count in counts] for rate, counts in by_rate["dead"].items()},
        worth={rate: rounded(worths) for rate, worths in by_rate["worth"].items()},
        left={f"{name}, {depth}": left(name, depth) for name in ACTIVATIONS for depth in DEPTHS},
        smaller_epsilon=left("sigmoid", 20, optimizer="Adam, smaller epsilon"),
    )


if __name__ == "__main__":
    main()
