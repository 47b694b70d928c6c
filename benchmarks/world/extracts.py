"""What a municipality's extracts show at an origin: a `Dataset`, and the files that would be loaded to get it."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.world.books import SUPPLEMENT
from benchmarks.world.cases import NO_MONTH, Cases
from benchmarks.world.town import Town
from benchmarks.world.truth import Posted, Truth
from cockpit.domain.accounts import parse_account
from cockpit.domain.dataset import COLUMNS, Dataset, empty_table
from cockpit.domain.months import period_label
from cockpit.domain.reference import Reference

REFUND_ACCOUNT = "522072001"
BOOKING_DAY = 20
BUDGET_MONTHS = 8  # the budget is made in autumn, from the first eight months
BUDGET_GROWTH = 1.03
OUTLINE_YEARS = 3
SUPPLIERS = ("Egen drift", "Kvartalshuset", "Anden kommune")
UNITS = {"day": "doegn", "month": "maaned"}
DAYS_OF_A_MONTH = 30.4


def known_at(truth: Truth, month: int) -> Dataset:
    """All that the extracts show at the end of a month."""
    town = truth.town
    return Dataset(
        as_of=pd.Period(ordinal=month, freq="M"),
        data_id=f"{town.mechanics}-{town.seed}-{month}",
        interventions=_interventions(truth, month),
        postings=ledger(truth, month),
        budget=_budget(truth, month),
        population=_population(town),
    )


def _first_days(months: np.ndarray) -> pd.Series:
    """First day of each month."""
    return pd.Series(np.asarray(months, dtype="int64").astype("datetime64[M]").astype("datetime64[us]"))


def _add_days(dates: pd.Series, days: np.ndarray) -> pd.Series:
    return dates + pd.to_timedelta(pd.Series(days), unit="D")


def _typed(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The declared columns with their dtypes."""
    return frame[list(COLUMNS[kind])].astype(empty_table(kind).dtypes.to_dict()).reset_index(drop=True)


def _interventions(truth: Truth, month: int) -> pd.DataFrame:
    """One row per price period of each spell on record, each price as it was agreed by then."""
    town = truth.town
    cases = truth.visible(month)
    spells = _spell_table(cases, town, month)
    prices = pd.DataFrame(truth.price_changes, columns=["spell", "month", "price"])
    prices = prices.astype({"spell": "int64", "month": "int64"})
    prices = prices[(prices["month"] <= month) & prices["spell"].isin(cases.spell)]
    prices = prices.sort_values(["spell", "month"], kind="stable", ignore_index=True)
    rows = prices.merge(spells, on="spell", how="left", validate="many_to_one")
    begins = _first_days(rows["month"].to_numpy())
    first = ~rows["spell"].duplicated()
    last = ~rows["spell"].duplicated(keep="last")
    ends = begins.shift(-1)
    rows = rows.assign(start=begins.where(~first, rows["spell_start"]), stop=ends.where(~last, rows["spell_stop"]))
    rate = np.where(rows["unit"] == "day", (rows["price"] / DAYS_OF_A_MONTH).round(2), rows["price"])
    return _typed(rows.assign(rate=rate), "interventions")


def _spell_table(cases: Cases, town: Town, month: int) -> pd.DataFrame:
    """One row per spell: everything of `INTERVENTION_COLUMNS` that no price period changes."""
    over = cases.stop <= month
    functions = np.array([parse_account(account).function for account in town.account])
    frame = pd.DataFrame(
        {
            "spell": cases.spell,
            "spell_id": _names("F", cases.spell),
            "citizen": _names("B", cases.citizen),
            "birth_month": _first_days(cases.birth),
            "type_key": np.array(town.types)[cases.kind],
            "provider": np.array(SUPPLIERS)[cases.supplier],
            "spell_start": _add_days(_first_days(cases.start), cases.start_day),
            "spell_stop": _add_days(_first_days(np.where(over, cases.stop, 0)), cases.stop_day).where(over),
            "expected_stop": _first_days(np.maximum(cases.plan, 0) + 1).where(cases.plan != NO_MONTH),
            "unit": np.where(town.per_day, "day", "month")[cases.kind],
            "account": np.array(town.account)[cases.kind],
            "function": functions[cases.kind],
            "registered": _add_days(_first_days(cases.registered + 1), np.full(len(cases), -1)),
        }
    )
    return frame.assign(law=None, district=None, status="granted", quantity=1.0)


def _names(letter: str, numbers: np.ndarray) -> list[str | None]:
    return [f"{letter}{number:06d}" if number >= 0 else None for number in numbers]


def ledger(truth: Truth, month: int) -> pd.DataFrame:
    """Postings known at the end of a month, `POSTING_COLUMNS`."""
    town = truth.town
    parts = [_invoices(truth), _claims(truth)]
    parts += [_rows(posted, one.lump.account).assign(service=-1) for one, _, posted in truth.beside]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[(rows["known"] <= month) & (rows["year"] >= town.year - town.window_years) & (rows["amount"] != 0)]
    rows = rows.sort_values(["year", "period", "account", "service"], kind="stable", ignore_index=True)
    accounts = {account: parse_account(account) for account in rows["account"].unique()}
    frame = rows.assign(
        booked=_add_days(_first_days(rows["known"].to_numpy()), np.full(len(rows), BOOKING_DAY - 1)),
        function=rows["account"].map({key: parsed.function for key, parsed in accounts.items()}),
        dranst=rows["account"].map({key: parsed.dranst for key, parsed in accounts.items()}),
        service_month=_first_days(rows["service"].to_numpy()).where(rows["service"] >= 0),
        voucher=None,
        text=None,
    )
    return _typed(frame, "postings")


def _rows(posted: Posted, account: str | np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"known": posted.known, "year": posted.year, "period": posted.period, "service": posted.service,
         "amount": posted.amount}
    )  # fmt: skip
    return frame.assign(account=account, type_key=None, spell_id=None, provider=None)


def _invoices(truth: Truth) -> pd.DataFrame:
    """Invoices as the municipality books them: one by one with or without type and spell, or summed."""
    town, lines = truth.town, truth.lines
    rows = _rows(truth.invoices, np.array(town.account)[lines.kind])
    types = np.array(town.types)[lines.kind]
    if town.aggregated:
        keys = ["known", "year", "period", "service", "account"]
        sums = rows.assign(type_key=types if town.typed else "").groupby([*keys, "type_key"], as_index=False)["amount"]
        return (
            sums.sum()
            .round(2)
            .assign(type_key=lambda table: table["type_key"] if town.typed else None, spell_id=None, provider=None)
        )
    return rows.assign(
        type_key=types if town.typed else None,
        spell_id=_names("F", lines.spell) if town.identified else None,
        provider=np.array(SUPPLIERS)[lines.supplier],
    )


def _claims(truth: Truth) -> pd.DataFrame:
    """Refund as it is settled: one sum per settlement and quarter, said to concern the quarter's last month."""
    posted = truth.claims
    rows = _rows(posted, REFUND_ACCOUNT).assign(service=posted.service + 2 - posted.service % 3)
    sums = rows.groupby(["known", "year", "period", "service", "account"], as_index=False)["amount"].sum().round(2)
    return sums.assign(type_key=None, spell_id=None, provider=None)


def _budget(truth: Truth, month: int) -> pd.DataFrame:
    """Original budgets of the window's years by type: eight months of the year before, scaled up and raised."""
    town, lines = truth.town, truth.lines
    found = []
    for year in range(town.year - town.window_years, town.year + 1):
        first = town.month(year - 1, 1)
        used = (lines.month >= first) & (lines.month < first + BUDGET_MONTHS)
        amount = np.bincount(lines.kind[used], lines.amount[used], minlength=town.n_types) * BUDGET_GROWTH
        volume = np.bincount(lines.kind[used], minlength=town.n_types) / BUDGET_MONTHS
        amount *= 12 / BUDGET_MONTHS
        found.append(pd.DataFrame({"year": year, "account": town.account, "type_key": town.types,
                                   "amount": amount.round(2), "person_years": volume,
                                   "unit_price": amount / np.maximum(volume, 1)}))  # fmt: skip
    rows = pd.concat(found, ignore_index=True)
    rows = rows[rows["amount"] != 0]
    adopted = pd.to_datetime({"year": rows["year"] - 1, "month": 10, "day": 10})
    functions = rows["account"].map({account: parse_account(account).function for account in set(town.account)})
    frame = rows.assign(budget_type="original", adopted=adopted, function=functions, month=np.nan, text=None)
    return _typed(frame[frame["year"] <= 1970 + month // 12], "budget")


def _population(town: Town) -> pd.DataFrame:
    """As many children of each age every year."""
    years = range(town.year - town.window_years, town.year + OUTLINE_YEARS + 1)
    rows = [(year, age, round(town.inhabitants * 0.011)) for year in years for age in range(23)]
    return _typed(pd.DataFrame(rows, columns=["year", "age", "count"]), "population")


def write_extracts(dataset: Dataset, folder: Path, reference: Reference) -> list[Path]:
    """Write a dataset as the extract files that it would be loaded from; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "indsatser": _intervention_file(dataset.interventions, reference),
        "posteringer": _posting_file(dataset.postings, reference),
        "budget": _budget_file(dataset.budget, reference),
        "folketal": dataset.population.set_axis(["aar", "alder", "antal"], axis=1),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", sep=";", index=False, encoding="utf-8-sig", decimal=",")
    return [folder / f"{name}.csv" for name in tables]


def _day(dates: pd.Series, back: int = 0) -> pd.Series:
    return (dates - pd.Timedelta(days=back)).dt.strftime("%d-%m-%Y").fillna("")


def _type_names(keys: pd.Series, reference: Reference) -> pd.Series:
    return keys.map({key: kind.name for key, kind in reference.types.items()}).fillna("")


def _intervention_file(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "indsats_id": rows["spell_id"],
            "borger_id": rows["citizen"],
            "foedselsdato": _day(rows["birth_month"]),
            "type": _type_names(rows["type_key"], reference),
            "leverandoer": rows["provider"],
            "startdato": _day(rows["start"]),
            "forventet_slutdato": _day(rows["expected_stop"], back=1),
            "slutdato": _day(rows["stop"], back=1),
            "status": "bevilget",
            "takst": rows["rate"],
            "enhed": rows["unit"].map(UNITS),
            "konto": rows["account"],
            "registreret": _day(rows["registered"]),
        }
    )


def _posting_file(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "periode": [period_label(*pair) for pair in zip(rows["year"], rows["period"], strict=True)],
            "bogfoert": _day(rows["booked"]).where(rows["period"] == SUPPLEMENT, ""),
            "konto": rows["account"],
            "beloeb": [f"{amount:.2f}".replace(".", ",") for amount in rows["amount"]],
            "type": _type_names(rows["type_key"], reference),
            "vedroerer": rows["service_month"].dt.strftime("%Y-%m").fillna(""),
            "leverandoer": rows["provider"],
            "indsats_id": rows["spell_id"],
        }
    )


def _budget_file(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "aar": rows["year"],
            "konto": rows["account"],
            "budgettype": "oprindeligt",
            "beloeb": [f"{amount:.2f}".replace(".", ",") for amount in rows["amount"]],
            "type": _type_names(rows["type_key"], reference),
            "helaarspersoner": rows["person_years"],
            "enhedspris": rows["unit_price"],
            "vedtaget": _day(rows["adopted"]),
        }
    )
