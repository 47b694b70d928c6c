"""What a paper is made of: the prognosis with everything that stands beside it, and what its readers may see."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.bridge import (
    BESIDE_COUNTS,
    BUDGET_TO_FORECAST,
    LAST_MONTH_TO_NOW,
    METHOD_CHOICE,
    REST,
    SINCE,
)
from cockpit.domain.comments import LineComment
from cockpit.domain.control_totals import MISSING_COLUMNS
from cockpit.domain.disclosure import Cell, Equation, Rules, Table, column_sum, hidden_cells, sensitive_cells, sum_of
from cockpit.domain.drill_down import row_of
from cockpit.domain.effects import BUDGET
from cockpit.domain.findings import UserFault
from cockpit.domain.hit_rate import HitRate
from cockpit.domain.measures import Measure
from cockpit.domain.municipality import Municipality
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import PLACEMENT_STEPS, PREVENTION_STEPS, UNALLOCATED, Event, Reference
from cockpit.domain.scenario_result import ScenarioResult

Audience = Literal["udvalg", "ledelse"]
AUDIENCES: tuple[Audience, ...] = ("udvalg", "ledelse")
COMMITTEE: Audience = "udvalg"
READERS: dict[Audience, str] = {"udvalg": "udvalget", "ledelse": "ledelsen"}
TOTAL = "total:total"
SERVICE = "service"  # expenditure without central refund: the total's row, apart from account 5.22.07
PLACEMENTS, PREVENTION = "group:placements", "group:prevention"
GROUPS = {PLACEMENTS: PLACEMENT_STEPS, PREVENTION: PREVENTION_STEPS}  # shown month by month, so their sums are cells
AMOUNTS = ("actual_ytd", "mean", "deviation")
COUNTS = ("person_years", "stock_now", "stock_before")
BUDGETS = ("budget_original", "budget_revised")
_SUMMED = ("actual_ytd", "mean")
_TOTAL_WORTH, _LINE_WORTH, _MONEY_WORTH = 1000.0, 30.0, 18.0  # in cells of a type that costs hardly anything
_BRIDGES = (BUDGET_TO_FORECAST, *SINCE)
_COST_PARTS = ("price", "late_invoices", METHOD_CHOICE)  # what makes volumes at known prices into kroner
TOO_FEW = (
    "Der står for få børn bag tallene til et papir, som alle kan læse: ethvert tal ville røbe enkelte børns forhold. "
    "Lav papiret til ledelsen med --audience ledelse."
)


@dataclass(frozen=True)
class Comment:
    """What somebody wrote of a month as a whole, when it was closed or before."""

    month: pd.Period
    at: datetime
    user: str
    text: str


@dataclass(frozen=True)
class Closed:
    """That the month is closed: when, and whether its numbers are others now."""

    at: datetime
    is_changed: bool


@dataclass(frozen=True)
class PaperFacts:
    """Everything a paper tells, before its readers are known.

    Attributes:
        prognosis: the prognosis of the month.
        reference: the reference tables it rests on.
        municipality: whose figures they are.
        last_year: kr. booked per period of the year before, index 1-13, NaN where nothing is booked.
        people: `domain.people.people_behind`; None where no interventions are loaded.
        billed: `domain.people.people_booked` of the year's postings; None where no interventions are loaded.
        before: the prognosis that the bridge since an earlier month starts from: the last closed month's of the year,
            else that of the month before, computed anew; None where there is no such bridge.
        comments: of the months of the year as a whole, oldest first.
        line_comments: of single lines of the month.
        measures: compensating actions of the year that had been entered in the month.
        closed: that the month is closed; None while it is open.
        reconstructed: says so where a later load stands in for what was known in the month; else empty.
        data_notes: what reading the data had to assume.
        case_notes: the known cases on their way, each in a sentence; never for a committee.
        case_children: children that the known cases count.
        scenarios: what would be, to compare with, in the order that they were asked for; over the same years.
        events: the known events that the models are told of.
        hit_rate: past forecasts against what the years became; None where nothing is measured.
        missing_bills: `domain.control_totals.MISSING_COLUMNS`, underspends that may be bills not booked yet.
    """

    prognosis: Prognosis
    reference: Reference
    last_year: pd.Series
    municipality: Municipality = field(default_factory=Municipality)
    people: pd.DataFrame | None = None
    billed: pd.DataFrame | None = None
    before: Prognosis | None = None
    comments: tuple[Comment, ...] = ()
    line_comments: tuple[LineComment, ...] = ()
    measures: tuple[Measure, ...] = ()
    closed: Closed | None = None
    reconstructed: str = ""
    data_notes: tuple[str, ...] = ()
    case_notes: tuple[str, ...] = ()
    case_children: int = 0
    scenarios: tuple[ScenarioResult, ...] = ()
    events: tuple[Event, ...] = ()
    hit_rate: HitRate | None = None
    missing_bills: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(MISSING_COLUMNS)))


@dataclass(frozen=True)
class Shown:
    """The cells of a paper and which of them its readers may not see.

    Attributes:
        values: rows `level:key` and `bridge:part`; columns AMOUNTS, COUNTS, BUDGETS, `unit_price` and the bridges.
        hidden: the same shape.
    """

    values: pd.DataFrame
    hidden: pd.DataFrame

    def is_hidden(self, row: str, column: str) -> bool:
        """Say whether a cell is blank for the readers."""
        return bool(self.hidden.loc[row, column]) if row in self.hidden.index else False


def facts_for(facts: PaperFacts, audience: Audience) -> PaperFacts:
    """Leave out for a committee how the forecast moved since a month that nobody closed, but for the amount in all.

    Its parts were never presented to anybody, and they tie cells together: others would be blank on their account.
    """
    if audience != COMMITTEE:
        return facts
    bridge = facts.prognosis.bridge
    return replace(facts, prognosis=replace(facts.prognosis, bridge=bridge[bridge["name"] != LAST_MONTH_TO_NOW]))


def shown_to(facts: PaperFacts, audience: Audience) -> Shown:
    """Return the cells of a paper with what its audience may not see.

    Raises:
        UserFault: the total itself would tell of single children.
    """
    values = _values(facts)
    if audience != COMMITTEE:
        return Shown(values, pd.DataFrame(False, index=values.index, columns=values.columns))
    rules = Rules.at(facts.reference, facts.prognosis.as_of)
    table = _table(facts, values)
    hidden = hidden_cells(table, rules)
    if hidden.loc[TOTAL, [*AMOUNTS, "person_years"]].any():
        raise UserFault(TOO_FEW)
    few = sensitive_cells(table, rules)["mean"]
    for found in facts.scenarios:
        _refuse_scenario_of_few(found, facts.reference, frozenset(few.index[few]))
    return Shown(values, hidden)


def _refuse_scenario_of_few(found: ScenarioResult, reference: Reference, few: frozenset[str]) -> None:
    """What a lever saves is what its children cost: no committee reads that of a type with few of them."""
    types = sorted({key for lever in found.scenario.levers for key in lever.types if f"type:{key}" in few})
    if types:
        names = fmt.enumeration([reference.type_within(key) for key in types])
        raise UserFault(
            f"Scenariet »{found.scenario.name}« handler om {names}, som få børn står bag. Lav papiret med --audience "
            "ledelse."
        )


def _values(facts: PaperFacts) -> pd.DataFrame:
    # No paper shows districts. One that does must tie them to the total in `_table` first: they are small.
    rows = facts.prognosis.rows[facts.prognosis.rows["level"] != "district"]
    names = rows["level"] + ":" + rows["key"]
    values = rows.set_index(names)[[*BUDGETS, *AMOUNTS, "person_years", "unit_price"]].astype(float)
    values.loc[SERVICE] = _service(values)
    for name, back in (("stock_now", 0), ("stock_before", 12)):
        values[name] = pd.Series(_stock(facts.prognosis, back), dtype=float).reindex(values.index)
    for group, steps in GROUPS.items():
        inside = values.index[values.index.isin([f"step:{step}" for step in steps])]
        values.loc[group, list(COUNTS)] = values.loc[inside, list(COUNTS)].sum(min_count=1)
    for bridge in _BRIDGES:
        parts = facts.prognosis.bridge
        parts = parts[parts["name"] == bridge].set_index("part")["amount"]
        values = values.reindex(values.index.union(_named("bridge", parts.index), sort=False))
        values[bridge] = pd.Series(parts.to_numpy(float), index=_named("bridge", parts.index)).reindex(values.index)
    return values


def _service(values: pd.DataFrame) -> pd.Series:
    """The total without central refund; no person-years of its own."""
    refund = f"account:{REFUND_FUNCTION}"
    total = values.loc[TOTAL]
    rest = total - values.loc[refund].fillna(0.0) if refund in values.index else total.copy()
    rest[["person_years", "unit_price"]] = np.nan
    return rest


def _named(level: str, keys: pd.Index) -> list[str]:
    return [f"{level}:{key}" for key in keys]


def _stock(prognosis: Prognosis, back: int) -> dict[str, float]:
    """Average in force in the as-of month or a year before, late registrations counted, by row."""
    month = str(prognosis.as_of - back)
    found = prognosis.activity[prognosis.activity["month"] == month]
    return dict(zip(found["level"] + ":" + found["key"], found["expected"], strict=True))


def _table(facts: PaperFacts, values: pd.DataFrame) -> Table:
    plain = values.drop(columns="unit_price")
    people, largest = _people(facts, values)
    return Table(
        values=plain.assign(unit_price=values["unit_price"]),
        counts=frozenset(COUNTS),
        equations=tuple(_equations(facts, values)),
        people=people,
        largest=largest,
        known=frozenset(BUDGETS),
        signed=frozenset({"deviation", *_BRIDGES}),
        alone=frozenset({"actual_ytd"}),
        ratios={"unit_price": ("mean", "person_years")},
        worth={TOTAL: _TOTAL_WORTH, SERVICE: _TOTAL_WORTH, **_line_worth(values)},
        unseen=frozenset(
            (row, column) for row in values.index for column in _unseen(row) if not pd.isna(values.loc[row, column])
        ),
        stand_back=frozenset(SINCE),  # or closing a month would take the numbers of large types away
    )


def _unseen(row: str) -> tuple[str, ...]:
    """The counts of a row that no paper shows; they tie together what it does show.

    A type is shown by its person-years, a step by how many are in force, placements by both.
    """
    stock = ("stock_now", "stock_before")
    by_row = {PREVENTION: COUNTS, TOTAL: stock}
    by_level = {"type": stock, "step": ("person_years",)}
    return by_row.get(row) or by_level.get(row.split(":")[0], ())


def _line_worth(values: pd.DataFrame) -> dict[str, float]:
    """What moved the result, and how many are placed, is what a committee asks for; a bridge's rest is less.

    Where the money is, the numbers are asked for: a type is worth as much more as it costs of the whole.
    """
    lines = [row for row in values.index if row.startswith(("bridge:", "group:")) and row != f"bridge:{REST}"]
    money = values["mean"].abs().fillna(0.0)
    types = {row: 1 + _MONEY_WORTH * money[row] / (money[TOTAL] or 1.0) for row in _keys(values, "type")}
    return {**dict.fromkeys(lines, _LINE_WORTH), **types}


def _people(facts: PaperFacts, values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Children behind each cell, so far and expected, whichever are fewer; and the dearest one's share of it.

    What is booked is made of bills, so those count there whose bills have come where they are fewer still. Money of a
    type in which nobody was in force is a former child's. Known cases are a line of their own.
    """
    people = pd.Series(np.nan, index=values.index)
    largest = people.copy()
    billed = pd.DataFrame({"children": people, "largest": people})
    if facts.people is not None:
        behind = _by_row(facts.people, values.index)
        about = behind["children"].notna() | values.index.str.match(rf"type:(?!{UNALLOCATED})")
        people = np.minimum(behind["children"].fillna(0.0), values["person_years"].fillna(np.inf)).where(about)
        largest = behind["largest"]
    if facts.billed is not None:
        billed = _by_row(facts.billed, values.index)
    if facts.case_children and "bridge:corrections" in values.index:
        people["bridge:corrections"] = facts.case_children
    of_bills = {"actual_ytd": np.fmin(people, billed["children"])}, {"actual_ytd": np.fmax(largest, billed["largest"])}
    every, shares = (pd.DataFrame(dict.fromkeys(values.columns, column)) for column in (people, largest))
    return every.assign(**of_bills[0]), shares.assign(**of_bills[1])


def _by_row(counted: pd.DataFrame, rows: pd.Index) -> pd.DataFrame:
    named = counted.set_axis([f"{level}:{key}" for level, key in counted.index])
    return named.astype(float).reindex(rows)


def _equations(facts: PaperFacts, values: pd.DataFrame) -> list[Equation]:
    types, steps, accounts = (_keys(values, level) for level in ("type", "step", "account"))
    found = sum_of(TOTAL, steps, (*_SUMMED, *COUNTS)) + sum_of(TOTAL, accounts, _SUMMED)
    step_of = {row: _step_row(row, facts.reference) for row in types}
    for step in steps:
        found += sum_of(step, [row for row in types if step_of[row] == step], (*_SUMMED, *COUNTS))
    found += _accounts(types, accounts, facts.reference)
    refund = [row for row in accounts if row.endswith(REFUND_FUNCTION)]
    found += sum_of(TOTAL, [SERVICE, *refund], _SUMMED)
    found += column_sum("mean", ("deviation",), values.index[values["budget_revised"].notna()])
    for group, inside in GROUPS.items():
        found += sum_of(group, [f"step:{step}" for step in inside], COUNTS)
    return found + _bridge_equations(facts, types, refund)


def _keys(values: pd.DataFrame, level: str) -> list[str]:
    return [row for row in values.index if row.startswith(f"{level}:")]


def _step_row(row: str, reference: Reference) -> str:
    step = reference.step_of(row.removeprefix("type:"))
    return f"step:{UNALLOCATED if step is None else step}"


def _accounts(types: list[str], accounts: list[str], reference: Reference) -> list[Equation]:
    """An account is its types and money without a type, which the reader is taken to know; the rest is "Uden type"."""
    of_account: dict[str, list[str]] = {}
    for row in types:
        kind = reference.types.get(row.removeprefix("type:"))
        home = f"account:{kind.function}" if kind else ""
        of_account.setdefault(home if home in accounts else "", []).append(row)
    found = [line for row, parts in of_account.items() if row for line in sum_of(row, parts, _SUMMED)]
    others = [row for row in accounts if row not in of_account]
    loose = of_account.get("", [])
    return found + [
        {**{(row, column): 1.0 for row in others}, **{(row, column): -1.0 for row in loose}} for column in _SUMMED
    ]


def _bridge_equations(facts: PaperFacts, types: list[str], refund: list[str]) -> list[Equation]:
    """What a bridge tells of the types: their person-years and amounts, weighed with prices that the reader knows.

    What the budget holds beside its counts is no cell that could protect another: who knows the budget knows it.
    """
    found: list[Equation] = []
    before = _known_before(facts)
    starts = {BUDGET_TO_FORECAST: ("deviation", _known_budget(facts)), **dict.fromkeys(SINCE, ("mean", before))}
    for bridge, (end, known) in starts.items():
        of_bridge = facts.prognosis.bridge["name"] == bridge
        cells: dict[str, Cell] = {
            part: (f"bridge:{part}", bridge)
            for part in facts.prognosis.bridge.loc[of_bridge, "part"]
            if part not in BESIDE_COUNTS
        }
        if not cells:
            continue
        prices = {row: price for row, price in known["price"].items() if row in types}
        weighed = {(row, "person_years"): price for row, price in prices.items()}
        cost: dict[Cell, float] = {(row, "mean"): -1.0 for row in prices}
        found += [
            {(TOTAL, end): -1.0, **dict.fromkeys(cells.values(), 1.0)},
            {**_group_prices(known, facts.reference), cells["volume"]: -1.0},
            {**weighed, cells["volume"]: -1.0, cells["mix"]: -1.0},
            {**weighed, **cost, **{cells[part]: 1.0 for part in _COST_PARTS if part in cells}},
            *({(row, "mean"): -1.0, cells["refund"]: 1.0} for row in refund),
        ]
    return found


def _known_budget(facts: PaperFacts) -> pd.DataFrame:
    """Volumes and prices that the bridge from the budget starts from: the budget's own, else last year's."""
    effects = facts.prognosis.effects
    return _priced("type:" + effects["key"], effects["person_years0"], effects["price0"])


def _known_before(facts: PaperFacts) -> pd.DataFrame:
    """Volumes and prices that the bridge since an earlier month starts from."""
    rows = (facts.before or facts.prognosis).rows
    rows = rows[rows["level"] == "type"]
    return _priced("type:" + rows["key"], rows["person_years"], rows["unit_price"])


def _priced(rows: pd.Series, volume: pd.Series, price: pd.Series) -> pd.DataFrame:
    known = pd.DataFrame({"volume": volume.to_numpy(float), "price": price.to_numpy(float)}, index=list(rows))
    return known[(known["price"] > 0) & (known["volume"] > 0)]


def _group_prices(known: pd.DataFrame, reference: Reference) -> dict[Cell, float]:
    """The average prices that the volume part weighs placements and prevention with."""
    found: dict[Cell, float] = {}
    for group, steps in GROUPS.items():
        inside = known[[reference.step_of(row.removeprefix("type:")) in steps for row in known.index]]
        if len(inside):
            found[group, "person_years"] = float(np.average(inside["price"], weights=inside["volume"]))
    return found


def budgeted_types(prognosis: Prognosis) -> pd.DataFrame:
    """Return the person-years and prices that the budget itself assumes, by type: `person_years0` and `price0`."""
    effects = prognosis.effects[prognosis.effects["basis"] == BUDGET].set_index("key")
    return effects[["person_years0", "price0"]].astype(float)


def group_months(prognosis: Prognosis, steps: tuple[int, ...]) -> pd.DataFrame:
    """Sum the steps of a group month by month: `month`, `kind`, `expected` and `budget_person_years`.

    The budget stands where each of the group's steps that is in force has one.
    """
    frames = [frame for step in steps if not (frame := row_of(prognosis, "step", str(step))).empty]
    if not frames:
        return pd.DataFrame(columns=["month", "kind", "expected", "budget_person_years"])
    every = pd.concat(frames)
    groups = every.groupby(["month", "kind"], sort=False)
    return groups[["expected", "budget_person_years"]].sum(min_count=len(frames)).reset_index()
