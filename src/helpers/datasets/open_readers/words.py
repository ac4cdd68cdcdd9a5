"""Texts of the records that reach an open page: only words of the code lists and the dictionary."""

from helpers.intake.records import Records
from helpers.intake.schema import Access
from helpers.params.trial import Trial

UNCODED = "UNCODED"


def close_words(records: Records, access: Access, trial: Trial) -> Records:
    """Records in which an open reader finds no word that the site wrote freely.

    A system organ class that the dictionary does not have becomes UNCODED. All other columns that
    reach a data set are typed by a code list; the study is that of the trial.
    """
    if access.restricted:
        return records
    tables = {
        name: frame.assign(STUDYID=trial.study) if "STUDYID" in frame else frame
        for name, frame in records.tables.items()
    }
    if records.has("ae", "AEBODSYS"):
        ae = tables["ae"]
        known = ae["AEBODSYS"].isin(records.reference.dictionary["SOC"])
        tables["ae"] = ae.assign(AEBODSYS=ae["AEBODSYS"].where(known, UNCODED))
    return records.with_tables(tables)
