import subprocess
import sys

import pytest

import reluapprox


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout


def test_import_needs_neither_torch_nor_matplotlib():
    loaded = run("import sys, reluapprox; print(*sorted({'torch', 'matplotlib', 'tqdm'} & set(sys.modules)))")
    assert loaded.strip() == ""


def test_everything_that_is_promised_is_there():
    for name in reluapprox.__all__:
        assert getattr(reluapprox, name) is not None
    assert {*reluapprox.__all__, "train", "Run"} <= set(dir(reluapprox))
    assert reluapprox.train.__module__ == "reluapprox.training"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = reluapprox.nothing


@pytest.mark.parametrize(
    ("missing", "used", "extra"), [("torch", "train", "train"), ("matplotlib", "figures", "figures")]
)
def test_a_missing_library_is_named_with_the_way_to_get_it(missing, used, extra):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        f"try:\n    from reluapprox import {used}\nexcept ImportError as error:\n    print(error)"
    )
    assert f"pip install 'reluapprox[{extra}]'" in run(code)


def test_the_core_runs_without_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from reluapprox import *\n"
        "print(sup_error(Network.from_hinges([1, -1], [0, 0], [10, 10]), TARGETS['square']), relu(-1))"
    )
    assert run(code).split() == ["25.0", "0.0"]


def test_the_version_is_the_one_in_the_metadata():
    from importlib.metadata import version

    assert version("reluapprox") == reluapprox.__version__
