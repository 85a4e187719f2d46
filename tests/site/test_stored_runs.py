"""Runs that a page loads instead of computing them are what their script computes."""

import json

import numpy as np
import pytest
import what_training_finds as script
from builds import ROOT

from reluapprox import sweep

STORED = json.loads(script.INTO.read_text(encoding="utf-8"))
#: L-BFGS, ten thousand steps of Adam and large ones amplify what processors round differently.
_QUICK = [
    one
    for one in script.settings()
    if one.optimizer == "adam" and one.epochs == 1000 and one.width <= 256 and one.learning_rate < 0.1
]


def test_every_setting_has_a_worth_for_every_seed():
    assert list(STORED["worth"]) == [setting.name for setting in script.settings()]
    assert {len(runs) for runs in STORED["worth"].values()} == {len(script.SEEDS)} == {STORED["seeds"]}
    assert {len(draws) for of_line in STORED["rms"].values() for draws in of_line} == {len(script.SEEDS)}
    combined = [name for name in STORED["worth"] if "points" not in name]
    assert combined[0] == ""
    assert len(combined) == 2 ** len(script.CAUSES)


def test_a_sample_trained_anew_is_worth_the_same():
    picked = np.random.default_rng().choice(len(_QUICK), 4, replace=False)
    seeds = [int(seed) for seed in np.random.default_rng().choice(script.SEEDS, 3, replace=False)]
    plan = [_QUICK[place] for place in picked]
    rows = sweep(script.SQUARE, plan, seeds=seeds)
    stored = [STORED["worth"][setting.name][seed] for setting in plan for seed in seeds]
    assert rows["worth"] == pytest.approx(stored, rel=1e-3), (plan, seeds)


def test_a_sample_of_noisy_trainings_is_as_far_off():
    draw = int(np.random.default_rng().choice(script.SEEDS))
    place = int(np.random.default_rng().choice(len(script.NOISES)))
    found = script.noisy(script.NOISES[place], draw)
    for line in ("joined", "1000 epochs"):
        assert found[line] == pytest.approx(STORED["rms"][line][place][draw], rel=1e-3), (draw, place)


def test_the_script_stands_where_the_page_says():
    page = (ROOT / "book" / "what-training-finds.md").read_text(encoding="utf-8")
    assert "`tools/what_training_finds.py`" in page
    assert 'Path("what-training-finds.json")' in page
