"""Where a report may not be written, and a closed one not at all."""

import json

import pytest

from helpers.errors import RunError, UsageError
from helpers.reporting.blinding.places import check_place, check_private
from helpers.reporting.publishing.publish import publish_folder


def publish(folder, audience):
    content = json.dumps({"audience": audience}).encode()
    publish_folder(folder, {"manifest.json": content}, closed=audience != "open")


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
@pytest.mark.parametrize("below", ["", "new", "new/deeper"])
def test_nothing_is_written_into_a_published_report(audience, below, tmp_path):
    publish(tmp_path / "ia3" / audience, audience)
    for closed in (True, False):
        with pytest.raises(UsageError, match=f"a report may not lie in the {audience} report"):
            check_place(tmp_path / "ia3" / audience / below, closed=closed, what="a report")
    check_place(tmp_path / "ia3", closed=True, what="a report")


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_closed_is_not_written_where_open_readers_have_their_data(whole, tmp_path):
    (tmp_path / "data" / "open").mkdir(parents=True)
    (tmp_path / "data" / "export.json").write_text("{}")
    if whole:
        (tmp_path / "data" / "restricted").mkdir()
    place = tmp_path / "data" / "open" / "reports" if whole else tmp_path / "data" / "reports"
    with pytest.raises(UsageError, match="which open readers have of an export"):
        check_place(place, closed=True, what="a report")
    check_place(place, closed=False, what="a report")
    check_place(tmp_path / "reports", closed=True, what="a report")


def test_a_link_into_an_open_report_is_looked_through(tmp_path):
    publish(tmp_path / "ia3" / "open", "open")
    (tmp_path / "link").symlink_to(tmp_path / "ia3" / "open")
    with pytest.raises(UsageError, match="may not lie"):
        check_place(tmp_path / "link" / "x", closed=True, what="a report")


def test_a_closed_folder_that_others_can_enter_is_not_private(tmp_path):
    publish(tmp_path / "closed", "closed_unmasked")
    check_private(tmp_path / "closed")
    (tmp_path / "closed").chmod(0o750)
    with pytest.raises(RunError, match=r"others can read this closed folder \(mode 750\)") as said:
        check_private(tmp_path / "closed")
    assert f"`chmod -R go= {tmp_path / 'closed'}`" in str(said.value)
