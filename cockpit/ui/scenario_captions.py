"""What the page of scenarios says beside its charts, and the tidy tables that these are drawn from."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.lever_names import UNITS
from cockpit.domain.levers import Avert, Lever
from cockpit.domain.reference import PLACEMENT_STEPS, Reference
from cockpit.domain.scenario_result import ScenarioResult, gain
from cockpit.domain.scenario_sentences import chance
from cockpit.domain.scenario_words import INTERACTION, has_cost, pace
from cockpit.services.scenario.form import is_share
from cockpit.ui import tables

SHOWN_NEXT = "Når noget ændres, står her med det samme:"
SHOWN = (
    "gevinsten år for år, med det spænd, 8 ud af 10 ender inden for",
    "hvornår det er tjent hjem, og hvor sikkert det er",
    "hvad hvert greb bidrager med, og hvad der falder væk i statsrefusion",
    "hvor mange helårspersoner der flytter sig, og hvilken antagelse der betyder mest",
)
WORTH_A_BAR = 50_000.0  # kr.: what is written as zero millions is no bar
SEEN = 0.05  # person-years: less than the tables, with one decimal, can show


def reach(*results: ScenarioResult) -> tuple[float, float]:
    """The lowest and the highest that any of the results' intervals reaches, kr.; charts side by side share it."""
    frames = [gain(found) for found in results]
    low = min(float(frame[["mean", "p10"]].min().min()) for frame in frames)
    high = max(float(frame[["mean", "p90"]].max().max()) for frame in frames)
    return min(low, 0.0), max(high, 0.0)


def is_felt(found: ScenarioResult) -> bool:
    """Whether the scenario has an effect: a lever may be added and still stand at nought."""
    return found.pays_probability is not None


def invitation(found: ScenarioResult, *, is_simple: bool) -> str:
    """Say how to begin, where nothing is changed yet."""
    if found.scenario.levers:
        return "Grebene ændrer intet endnu: sæt tal på dem for at se virkningen"
    return f"{'Træk i en skyder' if is_simple else 'Tilføj et greb'} for at se, hvad det ændrer"


def link_note(as_of: pd.Period) -> str:
    """Say which month a shared scenario is computed on where its link names none."""
    return (
        "Linket siger ikke, hvilken måneds data scenariet blev regnet på. Her er det regnet på de nyeste, "
        f"{fmt.month_long(as_of)}. Tallene kan være andre end dem, der blev delt."
    )


def baseline(found: ScenarioResult, reference: Reference) -> pd.DataFrame:
    """A row per year without the scenario: `year`, `mean`, `p10`, `p90` in kr., `placed` in person-years."""
    steps = found.volumes["type"].map(reference.step_of)
    placed = found.volumes[steps.isin(PLACEMENT_STEPS)].groupby("year")["baseline_person_years"].sum()
    names = {f"baseline_{point}": point for point in ("mean", "p10", "p90")}
    return found.years.rename(columns=names)[["year", *names.values()]].assign(
        placed=found.years["year"].map(placed).fillna(0.0)
    )


def years_title(found: ScenarioResult) -> str:
    """Say what the best year brings."""
    frame = gain(found)
    best = frame.loc[frame["mean"].abs().idxmax()]
    if abs(best["mean"]) < 1:
        return "Ingen forskel"
    return f"{int(best['year'])} bliver {fmt.mio(abs(best['mean']))} {'billigere' if best['mean'] > 0 else 'dyrere'}"


def years_alt(frame: pd.DataFrame) -> str:
    """Read the years out."""
    said = [f"{int(row.year)}: {fmt.mio(row.mean, signed=True)}" for row in frame.itertuples(index=False)]
    return fmt.sentence(f"Gevinst pr. ydelsesår. {', '.join(said)}")


def months_title(found: ScenarioResult) -> str:
    """Say when it has paid for itself; what costs nothing first has nothing to win back."""
    if found.months["cumulated"].min() >= -1:
        return f"{fmt.mio(float(found.months['cumulated'].iloc[-1]), signed=True)} i alt ved udgangen af perioden"
    if found.break_even_month is None:
        return f"Ventes ikke tjent hjem inden udgangen af {int(found.years['year'].iloc[-1])}"
    return f"Ventes tjent hjem fra {fmt.month_year(found.break_even_month)}"


def months_alt(found: ScenarioResult) -> str:
    """Say how deep it goes and where it ends."""
    cumulated = found.months["cumulated"]
    lowest = min(float(cumulated.min()), 0.0)
    ends = f"Lavest {fmt.mio(lowest, signed=True)}, til sidst {fmt.mio(float(cumulated.iloc[-1]), signed=True)}"
    return f"Gevinst i alt, måned for måned. {fmt.sentence(ends)} {fmt.sentence(months_title(found))}"


def contributions(found: ScenarioResult) -> pd.DataFrame:
    """What each lever brings over all years, kr.: `number`, `label`, `cause`, `amount`; above zero is a gain.

    What the levers do to each other comes last, where it is enough to be seen.
    """
    sums = found.waterfall.groupby(["number", "label"], sort=False)["net"].sum().reset_index(name="amount")
    sums = sums[(sums["label"] != INTERACTION) | (sums["amount"].abs() >= WORTH_A_BAR)].reset_index(drop=True)
    words = [_name_and_cause(label, amount) for label, amount in zip(sums["label"], sums["amount"], strict=True)]
    names, causes = [name for name, _ in words], [cause for _, cause in words]
    return sums.assign(label=_apart(names), cause=causes)


def contributions_title(parts: pd.DataFrame) -> str:
    """Say which lever weighs most in what the levers bring."""
    levers = parts[parts["number"] > 0]
    most = levers.loc[levers["amount"].abs().idxmax()]
    if fmt.rounds_to_zero(most["amount"] / fmt.MILLION, 1):
        return "Hvad hvert greb bidrager med"
    return f"{most['label']} vejer mest: {fmt.mio(abs(float(most['amount'])))} i {_gain_word(most['amount'])}"


def contributions_caption(found: ScenarioResult) -> str:
    """Say what the steps lead from and to."""
    before, after = (fmt.mio(float(found.years[f"{name}_mean"].sum())) for name in ("baseline", "scenario"))
    first, last = found.years["year"].iloc[[0, -1]]
    return (
        f"Hele perioden {first}–{last}, mio. kr. Plus er en gevinst, minus en merudgift. Hvert greb er regnet for sig; "
        f"resten er deres samspil. Udgiften er {before} uden scenariet og {after} med."
    )


def _name_and_cause(label: str, amount: float) -> tuple[str, str]:
    """A lever's kind, and below it what it does: on a phone the whole would leave the bars no room."""
    if label == INTERACTION:
        return "Samspil", "de rammer delvis de samme børn" if amount < 0 else "de forstærker hinanden"
    name, _, told = label.partition(": ")
    return name, told


def _apart(names: list[str]) -> list[str]:
    """Number what is called the same: bars of one name would be drawn on top of each other."""
    numbers = [names[: at + 1].count(name) for at, name in enumerate(names)]
    return [f"{name} ({nr})" if names.count(name) > 1 else name for name, nr in zip(names, numbers, strict=True)]


def contributions_alt(parts: pd.DataFrame) -> str:
    """Read the steps out."""
    said = [f"{row.label}, {row.cause}: {fmt.mio(row.amount, signed=True)}" for row in parts.itertuples(index=False)]
    return fmt.sentence(f"Hvad hvert greb bidrager med; plus er en gevinst. {'; '.join(said)}")


def ranges(sensitive: pd.DataFrame, found: ScenarioResult) -> pd.DataFrame:
    """Add low and high as a person writes them: `low_text`, `high_text`."""
    levers = dict(enumerate(found.scenario.levers, start=1))
    texts = {
        f"{end}_text": [
            _value(levers[int(number)], value)
            for number, value in zip(sensitive["number"], sensitive[end], strict=True)
        ]
        for end in ("low", "high")
    }
    return sensitive.assign(**texts)


def _value(lever: Lever, value: float) -> str:
    """One end of a range in the unit that the lever's own words have beside it."""
    if is_share(lever.KIND, lever.VALUE):
        return fmt.percent(value, 1)
    if UNITS.get(lever.VALUE) == "kr.":
        return fmt.kroner(value)
    return pace(value, like=lever.value) if isinstance(lever, Avert) else fmt.plain(value)


def sensitivity_title(sensitive: pd.DataFrame) -> str:
    """Say which assumption moves the gain most, and how far."""
    widths = (sensitive["net_high"] - sensitive["net_low"]).abs()
    most = sensitive.loc[widths.idxmax()]
    low, high = sorted((float(most["net_low"]), float(most["net_high"])))
    name = _name_and_cause(most["label"], 0.0)[0]
    return f"{name} betyder mest: gevinsten kan blive fra {fmt.mio(low, signed=True)} til {fmt.mio(high, signed=True)}"


def volumes_title(found: ScenarioResult) -> str:
    """Say what changes most in the last year; less than can be written is no change."""
    last = found.volumes[found.volumes["year"] == found.volumes["year"].max()]
    changes = (last["scenario_person_years"] - last["baseline_person_years"]).set_axis(last["label"])
    most = str(changes.abs().idxmax())
    if fmt.rounds_to_zero(changes[most], 1):
        return "Helårspersoner"
    more = "flere" if changes[most] > 0 else "færre"
    year = int(last["year"].iloc[0])
    return f"{most}: {fmt.number(abs(changes[most]), 1)} {more} helårspersoner i {year}"


def lever_notes(found: ScenarioResult) -> dict[str, str]:
    """What each kind of lever brings alone, to stand at its slider; kinds that are not used are left out."""
    first, last = found.years["year"].iloc[[0, -1]]
    net = found.waterfall.groupby("number")["net"].sum()
    return {
        lever.KIND: f"Alene: {fmt.mio(float(net[number]), signed=True)} i {_gain_word(net[number])} {first}–{last}"
        for number, lever in enumerate(found.scenario.levers, start=1)
    }


def _gain_word(amount: float) -> str:
    return "gevinst" if amount >= 0 else "merudgift"


def volumes(found: ScenarioResult) -> tuple[pd.DataFrame, tuple[tables.Column, ...]]:
    """A row per type that changes, with person-years without and with the scenario in every year."""
    frame = found.volumes
    change = frame["scenario_person_years"] - frame["baseline_person_years"]
    told = [
        f"{fmt.number(before, 1)} → {fmt.number(after, 1)}"
        for before, after in zip(frame["baseline_person_years"], frame["scenario_person_years"], strict=True)
    ]
    kept = change.abs().groupby(frame["type"]).transform("max") >= SEEN
    shown = frame.assign(told=told)[kept]
    rows = pd.DataFrame(
        [
            {"label": label, **{str(year): text for year, text in zip(own["year"], own["told"], strict=True)}}
            for label, own in shown.groupby("label")
        ]
    )
    years = [str(year) for year in frame["year"].unique()]
    return rows, (tables.text_column("label", "Type"), *(tables.Column(year, year) for year in years))


def in_short(found: ScenarioResult) -> dict[str, str]:
    """One result as a row of the comparison; what nothing is spent on first is neither won back nor a chance."""
    years, costs = found.years, has_cost(found.scenario)
    paid, pays = found.break_even_month, found.pays_probability
    return {
        "label": found.scenario.name,
        "total": fmt.millions(found.net, signed=True),
        "this_year": fmt.millions(found.net_this_year, signed=True),
        "lost": fmt.millions(float(years["refund_lost"].sum())),
        "programme": fmt.millions(float(years["programme_cost"].sum())) if costs else fmt.ABSENT,
        "paid": fmt.month_year(paid) if costs and paid is not None else fmt.ABSENT,
        "chance": chance(pays) if costs and pays is not None else fmt.ABSENT,
    }


def papers(found: ScenarioResult) -> list[tuple[str, str]]:
    """What a result rests on, and where each assumption comes from."""
    rows = [
        ("Opgjort til og med", fmt.month_long(found.as_of)),
        ("Dataidentitet", found.data_id),
        ("Frø og forløb", f"{found.seed}, {fmt.number(found.n_paths)}"),
        ("Versioner", ", ".join(f"{name} {version}" for name, version in found.versions.items())),
    ]
    return [*rows, *((f"Kilde til greb {at}", one.source) for at, one in enumerate(found.scenario.levers, start=1))]
