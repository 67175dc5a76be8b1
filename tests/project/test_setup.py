"""What an installation rests on: environment.yml, pyproject.toml, constraints.txt and CITATION.cff
agree; ruff passes.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

import slt_course

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [Requirement(line) for line in sum(EXTRAS.values(), PROJECT["dependencies"])]
COLAB = {
    "numpy": "2.0.2",
    "torch": "2.11.0",
    "matplotlib": "3.10.0",
    "ipywidgets": "7.7.1",
    "scipy": "1.16.3",
    "pandas": "2.2.3",
    "scikit-learn": "1.6.1",
    "tqdm": "4.67.3",
}


def lower_bounds():
    """Name -> specifier of every direct dependency and extra in pyproject.toml."""
    return {
        canonicalize_name(requirement.name): requirement.specifier for requirement in REQUIREMENTS
    }


def pins():
    """Name -> version of every line of constraints.txt; each must be name==version."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = [Requirement(line) for line in lines if line and not line.startswith("#")]
    versions = {}
    for requirement in pinned:
        (only,) = requirement.specifier
        assert only.operator == "==" and "*" not in only.version, (
            f"constraints.txt: {requirement} is not an exact pin"
        )
        versions[canonicalize_name(requirement.name)] = only.version
    assert len(versions) == len(pinned), "constraints.txt pins a package twice"
    return versions


def environment():
    """The parsed environment.yml: (conda specs, lines of its pip section)."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    specs = [entry for entry in entries if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    return specs, pip


def test_conda_reads_every_spec_of_the_environment():
    header = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert header["name"] == "slt_course" and header["channels"] == ["conda-forge"]
    specs = [MatchSpec(spec, strict=True) for spec in environment()[0]]
    assert sorted(spec.name.normalized for spec in specs) == ["pip", "python"]


def test_environment_and_pyproject_need_the_same_python():
    (python,) = [
        spec for spec in map(MatchSpec, environment()[0]) if spec.name.normalized == "python"
    ]
    assert SpecifierSet(str(python.version)) == SpecifierSet(PROJECT["requires-python"])


def test_pip_section_installs_the_package_with_its_extras_under_the_constraints():
    constraint, package = environment()[1]
    assert constraint == "-c constraints.txt"
    option, path, extras = package.replace("[", " ").rstrip("]").split()
    assert (option, path) == ("-e", ".")
    assert set(extras.split(",")) == {"lab", "test"} <= set(EXTRAS)


def test_pyproject_has_lower_bounds_only():
    build = [Requirement(line) for line in PYPROJECT["build-system"]["requires"]]
    for requirement in REQUIREMENTS + build:
        operators = [only.operator for only in requirement.specifier]
        assert operators == [">="], f"{requirement}: one lower bound and nothing else"
    assert [only.operator for only in SpecifierSet(PROJECT["requires-python"])] == [">="]


def test_each_direct_dependency_is_pinned_at_a_version_its_bound_admits():
    bounds, versions = lower_bounds(), pins()
    assert set(versions) == set(bounds)
    for name, version in versions.items():
        assert version in bounds[name], f"{name}=={version} is outside {bounds[name]}"


@pytest.mark.parametrize("name", COLAB)
def test_lower_bounds_admit_what_colab_has(name):
    assert COLAB[name] in lower_bounds()[name]


def test_citation_has_the_needed_keys_and_the_version_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "type", "license"} <= set(citation)
    assert citation["version"] == slt_course.__version__
    assert citation["license"] == PROJECT["license"]
    assert len(citation["references"]) == 3
    for reference in citation["references"]:
        assert {"type", "title", "authors", "year", "url"} <= set(reference)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_passes(command):
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr
