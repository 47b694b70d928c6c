"""The budget: set months ahead from last year's level plus price rises minus planned savings, and so too low."""

import numpy as np
import pandas as pd

from cockpit.domain.months import month_range
from cockpit.domain.spells import person_years
from cockpit.services.demo.children import MONTHS_IN_YEAR
from cockpit.services.demo.ledger import month_number
from cockpit.services.demo.settings import BudgetYear, Settings

COLUMNS = [
    "year", "account", "budget_type", "amount", "type_key", "person_years", "unit_price", "month", "adopted", "text",
]  # fmt: skip
ORIGINAL, SUPPLEMENTARY, REALLOCATION, CARRY_OVER = (
    "oprindeligt", "tillaegsbevilling", "omplacering", "overfoersel",
)  # fmt: skip


def budget(
    periods: pd.DataFrame, services: pd.DataFrame, postings: pd.DataFrame, settings: Settings, rng: np.random.Generator
) -> pd.DataFrame:
    """Return every budget line decided by the end of the as-of month (COLUMNS), oldest year first.

    Args:
        periods: true price periods.
        services: columns service, type_key and net (kr. after VAT refund and parents' payment).
        postings: the whole ledger, also what will be booked after the as-of month.
    """
    end = settings["as_of"].end_time.date()
    lines = [
        line
        for decision in settings.budget_years
        if decision.adopted <= end
        for line in _year(decision, periods, services, postings, settings, rng)
    ]
    table = pd.DataFrame(lines, columns=COLUMNS)
    return table[table["adopted"] <= end].reset_index(drop=True)


def _year(
    decision: BudgetYear, periods: pd.DataFrame, services: pd.DataFrame, postings: pd.DataFrame, settings: Settings,
    rng: np.random.Generator,
) -> list[tuple]:  # fmt: skip
    carried, luck = _rounded(rng.uniform(*settings["carry_over"]), settings), rng.random()
    activity = _base(decision.year, periods, services, settings)
    fixed = _fixed_lines(decision, postings, settings)
    outturn = postings.loc[postings["year"] == decision.year, "amount"].sum()
    _save(activity, decision, sum(line[3] for line in fixed), outturn, luck, settings)
    original = [_activity_line(decision, key, row, settings) for key, row in activity.iterrows()] + fixed
    overspend = outturn - sum(line[3] for line in original)
    return [
        *original,
        *_supplementary(decision, overspend, original, settings),
        *_reallocation(decision, settings),
        _carry_over(decision, carried, settings),
    ]


def _base(year: int, periods: pd.DataFrame, services: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Volumes and unit prices of the twelve months known when the budget is made, at the budget year's price level."""
    last = pd.Period(year=year, month=1, freq="M") - settings["budget_base_months_before"]
    months = month_range(last - (MONTHS_IN_YEAR - 1), last)
    volume = pd.Series(person_years(periods, months).sum(axis=1), index=periods["type_key"]).groupby(level=0).sum()
    known = services[services["service"].between(month_number(months[0]), month_number(last))]
    level = (known["service"] // MONTHS_IN_YEAR).map(settings.price_level)
    cost = (known["net"] / level).groupby(known["type_key"]).sum() * settings.price_level[year]
    base = pd.DataFrame({"person_years": volume, "cost": cost}).reindex(list(settings.types))
    base = base[base["person_years"] > 0]
    return base.assign(unit_price=(base["cost"] / base["person_years"]).round())


def _save(
    activity: pd.DataFrame, decision: BudgetYear, fixed: float, outturn: float, luck: float, settings: Settings
) -> None:
    """Take the planned savings out of the placements' volumes, so that the original budget misses as stated."""
    amounts = activity["person_years"] * activity["unit_price"]
    placements = activity.index.isin(settings.placements)
    total = amounts.sum() + fixed
    miss = _credible_miss(outturn / (total * (1 - decision.saving_share)) - 1, luck, settings)
    share = 1 + (outturn / (1 + miss) - total) / amounts[placements].sum()
    activity.loc[placements, "person_years"] *= share
    activity["person_years"] = activity["person_years"].round(2)


def _credible_miss(miss: float, luck: float, settings: Settings) -> float:
    """Keep a miss within the stated range; replace one outside it by one in the nearer half of the range.

    A real council corrects a plan it does not believe in, by hand, so it misses by some per cent and not by twenty.
    """
    low, high = settings["budget_miss"]
    if low <= miss <= high:
        return miss
    return (low if miss < low else (low + high) / 2) + luck * (high - low) / 2


def _activity_line(decision: BudgetYear, key: object, row: pd.Series, settings: Settings) -> tuple:
    amount = round(row["person_years"] * row["unit_price"])
    return (
        decision.year, settings.types[str(key)].account, ORIGINAL, float(amount), key, row["person_years"],
        row["unit_price"], None, decision.adopted, "Vedtaget budget",
    )  # fmt: skip


def _fixed_lines(decision: BudgetYear, postings: pd.DataFrame, settings: Settings) -> list[tuple]:
    """Money that no child carries, phased by the months it is billed in; growth is not foreseen."""
    lines = []
    for cost in settings.fixed_costs:
        growth = (1 + cost.growth) ** (decision.year - 1 - settings["price_year"])
        amount = cost.kr_per_year * growth * settings.price_level[decision.year] / len(cost.months)
        for month in cost.months:
            lines.append(_fixed_line(decision, cost.account, _rounded(amount, settings), month, cost.text))
    return lines + _refund_lines(decision, postings, settings)


def _refund_lines(decision: BudgetYear, postings: pd.DataFrame, settings: Settings) -> list[tuple]:
    """Expect as much state refund as for the four quarters before the budget was made, in the months it is claimed."""
    last = decision.year * MONTHS_IN_YEAR - settings["budget_base_months_before"]
    claims = postings[(postings["account"] == settings["refund_account"]) & (postings["service"] <= last)]
    expected = claims["amount"].tail(4).mean() * settings.indexation[decision.year]
    late = settings["refund_months_late"]
    months = [min(quarter * 3 + late, MONTHS_IN_YEAR) for quarter in range(1, 5)]
    amount = _rounded(expected, settings)
    return [
        _fixed_line(decision, settings["refund_account"], amount, month, settings["refund_text"]) for month in months
    ]


def _fixed_line(decision: BudgetYear, account: str, amount: float, month: int, text: str) -> tuple:
    return (decision.year, account, ORIGINAL, amount, None, None, None, month, decision.adopted, text)


def _supplementary(decision: BudgetYear, overspend: float, original: list[tuple], settings: Settings) -> list[tuple]:
    """Cover a part of the overspend in sight on the three largest placement types."""
    placements = sorted((line for line in original if line[4] in settings.placements), key=lambda line: -line[3])[:3]
    granted = max(overspend, 0) * decision.supplement_share
    total = sum(line[3] for line in placements)
    return [
        (
            decision.year, line[1], SUPPLEMENTARY, _rounded(granted * line[3] / total, settings), line[4], None, None,
            None, decision.supplement_adopted, "Tillægsbevilling, budgetopfølgning",
        )
        for line in placements
    ]  # fmt: skip


def _reallocation(decision: BudgetYear, settings: Settings) -> list[tuple]:
    moved = [(decision.transfer_from, -decision.transfer), (decision.transfer_to, decision.transfer)]
    return [
        (
            decision.year, settings.types[key].account, REALLOCATION, amount, key, None, None, None,
            decision.transfer_adopted, "Omplacering mellem indsatser",
        )
        for key, amount in moved
    ]  # fmt: skip


def _carry_over(decision: BudgetYear, amount: float, settings: Settings) -> tuple:
    key = settings["carry_over_type"]
    adopted = pd.Period(year=decision.year, month=settings["carry_over_month"], freq="M").end_time.date()
    return (
        decision.year, settings.types[key].account, CARRY_OVER, amount, key, None, None, None, adopted,
        "Overførsel fra sidste år",
    )  # fmt: skip


def _rounded(amount: float, settings: Settings) -> float:
    step = settings["budget_rounding"]
    return float(round(amount / step) * step)
