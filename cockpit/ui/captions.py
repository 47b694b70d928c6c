"""The titles of charts, which are their message, and their alternative texts."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge_words import BOTH, is_nothing, largest, volume_with_mix
from cockpit.domain.committed_bridge import COMMITTED_SINCE
from cockpit.domain.explanation_words import moved_words, movement_parts
from cockpit.domain.hit_rate import ARCHIVED
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import UNALLOCATED
from cockpit.domain.sentences import SOURCE_WORDS, beside_budget, booked_to_date, overspend_word, visibly_beaten

LONGEST = 48  # signs of a name that a phone has room for in one line
BAND_ENDS = (("p25", "p75"), ("p10", "p90"), ("p2_5", "p97_5"))
WHOLE = "Hele området"


def of_whole(title: str, *, is_said: bool) -> str:
    """Say before a title that it is of the whole area, where the page also shows a part of it."""
    return f"{WHOLE}: {fmt.lower_first(title)}" if is_said else title


def fan_title(prognosis: Prognosis) -> str:
    """Name the year's end and the budget."""
    row = prognosis.total
    end = f"{prognosis.year} ventes at ende på {fmt.mio(row['mean'])}"
    if fmt.is_absent(row["budget_revised"]):
        return end
    return f"{end} mod et korrigeret budget på {fmt.mio(row['budget_revised'])}"


def fan_alt(prognosis: Prognosis) -> str:
    """Describe the fan chart."""
    row = prognosis.total
    spread = f"80 % af de simulerede forløb ender mellem {fmt.mio(row['p10'])} og {fmt.mio(row['p90'])}"
    said = (booked_to_date(prognosis), f"{fan_title(prognosis)}; {spread}", "Tallene står i tabellen under diagrammet")
    return " ".join(["Linjediagram.", *map(fmt.sentence, said)])


def landing_alt(prognosis: Prognosis) -> str:
    """Describe the bands of the year's end."""
    row = prognosis.total
    bands = "; ".join(
        f"{percent}{fmt.NBSP}% mellem {fmt.millions(row[low])} og {fmt.millions(row[high])}"
        for percent, low, high in (("50", "p25", "p75"), ("80", "p10", "p90"), ("95", "p2_5", "p97_5"))
    )
    return f"Bånd for årets slutning, mio. kr. {fan_title(prognosis)}: {bands}."


def fan_in_words(row: pd.Series) -> str:
    """Explain the bands of the fan chart, with the ends of each."""
    bands = [f"{fmt.millions(row[low])} til {fmt.millions(row[high])}" for low, high in BAND_ENDS]
    return (
        f"Skyggerne viser usikkerheden: 5 ud af 10 gange ventes året at ende i den inderste ({bands[0]}), 8 ud af 10 "
        f"gange i den mellemste ({bands[1]}) og 19 ud af 20 gange i den yderste ({bands[2]})."
    )


def deviation_title(rows: pd.DataFrame) -> str:
    """Name the largest overspend and the largest underspend."""
    known = rows.dropna(subset=["deviation"])
    over, under = known[known["deviation"] > 0], known[known["deviation"] < 0]
    parts = []
    if not over.empty:
        parts.append(f"Størst merforbrug: {_short_named(over.loc[over['deviation'].idxmax()])}")
    if not under.empty:
        parts.append(f"størst mindreforbrug: {_short_named(under.loc[under['deviation'].idxmin()])}")
    text = "; ".join(parts) or "Ingen afvigelser at vise"
    return text[0].upper() + text[1:]


def _short_named(row: pd.Series) -> str:
    name = "beløb uden type" if row["key"] == UNALLOCATED else fmt.lower_first(short(row["label"]))
    return f"{name} {fmt.mio(row['deviation'], signed=True)}"


def deviation_alt(rows: pd.DataFrame) -> str:
    """Describe the bars of deviations, all of them."""
    known = rows.dropna(subset=["deviation"]).sort_values("deviation", ascending=False)
    listed = "; ".join(_named(row) + f" {overspend_word(row['deviation'])}" for _, row in known.iterrows())
    return f"Liggende søjler. Afvigelse fra korrigeret budget: {listed or 'ingen'}."


def bridge_title(parts: pd.DataFrame) -> str:
    """Name what moves the result most: volume never without the mix, or a dear child counts as an average one."""
    part = largest(volume_with_mix(parts, BOTH))
    cause = part["cause"][0].upper() + part["cause"][1:]
    return f"{cause} flytter resultatet mest: {fmt.mio(part['amount'], signed=True)}"


def past_forecasts_alt(origins: pd.DataFrame) -> str:
    """Describe the dots of past forecasts, all of them."""
    listed = "; ".join(
        f"{fmt.month_year(row['as_of'])} ventet {fmt.millions(row['mean'])}, blev {fmt.millions(row['outturn'])}"
        f"{', ' + SOURCE_WORDS[ARCHIVED] if row['source'] == ARCHIVED else ''}"
        for _, row in origins.iterrows()
    )
    return f"Punkter med 80 %-bånd. Tidligere prognoser mod regnskabet, mio. kr.: {listed}."


def rules_alt(rules: pd.DataFrame) -> str:
    """Describe the bars of the forecast and the rules of thumb."""
    listed = "; ".join(f"{row['label']} {fmt.mio(row['error'])}" for _, row in rules.iterrows())
    return fmt.sentence(f"Liggende søjler. Gennemsnitlig afstand til regnskabet: {listed}")


def rules_title(rules: pd.DataFrame) -> str:
    """Name what has come nearest, and by how much."""
    nearest = rules.loc[rules["error"].idxmin()]
    return f"{nearest['label']} har ramt nærmest: {fmt.mio(nearest['error'])} ved siden af i gennemsnit"


def rows_title(rows: pd.DataFrame, level: str) -> str:
    """Say for how many rows of a level the forecast came at least as near as the best rule of thumb."""
    counted = rows[rows["key"] != UNALLOCATED]  # money without a type is no type
    nearer, nouns = len(counted) - len(visibly_beaten(counted)), {"type": "typer", "step": "trin", "account": "konti"}
    start = "Prognosen har ramt mindst lige så godt som den bedste håndregel for"
    return f"{start} {nearer} af {len(counted)} {nouns[level]}"


def rows_alt(rows: pd.DataFrame) -> str:
    """Describe the pairs of bars, row by row."""
    listed = "; ".join(
        f"{row['label']} prognosen {fmt.millions(row['error'])}, "
        f"bedste håndregel {fmt.millions(row['best_rival_error'])}"
        for _, row in rows.iterrows()
    )
    return f"Liggende søjler i par. Afstand til regnskabet i gennemsnit, mio. kr.: {listed}."


def since_line(prognosis: Prognosis, parts: pd.DataFrame) -> str:
    """Say right below the answer how the forecast has moved, and what an earlier month is that nobody closed."""
    anew = "" if prognosis.last_close else f" {fmt.month_long(_since(prognosis)).capitalize()} er genberegnet."
    return f"{since_title(prognosis, parts)}.{anew}"


def since_start(prognosis: Prognosis) -> str:
    """Name where the movement of the forecast begins."""
    month = fmt.month_year(_since(prognosis))
    return f"Ved lukningen af {month}" if prognosis.last_close else f"{month.capitalize()}, genberegnet"


def since_caption(prognosis: Prognosis) -> str:
    """Say from when to when the forecast moved."""
    start = "Siden sidste lukning: fra" if prognosis.last_close else "Fra"
    return f"{start} {fmt.month_long(_since(prognosis))} til nu, mio. kr."


def since_note(prognosis: Prognosis) -> str:
    """Say what the earlier month is, and why its bridge from the budget cannot be held against this month's."""
    month = fmt.month_long(_since(prognosis))
    anew = f"{month.capitalize()} er ikke lukket og derfor genberegnet af det, der kan læses om måneden nu. "
    return (
        f"{'' if prognosis.last_close else anew}Trinene lægges sammen til bevægelsen. De går ud fra den tidligere "
        "prognoses antal og priser og ikke budgettets, så de er ikke forskellen på de to måneders broer fra budgettet."
    )


def committed_meanwhile(prognosis: Prognosis, moved: float) -> str:
    """Join the forecast's movement with disponeret's, which often goes the other way; empty where that is not shown.

    Args:
        moved: of the forecast, kr.
    """
    parts = movement_parts(prognosis, COMMITTED_SINCE)
    if parts.empty or prognosis.since != _since(prognosis):
        return ""
    committed = float(parts["amount"].sum())
    rest = f"det, der ventes ud over disponeret, er {moved_words(moved - committed)}"
    return fmt.sentence(f"Disponeret er i samme tid {moved_words(committed)}, og {rest}")


def _since(prognosis: Prognosis) -> pd.Period:
    since = prognosis.last_close or prognosis.since
    assert since is not None
    return since


def since_title(prognosis: Prognosis, parts: pd.DataFrame) -> str:
    """Say how the forecast moved since the last closed month, else since the month before, and what moved it most."""
    moved = float(parts["amount"].sum())
    since = "Siden sidste lukning" if prognosis.last_close else f"Siden {fmt.month_long(_since(prognosis))}"
    text = f"{since} er forventet regnskab {moved_words(moved)}"
    if is_nothing(moved):
        return text
    part = largest(volume_with_mix(parts, BOTH))
    return f"{text}; mest flytter {part['cause']} ({fmt.mio(part['amount'], signed=True)})"


def bridge_alt(parts: pd.DataFrame, total: pd.Series) -> str:
    """Describe the waterfall from budget to forecast."""
    steps = "; ".join(
        f"{row['label']} ({row['cause']}) {fmt.mio(row['amount'], signed=True)}" for _, row in parts.iterrows()
    )
    return fmt.sentence(
        f"Vandfald fra korrigeret budget {fmt.mio(total['budget_revised'])} til forventet regnskab "
        f"{fmt.mio(total['mean'])}: {steps}"
    )


def bridge_rows(start: tuple[str, float], parts: pd.DataFrame, end: tuple[str, float]) -> pd.DataFrame:
    """Return the rows of the waterfall's table: start, steps, end."""
    steps = [
        (row["label"], row["amount"], fmt.millions(row["amount"], signed=True), row["cause"], row["meaning"])
        for _, row in parts.iterrows()
    ]
    first, last = ((label, amount, fmt.millions(amount), "", "") for label, amount in (start, end))
    return pd.DataFrame([first, *steps, last], columns=["label", "amount", "amount_text", "cause", "meaning"])


def months_title(label: str, row: pd.Series) -> str:
    """Name where one row of the prognosis ends."""
    end = f"{label} ventes at ende på {fmt.mio(row['mean'])}"
    return end if fmt.is_absent(row["deviation"]) else f"{end}, {beside_budget(row['deviation'])}"


def months_alt(label: str, months: pd.DataFrame) -> str:
    """Describe the columns of a year month by month."""
    kinds = {"actual": "", "forecast": " forventet"}
    listed = "; ".join(
        f"{fmt.month_short(row['month'])} {fmt.millions(row['mean'])}{kinds[row['kind']]}"
        for _, row in months.iterrows()
    )
    return f"Søjler måned for måned for {label}, mio. kr.: {listed}."


def years_title(label: str, years: pd.DataFrame) -> str:
    """Say how one row of the prognosis moves from the budget year to the last outline year."""
    means = dict(zip(years["year"].astype(int), years["mean"].astype(float), strict=True))
    first, last = min(means), max(means)
    more = means[last] - means[first]
    if first == last:
        return f"{label}: {fmt.mio(means[first])} i {first}"
    if is_nothing(more):
        return f"{label}: udgiften ventes uændret fra {first} til {last}"
    way = "vokser" if more > 0 else "falder"
    return f"{label}: udgiften {way} fra {fmt.millions(means[first])} i {first} til {fmt.mio(means[last])} i {last}"


def years_alt(label: str, years: pd.DataFrame) -> str:
    """Describe the columns of the coming years."""
    listed = "; ".join(
        f"{int(row['year'])}: {fmt.mio(row['mean'])} "
        f"(80 % mellem {fmt.millions(row['p10'])} og {fmt.millions(row['p90'])})"
        for _, row in years.iterrows()
    )
    return f"Søjler for budgetåret og overslagsårene for {label}: {listed}."


def short(label: str) -> str:
    """Cut a long name, such as an account's, at a word; the table beside the chart has it in full."""
    if len(label) <= LONGEST:
        return label
    return label[:LONGEST].rsplit(" ", 1)[0].rstrip(",") + " …"


def _named(row: pd.Series) -> str:
    return f"{row['label']} {fmt.mio(row['deviation'], signed=True)}"
