"""Where an alpha ledger may lie: beside the reports, or in a folder of its owner alone."""

from pathlib import Path

import pytest

from helpers.errors import UsageError
from helpers.params.interim import Interim
from helpers.reporting.spending.place import check_ledger, locate_ledger

INTERIM = Interim.model_validate(
    {"trial_id": "T", "interim_id": "IA3", "interim_label": "x", "sequence": 3, "cutoff": "trigger"}
    | {"trigger": {"kind": "visit_resolved", "persons": 1, "visit": "M06"}}
)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("reports", "params", "data", "safe")}
    for folder in made.values():
        folder.mkdir()
    return made


def check(places: dict[str, Path], named: str) -> None:
    interim = INTERIM.model_copy(update={"alpha_ledger": named})
    check_ledger(places["reports"], interim, (places["params"], places["data"]))


def refuse(places: dict[str, Path], named: str) -> str:
    with pytest.raises(UsageError) as caught:
        check(places, named)
    message = str(caught.value)
    assert message.startswith("IA3: alpha_ledger: ")
    return message


def test_a_name_lies_beside_the_reports_and_a_whole_path_where_it_says(tmp_path: Path) -> None:
    assert locate_ledger(tmp_path, None).path == tmp_path / "alpha_ledger.jsonl"
    assert not locate_ledger(tmp_path, None).needed
    assert locate_ledger(tmp_path, "looks.jsonl").path == tmp_path / "looks.jsonl"
    whole = locate_ledger(tmp_path, "/safe/looks.jsonl")
    assert (whole.path, whole.needed) == (Path("/safe/looks.jsonl"), True)
    assert whole.lock.parent == Path("/safe")  # two folders of reports wait for one another


def test_beside_the_reports_and_in_a_folder_outside_it_may_lie(places) -> None:
    check(places, "looks.jsonl")
    check(places, str(places["safe"] / "looks.jsonl"))
    check(places, "../safe/looks.jsonl")


def test_it_may_not_lie_where_others_read(places) -> None:
    (places["reports"] / "ia3" / "open").mkdir(parents=True)
    for named in ("../params/a.jsonl", "../data/a.jsonl", "ia3/open/a.jsonl"):
        assert "which others than its owner read" in refuse(places, named)


def test_a_folder_that_is_not_there_is_not_made(places) -> None:
    assert "its folder does not exist" in refuse(places, "../nowhere/a.jsonl")


def test_a_file_that_others_can_read_is_refused(places) -> None:
    path = places["safe"] / "looks.jsonl"
    path.touch(mode=0o600)
    check(places, str(path))
    path.chmod(0o640)
    assert "(mode 640); see who has, then chmod 600 it" in refuse(places, str(path))


def test_a_link_or_a_folder_is_no_ledger(places) -> None:
    (places["safe"] / "a.jsonl").symlink_to(places["params"] / "b.jsonl")
    (places["safe"] / "c.jsonl").mkdir()
    for name in ("a.jsonl", "c.jsonl"):
        assert "is no file of its own" in refuse(places, f"../safe/{name}")
