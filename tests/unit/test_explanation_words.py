"""What the explanations say in words: the cases, the year so far, who drives a step, and what coming years rest on."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain import explanation_words as words
from cockpit.domain.committed_bridge import COMMITTED_SINCE, STOPPED, UNKNOWN_STOPS
from cockpit.domain.prognosis import BASIS_COLUMNS, DRIVER_COLUMNS, MOVEMENT_COLUMNS, YEAR_COLUMNS, Prognosis
from cockpit.domain.reference import Reference
from tests.unit.test_sentences import prognosis, said

MIO = 1_000_000


def test_the_largest_drivers_of_each_part_stand_and_the_rest_is_drawn_together() -> None:
    """Three of four stay in order of size; what is left of each part still adds up, and nothing is no line."""
    found = pd.DataFrame(
        [("Tilgang", who, amount, "Ny") for who, amount in (("a", 10.0), ("b", -40.0), ("c", 20.0), ("d", 5.0))]
        + [("Tilgang", "Øvrige", 7.0, "Øvrige forløb"), ("Afgang", "e", -3.0, "Stoppet")],
        columns=["label", "who", "amount", "reason"],
    )
    kept = words.largest_drivers(found, 3)
    assert list(kept["who"]) == ["b", "c", "a", "Øvrige", "e"]
    assert kept.groupby("label")["amount"].sum().to_dict() == {"Tilgang": 2.0, "Afgang": -3.0}
    assert words.largest_drivers(found[:0], 3).empty


def explained(*, closed: bool = False) -> Prognosis:
    """Disponeret rises from 200 to 203 mio.; two coming years at 3 % a year."""
    ends = (COMMITTED_SINCE, "committed@2025-07", 200 * MIO, "committed", 203 * MIO)
    movements = [
        (*ends, "new_granted", 5 * MIO, 7.0),
        (*ends, "ended_early", -3 * MIO, 1.0),
        (*ends, "changed", 2 * MIO, 12.0),
        (*ends, "postings", -1 * MIO, None),
    ]
    drivers = [
        (COMMITTED_SINCE, "new_granted", "spell", "IN-1", "abc", "foster_care", 4 * MIO, "Ny bevilling"),
        (COMMITTED_SINCE, "new_granted", "rest", None, None, None, 1 * MIO, "Øvrige forløb"),
        (COMMITTED_SINCE, "postings", "account", "5.22.07", None, None, -1 * MIO, "Bogført"),
        (COMMITTED_SINCE, "postings", "rest", None, None, None, 0.01, "Øvrige konti"),
    ]
    years = [("total", "total", 2025 + at, 110 * 1.03**at, 10 * 1.03**at, 100 * 1.03**at, 90, 110, 100, 91, 109)
             for at in range(3)]  # fmt: skip
    basis = [(2025 + at, 1.03, 1.03**at, 9000.0 - 100 * at, 2025 + at) for at in range(3)]
    since = pd.Period("2025-07", "M")
    return replace(
        prognosis(),
        movements=pd.DataFrame(movements, columns=list(MOVEMENT_COLUMNS)),
        drivers=pd.DataFrame(drivers, columns=list(DRIVER_COLUMNS)),
        years=pd.DataFrame(years, columns=list(YEAR_COLUMNS)),
        basis=pd.DataFrame(basis, columns=list(BASIS_COLUMNS)),
        since=since,
        last_close=since if closed else None,
        year=2025,
    )


def test_disponeret_moves_in_kroner_and_in_cases() -> None:
    found = explained()
    parts = words.movement_parts(found, COMMITTED_SINCE)
    assert said(words.committed_title(found, parts)) == (
        "Disponeret er steget 3,0 mio. kr. siden juli 2025: 7 nye, 1 stoppet før ventet og 12 ændrede"
    )
    assert parts["label"].tolist() == ["Tilgang", "Afgang", "Ændringer", "Posteringer"]
    assert said(words.committed_note(found, parts)).startswith(
        "Fra juli 2025 (ikke lukket; vist, som måneden kan læses"
    )
    assert said(words.committed_note(explained(closed=True), parts)).startswith("Fra lukningen af juli 2025 til")


def test_where_no_month_knows_expected_stops_a_stop_is_no_early_one() -> None:
    found = explained()
    stopped = found.movements.assign(part=found.movements["part"].replace("ended_early", STOPPED))
    found = replace(found, movements=stopped)
    parts = words.movement_parts(found, COMMITTED_SINCE)
    assert said(words.committed_title(found, parts)).endswith("7 nye, 1 stoppet og 12 ændrede")
    assert "før" not in " ".join(parts.loc[parts["part"] == STOPPED, ["cause", "meaning"]].iloc[0])
    assert "afgangen er også forløb, der stoppede, da de skulle" in words.committed_note(found, parts)


def test_what_is_written_as_nothing_goes_no_way() -> None:
    found = explained()
    moved = found.movements.assign(amount=found.movements["amount"].where(found.movements["part"] != "changed", -2e4))
    parts = words.movement_parts(replace(found, movements=moved), COMMITTED_SINCE).set_index("part")
    assert parts.loc["changed", "cause"] == "ingen nævneværdig virkning"
    assert parts.loc["new_granted", "cause"] == "nye bevillinger"


def test_what_a_reconstructed_month_does_not_know_is_where_the_movement_begins() -> None:
    """Words, chart and table tell of what has happened alone; the note says what the month is without today's dates."""
    found = explained()
    unknown = found.movements.iloc[[0]].assign(part=UNKNOWN_STOPS, amount=-7.5 * MIO, count=float("nan"))
    found = replace(found, movements=pd.concat([found.movements, unknown], ignore_index=True))
    parts = words.movement_parts(found, COMMITTED_SINCE)
    assert said(words.committed_title(found, parts)) == (
        "Disponeret er steget 3,0 mio. kr. siden juli 2025: 7 nye, 1 stoppet før ventet og 12 ændrede"
    )
    assert set(parts["from_amount"]) == {192.5 * MIO}
    assert UNKNOWN_STOPS not in set(parts["part"])
    assert said(words.committed_note(found, parts)).endswith(
        "regnet med de slutdatoer, der kendes nu: 192,5 i stedet for 200,0 mio. kr."
    )


def test_drivers_are_named_by_pseudonym_and_what_is_written_as_nothing_is_left_out(reference: Reference) -> None:
    found = explained()
    named = words.drivers_of(found, words.movement_parts(found, COMMITTED_SINCE), reference)
    assert named["who"].tolist() == ["Forløb IN-1, plejefamilie, barn abc", "Øvrige", "Konto 5.22.07"]
    assert named["label"].tolist() == ["Tilgang", "Tilgang", "Posteringer"]


def test_fixed_prices_take_the_index_out_and_the_words_say_what_the_years_rest_on(reference: Reference) -> None:
    found = explained()
    fixed = words.years_of(found, "total", "total", words.FIXED)
    assert fixed["gross"].tolist() == pytest.approx([110, 110, 110])
    assert (fixed["gross"] - fixed["refund"]).tolist() == pytest.approx(fixed["mean"].tolist())
    current = words.years_of(found, "total", "total", words.CURRENT)
    assert current["mean"].tolist() == pytest.approx([100, 103, 106.09])
    assert said(words.basis_sentence(found, reference)) == (
        "Priser og lønninger ventes at stige 3,0 % i 2026 og 3,0 % i 2027 (skøn). "
        "Tilgangen følger folketallet: 9.000 børn på 0–17 år i 2025 og 8.800 i 2027 (−2,2 %)."
    )
    unknown = found.basis.assign(children=9000.0, population_year=2025)
    assert said(words.basis_sentence(replace(found, basis=unknown), reference)).endswith(
        "Tilgangen følger folketallet: 9.000 børn på 0–17 år i 2025. "
        "Folketallet for 2026–2027 er ikke kendt pr. august 2025 og er regnet uændret."
    )
    nobody = replace(found, basis=found.basis.assign(children=float("nan")))
    assert words.basis_sentence(nobody, reference).endswith("så tilgangen følger ikke børnetallet.")


def test_coming_years_say_how_much_is_prices_and_which_types_move_the_rest(reference: Reference) -> None:
    """Prices and what is left of them add up to the growth; a type that falls is named beside the one that grows."""
    found = explained()
    years = [
        (level, key, 2025 + at, 0.0, 0.0, now * MIO, 0.0, 0.0, fixed * MIO, 0.0, 0.0)
        for level, key, pairs in (
            ("total", "total", ((100, 100), (112, 106))),
            ("type", "foster_care", ((60, 60), (72, 68))),
            ("type", "secure", ((40, 40), (40, 38))),
        )
        for at, (now, fixed) in enumerate(pairs)
    ]
    grown = replace(found, years=pd.DataFrame(years, columns=list(YEAR_COLUMNS)))
    assert said(words.growth_sentence(grown, "total", "total", reference)) == (
        "Fra 2025 til 2026 flytter priser og lønninger udgiften +6,0 mio. kr. Resten, +6,0 mio. kr. i 2025-priser, er "
        "ændret antal, varighed, sammensætning og refusion; mest flytter plejefamilie (+8,0), mens sikret "
        "døgninstitution (−2,0) trækker den anden vej."
    )
    assert "plejefamilie" not in words.growth_sentence(grown, "type", "foster_care", reference)
    assert words.growth_sentence(grown, "account", "5.28.22", reference) == ""
