"""Disclosure control against a boring oracle: an attacker who knows every sum, every published cell and algebra."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from cockpit.domain.disclosure import Rules, Table, column_sum, hidden_cells, sensitive_cells, sum_of
from cockpit.domain.reference import Reference

RULES = Rules(threshold=5, dominance=0.5, margin=0.1)
LARGE = st.integers(20, 400)
ANY_SIZE = st.integers(0, 60)
PRICE = st.integers(20_000, 1_500_000)


def ladder(groups: list[list[tuple[int, int, int, int]]], largest: dict[str, float] | None = None) -> Table:
    """Types in steps in a total, and the same types in accounts: (children, price, budget, account) each."""
    rows, equations, accounts = {}, [], {}
    for step, types in enumerate(groups):
        names = [f"type {step}.{n}" for n in range(len(types))]
        for name, (children, price, budget, account) in zip(names, types, strict=True):
            rows[name] = (float(children), float(children * price), float(budget))
            accounts.setdefault(f"account {account}", []).append(name)
        rows[f"step {step}"] = tuple(sum(rows[name][at] for name in names) for at in range(3))
        equations += sum_of(f"step {step}", names, ("children", "amount"))
    for account, names in accounts.items():
        rows[account] = (np.nan, sum(rows[name][1] for name in names), sum(rows[name][2] for name in names))
        equations += sum_of(account, names, ("amount",))
    steps = [f"step {step}" for step in range(len(groups))]
    rows["total"] = tuple(sum(rows[name][at] for name in steps) for at in range(3))
    equations += sum_of("total", steps, ("children", "amount")) + sum_of("total", accounts, ("amount",))
    values = pd.DataFrame.from_dict(rows, orient="index", columns=["children", "amount", "budget"]).astype(float)
    values["deviation"] = values["amount"] - values["budget"]
    values["price"] = values["amount"] / values["children"].where(values["children"] > 0)
    equations += column_sum("amount", ("budget", "deviation"), values.index)
    return Table(
        values=values,
        counts=frozenset({"children"}),
        equations=tuple(equations),
        people=in_every_column(values, values["children"]),
        largest=in_every_column(values, pd.Series(largest or {}, index=values.index, dtype=float)),
        known=frozenset({"budget"}),
        signed=frozenset({"deviation"}),
        ratios={"price": ("amount", "children")},
        worth={"total": 1000.0},
    )


def in_every_column(values: pd.DataFrame, by_row: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(dict.fromkeys(values.columns, by_row))


def attack(table: Table, hidden: pd.DataFrame) -> tuple[dict, dict]:
    """Say of every hidden cell how wide the values range that fit all the reader sees, and whether sums solve it."""
    values = table.values.drop(columns=list(table.ratios))
    unknown = [(row, column) for row in values.index for column in values.columns if hidden.loc[row, column]]
    if not unknown:
        return {}, {}
    lines = np.array([[equation.get(cell, 0.0) for cell in unknown] for equation in table.equations])
    truth = np.array([values.loc[cell] for cell in unknown])
    # Each column in units of its own, or a solver's tolerance would hide a child among the kroner.
    unit = np.array([values[column].abs().max() or 1.0 for _, column in unknown])
    lines, truth = lines * unit, truth / unit
    lines = lines[np.abs(lines).max(axis=1, initial=0) > 0]
    lines = lines / np.abs(lines).max(axis=1, keepdims=True)
    signed = [column in table.signed or x < 0 for (_, column), x in zip(unknown, truth, strict=True)]
    bounds = [(None if free else 0, None) for free in signed]
    width, solved = {}, {}
    rank = np.linalg.matrix_rank(lines) if len(lines) else 0
    for at, cell in enumerate(unknown):
        goal = np.eye(len(unknown))[at]
        solved[cell] = bool(np.linalg.matrix_rank(np.vstack([lines, goal])) == rank) if len(lines) else False
        ends = [linprog(sign * goal, A_eq=lines, b_eq=lines @ truth, bounds=bounds, method="highs") for sign in (1, -1)]
        assert all(end.status in (0, 3) for end in ends), "the attacker's own equations must hold"
        low, high = (np.inf if end.status == 3 else end.fun for end in ends)
        width[cell] = np.inf if np.inf in (low, high) else (-high - low) * unit[at]
    return width, solved


TYPE = st.tuples(ANY_SIZE, PRICE, st.integers(0, 30_000_000), st.integers(0, 3))
GROUPS = st.lists(st.lists(TYPE, min_size=1, max_size=4), min_size=2, max_size=4)


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(GROUPS)
def test_no_hidden_cell_can_be_worked_out(groups: list) -> None:
    """No blank is fixed by the sums, and every sensitive one could be off by the threshold or the margin."""
    table = ladder(groups)
    hidden = hidden_cells(table, RULES)
    sensitive = sensitive_cells(table, RULES)
    width, solved = attack(table, hidden)
    assert (hidden | ~sensitive).to_numpy().all()
    largest = table.values[["amount", "budget", "deviation"]].abs().max(axis=1)
    for cell, is_solved in solved.items():
        assert not is_solved, f"{cell} follows from what is shown"
        if sensitive.loc[cell]:
            needed = RULES.threshold if cell[1] == "children" else RULES.margin * largest[cell[0]]
            assert width[cell] >= needed * (1 - 1e-3), f"{cell} is known too well"
    for total, parts in parts_of(table).items():
        for column in ("children", "amount"):
            blank = [part for part in parts if hidden.loc[part, column] and table.values.loc[part, "amount"]]
            if blank and not hidden.loc[total, column]:
                assert table.values.loc[blank, "children"].sum() >= RULES.threshold, f"{blank} are few together"


def parts_of(table: Table) -> dict[str, list[str]]:
    """What the rows of steps, and of the total by steps, are the sums of."""
    types = [row for row in table.values.index if row.startswith("type")]
    steps = [row for row in table.values.index if row.startswith("step")]
    within = {step: [row for row in types if row.startswith(f"type {step.split()[1]}.")] for step in steps}
    return {**within, "total": steps}


@given(st.lists(st.lists(st.tuples(LARGE, PRICE, PRICE, st.integers(0, 3)), min_size=1, max_size=4), min_size=1))
def test_nothing_is_hidden_without_need(groups: list) -> None:
    """Where every cell stands for many children and no case dominates, everything is shown."""
    assert not hidden_cells(ladder(groups), RULES).to_numpy().any()


PLAIN = {"people": 40.0, "largest": 0.1, "children": 40.0}
LINES = {
    "four children": ({"children": 4.0}, {"children"}),
    "five children": ({"children": 5.0}, set()),
    "none now": ({"children": 0.0}, {"children"}),
    "money of four": ({"people": 4.0}, {"children", "amount"}),
    "money of five": ({"people": 5.0}, set()),
    "half is one child's": ({"largest": 0.5}, {"amount"}),
    "nearly half is one child's": ({"largest": 0.499}, set()),
    "not about children": ({"people": np.nan, "largest": np.nan}, set()),
    "no cell": ({"children": np.nan, "people": 4.0}, {"amount"}),
}


@pytest.mark.parametrize(("changed", "expected"), LINES.values(), ids=LINES)
def test_where_the_line_is_drawn(changed: dict, expected: set) -> None:
    """The threshold itself is shown, the dominance itself is not; budgets and prices never are by themselves."""
    row = {**PLAIN, **changed}
    values = pd.DataFrame([{"children": row["children"], "amount": 1e6, "budget": 2e6, "price": 1e5}], index=["row"])
    table = Table(
        values,
        frozenset({"children"}),
        (),
        people=in_every_column(values, pd.Series({"row": row["people"]})),
        largest=in_every_column(values, pd.Series({"row": row["largest"]})),
        known=frozenset({"budget"}),
        ratios={"price": ("amount", "children")},
    )
    found = sensitive_cells(table, RULES).loc["row"]
    assert set(found.index[found]) == expected


def test_an_amount_of_few_is_blank_beside_one_of_many() -> None:
    """Two columns of a row may be made of different children: only the one of few is hidden, with what it needs."""
    table = ladder([[(30, 50_000, 0, 0), (40, 50_000, 0, 0)], [(90, 20_000, 0, 1), (60, 30_000, 0, 1)]])
    booked = table.values["amount"] / 12
    values = table.values.assign(booked=booked)
    people = in_every_column(values, values["children"].fillna(1000.0))
    people.loc["type 0.0", "booked"] = 2.0
    sums = sum_of("step 0", ["type 0.0", "type 0.1"], ["booked"]) + sum_of("total", ["step 0", "step 1"], ["booked"])
    table = replace(
        table,
        values=values,
        people=people,
        largest=in_every_column(values, table.largest["amount"]),
        equations=(*table.equations, *sums),
        alone=frozenset({"booked"}),
    )
    hidden = hidden_cells(table, RULES)
    assert hidden.loc[["type 0.0", "type 0.1"], "booked"].all()
    assert hidden.to_numpy().sum() == 2


def test_one_small_type_takes_another_with_it() -> None:
    """Three children in a step of two types: both are blank, their prices too, and every other step stands."""
    table = ladder([[(3, 900_000, 0, 0), (40, 800_000, 0, 0)], [(90, 20_000, 0, 1), (60, 30_000, 0, 1)]])
    hidden = hidden_cells(table, RULES)
    assert hidden.loc[["type 0.0", "type 0.1"], ["children", "amount", "deviation", "price"]].to_numpy().all()
    assert not hidden.drop(index=["type 0.0", "type 0.1"]).to_numpy().any()
    assert not hidden["budget"].any()


def test_two_of_two_children_each_do_not_stand_as_four() -> None:
    """Each hides the other well, but what is left of their step would be the money of four children."""
    groups = [[(2, 50_000, 0, 0), (2, 55_000, 0, 0), (30, 50_000, 0, 0), (80, 50_000, 0, 0)]]
    table = ladder(groups)
    people = table.people.assign(booked=table.people["children"])
    sums = sum_of("step 0", [f"type 0.{at}" for at in range(4)], ["booked"])
    table = replace(
        table,
        values=table.values[["amount"]].set_axis(["booked"], axis=1),
        people=people[["booked"]],
        largest=table.largest[["amount"]].set_axis(["booked"], axis=1),
        equations=tuple(sums),
        ratios={},
        alone=frozenset({"booked"}),
    )
    assert hidden_cells(table, RULES).loc["type 0.0":"type 0.3", "booked"].tolist() == [True, True, True, False]


def test_two_small_ones_that_hide_each_other_badly_take_a_third() -> None:
    """One child and two children sum to three: each would be known to within three, so a larger type is blank too."""
    groups = [[(1, 50_000, 0, 0), (2, 50_000, 0, 0), (30, 50_000, 0, 0), (80, 50_000, 0, 0)]]
    hidden = hidden_cells(ladder(groups), RULES)
    assert hidden["children"].tolist()[:4] == [True, True, True, False]


def test_an_account_that_is_one_type_is_blank_with_it() -> None:
    """The account of secure institutions holds one type only: it would give the type's amount away."""
    table = ladder([[(2, 2_000_000, 0, 24), (40, 900_000, 0, 20), (30, 900_000, 0, 20)], [(200, 20_000, 0, 21)]])
    hidden = hidden_cells(table, RULES)
    assert hidden.loc["account 24", ["amount", "deviation"]].all()
    assert not hidden.loc["total"].any()


def test_one_dear_child_blanks_the_amount_and_not_the_count() -> None:
    """Six children of whom one costs two thirds: the number may stand, the kroner may not."""
    groups = [[(6, 1_000_000, 0, 0), (50, 500_000, 0, 0), (60, 500_000, 0, 0)]]
    hidden = hidden_cells(ladder(groups, {"type 0.0": 0.67}), RULES)
    assert not hidden["children"].any()
    assert hidden.loc["type 0.0", ["amount", "deviation", "price"]].all()
    assert hidden["amount"].sum() == 2, "and one more, or the sum would tell"


def test_a_bridge_does_not_give_two_blank_types_away() -> None:
    """The number of two blank types together is known; what they cost at budget prices would solve them both."""
    plain = ladder([[(3, 900_000, 0, 0), (9, 500_000, 0, 0), (70, 400_000, 0, 0), (50, 300_000, 0, 0)]])
    prices = {"type 0.0": 880_000.0, "type 0.1": 470_000.0, "type 0.2": 410_000.0, "type 0.3": 310_000.0}
    bridge = {(name, "children"): price for name, price in prices.items()}
    with_bridge = replace(plain, equations=(*plain.equations, bridge))
    before = hidden_cells(plain, RULES)
    assert before["children"].sum() == 2
    assert attack(with_bridge, before)[1]["type 0.0", "children"]
    assert not any(attack(with_bridge, hidden_cells(with_bridge, RULES))[1].values())


def test_a_total_of_few_is_blank(reference: Reference) -> None:
    """Four children in all: nothing about them can be shown, by the rules in force."""
    rules = Rules.at(reference, pd.Period("2026-08", "M"))
    hidden = hidden_cells(ladder([[(2, 900_000, 0, 0)], [(2, 20_000, 0, 1)]]), rules)
    assert hidden.loc["total", ["children", "amount", "deviation", "price"]].all()
    assert rules.threshold == 5


def test_what_is_never_shown_ties_but_costs_nothing() -> None:
    """The children of the step are in no table, so the second type need not be blank for the sake of their sum."""
    plain = ladder([[(3, 900_000, 0, 0), (40, 800_000, 0, 0)], [(90, 20_000, 0, 1)]])
    unseen = frozenset({("step 0", "children"), ("total", "children")})
    hidden = hidden_cells(replace(plain, unseen=unseen), RULES)
    assert hidden_cells(plain, RULES).loc["type 0.1", "children"]
    assert hidden.loc["type 0.0", "children"]
    assert not hidden.loc["type 0.1", "children"]
    assert not hidden.loc["step 0", "children"], "nobody asks for it, so it is no blank"


def test_an_unseen_cell_of_few_must_not_follow_from_what_is_shown() -> None:
    """Four children of a step of two types: the step and the other type would tell them."""
    plain = ladder([[(4, 900_000, 0, 0), (40, 800_000, 0, 0)], [(90, 20_000, 0, 1)]])
    table = replace(plain, unseen=frozenset({("type 0.0", "children")}))
    hidden = hidden_cells(table, RULES)
    assert hidden.loc["type 0.1", "children"] or hidden.loc["step 0", "children"]
    assert not attack(table, hidden)[1]["type 0.0", "children"]


def test_what_turns_out_not_to_be_needed_is_shown_again() -> None:
    """The account of two children takes a partner; of two that would do, the cheaper one in the end is blank alone."""
    groups = [
        [(2, 2_000_000, 0, 24), (3, 100_000, 0, 20), (40, 1_000_000, 0, 20), (9, 600_000, 0, 20), (12, 900_000, 0, 23)]
    ]
    hidden = hidden_cells(ladder(groups), RULES)
    needed = {"type 0.0", "type 0.1", "account 24", "account 20"}
    others = set(hidden.index[hidden["amount"]]) - needed
    assert others == {"type 0.3"}


def test_what_stands_back_takes_nothing_else_with_it() -> None:
    """A column that is added hides nothing of what is shown without it, and is blank where it would tell a blank."""
    plain = ladder([[(3, 900_000, 0, 0), (9, 500_000, 0, 0), (70, 400_000, 0, 0), (50, 300_000, 0, 0)]])
    before = hidden_cells(plain, RULES)
    parts = pd.DataFrame({"moved": [1e6, 2e6, 3e6]}, index=["part volume", "part price", "part rest"])
    prices = {f"type 0.{at}": price for at, price in enumerate((880_000.0, 470_000.0, 410_000.0, 310_000.0))}
    told = [{**{(name, "children"): price for name, price in prices.items()}, ("part volume", "moved"): -1.0}]
    told += [dict.fromkeys([(part, "moved") for part in parts.index], 1.0)]
    values = plain.values.assign(moved=np.nan)
    values = pd.concat([values, parts.reindex(columns=values.columns)])
    nobody = pd.DataFrame(np.nan, index=values.index, columns=values.columns)
    table = replace(
        plain,
        values=values,
        equations=(*plain.equations, *told),
        people=plain.people.reindex_like(nobody),
        largest=nobody,
        signed=plain.signed | {"moved"},
        stand_back=frozenset({"moved"}),
    )
    hidden = hidden_cells(table, RULES)
    pd.testing.assert_frame_equal(hidden.loc[before.index, list(before.columns)], before)
    assert hidden["moved"].sum() == 2, "the volume, and one more, or what they come to in all would tell it"
    assert hidden.loc["part volume", "moved"]
    assert not any(attack(table, hidden)[1].values())
    assert attack(table, hidden.assign(moved=False))[1]["type 0.0", "children"]
