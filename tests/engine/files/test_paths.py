r"""The manifest stores paths as a person writes them; the system gets them with `\\?\` where Windows needs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.engine.files import readonly
from wizard.engine.files.paths import stored_path, system_path

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the file systems of Linux allow it")

NAMES = st.text(st.characters(blacklist_characters='\0/\\:*?"<>|'), min_size=1, max_size=20).filter(
    lambda name: name not in (".", "..")
)
"""All that NTFS takes, and more: lone surrogates, dots and spaces at the end."""
TAILS = st.lists(NAMES, max_size=5).map("\\".join)
DRIVES = st.sampled_from("CDz").map("{}:\\".format)
SHARES = st.tuples(NAMES, NAMES).map(lambda names: f"\\\\{names[0]}\\{names[1]}\\")


def on_windows(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("stored", "system"),
    [
        ("D:\\PACS\\images", "\\\\?\\D:\\PACS\\images"),
        ("D:\\", "\\\\?\\D:\\"),
        ("D:/PACS/images", "\\\\?\\D:\\PACS\\images"),
        ("D:\\PACS\\.\\old\\..\\images", "\\\\?\\D:\\PACS\\images"),
        ("\\\\server\\share", "\\\\?\\UNC\\server\\share"),
        ("\\\\server\\share\\x. ", "\\\\?\\UNC\\server\\share\\x. "),
        ("//server/share/x/../y", "\\\\?\\UNC\\server\\share\\y"),
        ("\\\\?\\D:\\already", "\\\\?\\D:\\already"),
        ("\\\\?\\UNC\\server\\share", "\\\\?\\UNC\\server\\share"),
        ("\\\\?\\Volume{1}\\x", "\\\\?\\Volume{1}\\x"),
        ("\\\\.\\PhysicalDrive0", "\\\\.\\PhysicalDrive0"),
        ("images\\old", "images\\old"),
        ("D:images", "D:images"),
        ("\\images", "\\images"),
    ],
)
def test_windows_is_given_the_long_form_of_absolute_paths_only(stored: str, system: str) -> None:
    assert system_path(on_windows(stored), nt=True) == system


@pytest.mark.parametrize(
    ("system", "stored"),
    [
        ("\\\\?\\D:\\PACS", "D:\\PACS"),
        ("\\\\?\\UNC\\server\\share\\x", "\\\\server\\share\\x"),
        ("\\\\?\\unc\\server\\share", "\\\\server\\share"),
        ("\\\\?\\Volume{1}\\x", "\\\\?\\Volume{1}\\x"),
        ("D:\\PACS", "D:\\PACS"),
        ("D:\\\ud800.dcm", "D:\\\ud800.dcm"),
    ],
)
@pytest.mark.parametrize("given_as", [str, on_windows])
def test_what_is_stored_has_no_prefix(given_as: type, system: str, stored: str) -> None:
    assert stored_path(given_as(system), nt=True) == on_windows(stored)


@given(st.one_of(DRIVES, SHARES), TAILS)
def test_there_and_back_again_a_path_of_windows_is_the_same(top: str, tail: str) -> None:
    stored = on_windows(top + tail)
    system = system_path(stored, nt=True)
    assert isinstance(system, str)
    assert system.startswith("\\\\?\\")
    assert stored_path(system, nt=True) == stored
    assert system_path(on_windows(system), nt=True) == system


@given(st.binary())
def test_elsewhere_a_path_is_the_bytes_that_it_is(path: bytes) -> None:
    assert system_path(path, nt=False) == path == stored_path(path, nt=False)


# Opening


@linux_only
def test_a_file_that_has_become_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    script = "import os, sys\nfrom wizard.engine.files import readonly\nreadonly.open_source(os.fsencode(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "pipe")], check=True, timeout=20)


HOLDER = """
import fcntl, os, signal, sys
file = os.open(sys.argv[1], os.O_RDWR)
signal.signal(signal.SIGIO, lambda *_: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK))
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
sys.stdin.read()
"""


@linux_only
def test_a_file_that_a_file_server_holds_for_a_client_is_asked_back_and_opened(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"content")
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "image")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with open(readonly.open_source(os.fsencode(tmp_path / "image")), "rb") as file:
            assert file.read() == b"content"
        holder.send_signal(signal.SIGTERM)
