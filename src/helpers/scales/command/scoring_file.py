"""A file of answers in, the same file with scores out: what `interim score` does."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers.scales.command.answer_files import read_answers, write_scores
from helpers.scales.command.options import ScoreOptions
from helpers.scales.forms import build_forms
from helpers.scales.items.read import ItemsError, nearest_name
from helpers.scales.items.rows import WHOLE_FORM
from helpers.scales.registry import DEFAULTS, Instrument, find_instrument

ITEM_NAMES = ("item", "qstestcd")
VALUE_NAMES = ("value", "qsorres")
PERSON_KEYS = ("STUDYID", "USUBJID", "SUBJID")
VISIT_KEYS = ("AVISIT", "VISIT", "ADT", "QSDTC")


def score_file(
    source: Path, instrument: str, *, options: ScoreOptions = DEFAULTS, output: Path | None = None
) -> pd.DataFrame:
    """Score a CSV or Parquet file of answers, and write the result where an output is named.

    Parameters
    ----------
    source : `.csv` (UTF-8, read as text) or `.parquet`; one row per form with item columns, or
        long with USUBJID, AVISIT, item, value (or QSTESTCD, QSORRES)
    instrument : `nihss fim mas fugl_meyer sf36`
    options : see `option_words.build_options`
    output : `.csv` or `.parquet`

    Returns
    -------
    See `score_answers`.

    Raises
    ------
    ItemsError
        The file cannot be read or scored; the message says where.
    """
    scored = score_answers(read_answers(Path(source)), instrument, options=options)
    if output is not None:
        write_scores(scored, Path(output))
    return scored


def score_answers(
    answers: pd.DataFrame, instrument: str, *, options: ScoreOptions = DEFAULTS
) -> pd.DataFrame:
    """Scores beside the answers.

    Parameters
    ----------
    answers : wide or long
    instrument, options : as in `score_file`

    Returns
    -------
    One row per form: the columns of the file, then the scores, `rule` and `note`. A column of the
    file that has the name of a score comes back as `<name>_input`; a `rule` or `note` of the file
    stays, and ours are then `score_rule` and `score_note`. Of a long file, columns that differ
    between the items of a form are left out.
    """
    chosen = find_instrument(instrument, options)
    wide = _to_wide(answers, chosen)
    _refuse_doubles(wide)
    scores = chosen.score(wide)
    taken = [name for name in ("rule", "note") if name in wide.columns]
    scores = scores.rename(columns={name: f"score_{name}" for name in taken})
    clashes = [name for name in wide.columns if name in scores.columns]
    kept = wide.rename(columns={name: f"{name}_input" for name in clashes})
    return pd.concat([kept, scores], axis=1)


def _to_wide(answers: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    names = {str(name).casefold(): str(name) for name in answers.columns}
    item = next((names[name] for name in ITEM_NAMES if name in names), None)
    value = next((names[name] for name in VALUE_NAMES if name in names), None)
    if item is None or value is None or set(instrument.codes) & set(answers.columns):
        return answers
    return _spread_long(answers, instrument, item, value)


def _spread_long(
    answers: pd.DataFrame, instrument: Instrument, item: str, value: str
) -> pd.DataFrame:
    if "QSCAT" in answers.columns:
        theirs = answers["QSCAT"] == instrument.qscat
        if len(answers) and not theirs.any():
            raise ItemsError(f"no row has QSCAT {instrument.qscat}")
        answers = answers[theirs]
    keys = [name for name in (*PERSON_KEYS, *VISIT_KEYS) if name in answers.columns]
    if not set(keys) & set(PERSON_KEYS[1:]) or not set(keys) & set(VISIT_KEYS):
        raise ItemsError("a long file needs USUBJID and AVISIT to tell the forms apart")
    _refuse_unknown_items(answers[item], instrument)
    _refuse_numbers(answers, instrument, value)
    forms = build_forms(answers, instrument.codes, keys=keys, item=item, value=value)
    others = [name for name in answers.columns if name not in (*keys, item, value)]
    constant = _keep_constant(answers, keys, others)
    named = forms.index.to_frame(index=False)
    return pd.concat([named, constant, forms.reset_index(drop=True)], axis=1)


def _keep_constant(
    answers: pd.DataFrame, keys: Sequence[str], others: Sequence[str]
) -> pd.DataFrame:
    """Columns with one value per form, one row per form in order of first appearance."""
    grouped = answers.groupby(list(keys), dropna=False, sort=False, observed=True)
    number = grouped.ngroup().to_numpy()
    firsts = answers[list(others)][~pd.Series(number).duplicated().to_numpy()]
    spread = firsts.iloc[number]
    same = {
        name: bool(
            (
                (spread[name].to_numpy(object) == answers[name].to_numpy(object))
                | (spread[name].isna().to_numpy() & answers[name].isna().to_numpy())
            ).all()
        )
        for name in others
    }
    return firsts[[name for name in others if same[name]]].reset_index(drop=True)


def _refuse_unknown_items(column: "pd.Series[str]", instrument: Instrument) -> None:
    for name in pd.unique(column.dropna()):
        if name not in instrument.codes and name != WHOLE_FORM:
            near = nearest_name(str(name), instrument.codes)
            hint = f"; did you mean {near!r}?" if near else ""
            raise ItemsError(f"{instrument.name} has no item {name!r}{hint}")


def _refuse_numbers(answers: pd.DataFrame, instrument: Instrument, value: str) -> None:
    numeric = pd.api.types.is_numeric_dtype(answers[value].dtype)
    if instrument.qscat == "MAS" and numeric and answers[value].notna().any():
        raise ItemsError(f"{value} is numeric: MAS grades must be text, 1+ may have been lost")


def _refuse_doubles(wide: pd.DataFrame) -> None:
    keys = [name for name in (*PERSON_KEYS, *VISIT_KEYS) if name in wide.columns]
    if not set(keys) & set(PERSON_KEYS[1:]) or not set(keys) & set(VISIT_KEYS):
        return
    twice = wide.duplicated(subset=keys).to_numpy()
    if twice.any():
        row = wide.iloc[int(twice.argmax())]
        where = ", ".join(f"{name} {row[name]}" for name in keys)
        raise ItemsError(f"two rows for one form: {where}")
