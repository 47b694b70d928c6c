"""The reference folder: strict CSV tables -> `Reference`.

Controllers edit these files, so a bad record is told as a Danish sentence with file, row and column, all at once.
"""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from cockpit.domain.events import ASPECTS, KINDS
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import (
    Assumption,
    Event,
    FollowUp,
    InterventionType,
    Reference,
    RefundRule,
    paragraph_keys,
    spelling,
)

DELIMITER = ";"
MARKS = ("V", "D", "U")
PLACE_CATEGORIES = ("fostering", "residential", "supported", "other")
# What people write when they have nothing to write.
BLANK_WORDS = {"", "n/a", "na", "n.a.", "-", "--", "?", "x", "ukendt", "ingen", "none", "tbd", "todo"}

Record = dict[str, Any]
Parser = Callable[[str], Any]


def _text(cell: str) -> str:
    if cell.lower() in BLANK_WORDS:
        raise ValueError("skal udfyldes; tomt felt eller »n/a« duer ikke")
    return cell


def _number(cell: str) -> float:
    if not re.fullmatch(r"-?\d+(,\d+)?", cell):
        raise ValueError("skal være et tal med decimalkomma og uden tusindtegn, fx 0,954 eller 830000")
    return float(cell.replace(",", "."))


def _integer(cell: str) -> int:
    if not re.fullmatch(r"\d+", cell):
        raise ValueError("skal være et helt tal")
    return int(cell)


def _year(cell: str) -> int:
    if not re.fullmatch(r"(19|20|21)\d\d", cell):
        raise ValueError("skal være et årstal, fx 2026")
    return int(cell)


def _month_of_year(cell: str) -> int:
    if not re.fullmatch(r"0?[1-9]|1[0-2]", cell):
        raise ValueError("skal være en måned fra 1 til 12")
    return int(cell)


def _date(cell: str) -> pd.Timestamp:
    """Accept ISO and Danish order: a spreadsheet rewrites the one as the other."""
    danish = re.fullmatch(r"(\d{2})[-./](\d{2})[-./](\d{4})", cell)
    iso = f"{danish[3]}-{danish[2]}-{danish[1]}" if danish else cell
    try:
        return pd.Timestamp(date.fromisoformat(iso))
    except ValueError:
        raise ValueError("skal være en dato, fx 2026-01-01 eller 01-01-2026") from None


def _first_of_month(cell: str) -> pd.Period:
    day = _date(cell)
    if day.day != 1:
        raise ValueError("skal være den første dag i en måned")
    return day.to_period("M")


def _function(cell: str) -> str:
    if not re.fullmatch(r"\d\.\d\d\.\d\d", cell):
        raise ValueError("skal være en funktion, fx 5.28.22")
    return cell


def _grouping(cell: str) -> str:
    """Accept `3` for `003`: a spreadsheet drops leading zeros."""
    if not re.fullmatch(r"\d{1,3}", cell):
        raise ValueError("skal være en gruppering på højst tre cifre, fx 003, eller tom")
    return cell.zfill(3)


def _paragraph(cell: str) -> str:
    if len(paragraph_keys(cell)) != 1:
        raise ValueError("skal være én paragraf, fx § 52.3.6")
    return cell


def _one_of(*words: str) -> Parser:
    def parse(cell: str) -> str:
        if cell not in words:
            raise ValueError(f"skal være en af {', '.join(words)}")
        return cell

    return parse


def _list_of(parse: Parser) -> Parser:
    """Accept several values with a comma between, or none."""
    return lambda cell: tuple(parse(part.strip()) for part in cell.split(",")) if cell else ()


def _optional(parse: Parser) -> Parser:
    return lambda cell: parse(cell) if cell else None


_mark = _one_of(*MARKS)
_validity: dict[str, Parser] = {"valid_from": _optional(_date), "valid_to": _optional(_date)}
_evidence: dict[str, Parser] = {"mark": _mark, "source": _text}
_upkeep: dict[str, Parser] = {"owner": _text, "review_date": _date}
_assumption: dict[str, Parser] = {
    "key": _text, "valid_from": _date, "value": _number, "low": _number, "high": _number, "unit": _text,
    **_evidence, **_upkeep, "why": _text,
}  # fmt: skip

TABLES: dict[str, dict[str, Parser]] = {
    "steps.csv": {"step": _integer, "name": _text},
    "types.csv": {
        "key": _text, "name": _text, "step": _integer, "function": _function, "rate_low": _number,
        "rate_high": _number, "price_year": _year, **_evidence,
    },
    "type_names.csv": {"text": _text, "type_key": _text},
    "laws.csv": {
        "law": _one_of("serviceloven", "barnets lov"), "paragraph": _paragraph, "type_key": _text, **_validity,
        **_evidence,
    },
    "accounts.csv": {
        "function": _function, "grouping": _optional(_grouping), "type_key": _optional(_text), "name": _text,
        **_validity, **_evidence,
    },
    "refund_thresholds.csv": {
        "valid_from": _first_of_month, "tier": _integer, "threshold": _number, "rate": _number,
        "price_level": _year, **_evidence, **_upkeep,
    },
    "indexation.csv": {"year": _year, "index": _number, **_evidence, **_upkeep},
    "price_rules.csv": _assumption,
    "assumptions.csv": _assumption,
    "events.csv": {
        "key": _text, "month": _first_of_month, "kind": _one_of(*KINDS), "types": _list_of(_text),
        "functions": _list_of(_function), "moves": _list_of(_one_of(*ASPECTS)), "text": _text, "entered": _date,
        **_evidence, **_upkeep,
    },
    "follow_ups.csv": {
        "key": _text, "month": _month_of_year, "name": _text, **_validity, **_evidence, **_upkeep,
    },
    "ssda903_places.csv": {
        "code": _text, "type_key": _text, "name": _text, "category": _one_of(*PLACE_CATEGORIES), "source": _text,
    },
}  # fmt: skip


def read_reference(folder: Path) -> Reference:
    """Read and check every table of the reference folder.

    Raises:
        UserFault: a file is missing, or records are wrong: one line per fault with file, row and column.
    """
    tables, faults = {}, []
    cells = {name: _read_cells(folder / name) for name in TABLES}
    for name, columns in TABLES.items():
        tables[name], found = _parse_table(name, cells[name], columns)
        faults += found
    _stop_at(faults)
    _stop_at(list(_check_together(tables)))
    return _assemble(tables, _identity(cells))


def _stop_at(faults: list[str]) -> None:
    if faults:
        raise UserFault("\n".join(["Referencetabellerne kan ikke læses. Ret og prøv igen:", *faults]))


def _fault(file: str, row: int, column: str, value: object, message: str) -> str:
    written = value.date() if isinstance(value, pd.Timestamp) else value
    return f"{file}, række {row}, kolonne {column}: »{'' if value is None else written}« {message}."


def _read_cells(path: Path) -> list[tuple[int, list[str]]]:
    """Return (physical line, stripped cells) of each line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserFault(f"Referencetabellen {path.name} mangler i {path.parent}. Læg filen tilbage.") from None
    except UnicodeDecodeError:
        raise UserFault(f"{path.name} er ikke gemt som UTF-8. Gem den som »CSV UTF-8«.") from None
    reader = csv.reader(text.splitlines(), delimiter=DELIMITER)
    lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    return [(row, line) for row, line in lines if any(line)]


def _parse_table(
    file: str, lines: list[tuple[int, list[str]]], columns: dict[str, Parser]
) -> tuple[list[Record], list[str]]:
    header = lines[0][1] if lines else []
    if header != list(columns):
        return [], [f"{file}, række 1: kolonnerne skal være {DELIMITER.join(columns)}."]
    records, faults = [], []
    for row, line in lines[1:]:
        record, found = _parse_line(file, row, line, columns)
        records.append(record)
        faults += found
    return records, faults or ([] if records else [f"{file} har ingen rækker."])


def _parse_line(file: str, row: int, line: list[str], columns: dict[str, Parser]) -> tuple[Record, list[str]]:
    if len(line) != len(columns):
        return {}, [
            f"{file}, række {row}: har {len(line)} felter, men skal have {len(columns)}; "
            "et semikolon i en tekst kræver anførselstegn om teksten."
        ]
    record, faults = {"row": row}, []
    for (name, parse), cell in zip(columns.items(), line, strict=True):
        try:
            record[name] = parse(cell)
        except ValueError as wrong:
            faults.append(_fault(file, row, name, cell, str(wrong)))
    return record, faults


def _check_together(tables: dict[str, list[Record]]) -> Iterator[str]:
    """Yield what is wrong between records that are each well formed."""
    yield from _duplicates(tables)
    yield from _references(tables)
    yield from _intervals(tables)
    yield from _overlaps(tables)
    yield from _spellings(tables)
    yield from _refund_tiers(tables["refund_thresholds.csv"])
    yield from _indexation_gaps(tables["indexation.csv"])


_UNIQUE = {
    "steps.csv": ("step",),
    "types.csv": ("key",),
    "refund_thresholds.csv": ("valid_from", "tier"),
    "indexation.csv": ("year",),
    "events.csv": ("key",),
    "ssda903_places.csv": ("code",),
}


def _duplicates(tables: dict[str, list[Record]]) -> Iterator[str]:
    for file, columns in _UNIQUE.items():
        yield from _repeated({file: tables[file]}, columns)
    # Price rules and assumptions are one list of records in two files.
    yield from _repeated({file: tables[file] for file in ("price_rules.csv", "assumptions.csv")}, ("key", "valid_from"))


def _repeated(tables: dict[str, list[Record]], columns: tuple[str, ...]) -> Iterator[str]:
    first: dict[tuple, str] = {}
    for file, records in tables.items():
        for record in records:
            key, place = tuple(record[name] for name in columns), f"{file}, række {record['row']}"
            if first.setdefault(key, place) != place:
                yield _fault(file, record["row"], columns[0], record[columns[0]], f"står allerede i {first[key]}")


_REFERENCES = (
    ("types.csv", "step", "steps.csv", "step"),
    ("types.csv", "function", "accounts.csv", "function"),
    ("type_names.csv", "type_key", "types.csv", "key"),
    ("laws.csv", "type_key", "types.csv", "key"),
    ("accounts.csv", "type_key", "types.csv", "key"),
    ("ssda903_places.csv", "type_key", "types.csv", "key"),
    ("events.csv", "types", "types.csv", "key"),
    ("events.csv", "functions", "accounts.csv", "function"),
)


def _references(tables: dict[str, list[Record]]) -> Iterator[str]:
    for file, column, other, key in _REFERENCES:
        known = {record[key] for record in tables[other]} | {None}
        for record in tables[file]:
            for value in record[column] if isinstance(record[column], tuple) else (record[column],):
                if value not in known:
                    yield _fault(file, record["row"], column, value, f"findes ikke i {other}")


_ASCENDING = {
    "types.csv": (("rate_low", "rate_high"),),
    "laws.csv": (("valid_from", "valid_to"),),
    "accounts.csv": (("valid_from", "valid_to"),),
    "follow_ups.csv": (("valid_from", "valid_to"),),
    "price_rules.csv": (("low", "value"), ("value", "high")),
    "assumptions.csv": (("low", "value"), ("value", "high")),
}


def _intervals(tables: dict[str, list[Record]]) -> Iterator[str]:
    for file, pairs in _ASCENDING.items():
        for record in tables[file]:
            for lower, upper in pairs:
                if _is_reversed(record[lower], record[upper]):
                    yield _fault(file, record["row"], upper, record[upper], f"er mindre end {lower}")


def _is_reversed(lower: Any, upper: Any) -> bool:
    return lower is not None and upper is not None and upper < lower


_DATED = {
    "laws.csv": ("law", "paragraph", "type_key"),
    "accounts.csv": ("function", "grouping", "type_key"),
    "follow_ups.csv": ("key",),
}


def _overlaps(tables: dict[str, list[Record]]) -> Iterator[str]:
    """The same record may not be in force twice on one day: an old one must end before a new one begins."""
    for file, columns in _DATED.items():
        same: dict[tuple, list[Record]] = defaultdict(list)
        for record in tables[file]:
            same[tuple(record[name] for name in columns)].append(record)
        for records in same.values():
            for earlier, later in pairwise(sorted(records, key=_begins)):
                if earlier["valid_to"] is None or _begins(later) <= earlier["valid_to"]:
                    message = f"overlapper række {earlier['row']}; giv den gamle række en slutdato før"
                    yield _fault(file, later["row"], "valid_from", later["valid_from"], message)


def _begins(record: Record) -> pd.Timestamp:
    return record["valid_from"] or pd.Timestamp.min


def _spellings(tables: dict[str, list[Record]]) -> Iterator[str]:
    """A word may mean one type only; the same word twice for the same type does no harm."""
    own = [(word, record["key"]) for record in tables["types.csv"] for word in (record["key"], record["name"])]
    meaning = {spelling(word): key for word, key in own}
    for record in tables["type_names.csv"]:
        key = meaning.setdefault(spelling(record["text"]), record["type_key"])
        if key != record["type_key"]:
            yield _fault("type_names.csv", record["row"], "text", record["text"], f"betyder allerede {key}")


def _refund_tiers(records: list[Record]) -> Iterator[str]:
    """Tiers must be 1, 2, ... with rising thresholds and rates, or the refund would not rise with the expense."""
    for tiers in _by_month(records).values():
        for number, record in enumerate(tiers, start=1):
            if record["tier"] != number:
                yield _refund_fault(record, "tier", f"skulle være trin {number} fra den måned")
            if not 0 <= record["rate"] <= 1:
                yield _refund_fault(record, "rate", "skal være mellem 0 og 1")
        for lower, upper in pairwise(tiers):
            for column in ("threshold", "rate"):
                if upper[column] <= lower[column]:
                    yield _refund_fault(upper, column, "skal være større end på trinnet før")


def _refund_fault(record: Record, column: str, message: str) -> str:
    return _fault("refund_thresholds.csv", record["row"], column, record[column], message)


def _by_month(records: list[Record]) -> dict[pd.Period, list[Record]]:
    months: dict[pd.Period, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record["valid_from"], record["tier"])):
        months[record["valid_from"]].append(record)
    return months


def _indexation_gaps(records: list[Record]) -> Iterator[str]:
    ordered = sorted(records, key=lambda record: record["year"])
    for earlier, later in pairwise(ordered):
        if later["year"] > earlier["year"] + 1:
            yield _fault("indexation.csv", later["row"], "year", later["year"], "kommer efter et år, der mangler")
    for record in ordered:
        if not 0.5 < record["index"] < 2:
            yield _fault(
                "indexation.csv", record["row"], "index", record["index"],
                "skal være et forhold til året før, fx 1,028 for 2,8 %",
            )  # fmt: skip


def _identity(cells: dict[str, list[tuple[int, list[str]]]]) -> str:
    """Hash the contents: the same for any order of files, line endings, blank lines or byte-order mark."""
    digest = hashlib.sha256()
    for name in sorted(cells):
        lines = ["\x1f".join(line) for _, line in cells[name]]
        digest.update("\x1e".join([name, *lines, ""]).encode())
    return digest.hexdigest()


def _assemble(tables: dict[str, list[Record]], identity: str) -> Reference:
    assumptions = [*tables["price_rules.csv"], *tables["assumptions.csv"]]
    names = _frame(tables["type_names.csv"]).rename(columns={"type_key": "key"})
    return Reference(
        types={record["key"]: InterventionType(**_fields(InterventionType, record)) for record in tables["types.csv"]},
        accounts=_frame(tables["accounts.csv"], dates=("valid_from", "valid_to")),
        laws=_frame(tables["laws.csv"], dates=("valid_from", "valid_to")),
        indexation=_frame(tables["indexation.csv"], dates=("review_date",)).sort_values("year", ignore_index=True),
        refund_rules=_refund_rules(tables["refund_thresholds.csv"]),
        assumptions=tuple(Assumption(**_fields(Assumption, record)) for record in assumptions),
        steps={record["step"]: record["name"] for record in tables["steps.csv"]},
        identity=identity,
        names=names.assign(kind="type")[["kind", "text", "key"]],
        places=_frame(tables["ssda903_places.csv"]),
        events=tuple(Event(**_fields(Event, record)) for record in tables["events.csv"]),
        follow_ups=tuple(FollowUp(**_fields(FollowUp, record)) for record in tables["follow_ups.csv"]),
    )


def _fields(owner: type, record: Record) -> Record:
    return {name: record[name] for name in owner.__annotations__}


def _frame(records: list[Record], dates: tuple[str, ...] = ()) -> pd.DataFrame:
    frame = pd.DataFrame(records).drop(columns="row")
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in dates})


def _refund_rules(records: list[Record]) -> tuple[RefundRule, ...]:
    return tuple(
        RefundRule(
            valid_from=month,
            thresholds=tuple(record["threshold"] for record in tiers),
            rates=tuple(record["rate"] for record in tiers),
            mark=max((record["mark"] for record in tiers), key=MARKS.index),
            source=tiers[0]["source"],
        )
        for month, tiers in _by_month(records).items()
    )
