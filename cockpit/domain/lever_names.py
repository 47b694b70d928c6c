"""What a reader calls the levers of a scenario and their fields, whose keys are those of the scenario file."""

from cockpit.domain.levers import WRITTEN

KIND_NAMES = {
    "avert": "Færre nye",
    "step_down": "Ned ad trappen",
    "bring_home": "Hjemtagning",
    "shorten": "Kortere forløb",
    "price": "Anden pris",
    "price_drift": "Dyrere tilbageværende",
    "substitute": "Det, der vokser i stedet",
    "programme": "Forebyggelsens egen pris",
    "amount": "Besluttet beløb",
}
FIELD_NAMES = {
    "kind": "Slags greb",
    "type": "Type",
    "from_type": "Fra type",
    "to_type": "Til type",
    "instead_of": "I stedet for",
    "children_per_month": "Børn pr. måned",
    "children": "Børn i alt",
    "places": "Egne pladser",
    "cost_per_place": "Pris pr. plads pr. måned",
    "occupancy": "Belægning",
    "share": "Andel",
    "cost_per_case": "Pris pr. forløb",
    "cases_per_month": "Forløb pr. måned",
    "months": "Varer",
    "one_off": "Engangsudgift",
    "staff_per_year": "Personale",
    "per_year": "Beløb pr. år",
    "realised": "Heraf opnås",
    "price": "Pris pr. måned",
    "start": "Egen første måned",
    "lag_months": "Måneder før virkning",
    "ramp_months": "Måneder til fuld virkning",
    "hold_months": "Måneder med fuld virkning",
    "fade_months": "Måneder, virkningen aftager over",
    "low": "Lavt skøn",
    "high": "Højt skøn",
    "age_from": "Fra alder",
    "age_to": "Til og med alder",
    "success_rate": "Lykkes",
    "scaling_share": "Tabes i stor skala",
    "deadweight_share": "Dødvægt",
    "postponed_share": "Kun udskudt",
    "postponed_months": "Udskudt",
    "source": "Kilde",
}
UNITS = {  # as the page has them; a file has shares between 0 and 1
    "cost_per_place": "kr.",
    "occupancy": "%",
    "share": "%",
    "cost_per_case": "kr.",
    "months": "måneder",
    "one_off": "kr.",
    "staff_per_year": "kr. pr. år",
    "per_year": "kr.",
    "realised": "%",
    "price": "kr.",
    "success_rate": "%",
    "scaling_share": "%",
    "deadweight_share": "%",
    "postponed_share": "%",
    "postponed_months": "måneder",
}
SCENARIO_NAMES = {"name": "Navn", "start": "Første måned", "outline_years": "År frem", "levers": "Greb"}
_FIELDS = {key: name for name, key in WRITTEN.items()}


def field_label(name: str) -> str:
    """A field with its unit, as it stands above what is written in it: `Pris pr. forløb, kr.`."""
    unit = UNITS.get(name)
    return f"{FIELD_NAMES[name]}, {unit}" if unit else FIELD_NAMES[name]


def field_name(key: str) -> str:
    """What the field of a file's key is called; empty where no lever has such a key."""
    return FIELD_NAMES.get(_FIELDS.get(key, key), "")
