import os
import signal
import sys
import threading
import time

import numpy as np
import pyarrow.parquet
import pytest

import reluapprox.sweeps as module
from reluapprox import TARGETS, BrokenLine, Setting, pieces_worth, rms_error, sup_error, sweep, train_many

SQUARE = TARGETS["square"]
SETTINGS = [
    Setting("plain", width=12, epochs=60),
    Setting("spread", width=9, epochs=40, initialization="spread", standardized=True, refit=101),
    Setting("L-BFGS", width=8, epochs=20, optimizer="l-bfgs", samples=51),
]


@pytest.fixture(scope="module")
def expected():
    return sweep(SQUARE, SETTINGS, seeds=range(20))


def test_what_is_measured(expected):
    x = np.linspace(-10, 10, 21)
    runs = train_many(x, x**2, width=12, epochs=60, seeds=range(20))
    for row, network, loss in zip(expected[:20], runs.networks, runs.losses[:, -1], strict=True):
        hinges = network.hinges((-10, 10))
        inside = hinges.kinks[hinges.bent]
        assert (row["setting"], row["sup"]) == ("plain", sup_error(network, SQUARE))
        assert row["rms"] == rms_error(network, SQUARE)
        assert row["worth"] == pieces_worth(row["sup"], SQUARE)
        assert row["loss"] == loss
        assert (row["inside"], row["dead"]) == (len(inside), hinges.dead.sum())
        assert (row["leftmost"], row["rightmost"]) == (inside.min(), inside.max())
        features = np.column_stack([network.features(x), np.ones(21)])
        assert row["condition"] == pytest.approx(np.linalg.cond(features), rel=1e-6)
    assert expected["seed"].tolist() == list(range(20)) * 3
    assert expected["setting"].tolist() == ["plain"] * 20 + ["spread"] * 20 + ["L-BFGS"] * 20


def test_as_many_workers_as_you_like(expected, tmp_path):
    for path in (None, tmp_path / "runs.parquet"):
        found = sweep(SQUARE, SETTINGS, seeds=range(20), workers=2, path=path)
        np.testing.assert_array_equal(found, expected)


def test_it_goes_on_where_it_was_interrupted(expected, tmp_path, monkeypatch):
    path, asked = tmp_path / "runs.parquet", []
    measured = module._measured

    def interrupted(goal, setting, seeds):
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append((setting.name, *seeds))
        return measured(goal, setting, seeds)

    monkeypatch.setattr(module, "_measured", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sweep(SQUARE, SETTINGS, seeds=range(20), path=path)
    assert pyarrow.parquet.read_table(path).num_rows == 36
    assert [file.name for file in tmp_path.iterdir()] == ["runs.parquet"]

    done, again = list(asked), []
    monkeypatch.setattr(module, "_measured", lambda *task: again.append((task[1].name, *task[2])) or measured(*task))
    np.testing.assert_array_equal(sweep(SQUARE, SETTINGS, seeds=range(20), path=path), expected)
    assert not set(done) & set(again)
    # And with nothing left to do, nothing is done. Other seeds and settings are added to what is there.
    again.clear()
    np.testing.assert_array_equal(sweep(SQUARE, SETTINGS[:1], seeds=[4, 2], path=path), expected[[4, 2]])
    assert not again
    sweep(SQUARE, [Setting("new", width=3, epochs=1)], seeds=[7], path=path)
    np.testing.assert_array_equal(sweep(SQUARE, SETTINGS, seeds=range(20), path=path), expected)
    assert pyarrow.parquet.read_table(path).num_rows == 61


def test_a_bar_for_whoever_wants_one(monkeypatch, capsys):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("reluapprox.progress._PATIENCE", 0.0)
    for progress, shown in ((True, True), (False, False), (None, False)):
        sweep(SQUARE, SETTINGS[:1], seeds=range(40), progress=progress)
        assert ("sweep: 100%" in capsys.readouterr().err) == shown
    with pytest.raises(TypeError, match="progress must be True, False or None, got 'yes'"):
        sweep(SQUARE, SETTINGS[:1], seeds=[0], progress="yes")


def test_the_file_is_a_plain_table(expected, tmp_path):
    path = tmp_path / "runs.parquet"
    sweep(SQUARE, SETTINGS[:1], seeds=range(3), path=path)
    rows = pyarrow.parquet.read_table(path).to_pylist()
    assert [row["seed"] for row in rows] == [0, 1, 2]
    assert rows[0] | {"width": 12, "epochs": 60, "optimizer": "adam", "target": "square on (-10.0, 10.0)"} == rows[0]
    assert rows[1]["worth"] == expected["worth"][1]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker(tmp_path):
    """Two Dask workers, processes of their own; one is killed while it works."""
    distributed = pytest.importorskip("distributed")
    joblib = pytest.importorskip("joblib")
    settings = [Setting(f"width {n}", width=n, epochs=500) for n in (10, 20, 30, 40)]
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
        path = tmp_path / "runs.parquet"

        def kill():
            # As soon as something is done, something else is being worked on.
            while not path.exists():
                time.sleep(0.01)
            os.kill(victim, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        with joblib.parallel_config("dask"):
            found = sweep(SQUARE, settings, seeds=range(32), workers=None, path=path)
        thread.join()
        assert victim not in client.run(os.getpid).values()
    np.testing.assert_array_equal(found, sweep(SQUARE, settings, seeds=range(32)))


def test_kinks_at_the_ideal_density():
    runge = TARGETS["Runge"]
    rows = sweep(runge, [Setting("ideal", width=20, epochs=0, initialization="ideal", refit=2001)], seeds=range(4))
    even = sweep(runge, [Setting("even", width=20, epochs=0, initialization="spread", refit=2001)], seeds=range(4))
    assert np.median(rows["rms"]) < np.median(even["rms"])
    # A target that needs fewer kinks than there are neurons.
    tent = BrokenLine([0, 1, 2], [0, 1, 0])
    assert sweep(tent, [Setting("tent", width=7, epochs=0, initialization="ideal")], seeds=[0])["inside"] == 7


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"settings": []}, TypeError, "settings must be a list of at least one Setting"),
        ({"settings": ["plain"]}, TypeError, "settings must be a list of Setting, got 'plain'"),
        ({"settings": [Setting("a"), Setting("a", width=3)]}, ValueError, "settings must have different names"),
        ({"settings": [Setting("a", samples=1)]}, ValueError, "samples of 'a' must be at least 2"),
        ({"settings": [Setting("a", initialization="none")]}, ValueError, "initialization must be one of"),
        ({"seeds": []}, TypeError, "seeds must be a list"),
        ({"workers": 0}, ValueError, "workers must be at least 1"),
        ({"path": "/no/such/folder/runs.parquet"}, ValueError, "path must lie in a folder that is there"),
    ],
)
def test_bad_input_is_named(changes, error, message):
    options = {"settings": SETTINGS, "seeds": [0]} | changes
    with pytest.raises(error, match=message):
        sweep(SQUARE, options.pop("settings"), **options)


def test_another_sweep_s_file_is_refused(tmp_path):
    path = tmp_path / "runs.parquet"
    sweep(SQUARE, [Setting("plain", width=3, epochs=1)], seeds=[0], path=path)
    with pytest.raises(ValueError, match="path holds another setting of the name 'plain'"):
        sweep(SQUARE, [Setting("plain", width=4, epochs=1)], seeds=[0], path=path)
    with pytest.raises(ValueError, match="path holds a sweep of square on"):
        sweep(TARGETS["sine"], [Setting("plain", width=3, epochs=1)], seeds=[0], path=path)
    path.write_text("not a table")
    with pytest.raises(ValueError, match="path must be a Parquet file of a sweep"):
        sweep(SQUARE, [Setting("plain", width=3, epochs=1)], seeds=[0], path=path)


@pytest.mark.parametrize(("name", "options"), [("joblib", {"workers": 2}), ("pyarrow", {"path": "runs.parquet"})])
def test_what_is_not_installed_is_named(name, options, monkeypatch):
    for known in [key for key in sys.modules if key.partition(".")[0] == name]:
        monkeypatch.setitem(sys.modules, known, None)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=rf"sweep needs {name}.*pip install 'reluapprox\[sweep\]'"):
        sweep(SQUARE, [Setting("plain", width=3, epochs=1)], seeds=[0], **options)
