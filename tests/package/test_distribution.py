import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import reluapprox

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.parametrize("used", ["Network.from_hinges([1], [0], [1]).to_torch()", "Network.from_torch(object())"])
def test_a_conversion_without_torch_says_how_to_get_it(used):
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from reluapprox import Network\n"
        f"try:\n    {used}\nexcept ImportError as error:\n    print(error)"
    )
    assert "conversion needs PyTorch" in run(code)
    assert "pip install 'reluapprox[train]'" in run(code)


def test_the_oldest_releases_that_are_tested_are_the_oldest_that_are_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = {*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)}
    tested = (ROOT / "tests" / "package" / "oldest.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(tested) == sorted(one.replace(">=", "==") + ".*" for one in allowed)


def test_the_version_is_the_one_in_the_metadata():
    from importlib.metadata import version

    assert version("reluapprox") == reluapprox.__version__


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """The wheel and the sdist, as `python -m build` makes them from a checkout."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in ("reluapprox", "tests", "tools"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    return source, next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


def test_the_wheel_is_pure_typed_and_light(distributions):
    _, wheel, _ = distributions
    assert wheel.name == f"reluapprox-{reluapprox.__version__}-py3-none-any.whl"
    assert wheel.stat().st_size < 200_000
    names = zipfile.ZipFile(wheel).namelist()
    assert "reluapprox/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"reluapprox"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_sdist_has_the_package_and_no_book(distributions):
    _, _, sdist = distributions
    with tarfile.open(sdist) as archive:
        top = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    expected = {"LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml", "reluapprox", "setup.cfg"}
    assert top == expected | {"reluapprox.egg-info"}


def test_the_metadata_are_whole(distributions):
    _, wheel, sdist = distributions
    checked = [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist)]
    assert subprocess.run(checked, capture_output=True, text=True, check=False).stdout.count("PASSED") == 2


@pytest.mark.parametrize("what", ["a checkout", "the wheel", "the sdist"])
def test_it_installs_and_runs_without_the_book(distributions, tmp_path, what):
    source = distributions[["a checkout", "the wheel", "the sdist"].index(what)]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(tmp_path), str(source)], check=True, capture_output=True)
    code = (
        "import reluapprox; from reluapprox import *; print(reluapprox.__file__); "
        "print(best_broken_line(TARGETS['square'], pieces=5).error)"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    run = [sys.executable, "-c", code]
    said = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    where, error = said.split()
    assert where.startswith(str(tmp_path))
    assert float(error) == pytest.approx(2.0)
