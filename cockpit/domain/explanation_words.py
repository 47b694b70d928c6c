"""What the bridges beside the budget's, their drivers and the coming years say in words."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge_words import Part, is_nothing, with_words
from cockpit.domain.committed_bridge import CHANGED, ENDED, NEW, UNKNOWN_STOPS
from cockpit.domain.drivers import ACCOUNT, CHILD, OTHERS, SPELL
from cockpit.domain.phased_bridge import MONTHS_LACKING, PHASED_TO_ACTUAL
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import ESTIMATE, Reference

OTHERS_NAME = "Øvrige"
CURRENT, FIXED = "current", "fixed"
PRICES = {CURRENT: "Løbende priser", FIXED: "Faste priser"}
MOVEMENT_PARTS = {
    "new_granted": Part(
        "Tilgang", "nye bevillinger", "nye bevillinger", "Indsatser, der er bevilget siden, til deres forventede slut"
    ),
    "ended_early": Part(
        "Afgang",
        "indsatser, der er stoppet tidligere",
        "indsatser, der er stoppet tidligere",
        "Indsatser, der er stoppet, før de var regnet med til, eller trukket tilbage",
    ),
    "changed": Part(
        "Ændringer",
        "dyrere eller længere indsatser",
        "billigere eller kortere indsatser",
        "Pris eller datoer er ændret",
    ),
    "unknown_stops": Part(
        "Ukendte slutdatoer",
        "slutdatoer, som ikke kendes for den tidligere måned",
        "slutdatoer, som ikke kendes for den tidligere måned",
        "Den tidligere måned er genskabt, og ingen ved, hvilke forventede slutdatoer der stod dengang",
    ),
    "postings": Part(
        "Posteringer",
        "bogført mere end bevilget",
        "bogført mindre end bevilget",
        "Bogføring, der afviger fra bevillingerne, og konti uden bevillinger",
    ),
}
PHASED_PARTS = {
    "phasing": Part(
        "Periodisering",
        "dagene er gået hurtigere end periodiseringen",
        "dagene er gået langsommere end periodiseringen",
        "Budgettet fordelt på dage mod det, periodiseringen lægger til dato",
    ),
    "late_invoices": Part(
        "Forsinkede regninger",
        "bogført mere, end aktiviteten til dato koster",
        "regninger, der ikke er bogført endnu",
        "Bogført mod det, aktiviteten til dato koster. Går regningerne som vant, ophæver den periodiseringen",
    ),
    MONTHS_LACKING: Part(
        "Måneder uden bogføring",
        "indtægter i måneder, der ikke er bogført",
        "måneder, der ikke er bogført",
        "Det, som måneder uden en eneste postering er anslået til; indlæses de, er det væk",
    ),
}


def movement_parts(prognosis: Prognosis, name: str) -> pd.DataFrame:
    """Return one of the movements with its words: `label`, `cause` and `meaning` beside `amount` and `count`."""
    parts = prognosis.movements[prognosis.movements["name"] == name].reset_index(drop=True)
    return with_words(parts, PHASED_PARTS if name == PHASED_TO_ACTUAL else MOVEMENT_PARTS)


def committed_title(prognosis: Prognosis, parts: pd.DataFrame) -> str:
    """Say how disponeret moved and how many cases moved it."""
    assert prognosis.since is not None
    unknown = float(parts.loc[parts["part"] == UNKNOWN_STOPS, "amount"].sum())
    moved = float(parts["amount"].sum())
    # What a reconstructed month does not know is no movement: without it the counts and the kroner tell one story.
    known = moved - unknown
    way = "uændret" if is_nothing(known) else f"{'steget' if known > 0 else 'faldet'} {fmt.mio(abs(known))}"
    count = parts.set_index("part")["count"].fillna(0).astype(int)
    text = f"Disponeret er {way} siden {fmt.month_long(prognosis.since)}"
    if count[[NEW, ENDED, CHANGED]].any():
        text += (
            f": {fmt.plural(count[NEW], 'ny', 'nye')}, {fmt.number(count[ENDED])} stoppet før ventet og "
            f"{fmt.plural(count[CHANGED], 'ændret', 'ændrede')}"
        )
    if is_nothing(unknown):
        return text
    return (
        f"{text}. Diagrammet ender på {fmt.mio(moved, signed=True)}, alene fordi slutdatoerne fra "
        f"{fmt.month_name(prognosis.since.month)} ikke kendes"
    )


def committed_note(prognosis: Prognosis, parts: pd.DataFrame) -> str:
    """Say what the earlier month is, and what is not known of it."""
    assert prognosis.since is not None
    closed = prognosis.last_close == prognosis.since
    month = fmt.month_long(prognosis.since)
    start = f"Fra lukningen af {month}" if closed else f"Fra {month} (ikke lukket; vist, som måneden kan læses nu)"
    sentences = [
        f"{start} til {fmt.month_long(prognosis.as_of)}, mio. kr.",
        "Et forløb tælles ét sted, og kun når det flytter årets kroner.",
    ]
    if UNKNOWN_STOPS in set(parts["part"]):
        sentences.append(
            "Den tidligere måned er genskabt fra en senere indlæsning, som ikke ved, hvilke slutdatoer der var ventet "
            "dengang. Ukendte slutdatoer er derfor ikke noget, der er sket."
        )
    return " ".join(sentences)


def phased_title(prognosis: Prognosis, parts: pd.DataFrame) -> str:
    """Say how the year so far stands against the phased budget, and how much of it is that nothing is booked."""
    moved = float(parts["amount"].sum())
    lacking = float(parts.loc[parts["part"] == MONTHS_LACKING, "amount"].sum())
    side = "som" if is_nothing(moved) else f"{fmt.mio(abs(moved))} {'over' if moved > 0 else 'under'}"
    text = f"Til og med {fmt.month_long(prognosis.as_of)} er forbruget {side} det periodiserede budget"
    if is_nothing(lacking):
        return text
    return f"{text}; måneder uden bogføring er anslået til {fmt.mio(abs(lacking))}"


def movement_alt(parts: pd.DataFrame, start: tuple[str, float], end: tuple[str, float]) -> str:
    """Describe the waterfall of a movement."""
    steps = "; ".join(f"{row['label']} {fmt.mio(row['amount'], signed=True)}" for _, row in parts.iterrows())
    return f"Vandfald fra {start[0]} {fmt.mio(start[1])} til {end[0]} {fmt.mio(end[1])}: {steps}."


def drivers_of(prognosis: Prognosis, parts: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return what drives the parts of one bridge: label (of the part), who, amount and reason.

    Args:
        parts: a bridge with its words, `name`, `part` and `label` among them.
    """
    chosen = prognosis.drivers.merge(parts[["name", "part", "label"]], on=["name", "part"])
    shown = chosen[~chosen["amount"].map(lambda amount: fmt.rounds_to_zero(amount, 0)).astype(bool)]
    who = [_who(row, reference) for row in shown.to_dict("records")]
    return shown.assign(who=who)[["label", "who", "amount", "reason"]].reset_index(drop=True)


def largest_drivers(found: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep the largest drivers of each part and draw the others together, so that they still add up.

    Args:
        found: `drivers_of`.
        most: how many of a part stand for themselves.
    """
    parts = []
    for label, drivers in found.groupby("label", sort=False):
        own = drivers[drivers["who"] != OTHERS_NAME]
        kept = own.loc[own["amount"].abs().sort_values(ascending=False, kind="stable").index[:most]]
        rest = drivers["amount"].sum() - kept["amount"].sum()
        parts.append(kept)
        if not fmt.rounds_to_zero(rest, 0):
            parts.append(pd.DataFrame([{"label": label, "who": OTHERS_NAME, "amount": rest, "reason": ""}]))
    return pd.concat(parts, ignore_index=True) if parts else found


def _who(row: dict, reference: Reference) -> str:
    if row["kind"] == SPELL:
        return f"Forløb {row['id']}, {fmt.lower_first(reference.type_name(row['type_key']))}, barn {row['citizen']}"
    if row["kind"] == CHILD:
        return f"Barn {row['citizen']}"
    if row["kind"] == OTHERS:
        return OTHERS_NAME
    return f"Konto {row['id']}" if row["kind"] == ACCOUNT else reference.type_name(row["type_key"])


def years_of(prognosis: Prognosis, level: str, key: str, prices: str) -> pd.DataFrame:
    """Return one row's years in current or fixed prices: year, mean, p10, p90, gross and refund at the same level."""
    years = prognosis.years[(prognosis.years["level"] == level) & (prognosis.years["key"] == key)]
    if prices == CURRENT:
        return years.assign(mean=years["net"])[["year", "mean", "p10", "p90", "gross", "refund"]]
    price_level = years["year"].map(prognosis.basis.set_index("year")["price_level"])
    points = {point: years[f"fixed_{point}"] for point in ("mean", "p10", "p90")}
    at_level = {name: years[name] / price_level for name in ("gross", "refund")}
    return years[["year"]].assign(**points, **at_level)


def basis_sentence(prognosis: Prognosis, reference: Reference) -> str:
    """Say which prices and how many children the outline years assume."""
    ahead = prognosis.basis[prognosis.basis["year"] > prognosis.year]
    if ahead.empty:
        return ""
    rises = [f"{fmt.percent(row['index'] - 1, 1)} i {int(row['year'])}" for _, row in ahead.iterrows()]
    table = reference.indexation
    marks = set(table.loc[table["year"].astype(int).isin(ahead["year"]), "mark"])
    estimate = " (skøn)" if ESTIMATE in marks else ""
    return f"Priser og lønninger ventes at stige {fmt.enumeration(rises)}{estimate}. {_children(prognosis, reference)}"


def _children(prognosis: Prognosis, reference: Reference) -> str:
    first, last = prognosis.basis.iloc[0], prognosis.basis.iloc[-1]
    if fmt.is_absent(first["children"]):
        return "Der er ikke indlæst folketal, så tilgangen følger ikke børnetallet."
    low, high = (fmt.number(reference.assumption(f"population_{end}_age").value) for end in ("from", "to"))
    return (
        f"Tilgangen følger folketallet: {fmt.number(first['children'])} børn på {low}–{high} år i "
        f"{int(first['year'])} og {fmt.number(last['children'])} i {int(last['year'])}."
    )
