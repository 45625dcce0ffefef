"""Every file and folder is seen, whatever it is called and whatever it is; nothing that is odd is opened."""

from __future__ import annotations

import ast
import contextlib
import errno
import os
import socket
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from tests.links import link
from tests.windows import on_wine
from wizard.engine.files import paths, walk
from wizard.engine.files.walk import File, Folder
from wizard.errors import SourceError, why
from wizard.language.json_form import values_as_json
from wizard.language.message import Message
from wizard.reasons import Reason

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may become somebody else"
)
slow_on_wine = pytest.mark.skipif(on_wine(), reason="Wine looks through whole folders for every name in a path")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the file systems of Linux allow it")


def walked(*roots: Path) -> list[Folder]:
    return list(walk.walk([os.fsencode(root) for root in roots]))


def files(folders: list[Folder]) -> dict[bytes, File]:
    return {file.name: file for folder in folders for file in folder.files}


def test_a_file_comes_with_its_size_and_time(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123")
    os.utime(tmp_path / "a", ns=(1, 1_234_567_890_123_456_700))
    (folder,) = walked(tmp_path)
    assert folder == Folder(os.fsencode(tmp_path), [File(b"a", 3, 1_234_567_890_123_456_700)], None)


def test_folders_come_before_those_inside_them_and_all_in_order(tmp_path: Path) -> None:
    for name in ("b/2/x", "b/10/x", "a/z", "c", "D"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [(os.fsdecode(one.path), [file.name for file in one.files]) for one in walked(tmp_path)]
    assert [(os.path.relpath(path, tmp_path).replace(os.sep, "/"), names) for path, names in found] == [
        (".", [b"D", b"c"]),
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


@slow_on_wine
def test_a_tree_deeper_than_any_recursion_is_walked(tmp_path: Path) -> None:
    depth = 1200  # paths of this depth still fit into what the system takes
    inside = [paths.system_path(os.fsencode(tmp_path / "/".join("d" * deep))) for deep in range(1, depth + 1)]
    image = paths.system_path(os.fsencode(tmp_path / "/".join("d" * depth) / "image"))
    try:
        for folder in inside:
            os.mkdir(folder)
        os.close(os.open(image, os.O_CREAT))
        folders = walked(tmp_path)
    finally:  # pytest's own tidying up, also that of the next run, is not made for so deep a tree
        with contextlib.suppress(FileNotFoundError):
            os.remove(image)
        for folder in reversed(inside):
            with contextlib.suppress(FileNotFoundError):
                os.rmdir(folder)
    assert len(folders) == depth + 1
    assert [file.name for file in folders[-1].files] == [b"image"]


@linux_only
def test_a_path_that_is_longer_than_the_system_takes_is_reported(tmp_path: Path) -> None:
    script = "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(25): os.mkdir('x' * 200); os.chdir('x' * 200)"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    *open_folders, last = walked(tmp_path)
    assert all(folder.error is None for folder in open_folders)
    assert last.error == Reason("folder_not_opened", why=Message("the name or path is too long"))


def test_links_are_listed_and_not_followed_so_that_loops_are_harmless(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "image").write_bytes(b"123")
    link(tmp_path / "real" / "loop", tmp_path)
    link(tmp_path / "folder", tmp_path / "real")
    link(tmp_path / "file", tmp_path / "real" / "image")
    link(tmp_path / "broken", tmp_path / "missing")
    folders = walked(tmp_path)
    assert len(folders) == 2
    found = files(folders)
    assert set(found) == {b"image", b"loop", b"folder", b"file", b"broken"}
    assert {name for name, file in found.items() if "link" in file.oddity} == set(found) - {b"image"}


@needs_root
@linux_only
def test_a_folder_that_leads_back_to_one_above_it_is_listed_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / "a" / "again").mkdir(parents=True)
    if subprocess.call(["mount", "--bind", str(tmp_path / "a"), str(tmp_path / "a" / "again")]):
        pytest.skip("nothing can be mounted here")
    try:
        top, a, again = walked(tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path / "a" / "again")], check=True)
    assert (top.error, a.error) == (None, None)
    assert again == Folder(os.fsencode(tmp_path / "a" / "again"), [], Reason("folder_leads_back"))


@linux_only
def test_pipes_sockets_and_devices_are_listed_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket"))
        found = files(walked(tmp_path))
    assert set(found) == {b"pipe", b"socket"}
    assert {file.oddity for file in found.values()} == {"device"}


@pytest.mark.parametrize("what", ["missing", "a file"])
def test_a_source_folder_that_cannot_be_opened_ends_the_walk(what: str, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "good").mkdir()
    walking = walk.walk([os.fsencode(tmp_path / "good"), os.fsencode(tmp_path / what)])
    assert next(walking).error is None
    with pytest.raises(SourceError, match=rf"{what} cannot be opened"):
        next(walking)


def test_a_source_folder_that_goes_away_under_way_ends_the_walk(tmp_path: Path) -> None:
    for name in ("source/a", "source/b"):
        (tmp_path / name).mkdir(parents=True)
    walking = walk.walk([os.fsencode(tmp_path / "source")])
    next(walking)
    (tmp_path / "source").rename(tmp_path / "gone")
    with pytest.raises(SourceError, match="source disappeared"):
        next(walking)


def test_when_a_list_breaks_off_what_was_listed_is_given_with_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bad/1", "bad/2", "bad/3", "good/1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    really = os.scandir

    class Breaking(contextlib.ExitStack):
        """The system's list, which ends with an error after two entries."""

        def __init__(self, path: bytes) -> None:
            super().__init__()
            self._entries = self.enter_context(really(path))
            self._left = 2 if path.endswith(b"bad") else 99

        def __iter__(self) -> Breaking:
            return self

        def __next__(self) -> os.DirEntry[bytes]:
            if not self._left:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            self._left -= 1
            return next(self._entries)

    monkeypatch.setattr(os, "scandir", Breaking)
    _, bad, good = walked(tmp_path)
    assert (len(bad.files), bad.error) == (2, Reason("folder_not_finished", why=why(OSError(errno.EIO, ""))))
    assert (len(good.files), good.error) == (1, None)


def test_a_folder_of_many_files_comes_in_pieces_that_hold_each_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PIECE", 4)
    for number in range(12):
        (tmp_path / f"file {number}").touch()
        (tmp_path / f"folder {number}").mkdir()
    folders = walked(tmp_path)
    top = [folder for folder in folders if folder.path == os.fsencode(tmp_path)]
    names = [[file.name for file in piece.files] for piece in top]
    assert folders[: len(top)] == top
    assert len(folders) == len(top) + 12
    assert all(0 < len(piece) <= 4 and piece == sorted(piece) for piece in names[1:])
    assert sorted(name for piece in names for name in piece) == sorted(os.fsencode(f"file {n}") for n in range(12))


@pytest.mark.long
@slow_on_wine
def test_memory_stays_flat_in_a_folder_of_very_many_files_and_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PIECE", 500)
    for number in range(30_000):
        os.close(os.open(str(tmp_path / f"{number:06d}"), os.O_CREAT))
    for number in range(5_000):
        os.mkdir(str(tmp_path / f"folder {number:06d}"))
    tracemalloc.start()
    try:
        files = sum(len(folder.files) for folder in walk.walk([os.fsencode(tmp_path)]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert files == 30_000
    assert peak < 400_000  # bytes; all of them at a time would be six millions


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


def as_nobody(folder: Path, what: str) -> list[object]:
    """List each folder below this one as a user without rights."""
    script = (
        "import os, sys\nfrom wizard.engine.files import walk\n"
        "os.chdir(sys.argv[1])\nos.setgid(65534)\nos.setuid(65534)\n"
        f"print([({what}) for folder in walk.walk([b'.'])])"
    )
    folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, check=True)
    found: list[object] = ast.literal_eval(done.stdout.decode())
    return found


DENIED = values_as_json({"why": why(OSError(errno.EACCES, ""))})


@needs_root
def test_what_this_user_may_not_read_is_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(mode=0o700)
    (tmp_path / "secret" / "image").touch()
    (tmp_path / "open").mkdir()
    assert as_nobody(tmp_path, "folder.path, folder.error and folder.error.stored") == [
        (b".", None),
        (b"./open", None),
        (b"./secret", ("folder_not_opened", DENIED)),
    ]


@needs_root
def test_where_names_may_be_read_and_nothing_more_folders_and_files_are_listed_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "names only" / "folder").mkdir(parents=True)
    (tmp_path / "names only" / "file").touch()
    (tmp_path / "names only").chmod(0o744)
    assert as_nobody(
        tmp_path, "folder.path, folder.error and folder.error.code, [file.error for file in folder.files]"
    ) == [
        (b".", None, []),
        (b"./names only", None, [DENIED]),
        (b"./names only/folder", "folder_not_opened", []),
    ]


@pytest.mark.parametrize(
    ("attributes", "tag", "leads_elsewhere"),
    [
        (0x10, 0, False),
        (0x410, 0xA0000003, True),  # a junction
        (0x420, 0xA000000C, True),  # a symbolic link
        (0x420, 0xA000001D, True),  # a link made by Linux on Windows
        (0x420, 0x80000013, False),  # a file that the server has deduplicated
        (0x420, 0xC0000004, False),  # a file that was moved to slower storage
        (0x410, 0x9000601A, False),  # a folder that is kept in a cloud too
    ],
)
def test_links_of_windows_are_told_from_files_that_are_only_stored_elsewhere(
    attributes: int, tag: int, leads_elsewhere: bool
) -> None:
    class Status:
        st_file_attributes = attributes
        st_reparse_tag = tag

    assert walk.is_junction(Status()) == leads_elsewhere  # type: ignore[arg-type]
    assert not walk.is_junction(os.stat(__file__))
