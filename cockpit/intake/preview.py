"""What a file's columns seem to be, so that a user can map them and save the mapping as a profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cockpit.domain.findings import UserFault
from cockpit.intake import cpr
from cockpit.intake.columns import Match, best_match, candidates, known_names
from cockpit.intake.contracts import CONTRACTS
from cockpit.intake.profiles import Profile
from cockpit.intake.readers import NotATable, RawTable, read_table
from cockpit.intake.results import Upload

ROWS = 20  # enough to recognise a column by its values
SAMPLES = 3
_SHOWN = 60


@dataclass(frozen=True)
class PreviewColumn:
    """A column of the file: its heading, the contract field it is read as (None if none), and some distinct values."""

    name: str
    field: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True)
class ColumnPreview:
    """A file before it is loaded; no text in it has the shape of a CPR number.

    `kind` is the contract's Danish word, None where the columns fit none; `missing` holds groups of required fields
    of which one is needed and none was found; `fault` is a Danish sentence where the file is no table at all, and then
    there are no columns. `header_row` is the physical line.
    """

    file_name: str
    columns: tuple[PreviewColumn, ...] = ()
    header_row: int | None = None
    kind: str | None = None
    profile: str | None = None
    missing: tuple[tuple[str, ...], ...] = ()
    fault: str | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of the file, in its order."""
        return tuple(column.name for column in self.columns)

    @property
    def mapping(self) -> dict[str, str]:
        """The heading that each contract field found was read from."""
        return {column.field: column.name for column in self.columns if column.field}


@dataclass(frozen=True)
class FieldChoice:
    """A contract field a column can be mapped to; `group` holds the fields of which one is required, itself included.

    An empty group means that the field may be absent.
    """

    name: str
    group: tuple[str, ...] = field(default=())


def kinds() -> tuple[str, ...]:
    """Return the kinds of extract that a user can map columns to, by the contract's Danish words."""
    return tuple(CONTRACTS)


def choices(kind: str) -> tuple[FieldChoice, ...]:
    """Return the fields of a kind of extract, in the contract's order."""
    contract = CONTRACTS[kind]
    groups = {name: group for group in contract.required for name in group}
    return tuple(FieldChoice(each.name, groups.get(each.name, ())) for each in contract.fields)


def preview_columns(upload: Upload, profiles: Mapping[str, Profile], profile: str | None = None) -> ColumnPreview:
    """Return what a file's columns are under the profile that fits best, or under the one chosen by name.

    Nothing is converted or stored; only the first rows are read.
    """
    name = cpr.mask(upload.name)
    options = candidates(profiles, profile)
    try:
        raw = read_table(upload.content, known_names(options), rows=ROWS)
    except NotATable as fault:
        return ColumnPreview(name, header_row=fault.row, fault=cpr.mask(str(fault)))
    match = best_match(raw.header, options)
    columns = tuple(_column(raw, at, match) for at in range(len(raw.header)))
    if match is None:
        return ColumnPreview(name, columns, raw.header_row)
    return ColumnPreview(
        name, columns, raw.header_row, match.contract.danish, match.profile.name, match.missing
    )  # fmt: skip


def _column(raw: RawTable, at: int, match: Match | None) -> PreviewColumn:
    fields = {position: name for name, position in match.index.items()} if match else {}
    texts = dict.fromkeys(text for text in raw.columns[at] if text)
    return PreviewColumn(
        cpr.mask(raw.header[at]),
        fields.get(at),
        tuple(_sample(text) for text in list(texts)[:SAMPLES]),
    )


def _sample(text: str) -> str:
    # A spreadsheet drops the leading zero of a CPR number, so nine digits are hidden too unless they are an account.
    is_short = len(text) == 9 and cpr.digits_of(text) is not None and not text.startswith("5")
    return cpr.MASK if is_short else cpr.mask(text)[:_SHOWN]


def mapped_profile(name: str, kind: str, columns: Mapping[str, str], base: Profile | None = None) -> Profile:
    """Return a profile that reads a kind of extract by the headings the user pointed out.

    Args:
        name: what the user calls it.
        kind: the contract's Danish word.
        columns: contract field -> heading of the file.
        base: a profile whose other kinds, spellings and rules are kept.

    Raises:
        UserFault: a required field has no column, or two fields share one.
    """
    _refuse_shared(columns)
    start = base or Profile(name=name, title=name)
    _refuse_missing(kind, columns, start)
    names = {each: (heading,) for each, heading in columns.items()}
    return replace(start, name=name, title=name, columns={**start.columns, kind: names})


def _refuse_shared(columns: Mapping[str, str]) -> None:
    headings = list(columns.values())
    for heading in headings:
        if headings.count(heading) > 1:
            fields = " og ".join(each for each, named in columns.items() if named == heading)
            raise UserFault(f"Kolonnen {cpr.mask(heading)} er valgt til både {fields}. Vælg den kun ét sted.")


def _refuse_missing(kind: str, columns: Mapping[str, str], base: Profile) -> None:
    for group in CONTRACTS[kind].required:
        if not any(name in columns or name in base.optional for name in group):
            raise UserFault(f"{' eller '.join(group)} mangler. Peg den kolonne ud, der indeholder det.")
