"""Cells of an extract -> the checked table of its kind, converted strictly."""

import difflib
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import Account, parse_account
from cockpit.domain.dataset import COLUMNS
from cockpit.domain.reference import Reference, spelling
from cockpit.intake import cpr
from cockpit.intake.extract import Extract
from cockpit.intake.numbers_and_dates import (
    FIRST_YEAR,
    LAST_YEAR,
    Unreadable,
    read_age,
    read_birth,
    read_date,
    read_end,
    read_integer,
    read_month_start,
    read_period,
)
from cockpit.intake.pseudonyms import Pseudonymiser

ONE_DAY = pd.Timedelta(days=1)
_DTYPES = {"text": "str", "date": "datetime64[us]", "number": "float64", "integer": "int64"}
_ENDED = "afsluttet"  # read as granted, like every intervention that has been in force
_NO_STOPS = (
    "Kolonnen slutdato er ikke fundet, så alle indsatser regnes som løbende, også de {count}, der er afsluttet. Tilføj "
    "den i udtrækket, eller peg på den rigtige kolonne i en kolonneprofil."
)
_UNKNOWN_GROUPING = (
    "Kontotabellen kender ikke gruppering {grouping} på {function}, så {rows} med kontoen står uden indsatstype. Ret "
    "kontoen, eller bed den systemansvarlige tilføje grupperingen i data/reference/accounts.csv."
)
_SHORT_FUNCTION = re.compile(r"0?(\d)\.?(\d{2})\.?(\d{2})")
_SHORTENED = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
_NAMED_ACCOUNT = re.compile(r"([\d.]+)\s+[^\d\s].*")


def build(extract: Extract, reference: Reference, pseudonyms: Pseudonymiser) -> None:
    """Fill `extract.frame` with the columns of its kind plus `row`; faults become findings of the extract.

    Rows that could not be read hold missing values, so a frame is only whole where the extract has no errors.
    Interventions carry `birth_date` besides, for the checks across rows.
    """
    makers: dict[str, Callable[[Extract, Reference, Pseudonymiser], dict[str, pd.Series]]] = {
        "interventions": _interventions,
        "postings": _postings,
        "budget": _budget,
        "population": _population,
        "": _children,
    }
    columns = makers[extract.contract.kind](extract, reference, pseudonyms)
    extract.frame = pd.DataFrame({**columns, "row": pd.Series(extract.rows, dtype="int64")})


def checked_frame(extract: Extract) -> pd.DataFrame:
    """Return exactly the declared columns plus `row`, in their declared forms."""
    forms = COLUMNS[extract.contract.kind]
    frame = extract.frame[[*forms, "row"]].reset_index(drop=True)
    return frame.astype({name: _DTYPES[form] for name, form in forms.items()})


# --- fields -----------------------------------------------------------------------------------------------------


def _ids(extract: Extract, name: str, pseudonyms: Pseudonymiser) -> pd.Series:
    """Read ids as they stand; one with the shape of a CPR number becomes a pseudonym that still works as an id."""

    def read(text: str) -> str:
        return pseudonyms.pseudonym("id", cpr.digits_of(text) or text) if cpr.contains(text) else text

    return pd.Series(extract.read(name, read), dtype="str")


def _choices(extract: Extract, name: str) -> pd.Series:
    profile = extract.profile
    allowed = [spellings[1] if len(spellings) > 1 else key for key, spellings in profile.values[name].items()]

    def read(text: str) -> str:
        key = profile.key_of(name, text)
        if key is None:
            raise Unreadable(f"Ukendt værdi. Skriv {', '.join(allowed[:-1])} eller {allowed[-1]}.")
        return key

    read_values = pd.Series(extract.read(name, read), dtype="str")
    return read_values.fillna(profile.defaults[name]) if name in profile.defaults else read_values


def _read_account(text: str, functions: frozenset[str]) -> Account:
    """Return a known account; `52822`, `05.28.22` and `5.28.22 Plejefamilier` are understood as well."""
    named = _NAMED_ACCOUNT.fullmatch(text)
    compact = re.sub(r"[\s\u00a0]|,0+$", "", named[1] if named else text)
    if _SHORTENED.fullmatch(compact):
        raise Unreadable(
            "Regnearket har forkortet kontoen, så dens cifre er tabt. Formatér kolonnen som tekst, og dan udtrækket "
            "igen."
        )
    short = _SHORT_FUNCTION.fullmatch(compact)
    try:
        account = parse_account(".".join(short.groups()) if short else compact)
    except ValueError as fault:
        raise Unreadable("Det er ikke en konto. Skriv ni cifre (528231001) eller en funktion (5.28.23).") from fault
    if account.function not in functions:
        raise Unreadable(
            f"Kontoen er ukendt: funktion {account.function} findes ikke i kontotabellen. "
            "Ret kontoen, eller bed den systemansvarlige tilføje funktionen i data/reference/accounts.csv."
        )
    return account


def _accounts(extract: Extract, reference: Reference) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return account text, function and dranst (float, NaN where blank)."""
    accounts = extract.read("konto", lambda text: _read_account(text, reference.functions))
    texts = [account.text if account else None for account in accounts]
    functions = [account.function if account else None for account in accounts]
    dransts = [account.dranst if account else np.nan for account in accounts]
    return (
        pd.Series(texts, dtype="str"),
        pd.Series(functions, dtype="str"),
        pd.Series(dransts, dtype="float64"),
    )


def _tell_unknown_groupings(
    extract: Extract, reference: Reference, accounts: pd.Series, types: pd.Series
) -> None:
    """Tell once per account of groupings that the table does not know: their rows get no type without a word."""
    untyped = accounts[accounts.notna() & types.isna()]
    for account, rows in untyped.groupby(untyped, sort=False):
        if reference.is_unknown_grouping(str(account)):
            parsed = parse_account(str(account))
            message = _UNKNOWN_GROUPING.format(
                grouping=parsed.grouping, function=parsed.function, rows=fmt.plural(len(rows), "række", "rækker")
            )
            row = int(extract.rows[rows.index[0]])
            extract.tell_file("warning", message, row=row, column=extract.label("konto"), value=str(account))


def _unknown_type(text: str, reference: Reference) -> Unreadable:
    names = {type_.name.casefold(): type_.name for type_ in reference.types.values()}
    close = difflib.get_close_matches(text.casefold(), names, n=1)
    advice = f"Mente I »{names[close[0]]}«? " if close else ""
    return Unreadable(
        f"Indsatstypen er ukendt. {advice}Ret den, eller bed den systemansvarlige tilføje stavemåden i "
        "data/reference/type_names.csv."
    )


def _types(extract: Extract, reference: Reference) -> pd.Series:
    """Read `type` cells: a key, a Danish name, a spelling of the profile or a PLACE code.

    A paragraph of the law reads as NA where a later look into the law finds the type (`_types_by_law`).
    """
    profile = extract.profile
    has_law = extract.contract.kind == "interventions" and not profile.place_codes

    def read(text: str) -> str | None:
        by_name = profile.key_of("type", text) or reference.type_from_text(text)
        key = reference.place_type(text) if profile.place_codes else by_name
        if key is None and not (has_law and _is_citation(text)):
            raise _unknown_type(text, reference)
        return key

    return pd.Series(extract.read("type", read), dtype="str")


def _is_citation(text: str) -> bool:
    return "§" in text or bool(re.match(r"(sel|bl)?\s*\d", text, re.IGNORECASE))


def _types_by_law(extract: Extract, reference: Reference, types: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Fill in types from the law, and from the account where the paragraph is shared by several types."""
    in_type = np.array([bool(text) and _is_citation(text) for text in extract.cells("type")], dtype=bool)
    citations = np.where(in_type, extract.cells("type"), extract.cells("lovhjemmel"))
    unknown = types.isna() & rows["start"].notna() & (citations != "")
    keys = pd.DataFrame({"citation": citations, "account": rows["account"].fillna(""), "start": rows["start"]})[unknown]
    distinct = set(keys.itertuples(index=False, name=None))
    found = {(law, account, day): _type_by_law(law, account, day, reference) for law, account, day in distinct}
    results = [found[key] for key in keys.itertuples(index=False, name=None)]
    faults = {at: str(result) for at, result in zip(keys.index, results, strict=True) if isinstance(result, Unreadable)}
    for name, here in (("type", in_type), ("lovhjemmel", ~in_type)):
        at = np.array([at for at in faults if here[at]], dtype=np.int64)
        extract.tell("error", [faults[position] for position in at], at, name)
    solved = [result if isinstance(result, str) else None for result in results]
    return types.fillna(pd.Series(solved, index=keys.index, dtype="str"))


def _type_by_law(citation: str, account: str | None, day: pd.Timestamp, reference: Reference) -> str | Unreadable:
    candidates = reference.types_from_law(citation, day)
    if not candidates:
        return _unknown_type(citation, reference)
    if len(candidates) > 1 and account:
        candidates = _narrowed(candidates, account, day, reference)
    if len(candidates) == 1:
        return candidates[0]
    names = ", ".join(reference.types[key].name for key in candidates)
    return Unreadable(f"Lovhjemlen dækker flere indsatstyper: {names}. Skriv typen i kolonnen type.")


def _narrowed(candidates: tuple[str, ...], account: str, day: pd.Timestamp, reference: Reference) -> tuple[str, ...]:
    """Return the candidates that the account allows: its own type, else those that belong to its function."""
    implied = reference.type_from_account(account, day)
    if implied in candidates:
        return (implied,)
    function = parse_account(account).function
    same = tuple(key for key in candidates if reference.types[key].function == function)
    return same or candidates


# --- kinds ------------------------------------------------------------------------------------------------------


def _interventions(extract: Extract, reference: Reference, pseudonyms: Pseudonymiser) -> dict[str, pd.Series]:
    citizen, born = _citizens(extract, pseudonyms)
    account, function, _ = _accounts(extract, reference)
    start = extract.read_dates("startdato", read_date)
    by_text = _types(extract, reference)
    types = _types_by_law(extract, reference, by_text, pd.DataFrame({"account": account, "start": start}))
    own_function = types.map({key: type_.function for key, type_ in reference.types.items()})
    rate = extract.read_numbers("takst", _is_citizen_number)
    quantity = extract.read_numbers("antal")
    extract.tell("error", "Taksten er negativ. Ret fortegnet.", (rate < 0).to_numpy(), "takst")
    extract.tell("error", "Antallet skal være over nul. Ret det, eller lad feltet stå tomt.",
                 (quantity <= 0).to_numpy(), "antal")  # fmt: skip
    stop = _stops(extract, "slutdato")
    _tell_ended_without_stop(extract, stop)
    return {
        "spell_id": _spell_ids(extract, citizen, start, pseudonyms),
        "citizen": citizen,
        "birth_date": born,
        "birth_month": _first_of_month(born),
        "type_key": types,
        "law": extract.read_texts("lovhjemmel"),
        "provider": extract.read_texts("leverandoer"),
        "district": extract.read_texts("distrikt"),
        "start": start,
        "stop": stop,
        "expected_stop": _stops(extract, "forventet_slutdato"),
        "status": _choices(extract, "status").fillna("granted"),
        "rate": rate,
        "unit": _choices(extract, "enhed"),
        "quantity": quantity.fillna(1.0),
        "account": account,
        "function": function.fillna(own_function.astype("str")),
        "registered": extract.read_dates("registreret", read_date),
    }


def _is_citizen_number(text: str) -> bool:
    """No rate has nine digits: they are a CPR number whose leading zero a spreadsheet ate."""
    return cpr.contains(text) or cpr.digits_of(text) is not None


def _tell_ended_without_stop(extract: Extract, stop: pd.Series) -> None:
    """An intervention that its status calls ended runs on, and costs, for as long as it has no end."""
    ended = np.array([spelling(text) == _ENDED for text in extract.cells("status")], dtype=bool)
    if not extract.has("slutdato"):
        if ended.any():
            label = extract.label("status")
            extract.tell_file("warning", _NO_STOPS.format(count=fmt.number(int(ended.sum()))), column=label)
        return
    message = "Indsatsen er afsluttet, men har ingen slutdato, så den regnes som løbende. Skriv slutdatoen."
    blank = extract.cells("slutdato") == ""
    extract.tell("warning", message, ended & blank & stop.isna().to_numpy(), "slutdato")


def _first_of_month(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")


def _stops(extract: Extract, name: str) -> pd.Series:
    """Return the first day out of force: the day after the last day, unless the source's ends are exclusive."""
    days = extract.read_dates(name, read_end)
    return days if extract.profile.end_exclusive else days + ONE_DAY


def _spell_ids(extract: Extract, citizen: pd.Series, start: pd.Series, pseudonyms: Pseudonymiser) -> pd.Series:
    """Return the spell of each row; a source without ids of its own has one spell per citizen and start."""
    if extract.has("indsats_id"):
        return _ids(extract, "indsats_id", pseudonyms)
    return (citizen + "-" + start.dt.strftime("%Y-%m-%d")).astype("str")


def _citizens(extract: Extract, pseudonyms: Pseudonymiser) -> tuple[pd.Series, pd.Series]:
    """Return pseudonym and date of birth of each row; the CPR number wins over a local id, a birth date over both."""

    def read_cpr(text: str) -> str:
        digits = cpr.digits_of(text)
        if digits is None:
            raise Unreadable("Det er ikke et CPR-nummer. Skriv ti cifre (ddmmååxxxx).")
        return digits

    digits = extract.read("cpr", read_cpr)
    local = extract.read("borger_id", lambda text: text)
    ids = [number or text for number, text in zip(digits, local, strict=True)]
    codes, distinct = pd.factorize(np.array(ids, dtype=object))
    names = np.array([*(pseudonyms.citizen(text) for text in distinct), None], dtype=object)
    births = [_birth_of(text) for text in distinct]
    by_number = pd.Series(pd.to_datetime(pd.Series([*births, None], dtype=object)), dtype="datetime64[us]")
    written = extract.read_dates("foedselsdato", read_birth)
    return pd.Series(names[codes], dtype="str"), written.fillna(by_number.iloc[codes].reset_index(drop=True))


def _birth_of(text: str) -> pd.Timestamp | None:
    """Return the date of birth of an id that is a CPR number; nine digits may be any local number."""
    digits = cpr.digits_of(text) if cpr.contains(text) else None
    return cpr.birth_date(digits) if digits else None


def _postings(extract: Extract, reference: Reference, pseudonyms: Pseudonymiser) -> dict[str, pd.Series]:
    account, function, dranst = _accounts(extract, reference)
    booked = extract.read_dates("bogfoert", read_date)
    year, period = _periods(extract, booked)
    types = _types(extract, reference)
    _tell_unknown_groupings(extract, reference, account, types)
    return {
        "year": year,
        "period": period,
        "booked": booked,
        "account": account,
        "function": function,
        "dranst": dranst,
        "type_key": types,
        "service_month": extract.read_dates("vedroerer", read_month_start),
        "provider": extract.read_texts("leverandoer"),
        "spell_id": _ids(extract, "indsats_id", pseudonyms),
        "voucher": extract.read_texts("bilag"),
        "text": extract.read_texts("tekst"),
        "amount": _amounts(extract),
    }


def _periods(extract: Extract, booked: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return year and period as written, else those of the booking date; NaN where neither could be read."""
    pairs = extract.read("periode", read_period)
    year = pd.Series([pair[0] if pair else np.nan for pair in pairs], dtype="float64")
    period = pd.Series([pair[1] if pair else np.nan for pair in pairs], dtype="float64")
    return year.fillna(booked.dt.year.astype("float64")), period.fillna(booked.dt.month.astype("float64"))


def _amounts(extract: Extract) -> pd.Series:
    """Read kroner exact to the oere; a spreadsheet's float noise is rounded off, whole fractions are told."""
    amounts = extract.read_numbers("beloeb")
    rounded = amounts.round(2)
    finer = ((amounts - rounded).abs() > 1e-6).to_numpy()
    if finer.any():
        extract.tell_file(
            "warning",
            f"{finer.sum()} beløb har mere end to decimaler og er afrundet til hele øre.",
            row=int(extract.rows[finer][0]),
            column=extract.label("beloeb"),
        )
    return rounded


def _budget(extract: Extract, reference: Reference, _: Pseudonymiser) -> dict[str, pd.Series]:
    account, function, _dranst = _accounts(extract, reference)
    numbers = {name: extract.read_numbers(name) for name in ("helaarspersoner", "enhedspris")}
    for name, values in numbers.items():
        extract.tell("error", "Tallet er negativt. Ret fortegnet.", (values < 0).to_numpy(), name)
    types = _types(extract, reference)
    _tell_unknown_groupings(extract, reference, account, types)
    return {
        "year": _integers(extract, "aar", FIRST_YEAR, LAST_YEAR),
        "account": account,
        "function": function,
        "budget_type": _choices(extract, "budgettype"),
        "amount": _amounts(extract),
        "type_key": types,
        "person_years": numbers["helaarspersoner"],
        "unit_price": numbers["enhedspris"],
        "month": _integers(extract, "maaned", 1, 12),
        "adopted": extract.read_dates("vedtaget", read_date),
        "text": extract.read_texts("tekst"),
    }


def _integers(extract: Extract, name: str, low: int, high: int) -> pd.Series:
    return pd.Series(extract.read(name, lambda text: read_integer(text, low, high), np.nan), dtype="float64")


def _population(extract: Extract, _reference: Reference, _: Pseudonymiser) -> dict[str, pd.Series]:
    count = extract.read_numbers("antal")
    extract.tell("error", "Folketallet er negativt. Ret fortegnet.", (count < 0).to_numpy(), "antal")
    broken = count.notna() & (count != count.round())
    extract.tell("error", "Folketallet er ikke et helt tal. Ret det i udtrækket.", broken.to_numpy(), "antal")
    return {
        "year": _integers(extract, "aar", FIRST_YEAR, LAST_YEAR),
        "age": pd.Series(extract.read("alder", read_age, np.nan), dtype="float64"),
        "count": count,
    }


def _children(extract: Extract, _reference: Reference, pseudonyms: Pseudonymiser) -> dict[str, pd.Series]:
    citizen, born = _citizens(extract, pseudonyms)
    return {"citizen": citizen, "birth_date": born}
