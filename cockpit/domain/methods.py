"""What each row of the prognosis is forecast by, and the words for it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.paths import Membership
from cockpit.domain.prognosis import ROW_METHOD_COLUMNS
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.sentences import RIVAL_NAMES

ACTIVITY, LEDGER, COMBINATION, MIXED = "activity", "ledger", "combination", "mixed"
BUDGETED = "budget"  # of accounts of which nothing else is known
THIS_YEAR, OUTLINE = "year", "outline"
NAMES = {
    ACTIVITY: "aktivitet",
    LEDGER: "bogføring",
    COMBINATION: "aktivitet og bogføring",
    MIXED: "flere metoder",
    BUDGETED: "budget",
    **RIVAL_NAMES,
}
STRETCH_WORDS = {THIS_YEAR: "årets prognose", OUTLINE: "overslagsårene"}


def row_methods(methods: pd.DataFrame, members: Membership, leaves: pd.DataFrame) -> pd.DataFrame:
    """Say of each row of the prognosis what it is forecast by, ROW_METHOD_COLUMNS; `mixed` where its leaves differ.

    Args:
        methods: METHOD_COLUMNS, one row per leaf and stretch; leaves without one are left out.
        members: which of `leaves` each row sums.
    """
    own = pd.MultiIndex.from_frame(leaves)
    lines = []
    for stretch, table in methods.groupby("stretch", sort=False):
        by_leaf = table.set_index(["type_key", "function"])["method"].reindex(own)
        for (level, key), mask in members.items():
            found = by_leaf[mask].dropna().unique()
            if len(found):
                method = str(found[0]) if len(found) == 1 else MIXED
                lines.append({"level": level, "key": key, "stretch": stretch, "method": method})
    return pd.DataFrame(lines, columns=list(ROW_METHOD_COLUMNS))


def leaf_name(leaf: tuple[str, str], reference: Reference) -> str:
    """Write a leaf as a reader knows it: its type, with the account where several share it or there is no type."""
    return f"{reference.type_name(leaf[0])}{_account_of(leaf, reference)}"


def _leaf_within(leaf: tuple[str, str], reference: Reference) -> str:
    """Write a leaf as it stands within a sentence."""
    return f"{reference.type_within(leaf[0])}{_account_of(leaf, reference)}"


def _account_of(leaf: tuple[str, str], reference: Reference) -> str:
    own = reference.types.get(leaf[0])
    return "" if own is not None and own.function == leaf[1] else f" ({leaf[1]})"


def method_words(method: str, ledger_weight: float) -> str:
    """Write what something is forecast by: `aktivitet 70 %, bogføring 30 %`."""
    if method != COMBINATION:
        return NAMES[method]
    return f"aktivitet {fmt.percent(1 - ledger_weight)}, bogføring {fmt.percent(ledger_weight)}"


def chosen_at(origins: pd.DataFrame) -> dict[str, str]:
    """Say of each past forecast what it was made by: activity, and by name the types that something else was used for.

    Args:
        origins: `domain.hit_rate.ORIGIN_COLUMNS`.

    Returns:
        as-of month -> words.
    """
    types = origins[(origins["level"] == "type") & (origins["key"] != UNALLOCATED)]
    return {str(as_of): _chosen_words(own) for as_of, own in types.groupby("as_of", sort=False)}


def _chosen_words(types: pd.DataFrame) -> str:
    known = types[types["method"].notna()]
    if known.empty:
        return "ikke gemt"
    others = known[known["method"] != ACTIVITY]
    named = [f"{row['label']}: {NAMES[row['method']]}" for _, row in others.iterrows()]
    return "; ".join([NAMES[ACTIVITY], *named])


NAMED = 3  # of the types that a rule of thumb came nearer for; of more their number


def methods_title(methods: pd.DataFrame) -> str:
    """Say in one line how many accounts are forecast by something else than activity, this year."""
    this_year = methods[methods["stretch"] == THIS_YEAR]
    own = this_year[this_year["method"] != ACTIVITY]
    if not (methods["origins"] > 0).any():
        return "Metoden kan ikke vælges efter tidligere år endnu"
    chosen = own[own["origins"] > 0]
    if chosen.empty:
        where = "overalt" if _chosen_later(methods).empty else "i hele årets prognose"
        return f"Aktiviteten bruges {where}, hvor der er aktivitet"
    return f"{fmt.plural(len(chosen), 'type eller konto', 'typer eller konti')} er regnet med andet end aktivitet"


def methods_text(methods: pd.DataFrame, as_of: pd.Period, reference: Reference) -> str:
    """Say what the outline years alone are forecast by, and where a rule of thumb came nearer and on what measure."""
    return " ".join(filter(None, [_otherwise_later(methods, reference), _nearer(methods, as_of, reference)]))


def _chosen_later(methods: pd.DataFrame) -> pd.DataFrame:
    outline = methods["stretch"] == OUTLINE
    return methods[outline & (methods["origins"] > 0) & (methods["method"] != ACTIVITY)]


def _otherwise_later(methods: pd.DataFrame, reference: Reference) -> str:
    """Name what the outline years alone forecast by something else; empty where they do not."""
    chosen = _chosen_later(methods)
    if chosen.empty:
        return ""
    leaves = [_leaf_within(leaf, reference) for leaf in zip(chosen["type_key"], chosen["function"], strict=True)]
    named = fmt.enumeration(leaves) if len(leaves) <= NAMED else f"{len(leaves)} typer eller konti"
    return f"I overslagsårene er {named} ikke regnet med aktiviteten alene."


def _nearer(methods: pd.DataFrame, as_of: pd.Period, reference: Reference) -> str:
    """Say for which types a rule of thumb came nearer this year without being used, and why; empty where for none."""
    this_year = (methods["stretch"] == THIS_YEAR) & (methods["method"] == ACTIVITY) & (methods["origins"] > 0)
    compared = methods[this_year & (methods["type_key"] != UNALLOCATED)]
    found = compared.loc[compared["best_rival_error"] < compared["error"], "type_key"].unique()
    if not len(found):
        return ""
    years, every = int(compared["origins"].max()), compared["type_key"].nunique()
    named = f" ({fmt.enumeration(reference.types_within(found))})" if len(found) <= NAMED else ""
    return (
        f"Målt i {fmt.month_name(as_of.month)} i {fmt.plural(years, 'tidligere år', 'tidligere år')} ramte en "
        f"håndregel bedre for {len(found)} af {fmt.plural(every, 'type', 'typer')}{named}, men "
        f"{years}{fmt.NBSP}år er for få til at skifte. Træfsikkerhed måler på flere måneder af året og kan nævne andre."
    )


def booked_elsewhere_note(name: str, cost: float) -> str:
    """Say of a type with activity for `cost` kr. over a year that the ledger has never had it.

    Args:
        name: what a reader calls it, `leaf_name`.
    """
    return (
        f"{name} har aktivitet for {fmt.mio(cost)} på et år, men regnskabet har aldrig haft udgiften på typen. "
        "Prognosen venter den heller ikke dér: kontiene uden type regnes videre, som de er bogført. Er det en fejl, så "
        "sæt type på posteringerne."
    )


def untyped_note(function: str, types: list[str], amount: float) -> str:
    """Say of an account that `amount` kr. booked without type this year stand on the types whose bills they are."""
    few = len(types) <= NAMED
    on = fmt.enumeration([fmt.lower_first(one) for one in types]) if few else fmt.plural(len(types), "type", "typer")
    return (
        f"{function} har posteringer uden type for {fmt.mio(amount)} i år. De er fordelt på {on} efter aktiviteten, så "
        "tallene pr. type kan læses. Sæt type på posteringerne, så er de bogført på typen."
    )


CHOSEN_BY = "Metoden er valgt efter"  # how the note of the choice begins


def method_notes(methods: pd.DataFrame, years: Sequence[int], names: dict[tuple[str, str], str]) -> tuple[str, ...]:
    """Say in Danish what the choice rests on, and by name where a rule of thumb is used.

    Args:
        methods: METHOD_COLUMNS.
        years: the past years that were compared.
        names: leaf -> what a reader calls it.
    """
    if methods.empty or not methods["origins"].any():
        return ()
    rests = (
        f"{CHOSEN_BY}, hvad der ramte bedst i samme måned i {_years(years)}. Det er få år, så aktiviteten "
        "bruges, hvor intet andet har ramt klart bedre."
    )
    return (rests, *(_rule_note(row, names) for _, row in _rules(methods).iterrows()))


def _years(years: Sequence[int]) -> str:
    return fmt.enumeration([str(year) for year in sorted(set(years))])


def _rules(methods: pd.DataFrame) -> pd.DataFrame:
    return methods[methods["method"].isin(RIVAL_NAMES)]


FOLLOWS = "følger håndreglen"  # what the note of a rule of thumb in use says


def _rule_note(row: pd.Series, names: dict[tuple[str, str], str]) -> str:
    engine = f" mod {fmt.percent(row['error'], 1)} for modellerne" if np.isfinite(row["error"]) else ""
    own = fmt.percent(row["best_rival_error"], 1)
    return (
        f"{names[row['type_key'], row['function']]}: {STRETCH_WORDS[row['stretch']]} {FOLLOWS} "
        f"»{RIVAL_NAMES[row['method']]}«, som har ramt klart bedre (inden for {own}{engine})."
    )
