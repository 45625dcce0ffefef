"""Test the lock: one program holds it at a time, and a dead one does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wizard.start.lock import FileLock

HOLD = """
import sys
from pathlib import Path
from wizard.start.lock import FileLock
lock = FileLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[bytes]:
    """Another program that holds the lock until its input is closed."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_it_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "lock")
    with pytest.raises(BlockingIOError):
        FileLock(tmp_path / "lock")
    FileLock(tmp_path / "another").release()
    first.release()
    FileLock(tmp_path / "lock").release()


def test_one_that_was_released_twice_does_not_take_it_from_the_next(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "lock")
    first.release()
    second = FileLock(tmp_path / "lock")
    first.release()
    with pytest.raises(BlockingIOError):
        FileLock(tmp_path / "lock")
    second.release()


@pytest.mark.parametrize("kill", [False, True])
def test_another_program_frees_it_by_ending(kill: bool, tmp_path: Path) -> None:
    process = holder(tmp_path / "lock")
    with pytest.raises(BlockingIOError):
        FileLock(tmp_path / "lock")
    if kill:
        process.kill()
    process.communicate()
    FileLock(tmp_path / "lock").release()


def test_another_program_is_kept_out(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    refused = subprocess.run([sys.executable, "-c", HOLD, str(tmp_path / "lock")], capture_output=True)
    assert refused.returncode != 0
    assert b"BlockingIOError" in refused.stderr
    lock.release()


def test_what_the_file_holds_is_kept(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"a letter")
    FileLock(tmp_path / "lock").release()
    assert (tmp_path / "lock").read_bytes() == b"a letter"


def test_a_place_that_does_not_exist_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "missing" / "lock")
