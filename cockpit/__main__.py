"""The command line: `python -m cockpit COMMAND`.

Exit codes: 0 done, 1 a bug (with its traceback), 2 the user's input is at fault (a Danish sentence on standard error).
"""

import argparse
import getpass
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from cockpit.domain.findings import UserFault
from cockpit.domain.month_close import checklist
from cockpit.domain.paper import AUDIENCES, COMMITTEE
from cockpit.domain.prognosis import LEVELS
from cockpit.reports import build_report, check_kind, write_report
from cockpit.services import documents, tables
from cockpit.services.attention import data_doubts
from cockpit.services.backtest import EVERY_MONTH, MONTHS_KNOWN, run_backtest
from cockpit.services.closing import close_facts, close_month
from cockpit.services.comments import damage
from cockpit.services.demo import write_demo
from cockpit.services.load_month import LoadReport, load_month, undo_last
from cockpit.services.paper import gather_paper, note_paper
from cockpit.services.prognosis import make_prognosis, with_month_before
from cockpit.services.reconstruction import reconstruction_note
from cockpit.services.scenario import changes_since_saved, compare, read_scenario, sensitivity
from cockpit.services.workspace import ROOT, Workspace, month_from

DEMO_FOLDER = ROOT / "data" / "demo" / "extracts"
INTERRUPTED = 130  # what shells expect after Ctrl+C
ARGUMENT_FAULTS = (
    (r"unrecognized arguments: (.*)", "»{0}« er ikke et tilvalg eller argument her."),
    (r"argument KOMMANDO: invalid choice: '(.*?)'", "»{0}« er ikke en kommando."),
    (r"required: (.*)", "Der mangler noget: {0}."),
    (r"argument (\S+): invalid int value: '(.*)'", "{0} skal være et helt tal, ikke »{1}«."),
    (r"argument (\S+): expected", "{0} mangler en værdi."),
)
NO_DISTRICTS = (
    "Ingen indsatser har et distrikt. Udfyld kolonnen distrikt i udtrækket over indsatser, og indlæs det igen, eller "
    "vælg et andet niveau."
)
LEVEL_WORDS = "total, step, type, account eller district"


class DanishParser(argparse.ArgumentParser):
    """An argument parser whose every word is Danish."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "add_help": False, "allow_abbrev": False})
        self._positionals.title, self._optionals.title = "argumenter", "tilvalg"
        self.add_argument("-h", "--help", action="help", help="vis denne hjælp")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "brug:", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "brug:", 1)

    def error(self, message: str) -> NoReturn:
        """Say in Danish what argparse says in English, and where to look."""
        raise UserFault(f"{_in_danish(message)}\n{self.format_usage()}Se {self.prog} --help.")


def _in_danish(message: str) -> str:
    for pattern, sentence in ARGUMENT_FAULTS:
        if found := re.search(pattern, message):
            return sentence.format(*found.groups())
    return "Kommandoen kan ikke forstås."


def build_parser() -> DanishParser:
    """Build the parser with one subparser per command; each names its function as `run`."""
    parser = DanishParser(prog="python -m cockpit", description="Styringscockpit for udsatte børn og unge.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="KOMMANDO", title="kommandoer")
    _demo_command(commands)
    _import_command(commands)
    _forecast_command(commands)
    _scenario_command(commands)
    _backtest_command(commands)
    _close_command(commands)
    _report_command(commands)
    _undo_command(commands)
    _serve_command(commands)
    return parser


def _command(commands: Any, name: str, run: Any, help_text: str, *, uses_store: bool = True) -> DanishParser:
    command: DanishParser = commands.add_parser(name, help=help_text, description=help_text)
    command.set_defaults(run=run)
    if uses_store:
        command.add_argument("--db", type=Path, metavar="FIL", help="datalager; ellers COCKPIT_DB eller data/store")
    return command


def _demo_command(commands: Any) -> None:
    text = "Skriv eksempelkommunens udtræk (ingen virkelige personer)."
    command = _command(commands, "demo", _demo, text, uses_store=False)
    command.add_argument("--to", type=Path, default=DEMO_FOLDER, metavar="MAPPE", help="hvor filerne lægges")
    command.add_argument("--seed", type=int, metavar="N", help="samme tal giver samme kommune")
    command.add_argument("--months", type=int, metavar="N", help="hvor mange måneders historik")


def _import_command(commands: Any) -> None:
    command = _command(commands, "import", _import, "Kontrollér og indlæs udtræk.")
    command.add_argument("paths", nargs="+", type=Path, metavar="STI", help="filer eller mapper")
    command.add_argument("--as-of", metavar="ÅÅÅÅ-MM", help="måneden, udtrækkene gælder til og med")
    command.add_argument("--profile", metavar="NAVN", help="kolonneprofil, fx standard, dubu eller ssda903")
    command.add_argument("--dry-run", action="store_true", help="kontrollér uden at gemme")
    command.add_argument("--new-ids", action="store_true", help="bekræft, at indsatserne har fået nye numre")
    command.add_argument("--json", action="store_true", help="skriv svaret som JSON")


def _forecast_command(commands: Any) -> None:
    command = _command(commands, "forecast", _forecast, "Vis prognosen for året.")
    command.add_argument("--as-of", metavar="ÅÅÅÅ-MM", help="måneden, der ses fra; ellers den nyeste")
    command.add_argument("--level", metavar="NIVEAU", help=LEVEL_WORDS)
    command.add_argument("--json", action="store_true", help="skriv svaret som JSON")


def _scenario_command(commands: Any) -> None:
    command = _command(commands, "scenario", _scenario, "Vis, hvad et scenarie ændrer.")
    command.add_argument("file", type=Path, metavar="FIL.toml", help="scenariet; se docs/command-line.md")
    command.add_argument("--as-of", metavar="ÅÅÅÅ-MM", help="måneden, der ses fra; ellers den nyeste")
    command.add_argument("--json", action="store_true", help="skriv svaret som JSON")


def _backtest_command(commands: Any) -> None:
    command = _command(commands, "backtest", _backtest, "Hold tidligere prognoser op mod det, årene blev.")
    command.add_argument("--all-months", action="store_true", help="alle måneder; ellers efter 3, 6 og 9 måneder")
    command.add_argument("--json", action="store_true", help="skriv svaret som JSON")


def _close_command(commands: Any) -> None:
    command = _command(commands, "close", _close, "Luk en måned: gem dens prognose i arkivet.")
    command.add_argument("month", metavar="ÅÅÅÅ-MM", help="måneden, der lukkes")
    command.add_argument("--comment", default="", metavar="TEKST", help="hvad der er værd at huske")


def _report_command(commands: Any) -> None:
    command = _command(commands, "report", _report, "Lav et papir til udvalget eller ledelsen.")
    command.add_argument("--to", type=Path, required=True, metavar="FIL", help="fil på .pptx, .pdf eller .xlsx")
    command.add_argument("--as-of", metavar="ÅÅÅÅ-MM", help="måneden, der ses fra; ellers den nyeste")
    command.add_argument("--audience", metavar="LÆSER", help="udvalg (små tal skjules) eller ledelse; ellers udvalg")
    command.add_argument(
        "--scenario", type=Path, action="append", default=[], metavar="FIL",
        help="scenarie, der sammenlignes med; kan gives flere gange",
    )  # fmt: skip


def _undo_command(commands: Any) -> None:
    _command(commands, "undo", _undo, "Tag den seneste indlæsning tilbage.")


def _serve_command(commands: Any) -> None:
    command = _command(commands, "serve", _serve, "Start cockpittet i browseren.")
    command.add_argument("--port", type=int, default=8501, metavar="N", help="port, ellers 8501")


def _demo(given: argparse.Namespace) -> int:
    if given.seed is not None and given.seed < 0:
        raise UserFault("--seed er 0 eller et positivt helt tal.")
    for path in write_demo(given.to, seed=given.seed, months=given.months):
        print(path)
    print(f"Indlæs dem med: python -m cockpit import {given.to}")
    return 0


def _import(given: argparse.Namespace) -> int:
    report = load_month(
        Workspace.open(given.db),
        given.paths,
        as_of=month_from(given.as_of),
        profile=given.profile,
        dry_run=given.dry_run,
        new_ids=given.new_ids,
        user=getpass.getuser(),
        at=datetime.now(UTC),
    )
    if given.json:
        _print_json(documents.load_document(report))
    else:
        print(tables.load_text(report, dry_run=given.dry_run))
    return _import_outcome(report)


def _import_outcome(report: LoadReport) -> int:
    if report.intake.ok:
        return 0
    print("Intet er gemt. Ret fejlene ovenfor, og indlæs igen.", file=sys.stderr)
    return 2


def _forecast(given: argparse.Namespace) -> int:
    if given.level is not None and given.level not in LEVELS:
        raise UserFault(f"»{given.level}« er ikke et niveau. Vælg {LEVEL_WORDS}.")
    workspace = Workspace.open(given.db)
    prognosis = make_prognosis(workspace, month_from(given.as_of), progress=_progress)
    if given.level is not None and given.level not in set(prognosis.rows["level"]):
        raise UserFault(NO_DISTRICTS)
    reconstructed = reconstruction_note(workspace, prognosis.as_of)
    if given.json:
        _print_json(documents.prognosis_document(prognosis, given.level))
        for note in filter(None, (reconstructed, *prognosis.notes)):
            print(note, file=sys.stderr)
    else:
        print("\n".join(filter(None, (tables.prognosis_text(prognosis, given.level), reconstructed))))
    for doubt in data_doubts(workspace, prognosis):
        print(f"ADVARSEL: {doubt}", file=sys.stderr)
    return 0


def _scenario(given: argparse.Namespace) -> int:
    workspace, as_of = Workspace.open(given.db), month_from(given.as_of)
    scenario = read_scenario(given.file, workspace.reference)
    found = compare(workspace, scenario, as_of, progress=_progress)
    changes = changes_since_saved(workspace, scenario, as_of)
    if given.json:
        _print_json(documents.scenario_document(found))
        for change in changes:
            print(change, file=sys.stderr)
    else:
        print("\n".join([tables.scenario_text(found, sensitivity(workspace, scenario, as_of)), *changes]))
    return 0


def _backtest(given: argparse.Namespace) -> int:
    months = EVERY_MONTH if given.all_months else MONTHS_KNOWN
    found = run_backtest(Workspace.open(given.db), months_known=months, progress=_progress)
    if given.json:
        _print_json(documents.hit_rate_document(found))
    else:
        print(tables.hit_rate_text(found))
    return 0


def _progress(share: float, text: str) -> None:
    """Tell somebody who waits at a terminal how far it is; logs and pipes need no such lines."""
    if sys.stderr.isatty():
        print(f"{share:4.0%}  {text}", file=sys.stderr)


def _close(given: argparse.Namespace) -> int:
    month = month_from(given.month)
    workspace = Workspace.open(given.db)
    closed = close_month(
        workspace, month, comment=given.comment, user=getpass.getuser(), at=datetime.now(UTC), progress=_progress
    )
    print(tables.closed_text(closed, checklist(close_facts(workspace, closed.prognosis))))
    for words in damage(workspace):
        print(words, file=sys.stderr)
    return 0


def _report(given: argparse.Namespace) -> int:
    kind = check_kind(given.to)
    audience = next((one for one in AUDIENCES if one == (given.audience or COMMITTEE)), None)
    if audience is None:
        raise UserFault(f"»{given.audience}« er ikke en læser. Vælg {' eller '.join(AUDIENCES)}.")
    workspace = Workspace.open(given.db)
    scenarios = [read_scenario(path, workspace.reference) for path in given.scenario]
    facts = gather_paper(workspace, month_from(given.as_of), scenarios=scenarios, progress=_progress)
    write_report(build_report(facts, audience), given.to)
    note_paper(workspace, facts.prognosis, audience, kind, user=getpass.getuser(), at=datetime.now(UTC))
    print(tables.paper_text(given.to, facts.prognosis, audience, chosen=given.audience is not None))
    if facts.hit_rate is None:
        print(tables.UNMEASURED_PAPER, file=sys.stderr)
    return 0


def _undo(given: argparse.Namespace) -> int:
    result = undo_last(Workspace.open(given.db), user=getpass.getuser(), at=datetime.now(UTC))
    print(tables.undo_text(result))
    return 0


def _serve(given: argparse.Namespace) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    workspace = Workspace.open(given.db)
    _refuse_taken(given.port)
    _warm(workspace)
    print(f"Styringscockpit: http://localhost:{given.port}  (stop med Ctrl+C)", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={given.port}"]
    environment = {
        # Without an address Streamlit asks a server on the internet for this machine's.
        "STREAMLIT_BROWSER_SERVER_ADDRESS": "localhost",
        **os.environ,
        "COCKPIT_DB": str(workspace.path.resolve()),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    # Streamlit's own greeting is English and says the address again; its warnings go to standard error.
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            _warm_month_before(workspace)
            return server.wait()
        finally:
            server.terminate()


def _stop(_number: int, _frame: object) -> NoReturn:
    """A wish to stop is no fault, whatever is going on."""
    raise SystemExit(0)


def _refuse_taken(port: int) -> None:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("", port))
    except (OSError, OverflowError) as fault:
        raise UserFault(f"Port {port} kan ikke bruges; måske kører cockpittet allerede. Vælg en anden.") from fault


def _warm(workspace: Workspace) -> None:
    """Compute the newest prognosis, so that the first page opens at once."""
    if not workspace.is_empty():
        print("Beregner prognosen, så siderne åbner med det samme ...", flush=True)
        make_prognosis(workspace)


def _warm_month_before(workspace: Workspace) -> None:
    """Compute what moved the newest prognosis since the month before, while the pages can be read already."""
    with suppress(UserFault):  # whoever opens the page is told
        if not workspace.is_empty():
            with_month_before(workspace, make_prognosis(workspace))


def _print_json(document: dict) -> None:
    # Written in one piece: where a number cannot be written, nothing half is on standard output.
    print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a sign that the terminal lacks must not stop the work
    try:
        given = build_parser().parse_args(arguments)
        code: int = given.run(given)
        sys.stdout.flush()
        return code
    except UserFault as fault:
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Afbrudt.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Somebody closed the pipe (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
