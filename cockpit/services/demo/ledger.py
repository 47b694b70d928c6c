"""The ledger: what the interventions cost, booked as late as real invoices are.

Every service amount is price x days, rounded to the oere; delays move it, they never change it. The only noise is
the separate lines with the text `ADJUSTMENT`.
Months are counted as integers (year x 12 + month - 1) while moving them about.
"""

import numpy as np
import pandas as pd

from cockpit.domain.months import SUPPLEMENT, month_range
from cockpit.domain.refund import monthly_refund
from cockpit.domain.spells import monthly_cost
from cockpit.services.demo.children import MONTHS_IN_YEAR, Spell
from cockpit.services.demo.settings import Settings

ADJUSTMENT = "Regulering"
INVOICE, PAYROLL, BUNDLE = "Faktura", "Løn og vederlag", "Eget team, samlet"
VAT_REFUND, PARENTS = "Momsrefusion, private leverandører", "Forældrebetaling"
SPAN = {"payroll": 1, "monthly": 1, "quarterly": 3, "halfyearly": 6}  # months on one bill
COLUMNS = ["service", "booked", "account", "type_key", "provider", "number", "text", "amount"]


def ledger(spells: list[Spell], periods: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Book everything up to the simulation's end and beyond, as far as it concerns months until then.

    Returns:
        Columns year, period (1-13), service (month number, -1 where none), account, type_key, provider, number
        (of the spell, -1 where none), text, amount, in booking order.
    """
    services = service_months(periods, settings)
    invoices = _invoices(services, settings, rng)
    parts = [
        _bundle(invoices, settings),
        _adjustments(invoices, settings, rng),
        _vat_refund(invoices, settings),
        _parents_pay(spells, services, settings),
        _fixed_costs(settings, rng),
    ]
    booked = _with_period(pd.concat(parts, ignore_index=True), settings, rng)
    postings = pd.concat([booked, _state_refund(spells, services, settings)], ignore_index=True)
    order = ["year", "period", "account", "provider", "service", "number", "text"]
    return postings.sort_values(order, kind="stable", ignore_index=True)


def service_months(periods: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the cost of each price period in each month it is in force: the period's columns, service, amount."""
    months = month_range(settings["ledger_start"], settings["simulation_end"])
    cost = np.round(monthly_cost(periods, months), 2)
    row, month = np.nonzero(cost)
    services = periods.iloc[row].reset_index(drop=True)
    return services.assign(service=month_number(months[0]) + month, amount=cost[row, month])


def month_number(month: pd.Period) -> int:
    """Return year x 12 + month - 1."""
    return month.year * MONTHS_IN_YEAR + month.month - 1


def _number_of_day(days: pd.Series) -> np.ndarray:
    return (days.dt.year * MONTHS_IN_YEAR + days.dt.month - 1).to_numpy()


def _invoices(services: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Find the month each service is booked: when its bill comes, and never before the grant is registered."""
    span = services["billing"].map(SPAN).to_numpy()
    service = services["service"].to_numpy()
    billed = (service // span + 1) * span - 1
    late = np.zeros(len(services), dtype=int)
    for billing, pairs in settings.delays.items():
        chosen = (services["billing"] == billing).to_numpy()
        late[chosen] = _months_late(services[chosen], billed[chosen], pairs, rng)
    booked = np.maximum(billed + late, _number_of_day(services["registered"]))
    text = np.where(services["billing"] == "payroll", PAYROLL, INVOICE)
    return services.assign(booked=booked, text=text)


def _months_late(
    services: pd.DataFrame, billed: np.ndarray, pairs: tuple[tuple[int, float], ...], rng: np.random.Generator
) -> np.ndarray:
    """Draw one delay per bill: a provider's bill of several months comes at once, a monthly one per child."""
    several = SPAN[services["billing"].iloc[0]] > 1 if len(services) else False
    issuer = services["provider"] if several else services["number"].astype(str)
    bill, _ = pd.factorize(issuer + "/" + pd.Series(billed, index=issuer.index).astype(str))
    weights = np.array([weight for _, weight in pairs])
    months = np.array([months for months, _ in pairs])
    drawn = rng.choice(months, size=bill.max(initial=-1) + 1, p=weights / weights.sum())
    return drawn[bill]


def _bundle(invoices: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Join the lines of teams that are paid as a whole; keep one line per child and month for the rest."""
    together = invoices["type_key"].isin(settings["bundled_types"])
    keys = ["service", "booked", "account", "type_key", "provider"]
    joined = invoices[together].groupby(keys, as_index=False)["amount"].sum()
    joined = joined.assign(number=-1, text=BUNDLE, amount=joined["amount"].round(2))
    return pd.concat([invoices.loc[~together, COLUMNS], joined[COLUMNS]], ignore_index=True)


def _adjustments(invoices: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    chosen = invoices[rng.random(len(invoices)) < settings["adjustment_share"]]
    low, high = settings["adjustment_months"]
    size = rng.uniform(-settings["adjustment_size"], settings["adjustment_size"], len(chosen))
    return chosen.assign(
        booked=chosen["booked"] + rng.integers(low, high + 1, len(chosen)),
        amount=(chosen["amount"] * size).round(2),
        text=ADJUSTMENT,
    )[COLUMNS]


def _vat_refund(invoices: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    private = invoices[invoices["vat_refund"]]
    keys = ["service", "booked", "account", "type_key", "provider"]
    sums = private.groupby(keys, as_index=False)["amount"].sum()
    amount = (-settings["vat_refund_share"] * sums["amount"]).round(2)
    return sums.assign(number=-1, text=VAT_REFUND, amount=amount)[COLUMNS]


def _parents_pay(spells: list[Spell], services: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    paid = services.assign(amount=-_parents_share(spells, services, settings))
    keys = ["service", "account", "type_key"]
    sums = paid[paid["amount"] < 0].groupby(keys, as_index=False)["amount"].sum()
    booked = sums["service"] + settings["parent_payment_months_late"]
    amount = sums["amount"].round(2)
    return sums.assign(booked=booked, provider="", number=-1, text=PARENTS, amount=amount)[COLUMNS]


def _parents_share(spells: list[Spell], services: pd.DataFrame, settings: Settings) -> np.ndarray:
    """What parents pay of each service month: their monthly amount by days, until the child is 18."""
    monthly = np.array([spells[index].child.parents_pay for index in services["spell"]])
    adult = np.array([spells[index].child.birthday(settings["adult_age"]) for index in services["spell"]])
    is_child = services["start"].to_numpy() < adult.astype("datetime64[D]")
    placed = services["type_key"].isin(settings.placements).to_numpy()
    return np.where(is_child & placed, monthly * _share_of_month(services), 0.0)


def _share_of_month(services: pd.DataFrame) -> np.ndarray:
    begins = (services["service"].to_numpy() - 1970 * MONTHS_IN_YEAR).astype("datetime64[M]")
    first, after = begins.astype("datetime64[D]"), (begins + 1).astype("datetime64[D]")
    start = np.maximum(services["start"].to_numpy().astype("datetime64[D]"), first)
    stop = np.minimum(services["stop"].to_numpy().astype("datetime64[D]"), after)
    return (stop - start) / (after - first)


def _fixed_costs(settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for cost in settings.fixed_costs:
        for year in range(settings["ledger_start"].year, settings["simulation_end"].year + 1):
            level = settings.price_level[year] * (1 + cost.growth) ** (year - settings["price_year"])
            for month in cost.months:
                amount = cost.kr_per_year / len(cost.months) * level * (1 + cost.noise * rng.normal())
                number = year * MONTHS_IN_YEAR + month - 1
                rows.append((number, number, cost.account, "", cost.provider, -1, cost.text, round(float(amount), 2)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _with_period(lines: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Turn booking months into booking periods; part of the old year's bills fall in the supplement period."""
    year, month = lines["booked"] // MONTHS_IN_YEAR, lines["booked"] % MONTHS_IN_YEAR
    of_last_year = lines["service"] // MONTHS_IN_YEAR == year - 1
    shares = np.zeros(MONTHS_IN_YEAR)
    shares[: len(settings["supplement_share"])] = settings["supplement_share"]
    supplement = of_last_year & (rng.random(len(lines)) < shares[month])
    return lines.assign(
        year=np.where(supplement, year - 1, year), period=np.where(supplement, SUPPLEMENT, month + 1)
    ).drop(columns="booked")


def _state_refund(spells: list[Spell], services: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Claim the state's share per child and month, once a quarter; the fourth quarter in the supplement period."""
    monthly = child_month_refund(spells, services, settings)
    quarter = monthly.groupby(monthly["service"] // 3)["refund"].sum().round(2)
    year, place = quarter.index.to_numpy() * 3 // MONTHS_IN_YEAR, quarter.index.to_numpy() % 4
    booked = (place + 1) * 3 + settings["refund_months_late"]
    texts = [f"{settings['refund_text']}, {number + 1}. kvartal" for number in place]
    return pd.DataFrame(
        {
            "year": year, "period": np.where(place == 3, SUPPLEMENT, booked), "service": quarter.index * 3 + 2,
            "account": settings["refund_account"], "type_key": "", "provider": "", "number": -1, "text": texts,
            "amount": -quarter.to_numpy(),
        }
    )  # fmt: skip


def net_services(spells: list[Spell], services: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add `net`: the service month's cost after VAT refund and parents' payment, before the state refund."""
    kept = np.where(services["vat_refund"], 1 - settings["vat_refund_share"], 1.0)
    return services.assign(net=services["amount"] * kept - _parents_share(spells, services, settings))


def child_month_refund(spells: list[Spell], services: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return child, service, net (after VAT refund and parents' payment) and refund of each child and month."""
    net = net_services(spells, services, settings)
    monthly = net.groupby(["child", "service"], as_index=False)["net"].sum()
    refund = np.zeros(len(monthly))
    # Ascending, so that the newest rule that has begun has the last word.
    for rule in sorted(settings.refund_rules, key=lambda rule: rule.valid_from):
        in_force = (monthly["service"] >= month_number(rule.valid_from)).to_numpy()
        refund[in_force] = monthly_refund(monthly.loc[in_force, "net"].to_numpy(), rule)
    return monthly.assign(refund=refund)


def known_by(postings: pd.DataFrame, month: pd.Period) -> pd.Series:
    """Say which postings were booked by the end of a month; a supplement period is from the following January on."""
    year, period = postings["year"], postings["period"]
    in_time = (year < month.year) | ((year == month.year) & (period <= month.month))
    return in_time & ~((period == SUPPLEMENT) & (year >= month.year))
