"""What several checks ask of the same records, computed once per run."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.checks.assessments import build_assessments
from helpers.checks.plausibility import classify_vitals
from helpers.checks.raw_tables import TABLES
from helpers.checks.scores import score_forms
from helpers.checks.units import convert_laboratory, convert_vitals
from helpers.intake.doses import is_given
from helpers.intake.fatal_events import find_fatal_events
from helpers.intake.partial_dates import earliest_date, latest_date, parse_datetime
from helpers.intake.records import Records
from helpers.intake.schema import SUBJECT
from helpers.intake.serious_events import find_serious_events
from helpers.params.trial import Trial


def spread(facts: pd.Series, subjects: pd.Series) -> pd.Series:
    """A fact by SUBJID for every row, null where the participant has none; the type is kept."""
    return facts.reindex(subjects).set_axis(subjects.index)


@dataclass(frozen=True, kw_only=True)
class CheckContext(Records):
    """Records with the facts that checks share; each is computed when first asked for."""

    trial: Trial

    @classmethod
    def of(cls, records: Records, trial: Trial) -> "CheckContext":
        """The same records, ready for the checks."""
        return cls(
            tables=records.tables,
            reference=records.reference,
            extract=records.extract,
            cutoff=records.cutoff,
            trial=trial,
        )

    @cached_property
    def dated(self) -> pd.DataFrame:
        """Dated assessments of every table that may be read here (see `build_assessments`)."""
        parts = [
            build_assessments(name, self[name])
            for name, table in TABLES.items()
            if self.has(name, SUBJECT, table.date, "ENTRYDTC")
        ]
        filled = [part for part in parts if not part.empty] or parts[:1]
        return pd.concat(filled, ignore_index=True)

    @property
    def quotes(self) -> bool:
        """Whether findings may repeat the site's own words: where the whole export may be read."""
        return self.has("rand", "ARMCD")

    def events(self, *tables: str) -> pd.DataFrame:
        """Dated assessments of these tables that stand for something that happened."""
        return self.dated[self.dated["table"].isin(tables) & self.dated["done"]]

    def fact(self, table: str, column: str) -> pd.Series:
        """Column of a table with one row per participant, by SUBJID."""
        rows = self[table].dropna(subset=[SUBJECT]).drop_duplicates(SUBJECT)
        return rows.set_index(SUBJECT)[column]

    @cached_property
    def consent(self) -> pd.Series:
        """Consent date by SUBJID."""
        return self.fact("dm", "RFICDTC")

    @cached_property
    def death(self) -> pd.DataFrame:
        """Earliest (`first`) and latest (`last`) possible day of death by SUBJID."""
        text = self.fact("dm", "DTHDTC")
        return pd.DataFrame({"first": earliest_date(text), "last": latest_date(text)})

    @cached_property
    def randomised(self) -> pd.Series:
        """Randomisation day by SUBJID: from `rand` where it may be read, else from `ds`."""
        rows = self.milestones
        known = rows[rows["DSDECOD"] == "RANDOMIZED"].drop_duplicates(SUBJECT)
        days = known.set_index(SUBJECT)["first"]
        if self.has("rand", "RANDDTC"):
            own = self.fact("rand", "RANDDTC").dt.normalize()
            days = own.combine_first(days) if len(days) else own
        return days.sort_index().astype("datetime64[s]")

    @cached_property
    def milestones(self) -> pd.DataFrame:
        """Rows of `ds` with the earliest and latest day each can mean."""
        ds = self["ds"]
        return ds.assign(first=earliest_date(ds["DSSTDTC"]), last=latest_date(ds["DSSTDTC"]))

    @cached_property
    def study_ends(self) -> pd.DataFrame:
        """Rows of `ds` that end the study for a participant."""
        rows = self.milestones
        return rows[(rows["DSCAT"] == "DISPOSITION") & (rows["DSSCAT"] == "STUDY")]

    @cached_property
    def study_end(self) -> pd.Series:
        """Latest possible day of the study's end by SUBJID, from `ds`, else from the last visit."""
        ends = self.study_ends.groupby(SUBJECT)["last"].min()
        sv = self["sv"]
        closing = sv[(sv["VISIT"] == self.trial.site_visits.end_of_study)]
        closing = closing[closing["SVSTAT"] == "DONE"].groupby(SUBJECT)["SVSTDTC"].max()
        return ends.combine_first(closing) if len(closing) else ends

    @cached_property
    def given(self) -> pd.DataFrame:
        """Administrations that were given (of `is_given`), in order of time."""
        ex = self["ex"]
        rows = ex[is_given(ex)]
        rows = rows.assign(day=rows["EXSTDTC"].dt.normalize())
        return rows.sort_values([SUBJECT, "EXSTDTC", "EXSEQ"], kind="stable")

    @cached_property
    def anchor(self) -> pd.Series:
        """Day 0 of the visit windows by SUBJID: first administration, else randomisation."""
        if self.trial.dates.anchor_mode == "rand":
            return self.randomised
        first = self.given.drop_duplicates(SUBJECT).set_index(SUBJECT)["day"]
        return first.combine_first(self.randomised) if len(first) else self.randomised

    @cached_property
    def ae(self) -> pd.DataFrame:
        """Adverse events with the days that start and end can mean, and whether serious."""
        ae = self["ae"]
        known = self.has("ae", "AEOUT") and self.has("dm", "DTHFL", "DTHDTC")
        fatal = find_fatal_events(ae, self["dm"]) if known else pd.Series(False, index=ae.index)
        return ae.assign(
            start_first=earliest_date(ae["AESTDTC"]),
            start_last=latest_date(ae["AESTDTC"]),
            start_time=parse_datetime(ae["AESTDTC"]),
            end_first=earliest_date(ae["AEENDTC"]),
            end_last=latest_date(ae["AEENDTC"]),
            end_time=parse_datetime(ae["AEENDTC"]),
            serious=find_serious_events(ae, fatal),
        )

    @cached_property
    def vitals(self) -> pd.DataFrame:
        """Vital signs with `value` in standard units, `plausibility`, the days a date can mean."""
        vs = convert_vitals(self["vs"], self.reference)
        return vs.assign(
            plausibility=classify_vitals(vs, self.reference),
            first=earliest_date(vs["VSDTC"]),
            last=latest_date(vs["VSDTC"]),
            time=parse_datetime(vs["VSDTC"]),
        )

    @cached_property
    def laboratory(self) -> pd.DataFrame:
        """Laboratory rows with `number`, `sign`, `value` in standard units, `unit_known`."""
        return convert_laboratory(self["lb"], self.reference)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of every received form (see `score_forms`)."""
        return score_forms(self["qs"], self.trial)
