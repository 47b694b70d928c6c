"""`import` and `undo` from outside: what is said, what is stored, and what never reaches the disk."""

import hashlib
from pathlib import Path

from cockpit.services.workspace import Workspace
from tests.cli.conftest import Cockpit
from tests.personal import cpr_number

HEADER = "indsats_id;borger_id;type;startdato;slutdato;takst;enhed"
GOOD_ROW = "A1;B1;Plejefamilie;01-01-2025;;1.400,00;doegn"
DOCUMENT = {"as_of", "files", "stored"}
FILE = {"path", "kind", "rows_read", "rows_stored", "rows_rejected", "findings"}
FINDING = {"severity", "row", "column", "value", "message"}
CPR_NUMBERS = (cpr_number("", "010409"), cpr_number("-", "290212"), cpr_number(" ", "311213"))


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_good_load_is_told_in_exactly_the_promised_document(cockpit: Cockpit, demo_folder: Path) -> None:
    done = cockpit.json("import", demo_folder)
    assert set(done) == DOCUMENT
    assert done["as_of"] == "2026-08"
    assert done["stored"] is True
    assert {file["kind"] for file in done["files"]} == {"indsatser", "posteringer", "budget", "folketal"}
    for file in done["files"]:
        assert set(file) == FILE
        assert file["rows_read"] == file["rows_stored"] + file["rows_rejected"] > 0
        assert file["rows_read"] == len(Path(file["path"]).read_text(encoding="utf-8-sig").splitlines()) - 1
        assert all(set(finding) == FINDING for finding in file["findings"])
        assert all(finding["severity"] == "warning" for finding in file["findings"])


def test_loading_the_same_files_again_changes_not_one_byte(cockpit: Cockpit, demo_folder: Path) -> None:
    cockpit.run("import", demo_folder)
    before = digest(cockpit.store)
    again = cockpit.json("import", demo_folder)
    assert again["stored"] is True
    assert digest(cockpit.store) == before
    for file in again["files"]:
        assert any("allerede indlæst" in finding["message"] for finding in file["findings"])


def test_a_dry_run_tells_everything_and_leaves_nothing(cockpit: Cockpit, demo_folder: Path) -> None:
    done = cockpit.json("import", demo_folder, "--dry-run")
    assert done["stored"] is False
    assert all(file["rows_read"] > 0 for file in done["files"])
    assert not cockpit.store.parent.exists()


def test_a_dry_run_tells_what_the_load_would_tell(cockpit: Cockpit, tmp_path: Path) -> None:
    header = "periode;konto;beloeb"
    january = write(tmp_path / "udtræk" / "januar.csv", header, "2025-01;528221002;10,00", "2025-01;528231001;20,00")
    cockpit.run("import", january)
    fewer = write(tmp_path / "udtræk" / "ny.csv", header, "2025-01;528221002;10,00")
    (tried,) = cockpit.json("import", fewer, "--dry-run")["files"]
    (loaded,) = cockpit.json("import", fewer)["files"]
    assert tried == loaded
    assert ["528231001" in finding["message"] for finding in tried["findings"]] == [True]


def test_a_month_not_booked_and_spells_that_vanish_are_told_at_import(cockpit: Cockpit, tmp_path: Path) -> None:
    rows = [f"A{at};B{at};Plejefamilie;01-01-2025;;1.400,00;doegn" for at in range(5)]
    ledger = write(tmp_path / "januar" / "posteringer.csv", "periode;konto;beloeb", "2025-01;528221002;10,00")
    cockpit.run("import", write(tmp_path / "januar" / "indsatser.csv", HEADER, *rows).parent)
    write(ledger, "periode;konto;beloeb", "2025-03;528221002;10,00")
    children = write(ledger.parent / "indsatser.csv", HEADER, *rows[:4])
    found = cockpit.json("import", ledger.parent, "--as-of", "2025-03")["files"]
    told = {Path(file["path"]).name: [finding["message"] for finding in file["findings"]] for file in found}
    assert any("1 af de 5 indsatser" in message for message in told[children.name])
    assert any("ingen posteringer for feb." in message for message in told[ledger.name])


def test_every_fault_is_told_with_row_column_and_value_and_nothing_is_stored(cockpit: Cockpit, tmp_path: Path) -> None:
    faulty = write(
        tmp_path / "fejl" / "indsatser.csv",
        HEADER,
        GOOD_ROW,
        "A2;B2;Plejefamilie;31-02-2025;;1.400,00;doegn",
        "A3;B3;Rumrejse;01-01-2025;;1.400,00;doegn",
        "A4;B4;Plejefamilie;01-03-2025;01-02-2025;1.400,00;doegn",
        "A5;B5;Plejefamilie;01-01-2025;;mange penge;doegn",
        "A6;B6;Plejefamilie;01-01-2025;;-5,00;doegn",
        "A1;B1;Plejefamilie;01-01-2025;;1.500,00;doegn",
    )
    done = cockpit.json("import", faulty, "--as-of", "2025-06", code=2)
    assert (done["as_of"], done["stored"]) == ("2025-06", False)
    (file,) = done["files"]
    assert (file["rows_read"], file["rows_stored"], file["rows_rejected"]) == (7, 0, 7)
    errors = [finding for finding in file["findings"] if finding["severity"] == "error"]
    assert {(error["row"], error["column"], error["value"]) for error in errors} == {
        (3, "startdato", "31-02-2025"),
        (4, "type", "Rumrejse"),
        (5, "slutdato", "01-02-2025"),
        (6, "takst", "mange penge"),
        (7, "takst", "-5,00"),
        (8, "startdato", "01-01-2025"),
    }
    assert all(set(error) == FINDING and len(error["message"]) > 20 for error in errors)
    assert not cockpit.store.exists()


def test_one_faulty_file_stops_the_whole_load_for_people_too(
    cockpit: Cockpit, demo_folder: Path, tmp_path: Path
) -> None:
    faulty = write(tmp_path / "indsatser.csv", HEADER, "A2;B2;Plejefamilie;31-02-2025;;1.400,00;doegn")
    done = cockpit.run("import", demo_folder / "posteringer.csv", faulty, code=2)
    assert "FEJL række 2, kolonne startdato, »31-02-2025«" in done.stdout
    assert done.stderr == "Intet er gemt. Ret fejlene ovenfor, og indlæs igen.\n"
    assert not cockpit.store.exists()


def test_undo_takes_back_the_last_load_and_only_that(cockpit: Cockpit, demo_folder: Path, tmp_path: Path) -> None:
    cockpit.run("import", demo_folder / "posteringer.csv")
    cockpit.run("import", write(tmp_path / "indsatser.csv", HEADER, GOOD_ROW))
    undone = cockpit.run("undo")
    assert "indsatser.csv" in undone.stdout
    assert undone.stderr == ""
    assert _workspace(cockpit).batches()["kind"].tolist() == ["postings"]
    assert "posteringer.csv" in cockpit.run("undo").stdout
    assert _workspace(cockpit).is_empty()


def _workspace(cockpit: Cockpit) -> Workspace:
    return Workspace.open(cockpit.store, cockpit.environment)


def test_a_broken_store_is_the_users_fault_and_not_a_bug(cockpit: Cockpit, demo_folder: Path) -> None:
    write(cockpit.store, "dette er ikke et datalager")
    assert len(cockpit.run("import", demo_folder, code=2).stderr) > 20
    assert cockpit.store.read_text(encoding="utf-8-sig").startswith("dette")


def test_a_cpr_number_never_reaches_disk_or_output(cockpit: Cockpit, tmp_path: Path) -> None:
    """Planted as the child's id, in free text, in a file's name, and where it makes a fault."""
    first, second, third = CPR_NUMBERS
    children = write(
        tmp_path / "udtræk" / f"indsatser {first}.csv",
        "indsats_id;cpr;type;startdato;slutdato;takst;enhed;leverandoer",
        f"A1;{first};Plejefamilie;01-01-2025;;1.400,00;doegn;Familien ({second})",
        f"{second};{second};Plejefamilie;01-01-2025;;1.400,00;doegn;Familieplejen",
    )
    ledger = write(
        tmp_path / "udtræk" / "posteringer.csv",
        "periode;konto;beloeb;tekst;bilag",
        f"2025-03;528221002;1000,00;Vederlag vedr. {third};{first}",
    )
    said = cockpit.run("import", children, ledger).stdout
    faulty = write(
        tmp_path / "udtræk" / "fejl.csv",
        "periode;konto;beloeb;tekst",
        f"2025-04;528221002;{second};Vederlag",
        f"{first};528221002;1,00;Vederlag",
    )
    fault = cockpit.run("import", faulty, "--json", code=2)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and "udtræk" not in path.parts]
    assert cockpit.store in written
    everything = b"".join([*(path.read_bytes() for path in written), *(str(path).encode() for path in written)])
    stored = _everything_stored(cockpit)
    for number in CPR_NUMBERS:
        for shape in (number, number.replace("-", "").replace(" ", ""), number.replace("-", " ")):
            assert shape.encode() not in everything
            assert shape not in said + fault.stdout + fault.stderr + stored


def _everything_stored(cockpit: Cockpit) -> str:
    """Read back through the store, because it packs text on the disk."""
    workspace = _workspace(cockpit)
    known = workspace.store.read(workspace.months()[-1])
    frames = (known.interventions, known.postings, workspace.batches())
    assert all(len(frame) for frame in frames)
    return "".join(frame.to_csv() for frame in frames)


def test_the_key_is_made_elsewhere_and_readable_by_its_owner_only(cockpit: Cockpit, tmp_path: Path) -> None:
    cockpit.run("import", write(tmp_path / "indsatser.csv", HEADER, GOOD_ROW))
    assert cockpit.key_file.stat().st_mode & 0o777 == 0o600
    key = cockpit.key_file.read_bytes().strip()
    for path in cockpit.store.parent.rglob("*"):
        assert not path.is_file() or key not in path.read_bytes()
