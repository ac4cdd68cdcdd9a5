"""The shape of `audiences.yaml`: what each audience may load and see, an allow-list."""

from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from helpers.params.base import Code, Names, Params

# Every data set that a view can hold; a name that is not here is a mistake, not a lack of data.
Dataset = Literal[
    "adae", "adaemat", "adbr", "adcm", "adcoint", "addv", "adeff", "adex", "adharm", "adie", "adlb",
    "adlot", "admh", "adpause", "adqry", "adqs", "adsdv", "adsl", "adstop", "adtte", "advisit",
    "advs", "aesi", "committee", "compared_looks", "cuteffect", "earlier_reports", "found",
    "postcut", "previous", "recount",
]  # fmt: skip
DATASETS: tuple[str, ...] = get_args(Dataset)
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class TableAccess(Params):
    """Columns (beside the key and audit columns) and rows of one table; null keeps empty cells."""

    columns: Annotated[tuple[Variable, ...], Field(strict=False)]
    rows: dict[Variable, Annotated[tuple[str | None, ...], Field(strict=False)]] = {}
    reduce: Literal["form_status"] | None = None


class AudienceAccess(Params):
    """What one audience may open, which data sets reach its notebook, which displays it sees.

    `labels`: planned arms under letters, and of the restricted side nothing else.
    `catalogue`: every display whose declaration gives it to the audience; a list narrows that.
    """

    LATER: ClassVar[frozenset[str]] = frozenset(("anchor",))
    restricted: bool
    labels: bool = False
    tables: Literal["all"] | dict[Code, TableAccess]
    datasets: Literal["all"] | Annotated[tuple[Dataset, ...], Field(strict=False)]
    displays: Literal["all", "catalogue"] | Names
    sentence: dict[str, str] = {}

    @model_validator(mode="after")
    def _check_closed(self) -> Self:
        if self.tables == "all" and not self.restricted:
            raise ValueError("tables: found all, allowed without restricted: a list of tables")
        if self.labels and self.restricted:
            raise ValueError("restricted: found true, allowed with labels: false")
        return self


class Audiences(Params):
    """The audiences of a trial."""

    open: AudienceAccess | None = None
    closed_masked: AudienceAccess | None = None
    closed_unmasked: AudienceAccess | None = None

    @model_validator(mode="after")
    def _check_open(self) -> Self:
        if self.open is not None and self.open.restricted:
            raise ValueError("open.restricted: found true, allowed: false")
        for name, access in self.declared().items():
            masked = name == "closed_masked"
            if access.labels != masked:
                found, allowed = str(access.labels).lower(), str(masked).lower()
                raise ValueError(f"{name}.labels: found {found}, allowed: {allowed}")
        return self

    def declared(self) -> dict[str, AudienceAccess]:
        """What each declared audience may see."""
        return {name: access for name, access in self if access is not None}
