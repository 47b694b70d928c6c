"""Papers are made of real stores: the demo municipality with known cases, actions and a closed month; and bare ones."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.domain.paper import PaperFacts
from cockpit.reports import Report, build_report
from cockpit.services.closing import ClosedMonth
from cockpit.services.load_month import load_month
from cockpit.services.paper import gather_paper
from cockpit.services.prognosis import make_prognosis
from tests.pages.demo_store import AT, Home
from tests.personal import cpr_number

CASES = """Nøgle;Sag;Type;Konto;Børn;Kr. pr. barn og måned;Første måned;Sidste måned;Sandsynlighed;\
Indtastet af;Indtastet;Udløber
K1;Søskendepar fra Skovvej;Opholdssted;;2;95.000,00;2026-10;;1;controller;01-09-2026;2026-12
"""
MEASURES = """Nøgle;Tiltag;År;Effekt i kr.;Frist;Ansvarlig;Indtastet
T1;Hjemtagning fra opholdssted;2026;850.000,00;01-10-2026;Familiechef;01-09-2026
T2;Flere plejefamilier i kommunen;2026;400.000,00;15-09-2026;Teamleder;
T3;Fra et andet år;2025;1.000,00;15-09-2025;Teamleder;
"""
POSTINGS = """periode;konto;beloeb
2026-01;528231001;100.000,00
2026-02;528231001;110.000,00
2026-02;528221004;60.000,00
"""
FOUR_CHILDREN = "indsats_id;borger_id;type;startdato;slutdato;takst;enhed\n" + "\n".join(
    f"F{at};B{at};Plejefamilie;01-0{1 + at}-2025;;1.400,00;doegn" for at in range(4)
)
# Forty children of a yearly return that knows no prices.
HEADER = "CHILD,SEX,DOB,LA,YEAR\n" + "\n".join(f"{at},1,2012-05-17,Nordby,2021" for at in range(40))
EPISODES = "CHILD,DECOM,RNE,PLACE,PLACE_PROVIDER,DEC,LA,YEAR\n" + "\n".join(
    f"{at},2020-{1 + at % 12:02d}-10,S,{'U4' if at % 2 else 'K2'},PR1,,Nordby,2021" for at in range(40)
)


@pytest.fixture(scope="session")
def home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo municipality with all that a paper can tell."""
    home = demo_home.copy_to(tmp_path_factory.mktemp("papers") / "home")
    workspace = home.workspace()
    month = workspace.months()[-3]
    # Put in past the service, which refuses the number: an archive may hold a comment from before it did.
    comment = f"Regningen fra {cpr_number()} kom sent"
    workspace.store.close_month(ClosedMonth(make_prognosis(workspace, month), AT, "controller", comment))
    (home.folder / "korrektioner.csv").write_text(CASES, encoding="utf-8")
    (home.folder / "tiltag.csv").write_text(MEASURES, encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def facts(home: Home) -> PaperFacts:
    """What its paper is made of."""
    return gather_paper(home.workspace())


@pytest.fixture(scope="session")
def committee(facts: PaperFacts) -> Report:
    """The committee's paper."""
    return build_report(facts, "udvalg")


@pytest.fixture(scope="session")
def management(facts: PaperFacts) -> Report:
    """The management's paper."""
    return build_report(facts, "ledelse")


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., PaperFacts]:
    """What a paper is made of where a municipality has loaded only these files."""

    def gather(**files: str) -> PaperFacts:
        home = Home(tmp_path)
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / f"{name}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        profile = "ssda903" if "episodes" in files else None
        at = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
        report = load_month(home.workspace(), paths, profile=profile, user="test", at=at)
        assert report.stored, [finding for one in report.files for finding in one.findings]
        return gather_paper(home.workspace())

    return gather
