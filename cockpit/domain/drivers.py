"""What drives each part of a bridge: the handful of spells, children, types or accounts that move it most.

Every amount that is named is a part of the part, so that what is named and what is left ("øvrige") add up to it, to the
oere. Spells and children stand under their pseudonyms: for those who may see single cases, never for a committee.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.allocation import LEAF, allocate
from cockpit.domain.bridge import (
    BESIDE_COUNTS,
    BUDGET_BASIS,
    BUDGET_CHANGES,
    BUDGET_TO_FORECAST,
    LATE_INVOICES,
    METHOD_CHOICE,
    REST,
    late_invoices,
    leaf_effects,
    method_effects,
    type_changes,
)
from cockpit.domain.budget import uncounted_changes
from cockpit.domain.committed_bridge import (
    COMMITTED_SINCE,
    POSTINGS,
    UNKNOWN_STOPS,
    CommittedBridge,
    comparable_interventions,
)
from cockpit.domain.dataset import Dataset
from cockpit.domain.deviation import to_the_oere
from cockpit.domain.granted import granted_year, refund_by_child
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.phased_bridge import MONTHS_LACKING, PHASED_TO_ACTUAL, PhasedBridge
from cockpit.domain.prognosis import COMMITTED_TO_FORECAST, DRIVER_COLUMNS, Prognosis
from cockpit.domain.reference import Reference

NAMED = 5
SPELL, CHILD, TYPE, ACCOUNT, OTHERS = "spell", "child", "type", "account", "rest"
WORTH_NAMING = 0.5  # kr.: what is written as nothing is not named
RATIO_TOLD = 0.01  # from where a reader would wonder why the granted price does not give the amount
MONTHS = 12
IN_YEAR = "Der ventes {} helårspersoner i år", "sidste år var der {}"  # now, and what it is held against
CHANGES_NAMED = 3  # of one type; more would be a list
CHANGE_NAMES = {"supplementary": "tillægsbevilling", "reallocation": "omplacering", "carry_over": "overførsel"}
TO_DATE = "{} helårspersoner år til dato", "samme del af sidste år svarer til {}"
BASES = {  # whether a type has budget lines, and whether they have volumes and prices of their own
    (True, True): "Budgettets beløb mod det, dets egne antal og priser koster",
    (True, False): "Budgettet har intet antal: beløbet mod sidste års aktivitet i årets priser",
    (False, False): "Intet budget mod sidste års aktivitet i årets priser",
}
BESIDE_ACTIVITY = "Følger ikke indsatserne"
CANDIDATES = ["kind", "id", "citizen", "type_key", "amount", "reason"]


def named_drivers(name: str, part: str, total: float, candidates: pd.DataFrame, rest: str) -> list[dict]:
    """Name the largest candidates of a part and what is left of it.

    Args:
        total: the part's amount, kr.
        candidates: CANDIDATES; amounts are parts of `total`.
        rest: what is left, in Danish.
    """
    order = candidates["amount"].abs().sort_values(ascending=False, kind="stable").index
    ranked = candidates.loc[order]
    chosen = ranked[ranked["amount"].abs() >= WORTH_NAMING].head(NAMED).to_dict("records")
    amounts = to_the_oere({**{str(at): one["amount"] for at, one in enumerate(chosen)}, OTHERS: 0.0}, total, OTHERS)
    lines = [{**one, "amount": amounts[str(at)]} for at, one in enumerate(chosen)]
    if amounts[OTHERS] or not lines:
        blank = {"kind": OTHERS, "id": None, "citizen": None, "type_key": None}
        lines.append({**blank, "amount": amounts[OTHERS], "reason": rest})
    return [{"name": name, "part": part, **line} for line in lines]


def driver_frame(lines: Iterable[dict]) -> pd.DataFrame:
    """Return drivers as DRIVER_COLUMNS."""
    return pd.DataFrame(list(lines), columns=list(DRIVER_COLUMNS)).astype({"amount": float})


def _candidates(lines: Iterable[dict]) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=CANDIDATES).astype({"amount": float})


def committed_drivers(bridge: CommittedBridge, reference: Reference) -> list[dict]:
    """Name what moved disponeret: spells, and accounts for the ledger's part."""
    cases = bridge.cases.assign(kind=SPELL, id=bridge.cases["spell_id"])
    lines = []
    for part, amount in bridge.parts.items():
        own = cases[cases["part"] == part][CANDIDATES]
        rest = "Øvrige forløb"
        if part == POSTINGS:
            own, rest = _ledger_accounts(bridge, reference), "Øvrige konti"
        if part == UNKNOWN_STOPS:
            rest = "Forventede slutdatoer, som ingen indlæsning fra den måned kender"
        lines += named_drivers(COMMITTED_SINCE, part, amount, own, rest)
    return lines


def _ledger_accounts(bridge: CommittedBridge, reference: Reference) -> pd.DataFrame:
    reasons = pd.Series(
        [_ledger_reason(str(function), amount, bridge.granted) for function, amount in bridge.accounts.items()],
        index=bridge.accounts.index, dtype=object,
    )  # fmt: skip
    sides = [_by_account(amounts, str(reason), reference) for reason, amounts in bridge.accounts.groupby(reasons)]
    accounts = pd.concat(sides, ignore_index=True) if sides else _candidates([])
    if not bridge.revised_start:
        return accounts
    blank = {"kind": OTHERS, "id": None, "citizen": None, "type_key": None}
    changed = {**blank, "amount": bridge.revised_start, "reason": "Måneden er indlæst igen, efter at den blev lukket"}
    return pd.concat([accounts, _candidates([changed])], ignore_index=True)


def _ledger_reason(function: str, amount: float, granted: frozenset[str]) -> str:
    """Only an account with grants can be booked beside them; the others' movement is what they were booked."""
    if function == REFUND_FUNCTION:
        return "Refusion bogført siden da"
    if function not in granted:
        return "Bogført siden da på en konto uden bevillinger"
    return "Bogført ud over bevillingerne" if amount > 0 else "Bogført mindre end bevillingerne"


def _by_account(amounts: pd.Series, reason: str, reference: Reference) -> pd.DataFrame:
    """One candidate per function of a series of kroner."""
    return _candidates(
        {"kind": ACCOUNT, "id": function, "citizen": None, "type_key": None, "amount": amount,
         "reason": f"{_account_name(str(function), reference)}: {fmt.lower_first(reason)}"}
        for function, amount in amounts.items()
    )  # fmt: skip


def _account_name(function: str, reference: Reference) -> str:
    return reference.label("account", function) if function in reference.functions else function


def budget_drivers(
    bridge: pd.DataFrame, outturn: OutturnPaths, budget: pd.DataFrame, dataset: Dataset, reference: Reference
) -> list[dict]:
    """Name what drives the way from budget to forecast.

    A budget knows no children: volume, mix and what it holds beside its counts are named by type; price by spells,
    each against what the budget pays for a person-year of its type; refund by children; what is left by account.

    Args:
        bridge: BRIDGE_COLUMNS of the prognosis.
        budget: by leaf, in the order of the paths' leaves.
    """
    leaves = leaf_effects(outturn, budget, reference)
    year = granted_year(dataset.interventions, dataset.as_of)
    end, revised = outturn.year_end.mean(axis=0), budget["revised"].fillna(0.0).to_numpy()
    mean = end - outturn.corrections
    is_refund = (outturn.leaves["function"] == REFUND_FUNCTION).to_numpy()
    late, by_method = late_invoices(outturn), method_effects(outturn)
    told = leaves[["volume", "mix", "price", *BESIDE_COUNTS]].sum(axis=1).to_numpy()
    others = np.where(is_refund, 0.0, mean - revised - late - by_method - told)
    candidates = {
        "volume": (_types(leaves, "volume", outturn, IN_YEAR), "Øvrige typer"),
        "mix": (_types(leaves, "mix", outturn, IN_YEAR), "Øvrige typer"),
        "price": (_dear_spells(year, leaves, outturn), "Øvrige forløb og det, modellen venter herudover"),
        "late_invoices": (_accounts_of(outturn, late, "Bogføres i et andet år end ydelsen", reference), "Øvrige konti"),
        METHOD_CHOICE: (_method_types(_by_type(by_method, outturn), reference), "Øvrige typer"),
        "refund": (
            _refunds(dataset, float(revised[is_refund].sum()), reference),
            "Øvrige børn og det, modellen venter herudover",
        ),
        "corrections": (_accounts_of(outturn, outturn.corrections, "Kendte sager", reference), "Øvrige konti"),
        **_budget_types(leaves, outturn, dataset, reference),
        REST: (_accounts_of(outturn, others, BESIDE_ACTIVITY, reference), "Øvrige konti"),
    }
    parts = bridge[bridge["name"] == BUDGET_TO_FORECAST]
    lines = []
    for part, amount in zip(parts["part"], parts["amount"], strict=True):
        lines += named_drivers(BUDGET_TO_FORECAST, part, amount, *candidates[part])
    return lines


def forecast_drivers(prognosis: Prognosis, parts: dict[str, float]) -> list[dict]:
    """Name the types behind what the forecast adds to disponeret."""
    types = prognosis.rows[prognosis.rows["level"] == "type"]
    lines = []
    for part, amount in parts.items():
        own = _candidates(
            {"kind": TYPE, "id": key, "citizen": None, "type_key": key, "amount": value, "reason": label}
            for key, label, value in zip(types["key"], types["label"], _beyond(types, part), strict=True)
        )
        lines += named_drivers(COMMITTED_TO_FORECAST, part, amount, own, "Øvrige typer")
    return lines


def _beyond(types: pd.DataFrame, part: str) -> pd.Series:
    """A part of what the forecast adds to disponeret, by type: in the rows the choice of methods is a change."""
    return types[part] - types[METHOD_CHOICE] if part == "expected_changes" else types[part]


def phased_drivers(bridge: PhasedBridge, outturn: OutturnPaths, dataset: Dataset, reference: Reference) -> list[dict]:
    """Name what drives the way from the phased budget to what is booked."""
    year = granted_year(dataset.interventions, dataset.as_of, dataset.as_of.month)
    reasons = {
        "phasing": "Dagene til dato mod periodiseringen",
        "late_invoices": "Bogført ud over eller under det, aktiviteten koster",
        "refund": "Bogført refusion mod periodiseringen",
        MONTHS_LACKING: "Anslået i måneder uden bogføring",
        REST: BESIDE_ACTIVITY,
    }
    by_type = _budget_types(bridge.leaves, outturn, dataset, reference)
    lines = []
    for part, amount in bridge.parts.items():
        if part == "price":
            own, rest = _dear_spells(year, bridge.leaves, outturn), "Øvrige forløb"
        elif part in ("volume", "mix"):
            own, rest = _types(bridge.leaves, part, outturn, TO_DATE), "Øvrige typer"
        elif part in by_type:
            own, rest = by_type[part]
        else:
            own = _accounts_of(outturn, bridge.leaves[part].to_numpy(), reasons[part], reference)
            rest = "Øvrige konti"
        lines += named_drivers(PHASED_TO_ACTUAL, part, amount, own, rest)
    return lines


def _accounts_of(outturn: OutturnPaths, amounts: np.ndarray, reason: str, reference: Reference) -> pd.DataFrame:
    by_function = pd.Series(amounts).groupby(outturn.leaves["function"].to_numpy()).sum()
    return _by_account(by_function, reason, reference)


def _by_type(amounts: np.ndarray, outturn: OutturnPaths) -> pd.Series:
    return pd.Series(amounts).groupby(outturn.leaves["type_key"].to_numpy()).sum()


def _method_types(amounts: pd.Series, reference: Reference) -> pd.DataFrame:
    """One candidate per type that another method than the activity engine moves."""
    return _candidates(
        {"kind": TYPE, "id": key, "citizen": None, "type_key": key, "amount": amount,
         "reason": f"{reference.type_name(str(key))}: forskellen fra det, aktiviteten alene ville give"}
        for key, amount in amounts.items() if amount
    )  # fmt: skip


def _budget_types(
    leaves: pd.DataFrame, outturn: OutturnPaths, dataset: Dataset, reference: Reference
) -> dict[str, tuple[pd.DataFrame, str]]:
    """The types whose budget holds something beside its counts: what changed it, or what it is held against."""
    budget = allocate(dataset.budget, reference)
    types = set(budget.loc[budget["year"] == outturn.as_of.year, "type_key"])
    lines = uncounted_changes(budget, outturn.as_of.year)
    told = outturn.leaves[leaves[BUDGET_CHANGES].to_numpy() != 0]
    own = lines.set_index(LEAF).index.isin(pd.MultiIndex.from_frame(told[LEAF]))
    changes = {str(key): _changes_reason(rows) for key, rows in lines[own].groupby("type_key")}
    budgeted = leaves["budgeted"].groupby(outturn.leaves["type_key"].to_numpy()).any()
    bases = {str(key): BASES[key in types, bool(counted)] for key, counted in budgeted.items()}
    reasons = {BUDGET_CHANGES: changes, BUDGET_BASIS: bases}
    return {
        part: (_with_reasons(_by_type(leaves[part].to_numpy(), outturn), told), "Øvrige typer")
        for part, told in reasons.items()
    }


def _with_reasons(amounts: pd.Series, reasons: dict[str, str]) -> pd.DataFrame:
    """One candidate per type with an amount."""
    return _candidates(
        {"kind": TYPE, "id": key, "citizen": None, "type_key": key, "amount": amount, "reason": reasons[str(key)]}
        for key, amount in amounts.items() if amount
    )  # fmt: skip


def _changes_reason(lines: pd.DataFrame) -> str:
    """`Omplacering (28. apr. 2026) på +1.200.000 kr. uden antal`: every decision, the latest first."""
    decisions = lines.groupby(["adopted", "budget_type"], dropna=False)["amount"].sum().sort_index(ascending=False)
    named = [
        f"{CHANGE_NAMES[str(kind)]}{'' if fmt.is_absent(day) else f' ({fmt.day(day)})'} på "
        f"{fmt.kroner(amount, signed=True)}"
        for (day, kind), amount in decisions.items()
    ]
    more = len(named) - CHANGES_NAMED
    told = [*named[:CHANGES_NAMED], fmt.plural(more, "anden ændring", "andre ændringer")] if more > 0 else named
    text = fmt.enumeration(told)
    return f"{text[0].upper()}{text[1:]} uden antal"


def _types(leaves: pd.DataFrame, part: str, outturn: OutturnPaths, words: tuple[str, str]) -> pd.DataFrame:
    """One candidate per type, told as IN_YEAR or TO_DATE."""
    types = outturn.leaves["type_key"].to_numpy()
    by_type = leaves.assign(both=leaves["volume"] + leaves["mix"]).groupby(types).agg(
        {part: "sum", "both": "sum", "volume0": "sum", "volume1": "sum", "price0": "max", "mean0": "max",
         "budgeted": "any"}
    )  # fmt: skip
    return _candidates(
        {"kind": TYPE, "id": key, "citizen": None, "type_key": key, "amount": row[part],
         "reason": _type_reason(part, row, words)}
        for key, row in by_type.iterrows()
    )  # fmt: skip


def _type_reason(part: str, row: pd.Series, words: tuple[str, str]) -> str:
    now, last_year = words
    before = "budgettets antal er {}" if row["budgeted"] else last_year
    volumes = "; ".join((now.format(fmt.number(row["volume1"], 1)), before.format(fmt.number(row["volume0"], 1))))
    both = f"Mængde og sammensætning tilsammen: {fmt.kroner(row['both'], signed=True)}"
    if part != "mix":
        return f"{volumes}. {both}"
    word = "dyrere" if row["price0"] > row["mean0"] else "billigere"
    return f"{volumes}. Typen er {word} end gennemsnittet på {fmt.kroner(row['mean0'])} pr. helårsperson. {both}"


def _dear_spells(year: pd.DataFrame, leaves: pd.DataFrame, outturn: OutturnPaths) -> pd.DataFrame:
    """What each spell costs beyond (or below) what the budget pays for as long a stay in its type."""
    ratio = np.ones(len(leaves)) if outturn.ledger_ratio is None else outturn.ledger_ratio
    index = pd.MultiIndex.from_frame(outturn.leaves)
    terms = leaves[["price0", "mean0", "budgeted"]].set_axis(index).assign(ratio=ratio)
    own = terms.reindex(pd.MultiIndex.from_frame(year[["type_key", "function"]])).reset_index(drop=True)
    spent = year["cost"].reset_index(drop=True) * own["ratio"]
    stay = year["person_years"].reset_index(drop=True)
    beyond = (spent - stay * own["price0"]).where((stay > 0) & (own["mean0"] > 0), 0.0)
    # Only those that can be named need their words: writing numbers takes longer than working them out.
    largest = beyond.abs().sort_values(ascending=False, kind="stable").index[:NAMED]
    year, beyond, own = year.loc[largest], beyond[largest], own.loc[largest]
    return _candidates(
        {"kind": SPELL, "id": row["spell_id"], "citizen": row["citizen"], "type_key": row["type_key"], "amount": amount,
         "reason": _price_reason(row, against)}
        for row, amount, against in zip(year.to_dict("records"), beyond, own.to_dict("records"), strict=True)
        if abs(amount) >= WORTH_NAMING
    )  # fmt: skip


def _price_reason(spell: dict, against: dict) -> str:
    """Prices a month: as granted, as the ledger uses to make of it where that is another, and as the budget has it."""
    granted = spell["cost"] / spell["person_years"] / MONTHS
    told = f"Koster i gennemsnit i år {fmt.kroner(granted)} pr. måned"
    if abs(against["ratio"] - 1) > RATIO_TOLD:
        booked = fmt.kroner(granted * against["ratio"])
        told = f"Bevilget i gennemsnit i år til {fmt.kroner(granted)} pr. måned, men bogføres som regel til {booked}"
    typical = fmt.kroner(against["price0"] / MONTHS)
    if against["budgeted"]:
        return f"{told}; budgettet regner med {typical} for typen"
    return f"{told}; sidste år kostede typen {typical} i gennemsnit, i årets priser"


def _refunds(dataset: Dataset, budgeted: float, reference: Reference) -> pd.DataFrame:
    """The budget, which knows no children, beside the whole refund of each child: only together are they a deviation.

    Args:
        budgeted: the revised budget of central refund, kr.; income is negative.
    """
    refund = refund_by_child(dataset.interventions, dataset.as_of, reference)
    name = _account_name(REFUND_FUNCTION, reference)
    budget = {"kind": ACCOUNT, "id": REFUND_FUNCTION, "citizen": None, "type_key": None, "amount": -budgeted,
              "reason": f"{name}: budgettets refusion, som børnenes skal nå op på"}  # fmt: skip
    children = (
        {"kind": CHILD, "id": None, "citizen": citizen, "type_key": None, "amount": -amount,
         "reason": "Refusion af barnets bevilgede udgift i år"}
        for citizen, amount in refund.items()
    )  # fmt: skip
    return _candidates([*([budget] if budgeted else []), *children])


def close_drivers(
    bridge: pd.DataFrame,
    before: tuple[Prognosis, Dataset],
    now: tuple[Prognosis, Dataset],
    cases: pd.DataFrame,
    reference: Reference,
) -> list[dict]:
    """Name what drives the way from an earlier month to now: spells, children for refund, accounts for the rest.

    Args:
        bridge: BRIDGE_COLUMNS of the bridge since then.
        before, now: the earlier prognosis and today's, each with what was known.
        cases: `committed_bridge.spell_changes` between the two.
    """
    effects = type_changes(before[0], now[0], reference)
    spells = _moved_spells(before[1], now[1], cases, effects)
    expectation = "Øvrige forløb og det, modellen venter herudover"
    candidates = {
        **{part: (spells.assign(amount=spells[part])[CANDIDATES], expectation) for part in ("volume", "mix", "price")},
        LATE_INVOICES: (_candidates([]), "Regninger, der bogføres i et andet år end ydelsen, set under ét"),
        METHOD_CHOICE: (_method_types(_moved_methods(before[0], now[0]), reference), "Øvrige typer"),
        "refund": (_moved_refunds(before[1], now[1], reference), expectation),
        "corrections": (_moved_accounts(before[0], now[0], "corrections", "Kendte sager", reference), "Øvrige konti"),
        REST: (_moved_accounts(before[0], now[0], REST, BESIDE_ACTIVITY, reference), "Øvrige konti"),
    }
    lines = []
    for name, part, amount in zip(bridge["name"], bridge["part"], bridge["amount"], strict=True):
        lines += named_drivers(name, part, amount, *candidates[part])
    return lines


def _moved_spells(before: Dataset, now: Dataset, cases: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """What each spell that changed adds to volume, mix and price, at the earlier prognosis' prices of its type.

    Its person-years times an average one's price are volume, the difference to its type's price is mix, and what its
    cost moved beyond that is price: summed over all spells that is the split of `domain.deviation`.
    """
    keys = ["spell_id", "type_key"]
    old = granted_year(comparable_interventions(before, now), before.as_of)
    new = granted_year(now.interventions, now.as_of)
    sums = [frame.groupby(keys)[["cost", "person_years"]].sum() for frame in (old, new)]
    moved = sums[1].sub(sums[0], fill_value=0.0).reset_index()
    moved = moved.merge(cases[["spell_id", "citizen", "reason"]], on="spell_id")
    terms = effects.reindex(moved["type_key"])[["price0", "mean0"]].fillna(0.0).reset_index(drop=True)
    stay, known = moved["person_years"], terms["mean0"] > 0
    return moved.assign(
        kind=SPELL,
        id=moved["spell_id"],
        amount=0.0,
        volume=(stay * terms["mean0"]).where(known, 0.0),
        mix=(stay * (terms["price0"] - terms["mean0"])).where(known, 0.0),
        price=(moved["cost"] - stay * terms["price0"]).where(known, 0.0),
    )


def _moved_refunds(before: Dataset, now: Dataset, reference: Reference) -> pd.DataFrame:
    old = refund_by_child(comparable_interventions(before, now), before.as_of, reference)
    new = refund_by_child(now.interventions, now.as_of, reference)
    return _candidates(
        {"kind": CHILD, "id": None, "citizen": citizen, "type_key": None, "amount": -amount,
         "reason": f"Refusion af barnets bevilgede udgift i år: {'mere' if amount > 0 else 'mindre'} end før"}
        for citizen, amount in new.sub(old, fill_value=0.0).items()
    )  # fmt: skip


def _moved_methods(before: Prognosis, now: Prognosis) -> pd.Series:
    """How much more the choice of methods moves each type now than at the close, kr."""
    old, new = (one.rows[one.rows["level"] == "type"].set_index("key")[METHOD_CHOICE] for one in (before, now))
    return new.sub(old, fill_value=0.0).astype(float)


def _moved_accounts(before: Prognosis, now: Prognosis, part: str, reason: str, reference: Reference) -> pd.DataFrame:
    """What accounts moved: their known cases, or the whole of those that have no activity."""
    old, new = (one.rows[one.rows["level"] == "account"].set_index("key") for one in (before, now))
    if part == "corrections":
        amounts = new["corrections"].sub(old["corrections"], fill_value=0.0)
    else:
        moved = (new["mean"] - new["corrections"]).sub(old["mean"] - old["corrections"], fill_value=0.0)
        without = [key for key in moved.index if key != REFUND_FUNCTION and not _has_activity(key, old, new)]
        amounts = moved[without]
    return _by_account(amounts.astype(float), reason, reference)


def _has_activity(key: object, old: pd.DataFrame, new: pd.DataFrame) -> bool:
    return any(key in rows.index and rows.loc[key, "person_years"] > 0 for rows in (old, new))
