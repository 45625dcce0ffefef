"""The computer is kept awake while the block runs, the log says whether it was, and nothing is left behind."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Callable

import pytest

from wizard.engine.copy import keep_awake

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows needs no program for it")

# Like the real one: it runs what it is given while it holds, and ends with it.
HOLDS = """#!/bin/sh
echo $$ > "$HERE/begun"
while [ "${1#--}" != "$1" ]; do shift; done
"$@"
echo over > "$HERE/ended"
"""
REFUSES = """#!/bin/sh
echo "Access denied" >&2
exit 1
"""
HANGS = """#!/bin/sh
echo $$ > "$HERE/begun"
exec sleep 600
"""
LETS_GO = """#!/bin/sh
echo $$ > "$HERE/begun"
echo held
"""


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO, "wizard.engine.copy.keep_awake")
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a program of that text where systemd-inhibit is looked for first."""

    def put(text: str) -> None:
        program = tmp_path / "bin" / "systemd-inhibit"
        program.parent.mkdir()
        program.write_text(text)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("HERE", str(tmp_path))

    return put


def appears(path: Path) -> str:
    """The text of a file that another program writes, as soon as it is there."""
    for _ in range(2000):
        if path.exists() and path.read_text().endswith("\n"):
            return path.read_text().strip()
        threading.Event().wait(0.01)
    raise AssertionError(f"{path.name} does not appear")


@posix
def test_it_is_held_for_the_time_of_the_block_and_let_go_after_it(
    install: Callable[[str], None], tmp_path: Path, lines: Callable[[], list[str]]
) -> None:
    install(HOLDS)
    with keep_awake.kept():
        holder = int(appears(tmp_path / "begun"))
        assert os.getsid(holder) != os.getsid(0), "a Ctrl+C on our terminal is not for it"
        assert not (tmp_path / "ended").exists()
        assert lines() == []
    assert (tmp_path / "ended").exists()
    assert lines() == ["the computer was kept awake (systemd-inhibit)"]


@posix
def test_it_is_let_go_after_an_error_too(install: Callable[[str], None], tmp_path: Path) -> None:
    install(HOLDS)
    with pytest.raises(KeyError), keep_awake.kept():
        appears(tmp_path / "begun")
        raise KeyError
    assert (tmp_path / "ended").exists()


@posix
def test_where_it_is_not_allowed_the_block_runs_and_the_log_says_so(
    install: Callable[[str], None], lines: Callable[[], list[str]]
) -> None:
    install(REFUSES)
    with keep_awake.kept():
        assert lines() == []
    assert lines() == ["the computer was not kept awake (systemd-inhibit)"]


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system cannot wait for a program without asking how it was")
def test_one_that_lets_go_too_soon_is_not_believed(
    install: Callable[[str], None], tmp_path: Path, lines: Callable[[], list[str]]
) -> None:
    install(LETS_GO)
    with keep_awake.kept():
        os.waitid(os.P_PID, int(appears(tmp_path / "begun")), os.WEXITED | os.WNOWAIT)
    assert lines() == ["the computer was not kept awake (systemd-inhibit)"]


@posix
def test_one_that_hangs_is_ended_and_not_believed(
    install: Callable[[str], None], tmp_path: Path, lines: Callable[[], list[str]]
) -> None:
    install(HANGS)
    with keep_awake.kept():
        hanging = int(appears(tmp_path / "begun"))
    assert lines() == ["the computer was not kept awake (systemd-inhibit)"]
    with pytest.raises(ProcessLookupError):
        os.kill(hanging, 0)


@posix
def test_without_any_program_for_it_the_block_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[str]]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with keep_awake.kept():
        assert lines() == []
    assert lines() == ["the computer was not kept awake (no program for it)"]


@posix
def test_when_this_program_is_killed_it_is_let_go(
    install: Callable[[str], None], tmp_path: Path, project: Path
) -> None:
    install(HOLDS)
    code = "from wizard.engine.copy.step import keep_awake\nwith keep_awake.kept(): input()"
    ours = subprocess.Popen([sys.executable, "-c", code], cwd=project, stdin=subprocess.PIPE)
    try:
        appears(tmp_path / "begun")
        assert not (tmp_path / "ended").exists()
    finally:
        ours.send_signal(signal.SIGKILL)
        ours.communicate()
    assert appears(tmp_path / "ended") == "over"


@pytest.mark.parametrize("works", [True, False])
def test_windows_is_asked_in_this_thread_and_told_when_it_is_over(
    works: bool, monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[str]]
) -> None:
    asked: list[tuple[int, int]] = []

    class Kernel:
        @staticmethod
        def SetThreadExecutionState(state: int) -> int:
            asked.append((state, threading.get_ident()))
            return 0x80000000 if works else 0

    class Windll:
        kernel32 = Kernel

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", Windll, raising=False)
    with keep_awake.kept():
        assert asked == [(0x80000001, threading.get_ident())]
    assert asked[1:] == [(0x80000000, threading.get_ident())]
    assert lines() == [f"the computer was {'kept' if works else 'not kept'} awake (SetThreadExecutionState)"]
