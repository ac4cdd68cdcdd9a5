"""Files of the raw route, damaged at random: the same seed, the same damage."""

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet
from mini_export import PARAMS, MiniExport, schemas

from helpers.commands.plain_text import make_plain
from helpers.errors import InterimError
from helpers.intake.export import drop_deleted, drop_duplicates, read_table
from helpers.intake.info import read_info
from helpers.intake.read import read_header, read_text
from helpers.params import load_trial
from helpers.params.small_file import find_odd_character

FORMATS = ("csv", "parquet", "json", "yaml")
TABLES = ("ae", "dm", "vs", "qs")
TOKENS = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b[31m", b"\r", b"\n", b"\r\n"),
    *(
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"=1+1",
        b"{",
        b"}",
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"!!int ",
        b": ",
    ),
    *(
        b"- ",
        b"? ",
        b"| ",
        b"%",
        b"@",
        b"`",
        b"~",
        b"null",
        b"NaN",
        b"1e999",
        b"9" * 400,
        b"-",
        b".",
    ),
    *(b"0001-01-01", b"9999-12-31T99:99", b"2022-02-30", b"\\u0000", b"\\ud800", b"x" * 70_000),
    *(b"PAR1", b"\x15\x00\x15", b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff\x0f"),
)


@cache
def originals(form: str) -> tuple[bytes, ...]:
    """Whole files that are damaged: small, so that damage hits."""
    if form == "yaml":
        return tuple((PARAMS / name).read_bytes() for name in ("trial.yaml", "ia3.yaml"))
    with TemporaryDirectory() as place:
        folder = MiniExport().write(Path(place))
        if form == "json":
            return ((folder / "export.json").read_bytes(),)
        paths = [folder / "open" / f"{name}.csv" for name in TABLES]
        if form == "parquet":
            for path in paths:
                table = pa.Table.from_pandas(read_text(path, read_header(path)).head(40))
                pa.parquet.write_table(table, path.with_suffix(".parquet"))
            paths = [path.with_suffix(".parquet") for path in paths]
        return tuple(path.read_bytes() for path in paths)


def fuzz(form: str, seed: int) -> tuple[int, bytes]:
    """Which file was damaged, and what became of it."""
    chance = random.Random(f"{form} {seed}")
    which = chance.randrange(len(originals(form)))
    content = bytearray(originals(form)[which])
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        chance.choice(DAMAGES)(content, chance)
    return which, bytes(content)


def _flip(content: bytearray, chance: random.Random) -> None:
    if content:
        content[_place(content, chance)] ^= 1 << chance.randrange(8)


def _overwrite(content: bytearray, chance: random.Random) -> None:
    at = _place(content, chance)
    token = chance.choice(TOKENS)
    content[at : at + len(token)] = token


def _insert(content: bytearray, chance: random.Random) -> None:
    at = _place(content, chance)
    content[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 50))


def _cut(content: bytearray, chance: random.Random) -> None:
    at = _place(content, chance)
    del content[at : at + chance.choice((1, 5, 100, len(content)))]


def _repeat(content: bytearray, chance: random.Random) -> None:
    at = _place(content, chance)
    content[at:at] = content[at : at + chance.choice((1, 10, 500))]


def _place(content: bytearray, chance: random.Random) -> int:
    """Anywhere, more often near an end: headers and footers are there."""
    size = max(len(content), 1)
    near = min(size, 300)
    return chance.choice(
        (chance.randrange(size), chance.randrange(near), size - 1 - chance.randrange(near))
    )


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_flip, _flip, _overwrite, _insert, _insert, _cut, _repeat),
)


def read_fuzzed(form: str, damaged: tuple[int, bytes], folder: Path) -> str:
    """What is said of a damaged file, empty where it can still be read; never a traceback."""
    which, content = damaged
    try:
        said = READERS[form](which, content, folder)
    except InterimError as error:
        said = str(error)
    assert find_odd_character(make_plain(said)) is None
    return said


def _read_table(which: int, content: bytes, folder: Path, suffix: str) -> str:
    name = TABLES[which]
    (folder / "open").mkdir(exist_ok=True)
    for old in (folder / "open").iterdir():
        old.unlink()
    (folder / "open" / f"{name}{suffix}").write_bytes(content)
    schema = schemas()[name]
    frame, findings = read_table(folder, schema, whole=True)
    if frame is not None and "STRUCT-COLUMN" not in set(findings["id"]):
        frame, _ = drop_deleted(frame, name)
        drop_duplicates(frame, schema)
    return "\n".join(findings["text"].astype(str))


def _read_info(which: int, content: bytes, folder: Path) -> str:
    (folder / "export.json").write_bytes(content)
    read_info(folder)
    return ""


def _read_parameters(which: int, content: bytes, folder: Path) -> str:
    for place, name in enumerate(("trial.yaml", "ia3.yaml")):
        (folder / name).write_bytes(content if place == which else originals("yaml")[place])
    from helpers.params import load_interim

    load_interim(folder, "ia3", load_trial(folder))
    return ""


READERS: dict[str, Callable[[int, bytes, Path], str]] = {
    "csv": lambda which, content, folder: _read_table(which, content, folder, ".csv"),
    "parquet": lambda which, content, folder: _read_table(which, content, folder, ".parquet"),
    "json": _read_info,
    "yaml": _read_parameters,
}
