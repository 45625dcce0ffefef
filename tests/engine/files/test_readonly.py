"""Copy only: nothing in this process can change a source folder, whichever library asks.

The hook cannot be removed again, so that it works in a process of its own here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import fingerprint
from wizard.engine.files import readonly

SCRIPT = """
import json, os, pathlib, shutil, sqlite3, sys, tempfile, zipfile
from wizard.engine.files import readonly

home, names = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
src, out, beside = home / "src", home / "out", home / "src2"
if os.name != "nt":
    folder = os.open(str(src), os.O_RDONLY)
    handle = os.open(str(src / "a.dcm"), os.O_RDONLY)
readonly.protect([src if os.name == "nt" else home / "link to src"])
os.chdir(str(out))

CHANGES = {
    "open to write": lambda: open(src / "a.dcm", "wb"),
    "open to append": lambda: open(src / "a.dcm", "ab"),
    "open to update": lambda: open(src / "a.dcm", "r+b"),
    "open to make": lambda: open(src / "new", "x"),
    "open by a path of bytes": lambda: open(os.fsencode(src / "a.dcm"), "wb"),
    "open by a relative path": lambda: open("../src/sub/../a.dcm", "wb"),
    "open through a link": lambda: open(out / "link to a.dcm", "wb"),
    "open below a linked folder": lambda: open(home / "link to src" / "sub" / "new", "wb"),
    "os.open to write": lambda: os.open(str(src / "a.dcm"), os.O_WRONLY),
    "os.open to make": lambda: os.open(str(src / "new"), os.O_RDONLY | os.O_CREAT),
    "os.open to empty": lambda: os.open(str(src / "a.dcm"), os.O_RDONLY | os.O_TRUNC),
    "Path.write_bytes": lambda: (src / "new").write_bytes(b"x"),
    "Path.touch": lambda: (src / "a.dcm").touch(),
    "tempfile": lambda: tempfile.NamedTemporaryFile(dir=str(src)),
    "zip file": lambda: zipfile.ZipFile(str(src / "new.zip"), "w"),
    "remove": lambda: os.remove(str(src / "a.dcm")),
    "remove by folder": lambda: os.remove("a.dcm", dir_fd=folder),
    "remove a link": lambda: os.remove(str(src / "link out")),
    "rmdir": lambda: os.rmdir(str(src / "empty")),
    "rmdir by folder": lambda: os.rmdir("empty", dir_fd=folder),
    "mkdir": lambda: os.mkdir(str(src / "new")),
    "mkdir by folder": lambda: os.mkdir("new", dir_fd=folder),
    "makedirs": lambda: os.makedirs(str(src / "new" / "deep")),
    "rename within": lambda: os.rename(str(src / "a.dcm"), str(src / "b.dcm")),
    "rename out": lambda: os.rename(str(src / "a.dcm"), str(out / "a.dcm")),
    "rename in": lambda: os.rename(str(out / "mine"), str(src / "mine")),
    "rename by folder": lambda: os.rename("a.dcm", "b.dcm", src_dir_fd=folder, dst_dir_fd=folder),
    "replace": lambda: os.replace(str(out / "mine"), str(src / "a.dcm")),
    "rename the whole": lambda: os.rename(str(src), str(home / "moved")),
    "chmod": lambda: os.chmod(str(src / "a.dcm"), 0o777),
    "chmod an open file": lambda: os.chmod(handle, 0o777),
    "fchmod": lambda: os.fchmod(handle, 0o777),
    "chmod the whole": lambda: os.chmod(str(src), 0o777),
    "chown": lambda: os.chown(str(src / "a.dcm"), os.getuid(), os.getgid()),
    "utime": lambda: os.utime(str(src / "a.dcm")),
    "utime of an open file": lambda: os.utime(handle),
    "utime by folder": lambda: os.utime("a.dcm", dir_fd=folder),
    "utime of a link": lambda: os.utime(str(src / "link out"), follow_symlinks=False),
    "truncate": lambda: os.truncate(str(src / "a.dcm"), 1),
    "truncate an open file": lambda: os.truncate(handle, 1),
    "link in": lambda: os.link(str(out / "mine"), str(src / "new")),
    "link out": lambda: os.link(str(src / "a.dcm"), str(out / "new")),
    "symlink": lambda: os.symlink("/", str(src / "new")),
    "setxattr": lambda: os.setxattr(str(src / "a.dcm"), "user.x", b"x"),
    "rmtree": lambda: shutil.rmtree(str(src)),
    "rmtree that ignores errors": lambda: shutil.rmtree(str(src / "sub"), ignore_errors=True),
    "rmtree from above": lambda: shutil.rmtree(str(home / "above")),
    "move out": lambda: shutil.move(str(src / "a.dcm"), str(out / "a.dcm")),
    "move in": lambda: shutil.move(str(out / "mine"), str(src)),
    "copy in": lambda: shutil.copy2(str(out / "mine"), str(src / "new")),
    "copy a tree in": lambda: shutil.copytree(str(out), str(src / "new")),
    "copy attributes": lambda: shutil.copystat(str(out / "mine"), str(src / "a.dcm")),
    "a database": lambda: sqlite3.connect(str(src / "new.sqlite")),
    "a second protected folder": lambda: open(home / "above" / "src3" / "new", "wb"),
}
READING = {
    "open": lambda: open(src / "a.dcm", "rb").close(),
    "open as text": lambda: open(src / "a.dcm").close(),
    "our own way": lambda: os.close(readonly.open_source(os.fsencode(src / "a.dcm"))),
    "stat": lambda: os.stat(str(src / "a.dcm")),
    "scandir": lambda: list(os.scandir(str(src))),
    "walk": lambda: list(os.walk(str(src))),
    "read a link": lambda: os.readlink(str(src / "link out")),
    "copy out": lambda: shutil.copy2(str(src / "a.dcm"), str(out / "copy")),
    "copy a tree out": lambda: shutil.copytree(str(src), str(out / "tree"), symlinks=True),
}
ELSEWHERE = {
    "a folder whose name begins alike": lambda: (beside / "new").write_bytes(b"x"),
    "a file whose name begins alike": lambda: (home / "src.txt").write_bytes(b"x"),
    "the folder above": lambda: os.mkdir(str(home / "new")),
    "rename": lambda: os.rename(str(beside / "old"), str(beside / "renamed")),
    "remove": lambda: os.remove(str(beside / "renamed")),
    "a way back out": lambda: (src / ".." / "src2" / "other").write_bytes(b"x"),
    "a link to the source": lambda: os.symlink(str(src), str(out / "new link")),
    "a database": lambda: sqlite3.connect(str(beside / "new.sqlite")).close(),
    "an open descriptor": lambda: os.fdopen(os.open(str(out / "mine"), os.O_WRONLY), "wb").close(),
    "rmtree": lambda: shutil.rmtree(str(beside)),
}

readonly.protect([home / "above" / "src3"])
results = {}
for what, actions in (("changes", CHANGES), ("reading", READING), ("elsewhere", ELSEWHERE)):
    for name in [name for name in actions if what + ": " + name in names]:
        try:
            actions[name]()
            results[what + ": " + name] = "allowed"
        except Exception as error:
            results[what + ": " + name] = type(error).__name__
print(json.dumps(results))
"""
NAMES = [
    f"{what}: {line.strip().split(chr(34))[1]}"
    for what in ("changes", "reading", "elsewhere")
    for line in SCRIPT.partition(f"\n{what.upper()} = {{")[2].partition("\n}")[0].splitlines()
    if line.strip()
]
if os.name == "nt":  # what Windows does not have, or only for administrators
    _NOT_THERE = ("by folder", "a link", "symlink", "an open file", "fchmod", "chown", "setxattr")
    NAMES = [name for name in NAMES if not any(words in name for words in _NOT_THERE)]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The result of each action, tried in another process, and its source folder as it was before."""
    home = tmp_path_factory.mktemp("home")
    for folder in ("src/sub", "src/empty", "src2", "out", "above/src3"):
        (home / folder).mkdir(parents=True)
    for file in ("src/a.dcm", "src/sub/b.dcm", "src2/old", "out/mine", "above/src3/c.dcm"):
        (home / file).write_bytes(b"content")
    if os.name != "nt":
        (home / "link to src").symlink_to(home / "src", target_is_directory=True)
        (home / "out" / "link to a.dcm").symlink_to(home / "src" / "a.dcm")
        (home / "src" / "link out").symlink_to(home / "out" / "mine")
    before = [fingerprint(home / "src"), fingerprint(home / "above"), modes(home / "src")]
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(home), json.dumps(NAMES)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, str] = json.loads(done.stdout)
    after = [fingerprint(home / "src"), fingerprint(home / "above"), modes(home / "src")]
    found["unchanged"] = str(before == after)
    return found


def modes(folder: Path) -> dict[str, tuple[int, int]]:
    """Mode and number of names of everything below a folder, and of the folder itself."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return {str(path): (path.lstat().st_mode, path.lstat().st_nlink) for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_changes_are_refused_and_nothing_else(name: str, results: dict[str, str]) -> None:
    assert results[name] == ("SourceIsReadOnly" if name.startswith("changes") else "allowed")


def test_after_all_that_the_source_is_as_it_was(results: dict[str, str]) -> None:
    assert results["unchanged"] == "True"
    assert len(results) == len(NAMES) + 1 > 50


def test_a_source_file_is_opened_for_reading_only(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"content")
    descriptor = readonly.open_source(os.fsencode(path))
    try:
        assert os.read(descriptor, 7) == b"content"
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")
    finally:
        os.close(descriptor)


@pytest.mark.skipif(os.name == "nt", reason="the walk lists links of Windows and hands none on")
def test_a_link_is_not_followed_when_a_source_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"content")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OSError, match="symbolic links"):
        readonly.open_source(os.fsencode(tmp_path / "link"))


def test_a_program_started_from_here_does_not_inherit_a_source_file(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").touch()
    descriptor = readonly.open_source(os.fsencode(tmp_path / "a.dcm"))
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)
