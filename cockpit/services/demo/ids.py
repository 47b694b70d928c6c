"""Ids of the demo municipality: letters and digits mixed, so that none can look like a CPR number."""

from math import gcd

# No letters that are easily misread; a letter between every two digits rules out a run of digits.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"
_PATTERN = (LETTERS, DIGITS, LETTERS, DIGITS, LETTERS)
_CODES = len(LETTERS) ** 3 * len(DIGITS) ** 2
_STRIDE = 314159  # coprime with the number of codes, so that neighbours in time get distant codes
assert gcd(_STRIDE, _CODES) == 1


def code(number: int, offset: int) -> str:
    """Return the five-character code of a running number, unique below 884.736 numbers for one offset.

    Raises:
        ValueError: there are more things to name than codes.
    """
    if not 0 <= number < _CODES:
        raise ValueError(f"no code for number {number}")
    rest, characters = (number * _STRIDE + offset) % _CODES, []
    for alphabet in _PATTERN:
        rest, place = divmod(rest, len(alphabet))
        characters.append(alphabet[place])
    return "".join(characters)
