"""An account is found again however the ledger writes it."""

import pytest

from cockpit.domain.accounts import parse_account


@pytest.mark.parametrize(
    ("text", "function", "dranst", "grouping"),
    [
        ("528231001", "5.28.23", 1, "001"),
        ("5.28.23.1.001", "5.28.23", 1, "001"),
        ("5 28 23 1 001", "5.28.23", 1, "001"),
        ("522072001", "5.22.07", 2, "001"),
        ("5.28.22", "5.28.22", 1, None),
        ("5.22.07", "5.22.07", 2, None),
    ],
)
def test_forms_of_one_account(text: str, function: str, dranst: int, grouping: str | None) -> None:
    account = parse_account(text)
    assert (account.function, account.dranst, account.grouping) == (function, dranst, grouping)


@pytest.mark.parametrize("text", ["", "52823100", "5.28", "konto", "5282310011"])
def test_what_is_no_account_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an account"):
        parse_account(text)
