"""Runs that a page loads instead of computing them are what their scripts compute."""

import json
from typing import Any

import depth_folds_the_line as folds
import numpy as np
import outside_the_data as outside
import pytest
import what_a_step_does as step
import what_training_finds as found
import where_kinks_start as start
from builds import ROOT
from stacks import ACTIVATIONS

from reluapprox import TARGETS, Setting, sweep

PAGES = ("what-training-finds", "what-a-step-does", "where-kinks-start", "outside-the-data", "depth-folds-the-line")
STORED: dict[str, Any] = {
    page: json.loads((ROOT / "book" / f"{page}.json").read_text(encoding="utf-8")) for page in PAGES
}
ANY = np.random.default_rng()
#: Of those trained in PyTorch at once, the first few are the same without the others.
FEW = range(3)


def is_quick(one: Setting) -> bool:
    """L-BFGS, ten thousand steps of Adam and large ones amplify what processors round differently."""
    return one.optimizer == "adam" and one.epochs == 1000 and one.width <= 256 and one.learning_rate < 0.1


def a_sample(settings: list[Setting], count: int) -> tuple[list[Setting], list[int]]:
    """Some of the quick settings, and some seeds."""
    quick = [one for one in settings if is_quick(one)]
    picked = ANY.choice(len(quick), min(count, len(quick)), replace=False)
    return [quick[place] for place in picked], [int(seed) for seed in ANY.choice(32, 3, replace=False)]


@pytest.mark.parametrize("page", PAGES)
def test_the_script_stands_where_the_page_says(page):
    text = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
    script = f"tools/{page.replace('-', '_')}.py"
    assert f"`{script}`" in text
    assert f'Path("{page}.json")' in text
    assert (ROOT / script).exists()


def test_every_setting_has_a_result_for_every_seed():
    worth = STORED["what-training-finds"]["worth"]
    assert list(worth) == [setting.name for setting in found.settings()]
    combined = [name for name in worth if "points" not in name]
    assert combined[0] == ""
    assert len(combined) == 2 ** len(found.CAUSES)
    runs = [*worth.values(), *(draws for of_line in STORED["what-training-finds"]["rms"].values() for draws in of_line)]
    for name in ("dead", "worth", "left"):
        runs += STORED["what-a-step-does"][name].values()
    for name in ("worth", "deep", "left"):
        runs += STORED["where-kinks-start"][name].values()
    runs += [values for told in STORED["outside-the-data"]["said"].values() for values in told.values()]
    runs += [values for one in STORED["outside-the-data"]["errors"].values() for values in one.values()]
    runs += [*STORED["depth-folds-the-line"]["scratch"].values(), *STORED["depth-folds-the-line"]["back"].values()]
    assert {len(one) for one in runs} == {32}


def test_chapter_8_trained_anew():
    plan, seeds = a_sample(found.settings(), 4)
    rows = sweep(found.SQUARE, plan, seeds=seeds)
    stored = [STORED["what-training-finds"]["worth"][setting.name][seed] for setting in plan for seed in seeds]
    assert rows["worth"] == pytest.approx(stored, rel=1e-3), (plan, seeds)


def test_noisy_trainings_anew():
    draw, place = int(ANY.choice(found.SEEDS)), int(ANY.choice(len(found.NOISES)))
    again = found.noisy(found.NOISES[place], draw)
    for line in ("joined", "1000 epochs"):
        stored = STORED["what-training-finds"]["rms"][line][place][draw]
        assert again[line] == pytest.approx(stored, rel=1e-3), (draw, place)


def test_learning_rates_anew():
    plan, seeds = a_sample(step.settings(), 2)
    rows = sweep(step.SQUARE, plan, seeds=seeds)
    for name in ("dead", "worth"):
        stored = [STORED["what-a-step-does"][name][setting.name][seed] for setting in plan for seed in seeds]
        assert rows[name] == pytest.approx(stored, rel=1e-3), (plan, seeds)


def test_stacks_anew():
    # Longer ones amplify rounding; and what is left of them is so small that only its size can be compared.
    activation = str(ANY.choice(list(ACTIVATIONS)))
    again = step.left(activation, 1, FEW)
    assert np.log10(again) == pytest.approx(
        np.log10(STORED["what-a-step-does"]["left"][f"{activation}, 1"][:3]), abs=0.3
    )
    assert step.left("sigmoid", 20, FEW) == pytest.approx(
        STORED["what-a-step-does"]["left"]["sigmoid, 20"][:3], rel=1e-3
    )


def test_starts_anew():
    curve = str(ANY.choice(start.CURVES))
    plan, seeds = a_sample(start.settings(), 2)
    rows = sweep(TARGETS[curve], plan, seeds=seeds)
    stored = [STORED["where-kinks-start"]["worth"][f"{curve}, {one.name}"][seed] for one in plan for seed in seeds]
    assert rows["worth"] == pytest.approx(stored, rel=1e-2), (curve, plan, seeds)


def test_deep_starts_anew():
    for how, stored in STORED["where-kinks-start"]["left"].items():
        if how.startswith("gradient descent, 3") and how.endswith(" 10"):
            assert stored == [None] * 32
    again = start.left("gradient descent", "3", 10, FEW)
    assert again == [None] * 3
    plain = start.left("gradient descent", "2", 3, FEW)
    stored = STORED["where-kinks-start"]["left"]["gradient descent, 2, 3"][:3]
    assert np.log10(plain) == pytest.approx(np.log10(stored), abs=0.3)


def test_what_networks_say_outside_anew():
    seeds = [int(seed) for seed in ANY.choice(32, 2, replace=False)]
    for name in ("as it was", "201 points"):
        again = outside.said(seeds=seeds, **outside.CHANGES[name])
        told = STORED["outside-the-data"]["said"][name]
        stored = {what: [values[seed] for seed in seeds] for what, values in told.items()}
        assert again == {what: pytest.approx(values, rel=1e-3) for what, values in stored.items()}, (name, seeds)


def test_forms_anew():
    again = outside.errors("product", "sin x", FEW)
    stored = STORED["outside-the-data"]["errors"]["product, sin x"]
    for where in ("inside", "outside"):
        assert again[where] == pytest.approx(stored[where][:3], rel=1e-2)


def test_deep_parabolas_anew():
    stored = STORED["depth-folds-the-line"]
    # Most of them end as a constant; those that do not amplify rounding.
    assert folds.from_scratch("deep", 1000, FEW) == pytest.approx(stored["many"][:3], rel=1e-2)
    assert folds.from_scratch("16", 1000, FEW) == pytest.approx(stored["scratch"]["16, 1000"][:3], rel=1e-2)
    assert folds.is_flat(range(32)) == stored["flat"][:32]
    for size in folds.DISTURBANCES:
        again = folds.worths(folds.disturbed(size, FEW))
        assert again == pytest.approx(stored["disturbed"][str(size)][:3], rel=1e-3)
