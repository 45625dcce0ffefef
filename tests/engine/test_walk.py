"""Every file and folder is seen, whatever it is called and whatever it is; nothing that is odd is opened."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from wizard.engine import walk
from wizard.engine.walk import File, Folder

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the file systems of Linux allow it")


def walked(*roots: Path) -> list[Folder]:
    return list(walk.walk([os.fsencode(root) for root in roots]))


def files(folders: list[Folder]) -> dict[bytes, File]:
    return {file.name: file for folder in folders for file in folder.files}


def test_a_file_comes_with_its_size_and_time(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123")
    os.utime(tmp_path / "a", ns=(1, 1_234_567_890_123_456_789))
    (folder,) = walked(tmp_path)
    assert folder == Folder(os.fsencode(tmp_path), [File(b"a", 3, 1_234_567_890_123_456_789)], None)


def test_folders_come_before_those_inside_them_and_all_in_order(tmp_path: Path) -> None:
    for name in ("b/2/x", "b/10/x", "a/z", "c", "B"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [(os.fsdecode(one.path), [file.name for file in one.files]) for one in walked(tmp_path)]
    assert [(os.path.relpath(path, tmp_path), names) for path, names in found] == [
        (".", [b"B", b"c"]),
        ("a", [b"z"]),
        ("b", []),
        ("b/10", [b"x"]),
        ("b/2", [b"x"]),
    ]


def test_the_roots_come_in_the_order_given(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "inside").mkdir(parents=True)
    two, one = tmp_path / "two", tmp_path / "one"
    assert [Path(os.fsdecode(folder.path)) for folder in walked(two, one)] == [two, two / "inside", one, one / "inside"]


@linux_only
@pytest.mark.parametrize("name", [b"\xff\xfe.dcm", b"line\nbreak", b" ", "Ümläut.dcm".encode(), b"x" * 255])
def test_any_name_is_kept_as_it_is(name: bytes, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/" + name
    os.mkdir(folder)
    with open(folder + b"/" + name, "wb"):
        pass
    assert walked(tmp_path)[1] == Folder(folder, [File(name, 0, os.stat(folder + b"/" + name).st_mtime_ns)], None)


def test_a_tree_deeper_than_any_recursion_is_walked(tmp_path: Path) -> None:
    depth = 1200  # paths of this depth still fit into what the system takes
    here = str(tmp_path)
    for _ in range(depth):
        here += "/d"
        os.mkdir(here)
    Path(here, "image").touch()
    folders = walked(tmp_path)
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # too deep for what tidies up after the tests
    assert len(folders) == depth + 1
    assert [file.name for file in folders[-1].files] == [b"image"]


@linux_only
def test_a_path_that_is_longer_than_the_system_takes_is_reported(tmp_path: Path) -> None:
    script = "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(25): os.mkdir('x' * 200); os.chdir('x' * 200)"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    *open_folders, last = walked(tmp_path)
    assert all(folder.error is None for folder in open_folders)
    assert last.error == "File name too long"


def test_links_are_listed_and_not_followed_so_that_loops_are_harmless(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "image").write_bytes(b"123")
    (tmp_path / "real" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "folder").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "file").symlink_to(tmp_path / "real" / "image")
    (tmp_path / "broken").symlink_to(tmp_path / "missing")
    folders = walked(tmp_path)
    assert len(folders) == 2
    found = files(folders)
    assert set(found) == {b"image", b"loop", b"folder", b"file", b"broken"}
    assert {name for name, file in found.items() if "link" in file.oddity} == set(found) - {b"image"}


@linux_only
def test_pipes_sockets_and_devices_are_listed_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket"))
        found = files(walked(tmp_path))
    assert set(found) == {b"pipe", b"socket"}
    assert all("was not opened" in file.oddity for file in found.values())


def test_a_folder_that_cannot_be_opened_is_listed_with_the_reason(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert walked(missing) == [Folder(os.fsencode(missing), [], "No such file or directory")]


def test_a_folder_that_vanishes_during_the_walk_is_listed_and_the_walk_goes_on(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    walking = walk.walk([os.fsencode(tmp_path)])
    next(walking)
    (tmp_path / "b").rmdir()
    assert [(os.path.basename(folder.path), bool(folder.error)) for folder in walking] == [
        (b"a", False),
        (b"b", True),
        (b"c", False),
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may become somebody else")
def test_what_this_user_may_not_read_is_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(mode=0o700)
    (tmp_path / "secret" / "image").touch()
    (tmp_path / "open").mkdir()
    script = (
        "import os, sys\nfrom wizard.engine import walk\nos.chdir(sys.argv[1])\nos.setgid(65534)\nos.setuid(65534)\n"
        "print([(folder.path, folder.error) for folder in walk.walk([b'.'])])"
    )
    tmp_path.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, check=True)
    assert done.stdout.decode().strip() == str([(b".", None), (b"./open", None), (b"./secret", "Permission denied")])


def test_a_reparse_point_of_windows_is_known_by_its_attribute() -> None:
    class Status:
        st_file_attributes = 0x410

    assert walk.is_junction(Status())  # type: ignore[arg-type]
    Status.st_file_attributes = 0x10
    assert not walk.is_junction(Status())  # type: ignore[arg-type]
    assert not walk.is_junction(os.stat(__file__))
