"""What an open reader gets of imported data does not depend on who got what."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from small_trial import ADAE, ADQS, ADSL, view_of, write_trial

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.errors import InterimError, UsageError
from helpers.params import load_interim, load_trial
from helpers.params.imported import Case, Given
from helpers.view import View

ARMS = ("TRT01P", "TRT01A", "TRT01PN", "TRTA", "TRTP")


def reassign(frame: pd.DataFrame, order: list[int]) -> pd.DataFrame:
    """Treatments of other persons, in adsl and in every record of theirs."""
    given = [name for name in ARMS if name in frame]
    if frame is ADSL:
        moved = frame[given].iloc[order].reset_index(drop=True)
        return frame.assign(**{name: moved[name] for name in given})
    return frame.assign(**{name: frame[name].iloc[::-1].to_numpy() for name in given})


def hash_open(data: Path) -> dict[str, bytes]:
    files = [path for path in data.rglob("*") if path.is_file() and "restricted" not in path.parts]
    return {str(path.relative_to(data)): path.read_bytes() for path in files}


@pytest.mark.parametrize("order", [[1, 0, 3, 2, 4, 5], [4, 3, 2, 1, 0, 5]])
def test_reassigned_treatments_leave_every_open_byte(tmp_path: Path, order: list[int]) -> None:
    data, params = write_trial(tmp_path / "a")
    frames = {"adsl": ADSL, "adae": ADAE, "adqs": ADQS}
    other, _ = write_trial(tmp_path / "b", **{n: reassign(f, order) for n, f in frames.items()})
    assert hash_open(data) == hash_open(other)
    first, second = (pack_view(view_of(folder, params, "open")) for folder in (data, other))
    assert first == second
    closed = [pack_view(view_of(folder, params)) for folder in (data, other)]
    assert closed[0] != closed[1]


def test_without_the_restricted_side_the_open_view_is_the_same(tmp_path: Path) -> None:
    data, params = write_trial(tmp_path)
    whole = pack_view(view_of(data, params, "open"))
    shutil.rmtree(data / "restricted")
    assert pack_view(view_of(data, params, "open")) == whole
    with pytest.raises(InterimError, match="restricted/ is missing"):
        view_of(data, params)


def test_a_closed_report_without_the_variable_of_the_arm_is_refused(tmp_path: Path) -> None:
    data, params = write_trial(tmp_path)
    trial = params / "trial.yaml"
    trial.write_text(trial.read_text().replace("planned: TRT01P", "planned: ARM"))
    with pytest.raises(InterimError, match=r"given\.planned: ARM is no variable of adsl"):
        view_of(data, params)


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[Path, Path]:
    return write_trial(tmp_path_factory.mktemp("study"))


def view_with(study: tuple[Path, Path], audience: str, **of_subjects) -> View:
    """The view of a study whose parameters say something else of its subjects."""
    data, params = study
    trial = load_trial(params)
    given = trial.given or Given()
    given = given.model_copy(update={"subjects": given.subjects.model_copy(update=of_subjects)})
    trial = trial.model_copy(update={"given": given})
    interim = load_interim(params, "final", trial)
    return build_view(data, params, trial=trial, interim=interim, audience=audience)


BY_ARM = {"TRT01P": ("Active", "Placebo")}
FROM_ARM = {"WASRAND": (Case(value="Y", where=BY_ARM),)}


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ({"randomised": BY_ARM}, "TRT01P"),
        ({"randomised": {"WASRAND": ("Y",)}, "derived": FROM_ARM}, "WASRAND"),
        ({"randomised": {"TRT01P": (None, "Active")}}, "TRT01P"),  # everybody would be
    ],
)
def test_who_was_randomised_must_be_known_to_open_readers_without_the_arm(study, hidden, said):
    """Else nobody would be, in every number of the page, and nothing would say so."""
    message = rf"given\.subjects\.randomised: {said} is not open to this audience, as it may tell"
    with pytest.raises(UsageError, match=message):
        view_with(study, "open", **hidden)
    if None not in hidden["randomised"].get(said, ()):
        closed = view_with(study, "closed_unmasked", **hidden)
        assert (closed["adsl"]["ITTFL"] == "Y").sum() == 5


def test_what_says_who_was_randomised_is_a_variable_of_the_data(study):
    with pytest.raises(UsageError, match=r"randomised: ARMED is no variable of adsl; name one"):
        view_with(study, "closed_unmasked", randomised={"ARMED": ("Y",)})
    by_age = {"OLD": (Case(value="Y", where={"SEX": ("F", "M")}),)}
    seen = view_with(study, "open", randomised={"OLD": ("Y",)}, derived=by_age)
    assert (seen["adsl"]["ITTFL"] == "Y").sum() == 5


def test_a_variable_made_from_what_is_hidden_is_not_made_for_open_readers(study):
    """Its other cases would hold, and the value be another one."""
    made = {"KIND": (*FROM_ARM["WASRAND"], Case(value="N"))}
    assert set(view_with(study, "closed_unmasked", derived=made)["adsl"]["KIND"]) == {"Y", "N"}
    assert "KIND" not in view_with(study, "open", derived=made)["adsl"]


@pytest.mark.parametrize("where", ["columns", "rows"])
def test_an_allow_list_that_names_the_arm_is_refused(where, study, tmp_path):
    params = Path(shutil.copytree(study[1], tmp_path / "params"))
    path = params / "tables" / "audiences.yaml"
    listed = yaml.safe_load(path.read_text())
    subjects = listed["open"]["tables"]["adsl"]
    if where == "columns":
        subjects["columns"].append("TRT01P")
    else:
        subjects["rows"] = {"TRT01P": ["Active"]}
    path.write_text(yaml.safe_dump(listed))
    message = r"audiences\.yaml: open\.tables\.adsl: found TRT01P, the variable of the arm"
    with pytest.raises(UsageError, match=message):
        view_of(study[0], params, "open")


def test_variables_that_one_arm_lacks_are_proposed_to_no_open_reader(tmp_path: Path) -> None:
    """A trial whose control gets nothing: a first dose tells who is not in it."""
    many = pd.concat([ADSL.assign(USUBJID=ADSL["USUBJID"] + f"{i}") for i in range(3)])
    control = many["TRT01P"] == "Placebo"
    bare = many.assign(
        TRTSDT=many["TRTSDT"].mask(control), SAFFL=many["SAFFL"].mask(control, "N"), DTHFL=None
    )
    _, params = write_trial(tmp_path / "bare", adsl=bare, adae=None, adqs=None)
    text = (params / "tables" / "audiences.yaml").read_text()
    assert "# Left out, as it tells who got what: adsl.SAFFL, adsl.TRTSDT." in text
    assert "TRTSDT" not in text.partition("columns:")[2]
    _, params = write_trial(tmp_path / "full", adsl=many, adae=None, adqs=None)
    assert "TRTSDT" in (params / "tables" / "audiences.yaml").read_text()
