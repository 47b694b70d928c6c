"""The dated reference tables: types and ladder, accounts, law, refund, indexation, assumptions.

The records live in `data/reference/`; `cockpit.intake.reference_files` reads them. Nothing here knows a number.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import SERVICE, parse_account

UNALLOCATED = "unallocated"
ESTIMATE = "U"
_LAW_NAMES = {
    "barnets lov": re.compile(r"barnets\s*lov|\bbl\b"),
    "serviceloven": re.compile(r"service\s*lov|\bsel\b|social\s+service"),
}
# The paragraph may have a letter of its own ("76 a"), which is not the first letter of a word ("52 stk").
_PARAGRAPH = re.compile(r"(\d+(?:\s?[a-zæøå](?![a-zæøå.]))?)(.*)", re.DOTALL)
PLACEMENT_STEPS = (4, 5, 6)
PREVENTION_STEPS = (2, 3)


@dataclass(frozen=True)
class InterventionType:
    """One type of intervention.

    `rate_low` and `rate_high` bound a credible price in kr. per month at the level of `price_year`; outside them a
    rate is probably in the wrong unit.
    """

    key: str
    name: str
    step: int
    function: str
    rate_low: float
    rate_high: float
    price_year: int
    mark: str

    @property
    def is_estimate(self) -> bool:
        """Say whether a reader must see this as an estimate."""
        return self.mark == ESTIMATE


@dataclass(frozen=True)
class Assumption:
    """A dated value that is nobody's to type into code: unit, source, owner and review date are required.

    `mark` is V (published), D (arithmetic on published figures) or U (an estimate: shown as such).
    """

    key: str
    valid_from: pd.Timestamp
    value: float
    low: float
    high: float
    unit: str
    mark: str
    source: str
    owner: str
    review_date: pd.Timestamp
    why: str

    @property
    def is_estimate(self) -> bool:
        """Say whether a reader must see this as an estimate."""
        return self.mark == ESTIMATE


@dataclass(frozen=True)
class RefundRule:
    """State refund for very dear cases: yearly thresholds in kr. and the rate above each, valid from a month."""

    valid_from: pd.Period
    thresholds: tuple[float, ...]
    rates: tuple[float, ...]
    mark: str
    source: str

    @property
    def is_estimate(self) -> bool:
        """Say whether a reader must see this as an estimate."""
        return self.mark == ESTIMATE


@dataclass(frozen=True)
class Event:
    """A known change of the world.

    Attributes:
        key: what it is called by, unique among the events of its file.
        text: what happened, in the owner's words.
        kind: law | reorganisation | contract.
        month: the first month in which things are different.
        moves: what it changes, of arrivals (how many come), durations (how long they stay), price (of a place) and
            level (how much is booked for what activity tells, or beside it).
        source: where it is written.
        owner: who answers for it.
        entered: the day it was entered, or became publicly known.
        types: type keys it touches, every one where empty.
        functions: functions it touches, every one where empty.
    """

    key: str
    text: str
    kind: str
    month: pd.Period
    moves: tuple[str, ...]
    source: str
    owner: str
    entered: pd.Timestamp
    types: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    def touches(self, type_key: str, function: str) -> bool:
        """Say whether it touches a leaf."""
        return (not self.types or type_key in self.types) and (not self.functions or function in self.functions)


@dataclass(frozen=True)
class FollowUp:
    """A follow-up of the budget that the municipality owes, at the end of a month of the year (1-12)."""

    key: str
    month: int
    name: str
    valid_from: pd.Timestamp | None
    valid_to: pd.Timestamp | None
    mark: str
    source: str

    @property
    def is_estimate(self) -> bool:
        """Say whether a reader must see this as an estimate."""
        return self.mark == ESTIMATE


@dataclass(frozen=True)
class Reference:
    """All reference tables. `identity` is a hash of their contents and part of every forecast's papers.

    Frames:
        accounts: function, grouping (or None for the whole function), type_key (or None), name, valid_from,
            valid_to, mark, source; several types may share a grouping
        laws: law, paragraph, type_key, valid_from, valid_to, mark, source; several types may share a paragraph
        indexation: year, index (relative to the year before, 1.028 = 2,8 %), mark, source, owner, review_date
        names: kind (`type`), text, key: spellings that extracts use for a key
        places: code, type_key, name, category, source: the English PLACE codes
    `events` are those that are the same for every municipality; `follow_ups` are when the budget is followed up.
    Validity includes both days; NaT is open.
    """

    types: dict[str, InterventionType]
    accounts: pd.DataFrame
    laws: pd.DataFrame
    indexation: pd.DataFrame
    refund_rules: tuple[RefundRule, ...]
    assumptions: tuple[Assumption, ...]
    steps: dict[int, str]
    identity: str
    names: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["kind", "text", "key"]))
    places: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["code", "type_key", "category"]))
    events: tuple[Event, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    def follow_up(self, month: pd.Period) -> FollowUp | None:
        """Return the official follow-up at the end of a month, None where there is none."""
        last_day = month.end_time.normalize()
        in_force = (one for one in self.follow_ups if _in_force(one.valid_from, one.valid_to, last_day))
        return next((one for one in in_force if one.month == month.month), None)

    def assumption(self, key: str, at: pd.Period | pd.Timestamp | None = None) -> Assumption:
        """Return the record of an assumption in force at a month, by default the newest.

        Raises:
            KeyError: no record of that name is in force then.
        """
        known = [record for record in self.assumptions if record.key == key]
        if at is not None:
            day = at.start_time if isinstance(at, pd.Period) else at
            known = [record for record in known if record.valid_from <= day]
        if not known:
            raise KeyError(key)
        return max(known, key=lambda record: record.valid_from)

    def refund_rule(self, month: pd.Period) -> RefundRule:
        """Return the refund rule in force in a month; the oldest one for months before all of them.

        Thresholds are set anew each year. For the years after the last ones in the table they follow the price index:
        held still, every year's rise of prices would be refunded.
        """
        in_force = [rule for rule in self.refund_rules if rule.valid_from <= month]
        if not in_force:
            return self.refund_rules[0]
        rule = max(in_force, key=lambda one: one.valid_from)
        if month.year <= self.last_refund_year:
            return rule
        index = self.index_between(self.last_refund_year, month.year)
        return replace(rule, thresholds=tuple(threshold * index for threshold in rule.thresholds), mark=ESTIMATE)

    @property
    def last_refund_year(self) -> int:
        """The last year whose refund thresholds are in the table; those of later years are extrapolated."""
        return max(rule.valid_from.year for rule in self.refund_rules)

    def step_of(self, type_key: str) -> int | None:
        """Return the step of the ladder of a type; None for money without a type."""
        found = self.types.get(type_key)
        return found.step if found else None

    def type_name(self, key: str) -> str:
        """Return the Danish name of a type, "Uden type" for money without one.

        Raises:
            KeyError: there is no such type.
        """
        return "Uden type" if key == UNALLOCATED else self.types[key].name

    def type_within(self, key: str) -> str:
        """Return a type's name as it stands within a sentence; money without one is told as money.

        Raises:
            KeyError: there is no such type.
        """
        name = self.type_name(key)
        return "beløb uden type" if key == UNALLOCATED else fmt.lower_first(name)

    def types_within(self, keys: Iterable[str]) -> list[str]:
        """Return the names of some types as they stand within a sentence, money without a type last."""
        return [self.type_within(key) for key in sorted(keys, key=lambda key: key == UNALLOCATED)]

    def where_within(self, key: str) -> str:
        """Return where a child of a type is: `i plejefamilie`, `på opholdssted`; support is had, `med kontaktperson`.

        Raises:
            KeyError: there is no such type.
        """
        step = self.step_of(key)
        joint = "med" if step not in PLACEMENT_STEPS else "på" if step == PLACEMENT_STEPS[-1] else "i"
        return f"{joint} {self.type_within(key)}"

    def type_from_text(self, text: str) -> str | None:
        """Return the type that an extract's words mean, None where they mean none."""
        return self._type_by_spelling.get(spelling(text))

    @cached_property
    def _type_by_spelling(self) -> dict[str, str]:
        own = {spelling(word): key for key, type_ in self.types.items() for word in (key, type_.name)}
        listed = self.names[self.names["kind"] == "type"]
        return own | {spelling(text): key for text, key in zip(listed["text"], listed["key"], strict=True)}

    def types_from_law(self, text: str, day: pd.Timestamp) -> tuple[str, ...]:
        """Return every type that a citation can mean, in the order of the table of types; empty where none.

        Understands `§ 52, stk. 3, nr. 6`, `SEL § 52.3.6`, `52.3.6`, `BL §43`. Without the name of a law the law in
        force on the day counts; what that law does not hold is looked up in the other, because a grant keeps the
        paragraph it was granted under. `§ 52.3.7, jf. § 66.1.6` means what both paragraphs allow.
        """
        found = [types for key in paragraph_keys(text) if (types := self._types_of_paragraph(key, text, day))]
        if not found:
            return ()
        common = set.intersection(*found) or set.union(*found)
        return tuple(key for key in self.types if key in common)

    def _types_of_paragraph(self, key: str, text: str, day: pd.Timestamp) -> set[str]:
        named = [law for law, pattern in _LAW_NAMES.items() if pattern.search(text.lower())]
        rows = [row for row in self._law_rows if not named or row[0] in named]
        in_force = [row for row in rows if _in_force(row[3], row[4], day)]
        return _match_paragraph(in_force, key) or _match_paragraph(rows, key)

    @cached_property
    def _law_rows(self) -> list[tuple]:
        columns = ["law", "paragraph", "type_key", "valid_from", "valid_to"]
        rows = self.laws[columns].itertuples(index=False, name=None)
        return [(law, paragraph_keys(paragraph)[0], *rest) for law, paragraph, *rest in rows]

    def type_from_account(self, account: str, day: pd.Timestamp) -> str | None:
        """Return the type of an account where it has exactly one; None for refunds and for accounts of several.

        A grouping that the table does not know takes the type of its whole function.

        Raises:
            ValueError: the text is no account.
        """
        parsed = parse_account(account)
        if parsed.dranst != SERVICE:
            return None
        own = self._types_of_account(parsed.function, parsed.grouping, day)
        types = own or self._types_of_account(parsed.function, None, day)
        return types[0] if len(types) == 1 else None

    def is_unknown_grouping(self, account: str) -> bool:
        """Say whether the table lists the groupings of an account's function, and its own is none of them.

        Where a function is one type alone, or the table gives it none, no grouping needs to be known.

        Raises:
            ValueError: the text is no account.
        """
        parsed = parse_account(account)
        if parsed.dranst != SERVICE or parsed.grouping is None:
            return False
        own = [(grouping, key) for function, grouping, key, *_ in self._account_rows if function == parsed.function]
        listed = {grouping for grouping, _ in own if any(key for _, key in own)} - {None}
        has_type_itself = any(grouping is None and key is not None for grouping, key in own)
        return bool(listed) and not has_type_itself and parsed.grouping not in listed

    def _types_of_account(self, function: str, grouping: str | None, day: pd.Timestamp) -> list[str | None]:
        return [
            type_key
            for row_function, row_grouping, type_key, _, valid_from, valid_to in self._account_rows
            if (row_function, row_grouping) == (function, grouping) and _in_force(valid_from, valid_to, day)
        ]

    @cached_property
    def _account_rows(self) -> list[tuple]:
        columns = ["function", "grouping", "type_key", "name", "valid_from", "valid_to"]
        table = self.accounts[columns].astype(object)
        return list(table.where(table.notna(), None).itertuples(index=False, name=None))

    def account_name(self, function: str, day: pd.Timestamp) -> str:
        """Return the name of a function on a day.

        Raises:
            KeyError: the table has no such function on that day.
        """
        for row_function, grouping, _, name, valid_from, valid_to in self._account_rows:
            if (row_function, grouping) == (function, None) and _in_force(valid_from, valid_to, day):
                return name
        raise KeyError(function)

    @cached_property
    def functions(self) -> frozenset[str]:
        """Every function the tables know, whenever it was in use."""
        return frozenset(self.accounts["function"])

    def place_type(self, code: str) -> str | None:
        """Return the type of an English PLACE code; None where the table lacks it."""
        return self._place_types.get(code.strip().upper())

    @cached_property
    def _place_types(self) -> dict[str, str]:
        return dict(zip(self.places["code"], self.places["type_key"], strict=True))

    def label(self, level: str, key: str, day: pd.Timestamp | None = None) -> str:
        """Return what a reader sees for a key of a level (`total`, `step`, `type`, `account`, `district`).

        An account takes its name on the day, by default its newest.

        Raises:
            KeyError: the level has no such key.
        """
        if level == "total":
            return "I alt"
        if key == UNALLOCATED:
            return "Uden distrikt" if level == "district" else "Uden type"
        if level == "district":
            return key
        if level == "step":
            return f"Trin {key}: {self.steps[int(key)]}"
        if level == "type":
            return self.type_name(key)
        if level == "account":
            return f"{key} {self.account_name(key, pd.Timestamp.max if day is None else day)}"
        raise KeyError(level)

    @cached_property
    def index_by_year(self) -> dict[int, float]:
        """Price and wage index of each year relative to the year before."""
        return dict(zip(self.indexation["year"].astype(int), self.indexation["index"].astype(float), strict=True))

    def index_between(self, from_year: int, to_year: int) -> float:
        """Return what a krone of `from_year` is worth in `to_year`; years outside the table use its nearest year."""
        first, last = min(from_year, to_year), max(from_year, to_year)
        product = 1.0
        for year in range(first + 1, last + 1):
            product *= self.index_by_year[min(max(year, min(self.index_by_year)), max(self.index_by_year))]
        return product if to_year >= from_year else 1 / product


def spelling(text: str) -> str:
    """Fold a text so that case, spaces, hyphens and the spelling of æøå do not matter."""
    letters = "".join(sign for sign in unicodedata.normalize("NFC", text).lower() if sign.isalnum())
    for written, folded in (("å", "a"), ("æ", "a"), ("ø", "o"), ("aa", "a"), ("ae", "a"), ("oe", "o")):
        letters = letters.replace(written, folded)
    return letters


def paragraph_keys(text: str) -> list[str]:
    """Return each paragraph cited in a text as `52.3.6`; a number without a `stk.` belongs to the first stykke."""
    cited = text.lower().split("§")
    keys = [_paragraph_key(part) for part in (cited[1:] or cited)]
    return [key for key in keys if key]


def _paragraph_key(part: str) -> str:
    found = _PARAGRAPH.search(part)
    if not found:
        return ""
    within = re.findall(r"\d+", found[2])
    if len(within) == 1 and "nr" in part and "stk" not in part:
        within.insert(0, "1")
    return ".".join([found[1].replace(" ", ""), *within])


def _match_paragraph(rows: Iterable[tuple], key: str) -> set[str]:
    """Types of the paragraph itself, else of those within it, else of the one it lies within."""
    rows = list(rows)
    return (
        {row[2] for row in rows if row[1] == key}
        or {row[2] for row in rows if row[1].startswith(f"{key}.")}
        or {row[2] for row in rows if key.startswith(f"{row[1]}.")}
    )


def _in_force(valid_from: pd.Timestamp | None, valid_to: pd.Timestamp | None, day: pd.Timestamp) -> bool:
    """Say whether a row holds on a day; its last day lasts until midnight, whatever the hour that is asked about."""
    return (pd.isna(valid_from) or valid_from <= day) and (pd.isna(valid_to) or day.normalize() <= valid_to)
