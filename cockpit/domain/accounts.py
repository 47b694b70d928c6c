"""The Danish municipal account string: main account, function, dranst and grouping."""

import re
from dataclasses import dataclass

SERVICE, CENTRAL_REFUND = 1, 2
REFUND_FUNCTION = "5.22.07"
TWO_DIGIT_MAIN = 10
_STRING = re.compile(r"(\d)(\d{2})(\d{2})(\d)(\d{3})")
_FUNCTION = re.compile(r"(\d)\.(\d{2})\.(\d{2})")


@dataclass(frozen=True)
class Account:
    """A parsed account: `function` as `5.28.23`, `dranst` 1 (drift) or 2 (refund), `grouping` as `001` or None."""

    text: str
    function: str
    dranst: int
    grouping: str | None


def parse_account(text: str) -> Account:
    """Parse nine digits (`528231001` or `05.28.23.1.001`, blanks and points ignored) or a function (`5.28.23`).

    Raises:
        ValueError: the text is neither.
    """
    compact = re.sub(r"[\s\u00a0]", "", text)
    if match := _FUNCTION.fullmatch(compact):
        dranst = CENTRAL_REFUND if compact == REFUND_FUNCTION else SERVICE
        return Account(compact, compact, dranst, None)
    digits = compact.replace(".", "").replace("-", "")
    # The authorised chart writes the main account with two digits: 05.28.23.1.001.
    if match := _STRING.fullmatch(digits[1:] if len(digits) == TWO_DIGIT_MAIN and digits[0] == "0" else digits):
        main, section, function, dranst_digit, grouping = match.groups()
        return Account("".join(match.groups()), f"{main}.{section}.{function}", int(dranst_digit), grouping)
    raise ValueError(f"not an account: {text!r}")
