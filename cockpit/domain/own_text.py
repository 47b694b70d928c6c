"""What holds for every text that the municipality itself writes in its own small files."""

LONGEST_TEXT = 200
LONGEST_REPEATED = 80  # signs that show which text a fault speaks of
_FORMULA = ("=", "+", "-", "@")  # how a spreadsheet tells a formula from a text


def text_fault(text: str) -> str:
    """Return what is wrong with a text that somebody wrote, in Danish with the remedy; nothing where it is fine."""
    if not text:
        return "Feltet skal udfyldes."
    if len(text) > LONGEST_TEXT:
        return f"Teksten er for lang. Skriv højst {LONGEST_TEXT} tegn."
    if text.startswith(_FORMULA):
        return "Teksten må ikke begynde med =, +, - eller @: et regneark vil læse den som en formel."
    return ""


def shortened(text: str) -> str:
    """Cut a text to what a fault needs to repeat of it."""
    return text if len(text) <= LONGEST_REPEATED else f"{text[:LONGEST_REPEATED].rstrip()} …"
