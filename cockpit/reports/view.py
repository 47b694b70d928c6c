"""The facts of a paper as its readers may see them: the cells, rows and months that every page is written from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.disclosure import BLANK, Rules
from cockpit.domain.paper import COMMITTEE, PLACEMENTS, Audience, PaperFacts, Shown, facts_for, group_months, shown_to
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import PLACEMENT_STEPS, UNALLOCATED, Reference
from cockpit.reports.report import Column, Line, Table, Value

UNTYPED = "Uden type, efter refusion"  # no type, and not to be read as one
RESUME, PROPOSAL, CASE, ECONOMY, ANNEX = "Resumé", "Indstilling", "Sagsfremstilling", "Økonomi", "Bilag"
MILLIONS = f"mio.{fmt.NBSP}kr."


class View:
    """The facts with what the audience may see of them."""

    def __init__(self, facts: PaperFacts, audience: Audience) -> None:
        self.facts = facts = facts_for(facts, audience)
        self.audience = audience
        self.prognosis: Prognosis = facts.prognosis
        self.reference: Reference = facts.reference
        self.shown: Shown = shown_to(facts, audience)
        self.has_money = not fmt.is_absent(self.prognosis.total["mean"])
        self.has_budget = not fmt.is_absent(self.prognosis.total["budget_revised"])
        self.has_ledger = not fmt.is_absent(self.prognosis.total["actual_ytd"])

    @property
    def told(self) -> Prognosis:
        """The prognosis without the parts of bridges and the types that are blank: what sentences may speak of."""
        bridge, effects = self.prognosis.bridge, self.prognosis.effects
        cells = zip("bridge:" + bridge["part"], bridge["name"], strict=True)
        seen = [isinstance(self.cell(f"type:{key}", "person_years"), float) for key in effects["key"]]
        numbers = [name for name in effects.columns if name not in ("key", "basis")]
        return replace(
            self.prognosis,
            bridge=where(bridge, [not self.shown.is_hidden(*cell) for cell in cells]),
            effects=effects.assign(**{name: effects[name].where(seen) for name in numbers}),
        )

    @property
    def shows_placements(self) -> bool:
        """Say whether the number of placements may be shown."""
        return not self.shown.hidden.loc[PLACEMENTS].any()

    @property
    def more_than_what(self) -> str:
        """Say what more or fewer placements are held against; empty where their number may not be shown."""
        return words.more_than_what(self.placements, self.prognosis.as_of) if len(self.placements) else ""

    @property
    def placements(self) -> pd.DataFrame:
        """The placements month by month; no month where one of their numbers may not be shown."""
        months = group_months(self.prognosis, PLACEMENT_STEPS)
        hidden = months.empty or not self.shows_placements or self.is_few(months["expected"])
        return months.iloc[:0] if hidden else months

    def is_few(self, counts: pd.Series) -> bool:
        """Say whether a row of months has a count that a committee may not see."""
        threshold = Rules.at(self.reference, self.prognosis.as_of).threshold
        return self.audience == COMMITTEE and bool(counts.min() < threshold)

    def cell(self, row: str, column: str) -> Value:
        """A cell as the audience sees it."""
        if row not in self.shown.values.index:
            return None
        if self.shown.is_hidden(row, column):
            return BLANK
        value = float(self.shown.values.loc[row, column])
        return None if fmt.is_absent(value) else value

    def rows(self, level: str) -> pd.DataFrame:
        """The prognosis' rows of a level that anything is told of, with `row`, the name of their cells."""
        rows = self.prognosis.rows[self.prognosis.rows["level"] == level]
        told = rows[["budget_revised", "actual_ytd", "mean", "person_years"]].fillna(0.0).abs().sum(axis=1) > 0
        rows = rows[told]
        return rows.assign(
            row=level + ":" + rows["key"], label=rows["label"].mask(rows["key"] == UNALLOCATED, UNTYPED)
        )

    def visible(self, level: str, column: str) -> pd.DataFrame:
        """Those of them whose column is neither blank nor absent."""
        rows = self.rows(level)
        return where(rows, [isinstance(self.cell(row, column), float) for row in rows["row"]])

    @property
    def untyped_note(self) -> str:
        """Say what money without a type is: what belongs to no type, less the central refund, which has none either."""
        said = f"{UNTYPED}, er bogført på området, men hører ikke til en bestemt indsatstype."
        refund = self.cell(f"account:{REFUND_FUNCTION}", "mean")
        if not isinstance(refund, float):
            return said
        return fmt.sentence(f"{said} I forventet regnskab indgår central refusion med {fmt.mio(refund, signed=True)}")

    def comments(self, about: str, *levels: str) -> tuple[Table, ...]:
        """What is written of the lines of these levels, beside their deviations; of a line that is blank nothing.

        Args:
            about: what the lines are; the table may stand on another sheet of paper than the one that they are on.
            levels: of the lines.
        """
        rows = pd.concat([self.rows(level) for level in levels])
        labels = dict(zip(zip(rows["level"], rows["key"], strict=True), rows["label"], strict=True))
        seen = [
            (":".join(one.line), one)
            for one in self.facts.line_comments
            if one.line in labels and isinstance(self.cell(":".join(one.line), "mean"), float)
        ]
        if not seen:
            return ()
        lines = [Line((labels[one.line], one.text, self.signed(one.user, one.at))) for _, one in seen]
        columns = [
            Column("label", "Linje", "text"), Column("text", "Kommentar", "text"), Column("who", "Skrevet", "text"),
        ]  # fmt: skip
        if self.has_budget:
            columns.insert(1, Column("deviation", "Afvigelse", "signed"))
            deviations = [self.cell(row, "deviation") for row, _ in seen]
            lines = [
                replace(line, cells=(line.cells[0], cell, *line.cells[1:]))
                for line, cell in zip(lines, deviations, strict=True)
            ]
        return (Table(f"Kommentarer til {about}", tuple(columns), tuple(lines)),)

    def signed(self, user: str, at: datetime) -> str:
        """When something was written, and for the administration itself by whom: that is no committee's matter."""
        return fmt.day(at) if self.audience == COMMITTEE else f"{user}, {fmt.day(at)}"

    def blank_notes(self, *tables: Table) -> tuple[str, ...]:
        """The note on blanks, where a table has any."""
        cells = [cell for table in tables for line in table.lines for cell in line.cells]
        return (words.blank_note(Rules.at(self.reference, self.prognosis.as_of)),) if BLANK in cells else ()


def where(frame: pd.DataFrame, chosen: Sequence[bool]) -> pd.DataFrame:
    """Choose rows; a plain empty list would choose no columns."""
    return frame[np.array(chosen, dtype=bool)]


def millions(values: pd.Series) -> tuple[float | None, ...]:
    """Kr. as mio. kr., absent ones as None."""
    return tuple(None if fmt.is_absent(value) else value / fmt.MILLION for value in values.astype(float))


def number_or_none(value: float | None) -> float | None:
    """A number that is there, None where it is absent in either way."""
    return None if value is None or fmt.is_absent(float(value)) else float(value)


def seen_number(cell: Value) -> float:
    """A cell's number; NaN where it is blank, absent or a text."""
    return cell if isinstance(cell, float) else float("nan")


def cells_of(view: View, rows: Sequence[str], column: str) -> tuple[float | None, ...]:
    """What the audience may see of a column, row by row; None where it may not."""
    cells = [view.cell(row, column) for row in rows]
    return tuple(cell if isinstance(cell, float) else None for cell in cells)


def money_columns(view: View, *names: str) -> tuple[Column, ...]:
    """The named columns of money; those that need a budget, or a ledger, are left out where there is none."""
    known = {
        "budget_original": Column("budget_original", "Oprindeligt budget"),
        "budget_revised": Column("budget_revised", "Korrigeret budget"),
        "actual_ytd": Column("actual_ytd", "Forbrug år til dato"),
        "mean": Column("mean", "Forventet regnskab"),
        "deviation": Column("deviation", "Afvigelse", "signed", difference=("mean", "budget_revised")),
    }
    lacking = set() if view.has_budget else {"budget_original", "budget_revised", "deviation"}
    lacking |= set() if view.has_ledger else {"actual_ytd"}
    return tuple(known[name] for name in names if name not in lacking)


def line_of(
    view: View, label: str, row: str, columns: Sequence[Column], kind: str = "row", sums: tuple[int, ...] = ()
) -> Line:
    """A row of the prognosis under its label, as the audience may see it."""
    return Line((label, *(view.cell(row, column.key) for column in columns)), kind, sums)  # type: ignore[arg-type]


def step_key(type_key: str, reference: Reference) -> str:
    """The key of the step that a type stands on."""
    step = reference.step_of(type_key)
    return UNALLOCATED if step is None else str(step)
