"""What the bridges beside the budget's, their drivers and the coming years say in words."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge_words import Part, is_nothing, with_words
from cockpit.domain.committed_bridge import CHANGED, COMMITTED_SINCE, ENDED, NEW, STOPPED, UNKNOWN_STOPS
from cockpit.domain.drivers import ACCOUNT, CHILD, OTHERS, SPELL
from cockpit.domain.phased_bridge import MONTHS_LACKING, PHASED_TO_ACTUAL
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import ESTIMATE, Reference
from cockpit.domain.sentences import rests_on_ledger

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
    STOPPED: Part(
        "Afgang",
        "indsatser, der er stoppet",
        "indsatser, der er stoppet",
        "Indsatser, der er stoppet eller trukket tilbage. Det vides ikke, om stoppet var ventet",
    ),
    "changed": Part(
        "Ændringer",
        "dyrere eller længere indsatser",
        "billigere eller kortere indsatser",
        "Pris eller datoer er ændret",
    ),
    "postings": Part(
        "Posteringer",
        "bogføring ud over bevillingerne",
        "indtægter, eller mindre bogført end bevilget",
        "Bogføring, der afviger fra bevillingerne, bogføring på konti uden bevillinger, og refusion",
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
    """Return one of the movements with its words: `label`, `cause` and `meaning` beside `amount` and `count`.

    What a reconstructed month does not know is nothing that has happened: it belongs to where the movement begins.
    """
    every = prognosis.movements[prognosis.movements["name"] == name]
    unknown = every["part"] == UNKNOWN_STOPS
    begins = every["from_amount"] + float(every.loc[unknown, "amount"].sum())
    parts = every.assign(from_amount=begins)[~unknown].reset_index(drop=True)
    if name == COMMITTED_SINCE and not parts["count"].any():  # without cases it moved by what was booked alone
        return with_words(parts.iloc[:0], MOVEMENT_PARTS)
    return with_words(parts, PHASED_PARTS if name == PHASED_TO_ACTUAL else MOVEMENT_PARTS)


def moved_words(amount: float) -> str:
    """Say after `er` how an amount has moved: `steget 4,2 mio. kr.`."""
    return "uændret" if is_nothing(amount) else f"{'steget' if amount > 0 else 'faldet'} {fmt.mio(abs(amount))}"


def committed_title(prognosis: Prognosis, parts: pd.DataFrame) -> str:
    """Say how disponeret moved and how many cases moved it."""
    assert prognosis.since is not None
    way = moved_words(float(parts["amount"].sum()))
    count = parts.set_index("part")["count"].fillna(0).astype(int)
    text = f"Disponeret er {way} siden {fmt.month_long(prognosis.since)}"
    ended, how = (STOPPED, "stoppet") if STOPPED in count else (ENDED, "stoppet før ventet")
    if not count[[NEW, ended, CHANGED]].any():
        return text
    return (
        f"{text}: {fmt.plural(count[NEW], 'ny', 'nye')}, {fmt.number(count[ended])}{fmt.NBSP}{how} og "
        f"{fmt.plural(count[CHANGED], 'ændret', 'ændrede')}"
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
    every = prognosis.movements[prognosis.movements["name"] == COMMITTED_SINCE]
    if STOPPED in set(parts["part"]):
        sentences.append(
            "Begge måneder er genskabt fra en senere indlæsning, som ikke ved, hvilke slutdatoer der var ventet "
            "dengang. Hvert forløb er derfor regnet til årets slutning, indtil det stoppede: afgangen er også forløb, "
            "der stoppede, da de skulle."
        )
    unknown = float(every.loc[every["part"] == UNKNOWN_STOPS, "amount"].sum())
    if not is_nothing(unknown):
        begins = float(parts["from_amount"].iloc[0])
        sentences.append(
            f"{month.capitalize()} er genskabt fra en senere indlæsning, som ikke ved, hvilke slutdatoer der var "
            "ventet dengang. Måneden er derfor regnet med de slutdatoer, der kendes nu: "
            f"{fmt.millions(begins)} i stedet for {fmt.mio(begins - unknown)}"
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
    return fmt.sentence(f"Vandfald fra {start[0]} {fmt.mio(start[1])} til {end[0]} {fmt.mio(end[1])}: {steps}")


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
        return f"Forløb {row['id']}, {reference.type_within(row['type_key'])}, barn {row['citizen']}"
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


def growth_sentence(prognosis: Prognosis, level: str, key: str, reference: Reference) -> str:
    """Say what makes a row of the last outline year another than this year: prices, and what is left without them.

    Of the whole area the types that move it most in fixed prices are named. Empty where nothing moves.
    """
    own = years_moved(prognosis, level)
    if key not in own.index:
        return ""
    row = own.loc[key]
    prices, rest = float(row["current"] - row["fixed"]), float(row["fixed"])
    if is_nothing(prices) and is_nothing(rest):
        return ""
    last = int(prognosis.years["year"].max())
    types = _types_moved(years_moved(prognosis, "type")["fixed"], rest, reference) if level == "total" else ""
    # Without activity nobody knows how many there are behind what is booked.
    is_known = not rests_on_ledger(prognosis.total)
    what = "ændret antal, varighed, sammensætning og refusion" if is_known else "bogføringens egen udvikling"
    return (
        f"Fra {prognosis.year} til {last} flytter priser og lønninger udgiften {fmt.mio(prices, signed=True)} Resten, "
        f"{fmt.mio(rest, signed=True)} i {prognosis.year}-priser, er {what}{types}."
    )


def years_moved(prognosis: Prognosis, level: str) -> pd.DataFrame:
    """How much more the last outline year is than the as-of year, kr. by key: `current` and `fixed` prices."""
    years = prognosis.years[prognosis.years["level"] == level].sort_values("year").groupby("key")
    both = years[["net", "fixed_mean"]]
    return (both.last() - both.first()).set_axis(["current", "fixed"], axis=1)


def _types_moved(moved: pd.Series, whole: float, reference: Reference) -> str:
    """Name the type that moves the whole most its own way, and the one that pulls most the other way."""
    if moved.empty:
        return ""
    sign = 1.0 if whole > 0 else -1.0
    along, against = (moved * sign).idxmax(), (moved * sign).idxmin()
    text = ""
    if not is_nothing(moved[along]) and moved[along] * sign > 0:
        text = f"; mest flytter {reference.type_within(str(along))} ({fmt.millions(moved[along], signed=True)})"
    if text and not is_nothing(moved[against]) and moved[against] * sign < 0:
        other = f"{reference.type_within(str(against))} ({fmt.millions(moved[against], signed=True)})"
        text += f", mens {other} trækker den anden vej"
    return text


def _children(prognosis: Prognosis, reference: Reference) -> str:
    basis = prognosis.basis
    if basis["children"].isna().any():
        return "Der er ikke indlæst folketal, så tilgangen følger ikke børnetallet."
    low, high = (fmt.number(reference.assumption(f"population_{end}_age").value) for end in ("from", "to"))
    is_known = basis["population_year"] == basis["year"]
    told = basis[is_known] if is_known.any() else basis.head(1)
    first, last = told.iloc[0], told.iloc[-1]
    text = (
        f"Tilgangen følger folketallet: {fmt.number(first['children'])} børn på {low}–{high} år i "
        f"{int(first['population_year'])}"
    )
    if len(told) > 1:
        change = fmt.percent(last["children"] / first["children"] - 1, 1, signed=True)
        text += f" og {fmt.number(last['children'])} i {int(last['year'])} ({change})"
    return f"{text}.{_population_unknown(basis.loc[~is_known, 'year'].astype(int).tolist(), prognosis.as_of)}"


def _population_unknown(years: list[int], as_of: pd.Period) -> str:
    if not years:
        return ""
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else f"{years[0]}"
    return f" Folketallet for {span} er ikke kendt pr. {fmt.month_long(as_of)} og er regnet uændret."
