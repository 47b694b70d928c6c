"""What can only be seen across rows and files: double keys, overlapping price periods, unlikely rates, totals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import Severity
from cockpit.domain.months import SUPPLEMENT, first_day
from cockpit.domain.passed import runs_past_its_end
from cockpit.domain.reference import Reference
from cockpit.domain.spells import ONCE, monthly_price
from cockpit.intake.extract import Extract
from cockpit.intake.tables import ONE_DAY

_FAR = pd.Timestamp("2262-01-01")
_ENOUGH = 10  # rows, of which nearly all being wrong is one fault and not many
_NEARLY_ALL, _HALF = 0.9, 0.5
_SEVERAL_TYPES = 3  # a factor that so many types share is the file's
_MONEY_UNITS = {1000.0: "1.000 kr.", 0.01: "øre"}
_UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12, "year": 365.0}
_UNIT_WORDS = {"day": "døgn", "week": "uge", "month": "måned", "year": "år"}
_RATES = (
    "Taksterne ser ud til at være {cause}: læst sådan ligger {count} takster for {types} typer inden for, hvad typerne "
    "normalt koster, og ellers uden for. Ret takst eller enhed i udtrækket."
)
_SWAPPED = (
    "Start- og slutdato ser ud til at være byttet om: slutdatoen ligger før startdatoen i {count} af de {rows} rækker, "
    "der har en. Byt kolonnerne."
)
_SAME_DAY = (
    "Slutdatoen er den samme som startdatoen i {count} af de {rows} rækker, der har en. Kontrollér, om det er den "
    "rigtige kolonne: hver af dem regnes som ét døgn."
)
_NO_QUANTITY = (
    "{count} takster ligger under, hvad deres type normalt koster, og kolonnen antal er ikke fundet, så hver er regnet "
    "som én. Er takst pr. time eller pr. gang, så tilføj antal i udtrækket, eller peg på kolonnen i en kolonneprofil."
)
_LONELY = 2  # months without postings, from which the newest period is more likely mistyped than quiet


def together(extracts: Sequence[Extract]) -> pd.DataFrame:
    """Return the rows of several extracts of one kind, with `file` and `at`: where each row came from."""
    frames = [
        extract.frame.assign(file=number, at=np.arange(len(extract.frame)))
        for number, extract in enumerate(extracts)
        if len(extract.frame)
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _tell(
    extracts: Sequence[Extract], rows: pd.DataFrame, severity: Severity, messages: str | pd.Series, name: str
) -> None:
    """Note one finding per row of `rows` in the extract the row came from."""
    texts = pd.Series(messages, index=rows.index)
    for number, group in rows.groupby("file"):
        extracts[int(str(number))].tell(severity, list(texts[group.index]), group["at"].to_numpy(), name)


def _place(extracts: Sequence[Extract], rows: pd.DataFrame) -> pd.Series:
    """Return "række 7" for each row, with the file's name where there are several."""
    several = len(extracts) > 1
    texts = [
        f"række {row} i {extracts[file].file}" if several else f"række {row}"
        for file, row in zip(rows["file"], rows["row"], strict=True)
    ]
    return pd.Series(texts, index=rows.index, dtype="object")


# --- interventions ----------------------------------------------------------------------------------------------


def check_interventions(extracts: Sequence[Extract], reference: Reference, as_of: pd.Period) -> None:
    """Check all interventions of a load; price periods that share a day are mended here, with a warning."""
    rows = together(extracts)
    if rows.empty:
        return
    far = _starts_far_ahead(extracts, rows, reference, as_of)
    _end_before_start(extracts, rows[~far])
    _start_before_birth(extracts, rows, reference, as_of)
    doubles = _double_keys(extracts, rows)
    _two_citizens(extracts, rows)
    _two_births(extracts, rows)
    _price_periods(extracts, rows[~doubles & rows["start"].notna()])
    _too_old(extracts, rows, reference, as_of)
    _expected_end_passed(extracts, rows, as_of)
    _unlikely_rates(extracts, rows, reference)


def _starts_far_ahead(
    extracts: Sequence[Extract], rows: pd.DataFrame, reference: Reference, as_of: pd.Period
) -> pd.Series:
    """Tell starts that nobody plans: a mistyped year, which would also make every end of the row look wrong."""
    years = int(reference.assumption("longest_plan_years", as_of).value)
    far = rows["start"] > first_day(as_of) + pd.DateOffset(years=years)
    ends = rows["stop"].lt(rows["start"]) | rows["expected_stop"].lt(rows["start"])
    message = f"Startdatoen ligger mere end {years} år efter opgørelsesmåneden. Ret året i startdatoen."
    _tell(extracts, rows[far & ends], "error", message, "startdato")
    _tell(extracts, rows[far & ~ends], "warning", message, "startdato")
    return far


def _end_before_start(extracts: Sequence[Extract], rows: pd.DataFrame) -> None:
    exclusive = pd.Series([extracts[file].profile.end_exclusive for file in rows["file"]], index=rows.index)
    least = rows["start"] + pd.to_timedelta(np.where(exclusive, 0, 1), unit="D")
    before, same_day = rows["stop"] < least, (rows["stop"] == least) & (rows["unit"] != ONCE)
    for number, ended in rows[rows["stop"].notna()].groupby("file"):
        extract = extracts[int(str(number))]
        if _is_nearly_all(before[ended.index]):
            _tell_of_ends(extract, "error", _SWAPPED, before[ended.index])
            before[ended.index] = False  # told as one thing
        elif _is_nearly_all(same_day[ended.index]):
            _tell_of_ends(extract, "warning", _SAME_DAY, same_day[ended.index])
    _tell(extracts, rows[before], "error", "Slutdatoen ligger før startdatoen. Ret en af dem.", "slutdato")
    early = rows["expected_stop"] < least
    _tell(
        extracts,
        rows[early],
        "warning",
        "Den forventede slutdato ligger før startdatoen. Ret den i fagsystemet.",
        "forventet_slutdato",
    )


def _is_nearly_all(wrong: pd.Series) -> bool:
    return bool(len(wrong) >= _ENOUGH and wrong.mean() > _NEARLY_ALL)


def _tell_of_ends(extract: Extract, severity: Severity, message: str, wrong: pd.Series) -> None:
    counts = {"count": fmt.number(int(wrong.sum())), "rows": fmt.number(len(wrong))}
    extract.tell_file(severity, message.format(**counts), column=extract.label("slutdato"))


def _start_before_birth(
    extracts: Sequence[Extract], rows: pd.DataFrame, reference: Reference, as_of: pd.Period
) -> None:
    """A child may get help before it is born, but not before it is expected: one of the dates is wrong."""
    months = int(reference.assumption("expected_before_birth_months", as_of).value)
    _tell(
        extracts,
        rows[rows["start"] + pd.DateOffset(months=months) < rows["birth_date"]],
        "error",
        f"Indsatsen starter mere end {months} måneder før barnets fødsel. Ret startdatoen eller fødselsdatoen.",
        "startdato",
    )


def _double_keys(extracts: Sequence[Extract], rows: pd.DataFrame) -> pd.Series:
    keys = ["spell_id", "start"]
    complete = rows["spell_id"].notna() & rows["start"].notna()
    double = complete & rows.duplicated(keys)
    if double.any():
        firsts = rows.drop_duplicates(keys).set_index(keys)
        places = _place(extracts, firsts)
        where = [places[key] for key in rows.loc[double, keys].itertuples(index=False, name=None)]
        messages = [
            f"Indsatsen har allerede en prisperiode med samme startdato i {place}. Slet den ene." for place in where
        ]
        _tell(extracts, rows[double], "error", pd.Series(messages, index=rows.index[double]), "startdato")
    return double


def _differs_from_first(rows: pd.DataFrame, group: str, value: str) -> pd.Series:
    """Say which rows have another value than the first row of their group; blanks never differ."""
    known = rows[group].notna() & rows[value].notna()
    first = rows[known].groupby(group)[value].transform("first")
    return (rows.loc[known, value] != first).reindex(rows.index, fill_value=False)


def _two_citizens(extracts: Sequence[Extract], rows: pd.DataFrame) -> None:
    wrong = rows[_differs_from_first(rows, "spell_id", "citizen")]
    _tell(
        extracts,
        wrong,
        "error",
        "Samme indsats_id er brugt til flere børn. Giv hver indsats sit eget id.",
        "indsats_id",
    )


def _two_births(extracts: Sequence[Extract], rows: pd.DataFrame) -> None:
    wrong = rows[_differs_from_first(rows, "citizen", "birth_date")]
    message = "Barnet har en anden fødselsdato i en tidligere række. Ret den forkerte i fagsystemet."
    _tell(extracts, wrong, "error", message, "foedselsdato")


def _price_periods(extracts: Sequence[Extract], rows: pd.DataFrame) -> None:
    """Tell overlapping price periods; where the last day of one is the first of the next, the earlier gives way."""
    ordered = rows.sort_values(["spell_id", "start", "file", "at"], kind="stable")
    following = ordered.groupby("spell_id")[["start", "file", "row"]].shift(-1)
    overlap = ordered["stop"].fillna(_FAR) > following["start"]
    inclusive = pd.Series([not extracts[file].profile.end_exclusive for file in ordered["file"]], index=ordered.index)
    touch = (
        overlap
        & inclusive
        & (ordered["stop"] - ONE_DAY == following["start"])
        & (ordered["start"] < following["start"])
    )
    for number, group in ordered[touch].groupby("file"):
        frame = extracts[int(str(number))].frame
        frame.loc[group["at"], "stop"] = following.loc[group.index, "start"].to_numpy()
    _tell(
        extracts,
        ordered[touch],
        "warning",
        "Prisperiodens sidste dag er også den næstes første. Den er læst som sluttet dagen før.",
        "slutdato",
    )
    wrong = ordered[overlap & ~touch]
    nexts = following.loc[wrong.index].astype({"file": int, "row": int})
    messages = (
        "Prisperioden overlapper den næste prisperiode i samme indsats (" + _place(extracts, nexts) + "). Ret datoerne."
    )
    _tell(extracts, wrong, "error", messages, "slutdato")


def _too_old(extracts: Sequence[Extract], rows: pd.DataFrame, reference: Reference, as_of: pd.Period) -> None:
    limit = int(reference.assumption("aftercare_max_age", as_of).value)
    oldest = first_day(as_of) - pd.DateOffset(years=limit)
    wrong = rows[rows["stop"].isna() & (rows["birth_month"] < oldest)]
    message = f"Indsatsen har ingen slutdato, men barnet er over {limit} år. Luk indsatsen i fagsystemet."
    _tell(extracts, wrong, "warning", message, "slutdato")


def _expected_end_passed(extracts: Sequence[Extract], rows: pd.DataFrame, as_of: pd.Period) -> None:
    wrong = rows[runs_past_its_end(rows, as_of)]
    message = "Den forventede slutdato er passeret, uden at indsatsen har en slutdato. Luk den, eller sæt en ny dato."
    _tell(extracts, wrong, "warning", message, "forventet_slutdato")


def _unlikely_rates(extracts: Sequence[Extract], rows: pd.DataFrame, reference: Reference) -> None:
    """Warn of rates whose monthly price lies outside the range of their type at the price level of their start."""
    known = rows[["type_key", "start", "rate", "unit"]].notna().all(axis=1) & (rows["unit"] != ONCE)
    known &= (rows["rate"] >= 0) & (rows["quantity"] > 0)  # others are told as errors already
    priced = rows[known]
    if priced.empty:
        return
    price = monthly_price(priced, pd.Period("2025-04", "M"))  # any month of 30 days
    types = [reference.types[key] for key in priced["type_key"]]
    years = priced["start"].dt.year
    levels = {
        (type_.price_year, year): reference.index_between(type_.price_year, year)
        for type_, year in set(zip(types, years, strict=True))
    }
    level = np.array([levels[type_.price_year, year] for type_, year in zip(types, years, strict=True)])
    low = np.array([type_.rate_low for type_ in types]) * level
    high = np.array([type_.rate_high for type_ in types]) * level
    priced = priced.assign(price=price, low=low, high=high)
    explained = _rates_by_cause(extracts, priced[price > 0]).reindex(priced.index, fill_value=False)
    low_price = pd.Series((price < low) & ~explained.to_numpy(), index=priced.index)
    unmultiplied = _tell_without_quantity(extracts, priced[low_price]).reindex(priced.index, fill_value=False)
    outside = ((price < low) | (price > high)) & ~explained.to_numpy() & ~unmultiplied.to_numpy()
    messages = [
        f"Taksten svarer til {fmt.number(value)} kr. om måneden; {type_.name} koster normalt {fmt.number(least)}–"
        f"{fmt.number(most)} kr. Er enheden rigtig?"
        for value, type_, least, most, odd in zip(price, types, low, high, outside, strict=True)
        if odd
    ]
    wrong = priced[outside]
    _tell(extracts, wrong, "warning", pd.Series(messages, index=wrong.index, dtype=object), "takst")


def _tell_without_quantity(extracts: Sequence[Extract], low: pd.DataFrame) -> pd.Series:
    """Tell once of many low rates in a file without quantities, which may lack them; say which rows that explains."""
    explained = pd.Series(False, index=low.index)
    for number, own in low.groupby("file"):
        extract = extracts[int(str(number))]
        if len(own) >= _ENOUGH and not extract.has("antal"):
            explained[own.index] = True
            message = _NO_QUANTITY.format(count=fmt.number(len(own)))
            extract.tell_file("warning", message, row=int(own["row"].min()), column=extract.label("takst"))
    return explained


def _rates_by_cause(extracts: Sequence[Extract], priced: pd.DataFrame) -> pd.Series:
    """Tell of several types whose rates are outside their range by one factor; say which rows that explains."""
    explained = pd.Series(False, index=priced.index)
    causes: dict[tuple[int, str], list[tuple[float, pd.DataFrame]]] = {}
    for (number, _), own in priced.groupby(["file", "type_key"]):
        for cause, distance in _causes_of_rates(own).items():
            causes.setdefault((int(str(number)), cause), []).append((distance, own))

    def rank(cause: tuple[int, str]) -> tuple[int, float]:
        """Wide ranges fit several factors: what most types share is the cause, then what lies nearest their middle."""
        return -len(causes[cause]), sum(distance for distance, _ in causes[cause])

    for file, cause in sorted(causes, key=rank):
        left = [own for _, own in causes[file, cause] if not explained[own.index].any()]
        if len(left) < _SEVERAL_TYPES:
            continue
        rows = pd.concat(left)
        explained[rows.index] = True
        message = _RATES.format(cause=cause, types=len(left), count=fmt.number(len(rows)))
        extracts[file].tell_file("error", message, row=int(rows["row"].min()), column=extracts[file].label("takst"))
    return explained


def _causes_of_rates(own: pd.DataFrame) -> dict[str, float]:
    """Return what may put nearly all of a type's rates into its range, where more than half are outside.

    With each stands how far from the middle of the range it puts them, as a logarithm.
    """

    def inside(factor: float) -> float:
        return float((own["price"] * factor).between(own["low"], own["high"]).mean())

    units = own["unit"].unique()
    if len(own) < _ENOUGH or len(units) > 1 or inside(1.0) > _HALF:
        return {}
    unit, factors = units[0], {f"i {name}": factor for factor, name in _MONEY_UNITS.items()}
    for other in (one for one in _UNIT_DAYS if one != unit):
        cause = f"pr. {_UNIT_WORDS[other]}, men enheden er {_UNIT_WORDS[unit]}"
        factors[cause] = _UNIT_DAYS[unit] / _UNIT_DAYS[other]
    middle = float(np.log(own["price"] / np.sqrt(own["low"] * own["high"])).median())
    return {
        cause: abs(middle + float(np.log(factor))) for cause, factor in factors.items() if inside(factor) > _NEARLY_ALL
    }


# --- ledger, population -----------------------------------------------------------------------------------------


def refuse_far_period(extracts: Sequence[Extract], rows: pd.DataFrame, reference: Reference) -> None:
    """Refuse periods that lie years after the ones before them: no ledger has such a hole, and the year is mistyped.

    Args:
        extracts: the ledgers of the load.
        rows: their rows together, all with year and period.
        reference: with how many years ahead anything is planned.
    """
    years = np.array(sorted(rows["year"].unique()))
    most = reference.assumption("longest_plan_years", pd.Period(year=int(years[0]), month=1, freq="M")).value
    after = years[1:][np.diff(years) > most]
    if not len(after):
        return
    before = int(years[years < after[0]].max())
    gap = int(after[0]) - before
    message = f"Perioden ligger {gap} år efter den forrige, der er bogført i {before}. Ret årstallet."
    far = rows[rows["year"] >= after[0]].groupby("file").head(1)
    for number, own in far.groupby("file"):
        _tell(extracts, own, "error", message, _period_column(extracts[int(str(number))]))


def refuse_lonely_period(extracts: Sequence[Extract], rows: pd.DataFrame) -> None:
    """Refuse to find the as-of month in a newest period that stands apart: one mistyped year would move everything.

    Args:
        extracts: the ledgers of the load.
        rows: their rows together, all with year and period.
    """
    months = rows["year"] * 12 + rows["period"].clip(upper=SUPPLEMENT - 1)
    *_, before, newest = [np.inf, *sorted(months.unique())]
    missing = int(max(newest - before - 1, 0)) if np.isfinite(before) else 0
    if missing < _LONELY:
        return
    month = pd.Period(year=int((newest - 1) // 12), month=int((newest - 1) % 12 + 1), freq="M")
    message = (
        f"Perioden er den nyeste, men der er {missing} måneder uden posteringer før den. Ret den; er den rigtig, så "
        f"skriv selv {month} som opgørelsesmåned (på kommandolinjen: --as-of)."
    )
    lonely = rows[months == newest].groupby("file").head(1)
    for number, own in lonely.groupby("file"):
        _tell(extracts, own, "error", message, _period_column(extracts[int(str(number))]))


def _period_column(ledger: Extract) -> str:
    return "periode" if ledger.has("periode") else "bogfoert"


def check_postings(extracts: Sequence[Extract], as_of: pd.Period) -> None:
    """Tell postings of periods after the as-of month; the supplement period counts as December."""
    for extract in extracts:
        frame = extract.frame
        month = frame["period"].clip(upper=12)
        late = (frame["year"] > as_of.year) | ((frame["year"] == as_of.year) & (month > as_of.month))
        newest = fmt.month_year(as_of)
        message = f"Perioden ligger efter opgørelsesmåneden {newest}. Vælg en senere måned, eller ret perioden."
        extract.tell("error", message, late.to_numpy(), _period_column(extract))


def check_newest_period(extracts: Sequence[Extract], reference: Reference, as_of: pd.Period) -> None:
    """Warn where the as-of month has far fewer postings than the month before it: it is hardly booked yet.

    One posting too early is enough to make a month the newest, and the forecast would take it for a whole one.
    """
    rows = together(extracts)
    if rows.empty:
        return
    counts = [int(((rows["year"] == m.year) & (rows["period"] == m.month)).sum()) for m in (as_of - 1, as_of)]
    before, newest = counts
    if not newest or newest >= reference.assumption("thin_period_share", as_of).value * before:
        return
    last = next(extract for extract in reversed(extracts) if len(extract.frame))
    month, earlier = fmt.month_year(as_of), fmt.month_year(as_of - 1)
    last.tell_file(
        "warning",
        f"{month} har {fmt.plural(newest, 'postering', 'posteringer')}, {earlier} har {fmt.number(before)}. Er måneden "
        f"ikke bogført færdig, så fortryd, og indlæs med {earlier} som opgørelsesmåned uden posteringerne for {month}.",
    )


def check_population(extracts: Sequence[Extract]) -> None:
    """Tell a second number for one year and age."""
    rows = together(extracts)
    if rows.empty:
        return
    double = rows["year"].notna() & rows["age"].notna() & rows.duplicated(["year", "age"])
    message = "År og alder står allerede i en tidligere række. Læg tallene sammen, eller slet den ene."
    _tell(extracts, rows[double], "error", message, "alder")


def check_budget(extracts: Sequence[Extract]) -> None:
    """Warn of budget lines that are the same in everything: each counts, and one may be there by mistake."""
    rows = together(extracts)
    if rows.empty:
        return
    same = [name for name in rows.columns if name not in ("row", "file", "at")]
    line = rows.groupby(same, dropna=False, sort=False).ngroup()
    is_first = ~line.duplicated()
    places = _place(extracts, rows[is_first]).set_axis(line[is_first])
    double = rows[~is_first & (rows["amount"] != 0)]
    messages = (
        "Linjen er magen til " + line[double.index].map(places) + ", og begge er talt med. Slet den ene, hvis den står "
        "der ved en fejl."
    )
    _tell(extracts, double, "warning", messages, "beloeb")


def check_budget_years(extracts: Sequence[Extract], reference: Reference, as_of: pd.Period) -> None:
    """Warn of budgets for years that nobody budgets yet: a mistyped year leaves its money out of the right one."""
    years = int(reference.assumption("longest_plan_years", as_of).value)
    for extract in extracts:
        far = extract.frame["year"] > as_of.year + years
        message = f"Budgetåret ligger mere end {years} år efter opgørelsesmåneden. Er året rigtigt?"
        extract.tell("warning", message, far.to_numpy(), "aar")
