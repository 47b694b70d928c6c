"""Whose figures they are: the municipality's name, and whether its figures are made up."""

from dataclasses import dataclass

from cockpit.domain.own_text import text_fault

LONGEST_NAME = 60  # signs: it stands on one line of every slide
MADE_UP = "opdigtede tal"


@dataclass(frozen=True)
class Municipality:
    """A municipality as papers and pages call it; without a name nothing is printed, but made-up figures are told.

    `is_made_up`: the figures are invented, as the demo municipality's are.
    """

    name: str = ""
    is_made_up: bool = False

    @property
    def words(self) -> str:
        """What stands on papers and pages; nothing where nothing is known."""
        if not self.is_made_up:
            return self.name
        return f"{self.name} – {MADE_UP}" if self.name else MADE_UP.capitalize()


def name_fault(name: str) -> str:
    """Return what is wrong with a municipality's name, in Danish with the remedy; nothing where it is fine or empty."""
    if not name:
        return ""
    if len(name) > LONGEST_NAME:
        return f"Navnet er for langt. Skriv højst {LONGEST_NAME} tegn."
    if not name.isprintable():
        return "Navnet har tegn, som ikke kan vises. Skriv det igen."
    return text_fault(name)
