import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from helpers.errors import RunError
from helpers.reporting.publishing import publish
from helpers.reporting.publishing.publish import (
    check_writable,
    locked,
    publish_folder,
    remove_leftovers,
    write_file,
)

OLD = {"safety.html": b"old", "tables/T-S-01.csv": b"old"}
NEW = {"safety.html": b"new", "results.csv": b"new"}


def read_folder(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "báo cáo giữa kỳ" / "open"
    publish_folder(folder, OLD, closed=False)
    return folder


def test_a_folder_holds_exactly_what_was_published_last(target):
    publish_folder(target, NEW, closed=False, ours=OLD)
    assert read_folder(target) == NEW
    assert [path.name for path in target.parent.iterdir()] == ["open"]


def test_closed_folders_are_for_their_owner_alone(tmp_path):
    publish_folder(tmp_path / "closed", NEW, closed=True)
    assert stat.S_IMODE((tmp_path / "closed").stat().st_mode) == 0o700
    publish_folder(tmp_path / "open", NEW, closed=False)
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o755


def test_every_file_of_a_closed_folder_is_created_for_its_owner_alone(tmp_path, monkeypatch):
    before = os.umask(0)
    made: list[tuple[str, int]] = []
    create = os.open

    def record(path, flags, mode=0o777, **named):
        handle = create(path, flags, mode, **named)
        if flags & os.O_CREAT:
            made.append((Path(path).name, stat.S_IMODE(os.fstat(handle).st_mode)))
        return handle

    monkeypatch.setattr(os, "open", record)
    try:
        publish_folder(tmp_path / "closed", OLD, closed=True)
        publish_folder(tmp_path / "open", OLD, closed=False)
    finally:
        os.umask(before)
    assert made[:2] == [("safety.html", 0o600), ("T-S-01.csv", 0o600)]
    for path in (tmp_path / "closed").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    for path in (tmp_path / "open").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o044 == 0o044


def test_a_reader_never_sees_half_of_it(tmp_path):
    """A folder of ten files that always agree, read while it is exchanged sixty times."""
    target = tmp_path / "open"
    versions = [{f"{i}.txt": str(v).encode() for i in range(10)} for v in range(60)]
    publish_folder(target, versions[0], closed=False)
    seen, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            handle = os.open(target, os.O_RDONLY)  # fails if the name is ever missing
            contents = set()
            for name in os.listdir(handle):  # noqa: PTH208 - of a folder that is open
                try:
                    file = os.open(name, os.O_RDONLY, dir_fd=handle)
                except FileNotFoundError:
                    contents = None  # this version has been replaced and is being removed
                    break
                contents.add(os.read(file, 100))
                os.close(file)
            os.close(handle)
            seen.append(contents)

    reader = threading.Thread(target=read)
    reader.start()
    for version in versions:
        publish_folder(target, version, closed=False)
    stop.set()
    reader.join()
    assert all(contents is None or len(contents) <= 1 for contents in seen)
    assert len(seen) > 20


def test_without_the_exchange_call_two_renames_do(target, monkeypatch):
    monkeypatch.setattr(publish, "_exchange_at_once", lambda staging, target: False)
    publish_folder(target, NEW, closed=False, ours=OLD)
    assert read_folder(target) == NEW
    assert [path.name for path in target.parent.iterdir()] == ["open"]


def test_a_full_disk_leaves_the_old_folder_and_says_so_once(target, monkeypatch):
    def fail(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(publish.os, "fsync", fail)
    with pytest.raises(RunError, match=r"cannot be written .No space left on device"):
        publish_folder(target, NEW, closed=False)
    assert read_folder(target) == OLD
    assert [path.name for path in target.parent.iterdir()] == ["open"]


def test_an_interruption_in_the_middle_leaves_the_old_folder(target, monkeypatch):
    def interrupt(staging, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "exchange", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish_folder(target, NEW, closed=False, ours=OLD)
    assert read_folder(target) == OLD
    assert [path.name for path in target.parent.iterdir()] == ["open"]


def test_a_place_that_is_a_file_is_named(tmp_path):
    (tmp_path / "reports").write_text("not a folder")
    with pytest.raises(RunError, match=r"reports.*cannot be written"):
        check_writable(tmp_path / "reports")
    with pytest.raises(RunError, match=r"reports.*cannot be written"):
        publish_folder(tmp_path / "reports" / "ia1" / "open", NEW, closed=False)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "index.html"
    write_file(path, b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(RunError):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["index.html"]


def test_what_a_killed_run_left_is_removed_and_nothing_else(target):
    (target.parent / ".open.abc123").mkdir()
    (target.parent / ".closed_unmasked.abc123").mkdir()
    remove_leftovers(target)
    assert sorted(path.name for path in target.parent.iterdir()) == [
        ".closed_unmasked.abc123",
        "open",
    ]


def test_two_runs_do_not_publish_one_folder_at_the_same_time(tmp_path):
    order = []
    inside = threading.Event()

    def first():
        with locked(tmp_path / "x.lock"):
            inside.set()
            order.append("first in")
            threading.Event().wait(0.2)
            order.append("first out")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with locked(tmp_path / "x.lock"):
        order.append("second in")
    thread.join()
    assert order == ["first in", "first out", "second in"]


def test_what_somebody_put_into_a_published_folder_is_kept_beside_it(target):
    (target / "minutes.docx").write_text("mine")
    (target / "tables" / "mine.csv").write_text("mine too")
    (target / ".DS_Store").write_text("litter")
    kept = publish_folder(target, NEW, closed=False, ours=OLD)
    assert kept == ("minutes.docx", "tables/mine.csv")
    assert read_folder(target) == NEW
    beside = target.with_name("open.kept")
    assert read_folder(beside) == {"minutes.docx": b"mine", "tables/mine.csv": b"mine too"}


def test_what_is_kept_never_takes_the_place_of_what_was_kept_before(target):
    for words in ("first", "second"):
        (target / "minutes.docx").write_text(words)
        publish_folder(target, NEW, closed=False, ours=OLD)
    beside = read_folder(target.with_name("open.kept"))
    assert beside == {"minutes.docx": b"first", "minutes.2.docx": b"second"}


def test_a_published_file_that_somebody_changed_is_replaced_and_not_kept(target):
    """It is made again from the data; what was written into it is in nobody's list of files."""
    (target / "safety.html").write_text("changed by hand")
    assert publish_folder(target, NEW, closed=False, ours=OLD) == ()
    assert read_folder(target) == NEW


def test_what_is_kept_of_a_closed_folder_is_for_its_owner_alone(tmp_path):
    closed = tmp_path / "closed_unmasked"
    publish_folder(closed, OLD, closed=True)
    (closed / "minutes.docx").write_text("mine")
    (closed / "link").symlink_to(tmp_path / "elsewhere")
    assert publish_folder(closed, NEW, closed=True, ours=OLD) == ("link", "minutes.docx")
    beside = tmp_path / "closed_unmasked.kept"
    assert stat.S_IMODE(beside.stat().st_mode) == 0o700
    assert (beside / "link").is_symlink()
