"""A file is replaced as a whole or not at all, whoever reads it meanwhile, and keeps its permissions."""

import os
import stat
import threading
from pathlib import Path

import pytest

from cockpit.plumbing.files import SHARED, file_stamp, replace_file


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("lasting", [True, False])
def test_the_content_is_replaced_and_nothing_else_is_left_in_the_folder(tmp_path, lasting):
    path = tmp_path / "new folder" / "file.toml"
    replace_file(path, b"first, and longer", lasting=lasting)
    before = file_stamp(path)
    replace_file(path, b"second", lasting=lasting)
    assert path.read_bytes() == b"second"
    assert file_stamp(path) != before
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_is_private_unless_it_is_to_be_shared_and_one_that_is_there_keeps_its_permissions(tmp_path):
    private, shared = tmp_path / "a", tmp_path / "b"
    replace_file(private, b"")
    replace_file(shared, b"", mode=SHARED)
    beside = tmp_path / "c"
    beside.touch()  # has what the umask lets a new file have
    assert (mode_of(private), mode_of(shared)) == (0o600, mode_of(beside))
    private.chmod(0o640)
    replace_file(private, b"again")
    assert mode_of(private) == 0o640


def test_what_cannot_be_put_in_place_leaves_everything_as_it_was(tmp_path):
    folder = tmp_path / "file.csv"
    (folder / "within").mkdir(parents=True)
    with pytest.raises(OSError, match=r"directory|mappe"):
        replace_file(folder, b"new")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file.csv"]
    assert (folder / "within").is_dir()


def test_whoever_reads_finds_one_whole_or_the_other(tmp_path):
    path, contents = tmp_path / "file", [b"a" * 300_000, b"b" * 300_000]
    replace_file(path, contents[0])
    done, seen = threading.Event(), set()

    def read():
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30):
        replace_file(path, contents[number % 2], lasting=False)
    done.set()
    reader.join()
    assert seen <= set(contents)


def test_no_file_has_no_stamp(tmp_path):
    assert file_stamp(tmp_path / "absent") is None
    assert file_stamp(tmp_path) == (os.stat(tmp_path).st_ino, *file_stamp(tmp_path)[1:])
