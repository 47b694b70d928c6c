"""The story for the projector: some pages of the committee's paper, in the order in which a meeting asks for them."""

from cockpit.reports.report import Page, Report

# Where do we end, why, on which types, how many at what price, how sure, what would help, what is asked for.
ORDER = (
    "Resumé", "Årsager", "Typer og trin", "Aktivitet og pris", "Træfsikkerhed", "Scenarie", "Scenarie 1",
    "Scenariets greb", "Scenariets greb 1", "Indstilling",
)  # fmt: skip
FILLERS = ("Anbragte pr. måned", "Overslagsår", "Konti")  # take the place of views that a month does not have
FEWEST = 5


def story(report: Report) -> tuple[Page, ...]:
    """Return five to eight pages of a report, or as many as it has."""
    pages = {page.key: page for page in report.pages}
    found = [key for key in ORDER if key in pages]
    found += [key for key in FILLERS if key in pages][: max(0, FEWEST - len(found))]
    # The proposal ends the story whatever fills it.
    return tuple(pages[key] for key in sorted(found, key=lambda key: key == ORDER[-1]))
