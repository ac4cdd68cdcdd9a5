"""One thing at a time that is odd in a study, as it comes from other people's programs.

Each oddity changes the untouched frames, or the files written from them, in places that a random
number chooses. `outcome` says what has to come of it: `same` every number is as before; `told` the
numbers may differ and a finding says why; `stopped` nothing is shown and one line says why.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

ALL = ("csv", "parquet", "xpt", "json")
TEXTS = ("csv", "parquet", "json")  # forms in which a date may be any text
DATES = {"adsl": ["RANDDT", "TRTSDT", "TRTEDT", "EOSDT"], "adae": ["ASTDT", "AENDT"],
         "adqs": ["ADT"], "adtte": ["STARTDT", "ADT"]}  # fmt: skip
NUMBERS = {
    "adsl": ["AGE", "WEIGHTBL", "BMIBL"],
    "adae": ["AESEQ"],
    "adqs": ["AVAL", "BASE", "CHG", "ADY", "AVISITN"],
    "adtte": ["AVAL", "CNSR"],
}
FLAGS = {"adsl": ["ITTFL", "SAFFL"], "adae": ["AESER", "TRTEMFL"], "adqs": ["ANL01FL"]}
WORDS = ["NA", "N/A", ".", "NULL", "NaN", " ", ".A", "n/a"]
UNUSED_NULLS = {"adsl": ["DCSREAS", "DTHFL"]}
ODDITIES: list["Oddity"] = []


@dataclass(frozen=True)
class Oddity:
    name: str
    outcome: str
    forms: tuple[str, ...]
    frames: Callable | None = None
    files: Callable | None = None
    says: str = ""


def odd(outcome, forms=ALL, *, files=False, says=""):
    """Enter a function into the list: of frames, or of the folder with the files."""

    def enter(function):
        kind = {"files": function} if files else {"frames": function}
        ODDITIES.append(Oddity(function.__name__, outcome, forms, says=says, **kind))
        return function

    return enter


def pick(draw: Random, table, data=None):
    """A data set and one of its variables of a kind."""
    name = draw.choice([n for n in table if data is None or n in data])
    return name, draw.choice(table[name])


def some(draw: Random, frame, share=0.3):
    """Some rows, at least one."""
    n = max(1, int(share * len(frame)))
    return draw.sample(list(frame.index), min(n, len(frame)))


def rewrite(folder, draw, change, form="csv"):
    """Change the bytes of one file, or of all."""
    paths = sorted(folder.glob(f"*.{form}"))
    for path in paths if draw.random() < 0.5 else [draw.choice(paths)]:
        path.write_bytes(change(path.read_bytes()))


# ---- the form of text files


@odd("same", ("csv",), files=True)
def other_separator(folder, draw):
    sign = draw.choice([";", "\t", "|"])
    for path in folder.glob("*.csv"):
        pd.read_csv(path, dtype=str, keep_default_na=False).to_csv(path, index=False, sep=sign)


@odd("same", ("csv",), files=True)
def line_ends(folder, draw):
    end = draw.choice([b"\r", b"\r\n"])
    rewrite(folder, draw, lambda text: text.replace(b"\n", end))


@odd("same", ("csv",), files=True)
def byte_order_mark_and_stated_separator(folder, draw):
    start = draw.choice([b"\xef\xbb\xbf", b"sep=,\n", b"\xef\xbb\xbfsep=,\n", b"\n\n"])
    rewrite(folder, draw, lambda text: start + text)


@odd("same", ("csv",), files=True)
def tabs_in_a_tsv(folder, draw):
    path = draw.choice(sorted(folder.glob("*.csv")))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.to_csv(path.with_suffix(draw.choice([".tsv", ".txt"])), index=False, sep="\t")
    path.unlink()


@odd("same", ("csv",), files=True)
def semicolons_and_decimal_commas(folder, draw):
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for name in NUMBERS[path.stem]:
            frame[name] = frame[name].str.replace(".", ",", regex=False)
        frame.to_csv(path, index=False, sep=";")


@odd("same", ("csv",), files=True)
def quotes_around_everything(folder, draw):
    for path in folder.glob("*.csv"):
        pd.read_csv(path, dtype=str, keep_default_na=False).to_csv(path, index=False, quoting=1)


@odd("same", ("csv",), files=True)
def a_column_of_row_numbers(folder, draw):
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.to_csv(path, index=True, index_label=draw.choice(["", "Unnamed: 0"]))


@odd("same", ("csv",), files=True)
def empty_lines_and_columns(folder, draw):
    rewrite(folder, draw, lambda text: text.replace(b"\n", b",\n").rstrip() + b"\n\n\n")


@odd("same", ("csv",), files=True, says="repeat the header")
def the_header_again_in_the_middle(folder, draw):
    path = draw.choice(sorted(folder.glob("*.csv")))
    lines = path.read_bytes().splitlines(keepends=True)
    lines.insert(draw.randrange(2, len(lines)), lines[0])
    path.write_bytes(b"".join(lines))


@odd("stopped", ("csv",), files=True, says="quote")
def a_quote_that_is_closed_rows_later(folder, draw):
    path = folder / "adae.csv"
    lines = path.read_text().splitlines()
    first = draw.randrange(1, len(lines) - 4)
    for at, (old, new) in (
        (first, (",nausea,", ',"nausea,')),
        (first + 2, (",nausea,", ',nausea",')),
    ):
        term = lines[at].split(",")[4]
        lines[at] = lines[at].replace(f",{term},", new.replace("nausea", term), 1)
        del old
    path.write_text("\n".join(lines) + "\n")


@odd("stopped", ("csv",), files=True, says="UTF-8")
def another_encoding(folder, draw):
    path = folder / "adae.csv"
    path.write_bytes(path.read_bytes().replace(b"nausea", "Übelkeit".encode("latin-1"), 1))


@odd("stopped", ("csv",), files=True, says="cells")
def a_row_cut_short(folder, draw):
    path = draw.choice(sorted(folder.glob("*.csv")))
    lines = path.read_text().splitlines()
    at = draw.randrange(1, len(lines))
    lines[at] = lines[at].rpartition(",")[0].rpartition(",")[0]
    path.write_text("\n".join(lines) + "\n")


# ---- the form of other files


@odd("same", ("json",), files=True)
def keys_of_json_in_another_order(folder, draw):
    for path in folder.glob("*.json"):
        content = json.loads(path.read_text())
        keys = list(content)
        draw.shuffle(keys)
        label = {"label": "x" * 9000}  # the version may stand far behind
        content["columns"] = [{**label, **dict(sorted(c.items()))} for c in content["columns"]]
        path.write_text(
            json.dumps({key: content[key] for key in keys}, indent=draw.choice([None, 2]))
        )


@odd("same", ("json",), files=True)
def json_in_lines(folder, draw):
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text())
        rows = content.pop("rows")
        path.with_suffix(".ndjson").write_text("\n".join(map(json.dumps, [content, *rows])))
        path.unlink()


@odd("same", ("json",), files=True)
def numbers_of_json_as_text(folder, draw):
    for path in folder.glob("*.json"):
        content = json.loads(path.read_text())
        for i, column in enumerate(content["columns"]):
            if column["dataType"] == "float":
                column["dataType"] = "decimal"
                for row in content["rows"]:
                    row[i] = None if row[i] is None else str(row[i])
        path.write_text(json.dumps(content))


@odd("same", ("parquet",), files=True)
def kinds_of_parquet(folder, draw):
    for path in folder.glob("*.parquet"):
        table = pa.parquet.read_table(path)
        fields = []
        for field in table.schema:
            kinds = [field.type]
            if pa.types.is_timestamp(field.type):
                kinds = [pa.date32(), pa.timestamp("us"), pa.timestamp("s"), pa.date64()]
            elif pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
                kinds = [pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.binary()]
            elif pa.types.is_float64(field.type):
                kinds = [pa.decimal128(12, 3), pa.float64()]
            elif pa.types.is_int64(field.type):
                kinds = [pa.int32(), pa.float64(), pa.string()]
            fields.append(field.with_type(draw.choice(kinds)))
        pa.parquet.write_table(table.cast(pa.schema(fields), safe=False), path)


@odd("same", files=True)
def other_files_beside(folder, draw):
    (folder / "define.xml").write_text("<x/>")
    (folder / "README.txt").write_text("data, of a study\n")
    (folder / "metadata.json").write_text("{}")
    (folder / "old").mkdir()


# ---- names and order


@odd("same")
def rows_in_another_order(frames, draw):
    return {n: f.sample(frac=1, random_state=draw.randrange(999)) for n, f in frames.items()}


@odd("same")
def columns_in_another_order(frames, draw):
    return {n: f[draw.sample(list(f.columns), len(f.columns))] for n, f in frames.items()}


@odd("same", ("csv", "parquet", "json"))
def names_in_small_letters(frames, draw):
    return {n: f.rename(columns=str.lower) for n, f in frames.items()}


@odd("same")
def a_variable_of_the_sponsor(frames, draw):
    name = draw.choice(list(frames))
    own = draw.choice(["STUDY", "BODY", "WIDT", "INFL", "MEMO", "ITEM"])
    return {**frames, name: frames[name].assign(**{own: "main part"})}


@odd("stopped", says="only written otherwise")
def participants_written_otherwise(frames, draw):
    name = draw.choice(["adae", "adqs"])
    change = draw.choice([str.lower, lambda p: p.replace("-0", "-"), lambda p: p.replace("-", " ")])
    return {**frames, name: frames[name].assign(USUBJID=frames[name]["USUBJID"].map(change))}


# ---- words


@odd("same")
def words_for_missing(frames, draw):
    name, variable = pick(draw, UNUSED_NULLS)
    frame = frames[name]
    column = frame[variable].astype(object).where(frame[variable].notna(), draw.choice(WORDS))
    return {**frames, name: frame.assign(**{variable: column})}


@odd("told", ("csv", "parquet", "json"))
def words_for_missing_where_there_was_a_value(frames, draw):
    name, variable = pick(draw, {"adsl": ["AGE", "WEIGHTBL"], "adae": ["AESEV", "AEREL", "AETERM"],
                                 "adqs": ["AVAL"]})  # fmt: skip
    column = frames[name][variable].astype(object).map(str)
    column[some(draw, column)] = draw.choice(WORDS)
    return {**frames, name: frames[name].assign(**{variable: column})}


@odd("same")
def blanks_around_words(frames, draw):
    words = {
        "adsl": ["TRT01P", "EOSSTT", "USUBJID"],
        "adae": ["AEDECOD", "AESER"],
        "adqs": ["AVISIT", "PARAMCD"],
    }
    name, variable = pick(draw, words)
    column = frames[name][variable].copy()
    rows = some(draw, column)
    blank = draw.choice([" {}", "{} ", "\u00a0{}", "  {}  ", "{}\u00a0"])
    column[rows] = column[rows].map(blank.format)
    return {**frames, name: frames[name].assign(**{variable: column})}


@odd("same")
def flags_in_other_words(frames, draw):
    name, variable = pick(draw, FLAGS)
    yes, no = draw.choice(
        [("1", "0"), ("Yes", "No"), ("TRUE", "FALSE"), ("y", "n"), ("true", "false")]
    )
    column = frames[name][variable].map({"Y": yes, "N": no})
    return {**frames, name: frames[name].assign(**{variable: column})}


@odd("same")
def visits_in_other_letters(frames, draw):
    column = frames["adqs"]["AVISIT"].copy()
    rows = some(draw, column)
    column[rows] = column[rows].map(
        draw.choice([str.upper, str.lower, lambda w: w.replace(" ", "  ")])
    )
    return {**frames, "adqs": frames["adqs"].assign(AVISIT=column)}


@odd("told")
def a_visit_that_nobody_planned(frames, draw):
    column = frames["adqs"]["AVISIT"].replace("Week 8", draw.choice(["Week 9", "Visit 5", "X"]))
    return {**frames, "adqs": frames["adqs"].assign(AVISIT=column)}


@odd("stopped", says="TRT01P")
def an_arm_that_nobody_knows(frames, draw):
    column = frames["adsl"]["TRT01P"].copy()
    column[some(draw, column)] = draw.choice(["Verun", "VERUM", "Arm A"])
    return {**frames, "adsl": frames["adsl"].assign(TRT01P=column)}


@odd("told")
def events_neither_serious_nor_not(frames, draw):
    column = frames["adae"]["AESER"].copy()
    column[some(draw, column)] = None
    return {**frames, "adae": frames["adae"].assign(AESER=column)}


# ---- numbers


@odd("same", ("csv", "parquet", "json"))
def numbers_as_text(frames, draw):
    name, variable = pick(draw, NUMBERS, frames)
    return {**frames, name: frames[name].assign(**{variable: frames[name][variable].map(str)})}


@odd("same", ("csv", "parquet", "json"))
def decimal_commas(frames, draw):
    name = draw.choice(["adsl", "adqs"])
    names = {"adsl": ["WEIGHTBL", "BMIBL"], "adqs": ["AVAL", "BASE", "CHG"]}[name]
    texts = {v: frames[name][v].map(lambda x: f"{x:.1f}".replace(".", ",")) for v in names}
    return {**frames, name: frames[name].assign(**texts)}


@odd("same", ("csv", "parquet", "json"))
def thousands_set_apart(frames, draw):
    sign, point = draw.choice([(",", "."), (".", ","), (" ", "."), ("'", "."), ("\u00a0", ",")])
    frame = frames["adsl"]
    text = frame["WEIGHTBL"].map(lambda x: f"{x:,.1f}")
    text = text.map(lambda t: t.replace(",", "#").replace(".", point).replace("#", sign))
    return {**frames, "adsl": frame.assign(WEIGHTBL=text)}


@odd("told", ("csv", "parquet"))
def numbers_without_end(frames, draw):
    column = frames["adqs"]["AVAL"].copy()
    column[draw.sample(list(column.index), 3)] = draw.choice([np.inf, -np.inf])
    return {**frames, "adqs": frames["adqs"].assign(AVAL=column)}


@odd("stopped", ("csv", "parquet", "json"), says="AVAL")
def numbers_with_their_unit(frames, draw):
    text = frames["adqs"]["AVAL"].map(lambda x: f"{x} points")
    return {**frames, "adqs": frames["adqs"].assign(AVAL=text)}


@odd("stopped", ("csv", "parquet", "json"), says="decimal")
def numbers_that_may_be_thousands(frames, draw):
    text = frames["adsl"]["WEIGHTBL"].map(lambda x: f"{x:.3f}".replace(".", ","))
    return {**frames, "adsl": frames["adsl"].assign(WEIGHTBL=text)}


# ---- dates


@odd("same", TEXTS)
def dates_in_other_words(frames, draw):
    form = draw.choice(["%d%b%Y", "%Y%m%d", "%d-%b-%Y", "%Y-%m-%dT00:00:00", "%Y-%m-%dT00:00:00+07",
                        "%Y-%m-%d 00:00:00", "%d%b%Y:00:00:00", "%Y/%m/%d", "%d.%m.%Y", "%d %B %Y",
                        "%Y-%m-%dT00:00:00Z", "%d/%m/%Y", "%m/%d/%Y"])  # fmt: skip
    return {
        n: f.assign(**{v: f[v].dt.strftime(form) for v in DATES[n] if v in f})
        for n, f in frames.items()
    }


@odd("stopped", TEXTS, says="day_order")
def dates_that_may_be_read_in_two_ways(frames, draw):
    name, variable = pick(draw, {"adsl": ["TRTSDT"], "adae": ["ASTDT"], "adqs": ["ADT"]})
    days = frames[name][variable].map(lambda d: d.replace(day=1 + d.day % 12))
    return {**frames, name: frames[name].assign(**{variable: days.dt.strftime("%d/%m/%Y")})}


@odd("same", ("parquet",))
def dates_with_a_zone(frames, draw):
    zone = draw.choice(["Asia/Ho_Chi_Minh", "America/New_York", "UTC"])
    return {
        n: f.assign(**{v: f[v].dt.tz_localize(zone) for v in DATES[n] if v in f})
        for n, f in frames.items()
    }


@odd("stopped", ("parquet",), says="midnight of another zone")
def dates_at_midnight_of_another_zone(frames, draw):
    zone = draw.choice(["Asia/Ho_Chi_Minh", "Europe/Berlin"])
    keep = draw.random() < 0.5
    name, variable = pick(draw, {"adsl": ["TRTSDT"], "adae": ["ASTDT"], "adqs": ["ADT"]})
    days = frames[name][variable].dt.tz_localize(zone).dt.tz_convert("UTC")
    days = days if keep else days.dt.tz_localize(None)
    return {**frames, name: frames[name].assign(**{variable: days})}


@odd("stopped", ("csv",), says="epoch")
def dates_as_numbers_in_text(frames, draw):
    zero = pd.Timestamp(draw.choice(["1960-01-01", "1970-01-01", "1899-12-30"]))
    return {
        n: f.assign(**{v: (f[v] - zero).dt.days for v in DATES[n] if v in f})
        for n, f in frames.items()
    }


@odd("stopped", ("xpt", "parquet", "json"), says="epoch")
def dates_that_count_from_another_day(frames, draw):
    zero = pd.Timestamp(draw.choice(["1970-01-01", "1899-12-30", "1904-01-01"]))
    text = frames["adsl"]["TRTSDT"].dt.strftime("%Y-%m-%d")
    frames = {**frames, "adsl": frames["adsl"].assign(RFSTDTC=text)}
    return {
        n: f.assign(**{v: (f[v] - zero).dt.days.astype(float) for v in DATES[n] if v in f})
        for n, f in frames.items()
    }


@odd("stopped", ("xpt", "parquet", "json"), says="epoch")
def events_that_count_from_another_day(frames, draw):
    days = {v: (frames["adae"][v] - pd.Timestamp("1970-01-01")).dt.days.astype(float)
            for v in DATES["adae"]}  # fmt: skip
    return {**frames, "adae": frames["adae"].assign(**days)}


@odd("stopped", TEXTS, says="no date")
def dates_that_are_none(frames, draw):
    name, variable = pick(draw, {"adsl": ["TRTSDT", "RANDDT"], "adae": ["ASTDT"], "adqs": ["ADT"]})
    text = frames[name][variable].dt.strftime("%Y-%m-%d").copy()
    text[some(draw, text)] = draw.choice(["soon", "2023-02-31", "31/31/2023", "9999-12-31"])
    return {**frames, name: frames[name].assign(**{variable: text})}


# ---- events


@odd("same", says="AESTDTC")
def starts_only_in_their_text(frames, draw):
    adae = frames["adae"]
    text = adae["ASTDT"].dt.strftime("%Y-%m-%d")
    gone = adae["ASTDT"].copy()
    gone[some(draw, gone)] = pd.NaT
    return {**frames, "adae": adae.assign(AESTDTC=text, ASTDT=gone)}


@odd("same", ("csv", "parquet", "json"))
def starts_without_a_day(frames, draw):
    """Emergent as flagged, and after randomisation as far as they may be."""
    text = frames["adae"]["ASTDT"].dt.strftime("%Y-%m-%d").copy()
    rows = some(draw, text)
    text[rows] = text[rows].str[:7]
    return {**frames, "adae": frames["adae"].assign(ASTDT=text)}


@odd("same")
def events_without_a_start(frames, draw):
    gone = frames["adae"]["ASTDT"].copy()
    serious = list(frames["adae"].index[frames["adae"]["AESER"] == "Y"])
    gone[draw.sample(serious, 3)] = pd.NaT
    return {**frames, "adae": frames["adae"].assign(ASTDT=gone)}


@odd("stopped", says="AESEQ")
def events_that_share_their_number(frames, draw):
    adae = frames["adae"]
    again = adae.loc[draw.sample(list(adae.index), 2)].assign(AESEV="MILD", AETERM="another")
    return {**frames, "adae": pd.concat([adae, again], ignore_index=True)}


@odd("same", says="not in adsl")
def events_of_participants_who_are_not_there(frames, draw):
    adae = frames["adae"]
    more = adae.head(2).assign(USUBJID="ZZ-900", AESEQ=[1, 2])
    return {**frames, "adae": pd.concat([adae, more], ignore_index=True)}


# ---- records


@odd("same", says="repeat")
def rows_twice(frames, draw):
    name = draw.choice(list(frames))
    frame = frames[name]
    again = frame.loc[some(draw, frame)]
    return {**frames, name: pd.concat([frame, again], ignore_index=True)}


@odd("stopped", says="BASETYPE")
def two_baselines(frames, draw):
    adqs = frames["adqs"]
    shift = draw.choice([1.0, 2.5])
    other = adqs.assign(BASETYPE="AVERAGE", BASE=adqs["BASE"] + shift, CHG=adqs["CHG"] - shift)
    both = pd.concat([adqs.assign(BASETYPE="LAST"), other], ignore_index=True)
    return {**frames, "adqs": both}


@odd("stopped", says="compete")
def two_records_flagged_for_a_visit(frames, draw):
    adqs = frames["adqs"]
    more = adqs.loc[draw.sample(list(adqs.index), 2)]
    more = more.assign(ADT=more["ADT"] + pd.Timedelta(days=2), AVAL=more["AVAL"] + 4)
    return {**frames, "adqs": pd.concat([adqs, more], ignore_index=True)}


@odd("same")
def another_record_that_is_not_flagged(frames, draw):
    adqs = frames["adqs"]
    more = adqs.loc[draw.sample(list(adqs.index), 3)].assign(ANL01FL=None, AVAL=99.0)
    return {**frames, "adqs": pd.concat([adqs, more], ignore_index=True)}


@odd("stopped", says="compete")
def values_carried_forward(frames, draw):
    adqs = frames["adqs"]
    more = adqs.loc[draw.sample(list(adqs.index), 3)].assign(DTYPE="LOCF")
    return {**frames, "adqs": pd.concat([adqs.assign(DTYPE=None), more], ignore_index=True)}


@odd("same")
def without_what_can_be_derived(frames, draw):
    adqs = frames["adqs"].drop(columns=draw.choice([["CHG"], ["ADY"], ["AVISITN"], ["PARAM"],
                                                    ["CHG", "BASE"], ["ANL01FL"]]))  # fmt: skip
    return {**frames, "adqs": adqs}


@odd("same")
def days_only_as_study_days(frames, draw):
    return {**frames, "adqs": frames["adqs"].drop(columns="ADT")}


@odd("told")
def visits_that_nobody_flagged(frames, draw):
    column = frames["adqs"]["ANL01FL"].copy()
    column[some(draw, column)] = None
    return {**frames, "adqs": frames["adqs"].assign(ANL01FL=column)}


@odd("same")
def the_baseline_by_its_flag_only(frames, draw):
    adqs = frames["adqs"]
    first = adqs["AVISIT"] == "Baseline"
    word = draw.choice(["Screening", "Day 1", None])
    return {
        **frames,
        "adqs": adqs.assign(ABLFL=first.map({True: "Y", False: None}),
                            AVISIT=adqs["AVISIT"].mask(first, word)),
    }  # fmt: skip


# ---- times to event


@odd("same")
def times_in_another_unit(frames, draw):
    unit, days = draw.choice(
        [("MONTHS", 30.4375), ("WEEKS", 7), ("Years", 365.25), ("mo", 30.4375)]
    )
    adtte = frames["adtte"].assign(AVALU=unit)
    adtte = adtte.assign(AVAL=adtte["AVAL"] / days)
    if draw.random() < 0.5 and len(unit) > 2:
        adtte = adtte.drop(columns="AVALU").assign(PARAM=f"Time to first fall ({unit.lower()})")
    return {**frames, "adtte": adtte}


@odd("same")
def times_without_a_begin(frames, draw):
    return {**frames, "adtte": frames["adtte"].drop(columns=draw.choice(["STARTDT", "ADT"]))}


@odd("told")
def times_in_a_unit_that_is_none(frames, draw):
    return {**frames, "adtte": frames["adtte"].assign(AVALU="CYCLES")}


@odd("stopped", says="adtte")
def two_times_of_one_parameter(frames, draw):
    adtte = frames["adtte"]
    more = adtte.head(2).assign(AVAL=lambda f: f["AVAL"] + 3)
    return {**frames, "adtte": pd.concat([adtte, more], ignore_index=True)}
