"""Disclosure control: what a committee may see of a table without recognising a child.

Three steps. A cell is sensitive where few children, or one dear case, stand behind it; so is the sum of cells that are
hidden together, where few stand behind all of them. Hiding it is not enough: the reader knows how the cells add up. So
more cells are hidden until every sensitive one could be larger by a margin without anything the reader sees or knows
being different. Ratios are last: shown only where both their parts are, they tell nothing new.

Which cells are hidden besides is found by linear programming: the cheapest move of the whole table that lifts the
sensitive cell by its margin and keeps every known sum; the published cells that have to move are those to hide (the
heuristic of Kelly, Golden and Assad, 1992, in the form of Statistics Canada's CONFID).

Columns may stand back: they are added to what is settled without them, and only they are hidden for what they tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from cockpit.domain.reference import Reference

BLANK = "•"
Cell = tuple[str, str]  # row, column
Equation = Mapping[Cell, float]  # a weighted sum of cells whose value the reader knows or can work out
_SAME_ROW = 0.3  # a row that is broken already is rather broken further than another one
_NO_MOVE = 1e-6  # of the lift: the solver's own tolerance


@dataclass(frozen=True)
class Rules:
    """When a cell is sensitive and how well it is hidden.

    Attributes:
        threshold: fewer children than this are not shown.
        dominance: a cell of which one child makes up at least this share is not shown.
        margin: an amount that is hidden could be larger by at least this share of its row's largest amount (of itself
            where it stands alone); a count by at least the threshold.
    """

    threshold: float
    dominance: float
    margin: float

    @classmethod
    def at(cls, reference: Reference, month: pd.Period) -> "Rules":
        """Return the rules in force in a month."""
        keys = ("disclosure_threshold", "disclosure_dominance_share", "disclosure_margin_share")
        return cls(*(float(reference.assumption(key, month).value) for key in keys))


@dataclass(frozen=True)
class Table:
    """Cells that are to be shown together, and what ties them to each other.

    Attributes:
        values: rows x columns, NaN where there is no cell. Linked tables are one: every cell that the same reader sees.
        counts: columns that count children; the others are amounts.
        known: columns that the reader knows anyhow (the budget): never hidden.
        signed: columns that may be negative; in others the reader knows that a cell is not below zero.
        alone: columns of amounts that nothing else of their row follows from.
        equations: how the cells add up, also with amounts that are not in the table but known.
        ratios: column -> the two columns that it is worked out from; hidden where one of them is.
        people: children behind each cell, shape of `values`; NaN where it is not about children.
        largest: share of each cell that its dearest child makes up, shape of `values`; NaN where unknown.
        worth: rows that are worth more than others, in cells of the others: hidden only where nothing cheaper would do.
        unseen: cells of `values` that tie others together but are never shown: nothing is lost where they move. A
            sensitive one must not follow from what is shown all the same.
        stand_back: columns on whose account nothing else is hidden; they are blank themselves where they tell too much.
    """

    values: pd.DataFrame
    counts: frozenset[str]
    equations: tuple[Equation, ...]
    people: pd.DataFrame
    largest: pd.DataFrame
    known: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    ratios: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    worth: Mapping[str, float] = field(default_factory=dict)
    unseen: frozenset[Cell] = frozenset()
    stand_back: frozenset[str] = frozenset()

    def without(self, columns: frozenset[str]) -> "Table":
        """The table without some columns and whatever ties them to the others."""
        there = [name for name in self.values.columns if name not in columns]
        return replace(
            self,
            values=self.values[there],
            people=self.people[there],
            largest=self.largest[there],
            equations=tuple(one for one in self.equations if not any(column in columns for _, column in one)),
            stand_back=frozenset(),
        )

    @property
    def is_unseen(self) -> pd.DataFrame:
        """Which cells are never shown, shape of `values`."""
        found = pd.DataFrame(False, index=self.values.index, columns=self.values.columns)
        for row, column in self.unseen:
            found.loc[row, column] = True
        return found


def sum_of(total: str, parts: Iterable[str], columns: Iterable[str]) -> list[Equation]:
    """Say that a row is the sum of others, in each of these columns."""
    parts = list(parts)
    return [{(total, column): -1.0, **{(part, column): 1.0 for part in parts}} for column in columns]


def column_sum(total: str, parts: Iterable[str], rows: Iterable[str]) -> list[Equation]:
    """Say that a column is the sum of others, in each of these rows."""
    parts = list(parts)
    return [{(row, total): -1.0, **{(row, part): 1.0 for part in parts}} for row in rows]


def hidden_cells(table: Table, rules: Rules) -> pd.DataFrame:
    """Return which cells must be blank, shape of `table.values`, True where hidden."""
    back = frozenset(name for name in table.stand_back if table.values[name].notna().any())
    hidden, sums = _with_sums_hidden(table.without(back), rules)
    if back:
        settled = hidden.reindex(columns=table.values.columns, fill_value=False)
        hidden = _hidden(_with_sums(table, sums), rules, settled)
    hidden = hidden.loc[table.values.index].copy()
    for ratio, (amount, per) in table.ratios.items():
        hidden[ratio] = hidden[amount] | hidden[per]
    return hidden[list(table.values.columns)] & table.values.notna()


def _with_sums_hidden(table: Table, rules: Rules) -> tuple[pd.DataFrame, list[tuple[Cell, ...]]]:
    """Which cells must be blank, lines for the sums of few with them, and which cells these are the sums of."""
    whole, every = table, list[tuple[Cell, ...]]()
    hidden = _hidden(whole, rules)
    while sums := _sums_of_few(whole, hidden, rules):
        whole, every = _with_sums(whole, sums), [*every, *sums]
        hidden = _hidden(whole, rules)
    return hidden, every


def _hidden(table: Table, rules: Rules, settled: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which cells must be blank, ratios left out.

    Args:
        settled: which of the others are blank; then only columns that stand back are hidden besides.
    """
    plain = table.values.drop(columns=list(table.ratios), errors="ignore")
    sensitive = sensitive_cells(table, rules)[plain.columns]
    if not sensitive.to_numpy().any():
        return sensitive
    blank = settled[plain.columns] if settled is not None else None
    hidden = _Hiding(table, plain, sensitive, rules, blank).run()
    return hidden & (sensitive | ~table.is_unseen[plain.columns])


def _sums_of_few(table: Table, hidden: pd.DataFrame, rules: Rules) -> list[tuple[Cell, ...]]:
    """The cells that the reader sees the sum of, though none of them, and that few children make up together.

    What is hidden of a sum is its total less what is shown: of two cells with two children each, four children's.
    """
    unknown = hidden | table.is_unseen[hidden.columns]
    at = {column: unknown.index[unknown[column]] for column in unknown}
    found = []
    for equation in table.equations:
        cells = tuple(cell for cell in equation if cell[1] in at and cell[0] in at[cell[1]])
        is_plain_sum = {equation[cell] for cell in cells} == {1.0} and len({column for _, column in cells}) == 1
        if len(cells) > 1 and is_plain_sum and _is_of_few(table, cells, rules):
            found.append(cells)
    return list(dict.fromkeys(found))


def _is_of_few(table: Table, cells: tuple[Cell, ...], rules: Rules) -> bool:
    rows, column = [row for row, _ in cells], cells[0][1]
    values = table.values.loc[rows, column]
    if column in table.counts:
        return bool(values.sum() < rules.threshold)
    sizes, total = values.abs(), values.abs().sum()
    people = table.people.loc[rows, column].fillna(np.inf)[sizes > 0].sum()
    dearest = (table.largest.loc[rows, column] * sizes).max()
    return bool(total > 0 and (people < rules.threshold or dearest >= rules.dominance * total))


def _with_sums(table: Table, sums: Iterable[tuple[Cell, ...]]) -> Table:
    """The table with a line of its own for each sum: sensitive as a cell of no one is, and never shown."""
    for cells in sums:
        name, column = f"sum {len(table.values)}", cells[0][1]
        line = pd.DataFrame(np.nan, index=[name], columns=table.values.columns)
        value, nobody = line.copy(), line.copy()
        value[column], nobody[column] = table.values.loc[[row for row, _ in cells], column].sum(), 0.0
        table = replace(
            table,
            values=pd.concat([table.values, value]),
            people=pd.concat([table.people, nobody]),
            largest=pd.concat([table.largest, line]),
            equations=(*table.equations, *sum_of(name, [row for row, _ in cells], [column])),
            unseen=table.unseen | {(name, column)},
        )
    return table


def sensitive_cells(table: Table, rules: Rules) -> pd.DataFrame:
    """Return which cells tell of few children or of one: counts below the threshold, and amounts of as few."""
    values = table.values
    few = (table.people < rules.threshold).to_numpy()
    dominated = (table.largest >= rules.dominance).to_numpy()
    counts = np.array([column in table.counts for column in values.columns])
    known = np.array([column in table.known or column in table.ratios for column in values.columns])
    small = counts & (values.to_numpy(float) < rules.threshold)
    found = (small | few | (dominated & ~counts)) & ~known & values.notna().to_numpy()
    return pd.DataFrame(found, index=values.index, columns=values.columns)


class _Hiding:
    """The linear programmes of one table; cells are numbered row by row, absent ones left out."""

    def __init__(
        self,
        table: Table,
        values: pd.DataFrame,
        sensitive: pd.DataFrame,
        rules: Rules,
        settled: pd.DataFrame | None = None,
    ) -> None:
        present = values.notna().to_numpy()
        rows, columns = np.nonzero(present)
        self.values = values
        self.table = table
        self.present = present
        self.at = {(values.index[r], values.columns[c]): n for n, (r, c) in enumerate(zip(rows, columns, strict=True))}
        self.row = rows
        self.value = values.to_numpy(float)[present]
        names = values.columns[columns]
        amounts = values[[name for name in values.columns if name not in table.counts]].abs().max(axis=1).to_numpy()
        is_count, is_alone = (names.isin(list(some)) for some in (table.counts, table.alone))
        measure = np.where(is_alone, np.abs(self.value), np.nan_to_num(amounts)[rows])
        self.margin = np.where(is_count, rules.threshold, rules.margin * measure)
        # Counts and kroner meet in one programme, so each column is measured by its largest cell.
        self.scale = np.nan_to_num(values.abs().max().to_numpy(float)[columns], nan=1.0)
        self.scale[self.scale == 0] = 1.0
        free = names.isin(list(table.signed)) | (self.value < 0)
        self.room = np.where(free, np.inf, self.value)
        self.known = names.isin(list(table.known))
        self.fixed = self.known
        worth = np.array([table.worth.get(row, 1.0) for row in values.index])
        self.worth = (1 + np.abs(self.value) / self.scale) * worth[rows]
        self.sensitive = sensitive.to_numpy()[present]
        self.unseen = table.is_unseen[values.columns].to_numpy()[present]
        self.blank = self.sensitive.copy()  # before anything is hidden for the sake of these
        if settled is not None:
            self.blank |= settled.to_numpy()[present]
            self.fixed = self.known | ~(self.blank | self.unseen | names.isin(list(table.stand_back)))
        self.matrix = self._matrix(table.equations)

    def _matrix(self, equations: Sequence[Equation]) -> np.ndarray:
        """One line per equation in scaled cells; each line's largest coefficient is 1."""
        lines = np.zeros((len(equations), len(self.value)))
        for line, equation in zip(lines, equations, strict=True):
            for cell, weight in equation.items():
                if cell in self.at:
                    line[self.at[cell]] = weight * self.scale[self.at[cell]]
        largest = np.abs(lines).max(axis=1, initial=0.0)
        return lines[largest > 0] / largest[largest > 0, None]

    def run(self) -> pd.DataFrame:
        """Hide what the sensitive cells need. What is hidden for one often does for others, so their order matters."""
        cells = np.flatnonzero(self.sensitive)
        by_lift = cells[np.argsort(-self.margin[cells] / self.scale[cells], kind="stable")]
        ways = [self._hidden(order) for order in (by_lift, by_lift[::-1])]
        filled = np.zeros(self.present.shape, dtype=bool)
        filled[self.present] = min(ways, key=lambda way: self.worth[way & ~self.unseen].sum())
        return pd.DataFrame(filled, index=self.values.index, columns=self.values.columns)

    def _hidden(self, order: np.ndarray) -> np.ndarray:
        hidden = self.blank.copy()
        moves: dict[int, np.ndarray] = {}
        for cell in order.tolist():
            moved = self._moved(cell, hidden, ~self.fixed)
            if moved is None:  # by the hair a settled cell moved unseen: rather one blank more
                moved = self._moved(cell, hidden, ~self.known)
            if moved is None:
                raise ValueError(f"what the reader knows gives {list(self.at)[cell]} away")
            moves[cell] = moved
            hidden |= moved
        return self._shown_again(hidden, moves)

    def _shown_again(self, hidden: np.ndarray, moves: dict[int, np.ndarray]) -> np.ndarray:
        """Show again what was hidden for one cell and is not needed now that others are hidden too, dearest first."""
        extra = np.flatnonzero(hidden & ~self.blank & ~self.unseen)
        for cell in extra[np.argsort(-self.worth[extra], kind="stable")]:
            back = self._tied(int(cell)) & ~self.blank
            left = hidden & ~back
            used = [one for one, moved in moves.items() if moved[back].any()]
            found = {one: moved for one in used if (moved := self._moved(one, left, left | self.unseen)) is not None}
            if len(found) == len(used):
                hidden, moves = left, {**moves, **found}
        return hidden

    def _tied(self, cell: int) -> np.ndarray:
        """The cell and those that follow from it alone, as a deviation from the amount."""
        own = np.arange(len(self.value)) == cell
        loose = (self.matrix != 0) & ~self.known
        pairs = loose[(loose.sum(axis=1) == 2) & loose[:, cell]]
        return own | pairs.any(axis=0)

    def _moved(self, cell: int, hidden: np.ndarray, free: np.ndarray) -> np.ndarray | None:
        """Lift one cell by its margin as cheaply as can be, and say which cells move; None where it cannot be lifted.

        Every cell is measured in lifts (of its column's size), so that the solver's tolerance is small beside them.

        Args:
            cell: the cell to lift.
            hidden: cells that are hidden already.
            free: cells that may move.
        """
        from scipy.optimize import linprog  # a quarter of a second, which only a table with few children needs

        count = len(self.value)
        unit = self.scale * max(self.margin[cell] / self.scale[cell], _NO_MOVE)
        free = free & ~self.known
        room = np.where(free, self.room / unit, 0.0)
        broken = np.isin(self.row, self.row[hidden & (self.sensitive | ~self.unseen)])
        worth = np.where(hidden | self.unseen, 0.0, self.worth * np.where(broken, _SAME_ROW, 1.0))
        # Per unit of what a cell can give, so that one large enough is taken rather than several too small.
        cost = np.concatenate([worth, worth / np.clip(room, _NO_MOVE, 1.0)])
        highest = np.concatenate([np.where(free, np.inf, 0.0), room])
        lowest = np.zeros(2 * count)
        lowest[cell] = highest[cell] = 1.0
        highest[count + cell] = 0.0
        found = linprog(
            cost,
            A_eq=np.hstack([self.matrix, -self.matrix]),
            b_eq=np.zeros(len(self.matrix)),
            bounds=np.stack([lowest, highest], axis=1),
            method="highs",
        )
        if not found.success:
            return None
        return np.abs(found.x[:count] - found.x[count:]) > _NO_MOVE
