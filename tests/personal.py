"""Texts with the shape of a CPR number, put together when a test runs: none stands whole in a file of the project."""

BORN, SERIAL = "010212", "4000"


def cpr_number(between: str = "-", born: str = BORN, serial: str = SERIAL) -> str:
    """Return a day of birth (ddmmyy) and a serial number with a separator between them."""
    return born + between + serial
