"""What volume and price say in words: pure text from the frames `activity` and `effects` of a prognosis."""

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge import BUDGET_CHANGES, BUDGET_TO_FORECAST
from cockpit.domain.drill_down import Ahead, Row
from cockpit.domain.effects import BUDGET, LAST_YEAR
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import PLACEMENT_STEPS, UNALLOCATED, Reference
from cockpit.domain.sentences import overspend_word
from cockpit.domain.spells import days_in_months

WHOLE = "Alle indsatser"
THOUSAND = 1000
MONTHS = 12
DISTRICT_LIMITS = (
    "Budgettet er ikke fordelt på distrikter. Indsatstrappen og effekterne nedenfor er for alle distrikter."
)
VISIBLE = 0.05  # person-months that the tables, with one decimal, can show
WHOLE_MONTH, LATE, AHEAD, EARLY = "actual", "late", "forecast", "early"  # how much of a month is known: `with_status`


def name_of(level: str, key: str, reference: Reference) -> str:
    """Name a row."""
    return WHOLE if level == "total" else reference.label(level, key)


def name_of_row(row: Row, reference: Reference) -> str:
    """Name a row with its district."""
    name = name_of(row.level, row.key, reference)
    if row.district is None:
        return name
    return f"{name} uden distrikt" if row.district == UNALLOCATED else f"{name} i {row.district}"


def noun_of(level: str, key: str, reference: Reference) -> tuple[str, str]:
    """Placements are counted in children; what a child can have several of at once in spells (singular, plural)."""
    step = int(key) if level == "step" and key != UNALLOCATED else reference.step_of(key)
    return ("barn", "børn") if step in PLACEMENT_STEPS else ("forløb", "forløb")


def answer(name: str, noun: tuple[str, str], months: pd.DataFrame) -> str:
    """Answer in one sentence how many there are, against a year ago.

    Late registrations that are expected count, or every newest month would seem to fall.
    """
    now, before = _now_and_before(months)
    when = fmt.month_long(now["month"])
    return f"{name}: {_count_of(now, noun)} i {when}{_volume_change(now, before)}"


def year_answer(prognosis: Prognosis, row: Row, name: str) -> str:
    """Answer what the row does to the year's result, and what of it is volume and price; empty where it is no such row.

    One month's price may be that of a single child: only the year's says which way the money goes.
    """
    own = prognosis.rows[(prognosis.rows["level"] == row.level) & (prognosis.rows["key"] == row.key)]
    effects = prognosis.effects[prognosis.effects["key"] == row.key]
    if row.level != "type" or row.district is not None or own.empty or effects.empty:
        return ""
    deviation = own["deviation"].iloc[0]
    if fmt.is_absent(deviation):
        return ""
    volume, price = float(effects["volume_effect"].iloc[0]), float(effects["price_effect"].iloc[0])
    parts = f"mængde {fmt.millions(volume, signed=True)}, pris {fmt.millions(price, signed=True)}"
    rest = float(deviation) - volume - price
    if not fmt.rounds_to_zero(rest / fmt.MILLION, 1):
        parts += f", andet {fmt.millions(rest, signed=True)}"
    return f"{name}: {fmt.mio(deviation, signed=True)} mod budgettet i {prognosis.year} ({parts})"


def year_price(prognosis: Prognosis, row: Row) -> str:
    """Say what a person-year is expected to cost over the whole year, beside the budget's; empty where either lacks."""
    effects = prognosis.effects[(prognosis.effects["key"] == row.key) & (prognosis.effects["basis"] == BUDGET)]
    if row.level != "type" or row.district is not None or effects.empty:
        return ""
    planned, expected = float(effects["price0"].iloc[0]), float(effects["price1"].iloc[0])
    if fmt.is_absent(planned) or fmt.is_absent(expected):
        return ""
    return (
        f"Hele året ventes en helårsperson efter bevilling at koste {thousands(expected)} mod {thousands(planned)} i "
        "budgettet."
    )


def district_answer(name: str, noun: tuple[str, str], months: pd.DataFrame) -> str:
    """Answer in one sentence how many are on record in a district.

    There is no year ago to hold it against: who is registered late has no district yet, and every one would seem to
    fall.
    """
    now = months.iloc[-1]
    return f"{name}: {fmt.plural(round(now['person_years']), *noun)} er registreret i {fmt.month_long(now['month'])}"


def price_answer(months: pd.DataFrame, *, name_month: bool = False) -> str:
    """Answer in one sentence what one costs in the newest month, against a year ago; empty where no price is known."""
    now, before = _now_and_before(months)
    if fmt.is_absent(now["price"]):
        return ""
    when = f" i {fmt.month_long(now['month'])}" if name_month else ""
    return fmt.sentence(f"En helårsperson koster {thousands(now['price'])}{when}{_price_change(now, before)}")


def budget_answer(prognosis: Prognosis, reference: Reference) -> str:
    """Say how many person-years there are beside the budget, in all and of placements, and which of them decides.

    Empty where some type's volume is not budgeted: then the two sides do not hold the same.
    """
    effects = prognosis.effects
    placed = effects[[reference.step_of(key) in PLACEMENT_STEPS for key in effects["key"]]]
    if effects.empty or placed.empty or (effects["basis"] != BUDGET).any():
        return ""
    whole, own = _beside(effects), _beside(placed)
    if whole == 0:
        return ""
    start = f"{_way(whole).capitalize()} indsatser i alt end budgettets antal ({_both(effects)})"
    if own == 0:
        return f"{start}."
    joined = "og" if own == whole else "men"
    text = f"{start}, {joined} {_way(own)} anbragte ({_both(placed)})."
    return text if own == whole else f"{text}{_decided_by(own, prognosis)}"


def placements_beside(prognosis: Prognosis, reference: Reference) -> str:
    """Say how many the budget has placed, and how many were a year ago: more than budgeted may be no more than before.

    Empty where the budget has no placements for every type, or the extract does not reach a year back.
    """
    effects = prognosis.effects
    placed = effects[[reference.step_of(key) in PLACEMENT_STEPS for key in effects["key"]]]
    counts = _placed_then_and_now(prognosis)
    if placed.empty or (placed["basis"] != BUDGET).any() or counts is None:
        return ""
    then, now = (fmt.number(count, 1) for count in counts)
    planned, own = round(float(placed["person_years0"].sum()), 1), _beside(placed)
    if (round(counts[0], 1) - planned) * own <= 0:
        return f"For et år siden var {then} anbragt; nu er det {now}."
    side, then_too = ("færre", "allerede var") if own > 0 else ("flere", "var")
    start = f"Budgettet regner med {side} anbragte, end der {then_too} for et år siden"
    return f"{start}: {fmt.number(planned, 1)} mod {then}; nu er det {now}."


def _placed_then_and_now(prognosis: Prognosis) -> tuple[float, float] | None:
    """How many are placed a year before the as-of month and in it, late registrations included."""
    steps = [str(step) for step in PLACEMENT_STEPS]
    activity = prognosis.activity[(prognosis.activity["level"] == "step") & prognosis.activity["key"].isin(steps)]
    months = activity[activity["kind"] == WHOLE_MONTH].groupby("month").agg({"expected": "sum", "complete": "all"})
    if len(months) <= MONTHS or not months["complete"].iloc[-1 - MONTHS]:
        return None
    return float(months["expected"].iloc[-1 - MONTHS]), float(months["expected"].iloc[-1])


def _beside(effects: pd.DataFrame) -> int:
    """The sign of more or fewer person-years than in the budget, as far as one decimal shows."""
    return int(np.sign(round(effects["person_years1"].sum(), 1) - round(effects["person_years0"].sum(), 1)))


def _way(sign: int) -> str:
    return "flere" if sign > 0 else "færre"


def _both(effects: pd.DataFrame) -> str:
    return f"{fmt.number(effects['person_years1'].sum(), 1)} mod {fmt.number(effects['person_years0'].sum(), 1)}"


def _decided_by(sign: int, prognosis: Prognosis) -> str:
    """Placements decide where the volume effect and the whole year go their way."""
    volume, deviation = prognosis.effects["volume_effect"].sum(), prognosis.total["deviation"]
    word = overspend_word(deviation)
    if volume * sign <= 0 or word not in ("merforbrug", "mindreforbrug") or deviation * sign <= 0:
        return ""
    return f" Anbringelser koster mest, derfor {word}."


def _now_and_before(months: pd.DataFrame) -> tuple[pd.Series, pd.Series | None]:
    """The newest month, and the one a year before where it is whole: survivors alone are no measure."""
    actual = months[months["kind"] == "actual"]
    whole = len(actual) > 12 and bool(actual.iloc[-13]["complete"])
    return actual.iloc[-1], actual.iloc[-13] if whole else None


def _count_of(now: pd.Series, noun: tuple[str, str]) -> str:
    expected, registered = round(now["expected"]), round(now["person_years"])
    text = fmt.plural(expected, *noun)
    return text if expected == registered else f"{text} ({fmt.number(registered)}{fmt.NBSP}er{fmt.NBSP}registreret)"


def _volume_change(now: pd.Series, before: pd.Series | None) -> str:
    if before is None:
        return ""
    more = round(now["expected"] - before["expected"])
    if more == 0:
        return ", lige så mange som for et år siden"
    word = "færre" if more < 0 else "mere" if more == 1 else "flere"
    return f", {fmt.number(abs(more))} {word} end for et år siden"


def _price_change(now: pd.Series, before: pd.Series | None) -> str:
    if before is None or fmt.is_absent(before["price"]):
        return ""
    change = now["price"] / before["price"] - 1
    if fmt.rounds_to_zero(change * 100, 0):
        return ", det samme som for et år siden"
    return f", {fmt.percent(abs(change))} {'mere' if change > 0 else 'mindre'} end for et år siden"


def thousands(amount: float) -> str:
    """Write a price to the nearest thousand kroner."""
    return fmt.ABSENT if fmt.is_absent(amount) else fmt.kroner(round(amount / THOUSAND) * THOUSAND)


def late_note(months: pd.DataFrame) -> str:
    """Say what the newest month lacks because it is registered late; empty where nothing is expected."""
    now = months[months["kind"] == "actual"].iloc[-1]
    late = now["expected"] - now["person_years"]
    if late < VISIBLE:
        return ""
    return (
        f"De nyeste måneder mangler sene registreringer: oven i de {fmt.number(now['person_years'], 1)}, der er "
        f"registreret for {fmt.month_long(now['month'])}, ventes endnu {fmt.number(late, 1)}."
    )


def district_note(whole: pd.DataFrame, ahead: Ahead | None) -> str:
    """Say what is known of a district and what is not.

    Args:
        whole: months of the same row in every district. ahead: the rest of the year in the district.
    """
    now = whole[whole["kind"] == "actual"].iloc[-1]
    late = now["expected"] - now["person_years"]
    parts = ["For et distrikt vises det, der er registreret."]
    if late >= VISIBLE:
        parts.append(
            f"Sene registreringer kan ikke fordeles: i alle distrikter ventes endnu {fmt.number(late, 1)} for "
            f"{fmt.month_long(now['month'])}."
        )
    if ahead is not None and ahead.volume >= VISIBLE:
        price = "" if fmt.is_absent(ahead.price) else f" til {thousands(ahead.price)} pr. helårsperson"
        parts.append(
            f"Månederne fremad regnes ikke hver for sig, men i resten af året ventes i gennemsnit "
            f"{fmt.number(ahead.volume, 1)} i kraft{price}."
        )
    return " ".join([*parts, DISTRICT_LIMITS])


def with_status(months: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Add what is known of each month as `status`; the newest months are late as far back as registrations are missing.

    Args:
        months: ACTIVITY_COLUMNS of a row.
        whole: the same in every district; who is registered late has no district yet.
    """
    past = whole[whole["kind"] == WHOLE_MONTH]
    lacking = (past["expected"] - past["person_years"]).abs() >= VISIBLE
    late = past.loc[lacking[::-1].cummin()[::-1], "month"]
    status = months["kind"].mask(months["month"].isin(late), LATE)
    return months.assign(status=status.where(months["complete"].astype(bool), EARLY))


def lighter_note(months: pd.DataFrame) -> str:
    """Say which columns stand lighter because registrations are missing; empty where none does.

    Args:
        months: `with_status`.
    """
    late = months.loc[months["status"] == LATE, "month"].tolist()
    if not late:
        return ""
    span = fmt.month_long(late[0]) if len(late) == 1 else f"{fmt.month_long(late[0])} til {fmt.month_long(late[-1])}"
    return f"Lysere søjler er ikke færdige: der mangler sene registreringer for {span}."


def dotted_note(months: pd.DataFrame) -> str:
    """Say what the dotted end of the line is; empty where no registrations are missing."""
    late = (months["status"] == LATE).any()
    return "Den prikkede ende er det, der er registreret indtil nu." if late else ""


def budget_line_note(months: pd.DataFrame, column: str) -> str:
    """Say what the budget's line is; empty where the budget says nothing of it.

    Args:
        column: `person_years` or `price`.
    """
    if months[f"budget_{column}"].isna().all():
        return ""
    of_what = {"person_years": "antal", "price": "pris pr. helårsperson"}[column]
    return f"Den tynde grå linje er budgettets {of_what} i gennemsnit for året."


def survivors_note(months: pd.DataFrame) -> str:
    """Say which months hold only those who are still there; empty where all months are complete."""
    early = months[~months["complete"].astype(bool)]
    if early.empty:
        return ""
    return (
        f"Udtrækket begynder efter {fmt.month_long(early.iloc[-1]['month'])}: før da tælles kun dem, der stadig var i "
        "gang, da det begyndte. Kurverne er dér lysere, for det virkelige antal var højere."
    )


def volume_title(months: pd.DataFrame, noun: tuple[str, str]) -> str:
    """Name where the year ends, and the whole year's person-years beside the budget's: like is held against like."""
    last = months.iloc[-1]
    when = fmt.month_long(last["month"])
    count = f"{fmt.number(last['expected'], 1)} {noun[1]}"
    text = f"{count} i {when}" if last["kind"] == "actual" else f"{count} ventes i {when}"
    return f"{text}{year_beside_budget(months)}"


def year_beside_budget(months: pd.DataFrame) -> str:
    """End a sentence with the year's person-years beside the budget's; empty where either is not known in full."""
    found = whole_year(months)
    if found is None:
        return ""
    expected, planned = found
    return f"; hele året {fmt.number(expected, 1)} helårspersoner mod {fmt.number(planned, 1)} i budgettet"


def whole_year(months: pd.DataFrame) -> tuple[float, float] | None:
    """Return the last year's person-years, expected and budgeted; None where either is not known in full."""
    year = months[months["month"].str[:4] == months.iloc[-1]["month"][:4]]
    planned = year.iloc[-1]["budget_person_years"]
    if fmt.is_absent(planned) or len(year) < MONTHS or year["expected"].isna().any():
        return None
    days = days_in_months(pd.PeriodIndex(year["month"], freq="M"))
    return float(np.average(year["expected"].astype(float), weights=days)), float(planned)


def price_title(months: pd.DataFrame) -> str:
    """Name the price of a person-year at the end of the year and the budget's."""
    last = months.iloc[-1]
    verb = "koster" if last["kind"] == "actual" else "ventes at koste"
    text = f"En helårsperson {verb} {thousands(last['price'])} i {fmt.month_long(last['month'])}"
    if fmt.is_absent(last["budget_price"]):
        return text
    return f"{text}; budgettet regner med {thousands(last['budget_price'])} i gennemsnit for året"


def flow_title(months: pd.DataFrame) -> str:
    """Count who came and went over the last twelve known months, or as many as the extract shows in full."""
    known = months[(months["kind"] == "actual") & months["complete"].astype(bool)].tail(12)
    into, out = (known[list(pair)].to_numpy().sum() for pair in (("entries", "moves_in"), ("exits", "moves_out")))
    span = "Det seneste år" if len(known) == 12 else f"De seneste {fmt.plural(len(known), 'måned', 'måneder')}"
    text = f"{span}: {fmt.number(into)} ind og {fmt.number(out)} ud"
    return f"{text}; sene registreringer mangler endnu" if late_note(months) else text


def months_alt(months: pd.DataFrame, column: str, what: str, decimals: int = 0) -> str:
    """Describe a line chart: its last actual, its end and the budget."""
    actual, last = months[months["kind"] == "actual"], months.iloc[-1]
    parts = [
        f"{fmt.month_year(row['month'])} {fmt.number(row[column], decimals)}"
        for row in (actual.iloc[0], actual.iloc[-1])
    ]
    text = f"Linjediagram. {what}: {parts[0]}, {parts[1]}"
    if last["kind"] == "forecast":
        text += f", forventet {fmt.month_year(last['month'])} {fmt.number(last[column], decimals)}"
    planned = last[f"budget_{column}"]
    return text + ("." if fmt.is_absent(planned) else f"; budget {fmt.number(planned, decimals)}.")


def flows_alt(months: pd.DataFrame) -> str:
    """Describe the columns of who comes and goes, month by month over the last year and ahead."""
    shown = months.tail(16)
    kinds = {"actual": "", "forecast": " forventet"}
    listed = "; ".join(
        f"{fmt.month_year(row['month'])} {_into(row)} ind, {_out(row)} ud{kinds[row['kind']]}"
        for _, row in shown.iterrows()
    )
    return f"Søjler op for ind og ned for ud: {listed}."


def _into(row: pd.Series) -> str:
    return _count(row["entries"] + row["moves_in"], row["kind"])


def _out(row: pd.Series) -> str:
    return _count(row["exits"] + row["moves_out"], row["kind"])


def _count(value: float, kind: str) -> str:
    return fmt.number(value, 0 if kind == "actual" else 1)


def effects_title(effects: pd.DataFrame) -> str:
    """Name what volume and price do to the year's result; the volume effects of the types hold the mix as well."""
    volume, price = effects["volume_effect"].sum(), effects["price_effect"].sum()
    return (
        f"Mængde og sammensætning flytter tilsammen året {fmt.mio(volume, signed=True)}, prisen "
        f"{fmt.mio(price, signed=True)}"
    )


def effects_alt(effects: pd.DataFrame, column: str, title: str) -> str:
    """Describe the bars of volume or price, type by type."""
    listed = "; ".join(f"{row['label']} {fmt.millions(row[column], signed=True)}" for _, row in effects.iterrows())
    return f"Liggende søjler. {title} i mio. kr.: {listed}."


def effects_note(prognosis: Prognosis, reference: Reference) -> str:
    """Say how the effects add up with the bridge, and which types are held against last year."""
    bridge = prognosis.bridge[prognosis.bridge["name"] == BUDGET_TO_FORECAST].set_index("part")["amount"]
    text = (
        "Mængdeeffekt er ændringen i helårspersoner gange budgettets pris, priseffekt er ændringen i pris gange de "
        "forventede helårspersoner. "
    )
    if {"volume", "mix", "price"} <= set(bridge.index):
        parts = (fmt.millions(bridge[part], signed=True) for part in ("volume", "mix", "price"))
        text += (
            "I broen fra budget til forventet regnskab står mængdeeffekten delt i mængde ({}) og sammensætning ({}) "
            "og priseffekten som pris ({}), mio. kr. "
        ).format(*parts)
    effects = prognosis.effects
    by_year = reference.types_within(effects.loc[effects["basis"] == LAST_YEAR, "key"])
    if by_year:
        text += f"Uden antal i budgettet og derfor holdt op imod sidste år i årets priser: {fmt.enumeration(by_year)}. "
    return f"{text}{counts_note(prognosis)}".strip()


def counts_note(prognosis: Prognosis) -> str:
    """Say what the budget's counts are, and what of its money they do not hold; empty where no type has any."""
    effects, bridge = prognosis.effects, prognosis.bridge
    if not (effects["basis"] == BUDGET).any():
        return ""
    text = "Budgettets antal og pris er dem, budgettets linjer selv angiver, som regel i det oprindelige budget."
    changed = bridge.loc[(bridge["name"] == BUDGET_TO_FORECAST) & (bridge["part"] == BUDGET_CHANGES), "amount"]
    if changed.empty:
        return text
    amount = -float(changed.iloc[0])
    in_all = "" if fmt.rounds_to_zero(amount / fmt.MILLION, 1) else f" ({fmt.mio(amount, signed=True)} i alt)"
    return (
        f"{text} Ændringer af budgettet uden antal{in_all} er kun penge, så antal gange pris giver ikke altid det "
        "korrigerede budget."
    )
