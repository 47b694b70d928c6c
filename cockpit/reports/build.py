"""The paper of a month, page by page, in the order of a committee case."""

from collections.abc import Callable, Sequence

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain.bridge import BUDGET_TO_FORECAST, SINCE
from cockpit.domain.paper import COMMITTEE, Audience, PaperFacts
from cockpit.reports.pages import activity, ahead, annex, deviations, economy, summary
from cockpit.reports.report import Page, Report
from cockpit.reports.view import View

AUDIENCE_NAMES: dict[Audience, str] = {"udvalg": "Til udvalget", "ledelse": "Til ledelsen"}
INTERNAL = "Kun til intern brug: små tal er ikke skjult"
SHORT_VERSION = 12  # signs of a hash: enough to tell two apart


def build_report(facts: PaperFacts, audience: Audience) -> Report:
    """Write the paper of a month for an audience.

    Raises:
        UserFault: what would be shown to a committee would tell of single children.
    """
    view = View(facts, audience)
    pages = [*_written(_PAGES_BEFORE, view), *ahead.scenarios(view), *_written(_PAGES_AFTER, view)]
    prognosis = facts.prognosis
    return Report(
        title=f"Forventet regnskab {prognosis.year} for børn og unge med særlige behov",
        subtitle=f"Opgjort med udgangen af {fmt.month_long(prognosis.as_of)}",
        audience=AUDIENCE_NAMES[audience],
        as_of=str(prognosis.as_of),
        stamp=_stamp(facts),
        pages=tuple(pages),
        mark="" if audience == COMMITTEE else INTERNAL,
        state=words.state_of_month(facts.closed),
        whose=facts.municipality.words,
    )


def _stamp(facts: PaperFacts) -> str:
    prognosis = facts.prognosis
    reconstructed = " (genskabt)" if facts.reconstructed else ""
    return (
        f"Pr. {fmt.month_long(prognosis.as_of)}{reconstructed} · data {prognosis.data_id[:SHORT_VERSION]} · "
        f"forudsætninger {facts.reference.identity[:SHORT_VERSION]} · startværdi {prognosis.seed} · cockpit "
        f"{prognosis.versions.get('cockpit', fmt.ABSENT)}"
    )


def _written(writers: Sequence[Callable[[View], Page | None]], view: View) -> list[Page]:
    return [found for write in writers if (found := write(view)) is not None]


_PAGES_BEFORE: tuple[Callable[[View], Page | None], ...] = (
    summary.resume,
    summary.proposal,
    deviations.deviations,
    deviations.bridge_page(BUDGET_TO_FORECAST, "Årsager", deviations.why_text),
    activity.ladder,
    activity.placements,
    activity.dear_cases,
    *(deviations.bridge_page(bridge, "Siden sidst", deviations.since_text) for bridge in SINCE),  # at most one is there
    deviations.committed_since,
    deviations.year_to_date,
    ahead.outline,
)
_PAGES_AFTER: tuple[Callable[[View], Page | None], ...] = (
    ahead.hit_rate,
    economy.accounts,
    economy.months,
    annex.method,
    annex.basis,
)
