"""What the command line says when it cannot do what it was asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.__main__ import build_parser, main
from tests.cli.conftest import ROOT, Cockpit


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Der mangler noget: KOMMANDO"),
        (["flyv"], "»flyv« er ikke en kommando"),
        (["import"], "Der mangler noget: STI"),
        (["import", "x", "--tør"], "»--tør« er ikke et tilvalg"),
        (["import", "x", "--as-of"], "--as-of mangler en værdi"),
        (["import", "findes-ikke.csv"], "findes-ikke.csv findes ikke"),
        (["import", ".", "--as-of", "juni"], "»juni« er ikke en måned"),
        (["import", "README.md", "--profile", "nabo"], "Kolonneprofilen nabo findes ikke"),
        (["demo", "--months", "0"], "mellem 1 og 80"),
        (["demo", "--seed", "en"], "--seed skal være et helt tal"),
        (["demo", "--seed", "-1"], "--seed er 0 eller et positivt helt tal"),
        (["serve", "--port", "99999999"], "Port 99999999 kan ikke bruges"),
        (["forecast"], "Der er ingen data endnu"),
        (["forecast", "--json"], "Der er ingen data endnu"),
        (["forecast", "--level", "kommune"], "»kommune« er ikke et niveau"),
        (["undo"], "lageret er tomt"),
    ],
)
def test_the_users_faults_end_with_2_and_a_danish_sentence_on_standard_error(
    arguments: list[str], said: str, cockpit: Cockpit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for name, value in cockpit.environment.items():
        monkeypatch.setenv(name, value)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""
    assert not cockpit.store.parent.exists()


def test_a_fault_ends_the_process_with_2_and_no_traceback(cockpit: Cockpit) -> None:
    done = cockpit.run("import", "findes-ikke.csv", "--json", code=2)
    assert done.stdout == ""
    assert done.stderr == "Filen eller mappen findes-ikke.csv findes ikke. Kontrollér stien.\n"


def test_a_broken_store_is_the_users_fault_and_not_a_bug(cockpit: Cockpit) -> None:
    cockpit.store.parent.mkdir()
    cockpit.store.write_bytes(b"dette er ikke et datalager")
    done = cockpit.run("forecast", code=2)
    assert cockpit.store.name in done.stderr
    assert cockpit.store.read_bytes() == b"dette er ikke et datalager"


def test_a_reader_that_hangs_up_is_no_fault(cockpit: Cockpit, tmp_path: Path) -> None:
    ledger = tmp_path / "posteringer.csv"
    ledger.write_text("periode;konto;beloeb\n2025-03;528221002;1000,00\n", encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cockpit", "import", str(ledger), "--dry-run"]
    told = subprocess.PIPE
    done = subprocess.run(command, cwd=ROOT, env=cockpit.environment, stdout=writer, stderr=told, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_is_danish_and_names_every_command(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    for word in ("brug:", "demo", "import", "forecast", "undo", "serve", "vis denne hjælp"):
        assert word in out
    for english in ("usage", "options", "positional", "show this"):
        assert english not in out


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    (commands,) = [action for action in build_parser()._actions if action.dest == "command"]
    assert commands.choices
    for name, parser in commands.choices.items():
        assert f"| `{name}" in page
        for action in parser._actions:
            for option in action.option_strings:
                assert option in page or option in ("-h", "--help"), f"{name} {option}"
