"""What is printed can be printed anywhere: on a terminal without all letters, and where nobody reads to the end."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.stage import series
from tests.running import command
from wizard import output

GREEK, JAPANESE = "Παπαδόπουλος", "山田太郎"
TO = ("--to", "127.0.0.1:11112", "--called-ae", "NEW")


def run(arguments: list[object], encoding: str = "utf-8", **more: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, **more}
    return subprocess.run(
        [os.fsencode(one) for one in command(*arguments)], env=environment, capture_output=True, timeout=120
    )


def job(folder: Path, name: str) -> list[object]:
    """Read a folder of this name."""
    source = folder / name
    source.mkdir()
    series(source, 1)
    return ["source", "--source", source, *TO, "--manifest", folder / "m.sqlite"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850", "ascii"])
@pytest.mark.parametrize("name", [GREEK, JAPANESE, "Müller"])
def test_a_name_that_the_terminal_does_not_have_ends_nothing(encoding: str, name: str, tmp_path: Path) -> None:
    ended = run(job(tmp_path, name), encoding)
    assert ended.returncode == 0, ended.stderr
    said = ended.stdout.decode(encoding)
    assert f"1 file was found in {tmp_path / name}.".encode(encoding, "backslashreplace").decode(encoding) in said
    assert "Migration record: " in said
    again = run(["source", "--manifest", tmp_path / "m.sqlite", "--json"], encoding)
    assert json.loads(again.stdout.decode(encoding))["source"] == [str(tmp_path / name)]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no Unicode are a matter of Linux")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_name_that_is_no_unicode_ends_nothing(encoding: str, tmp_path: Path) -> None:
    name = os.fsdecode(b"bad\xffbyte")
    ended = run(job(tmp_path, name), encoding)
    assert ended.returncode == 0, ended.stderr
    assert rb"bad\xffbyte." in ended.stdout
    again = run(["source", "--manifest", tmp_path / "m.sqlite", "--json"], encoding)
    assert json.loads(again.stdout.decode(encoding))["source"] == [str(tmp_path / name)]
    missing = run(["source", "--source", tmp_path / f"{name}2", *TO, "--manifest", tmp_path / "n.sqlite"], encoding)
    assert missing.returncode == 5 and rb"bad\xffbyte2" in missing.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    name = "a\x1b[31m\nb\u202ec\x9b"
    ended = run(job(tmp_path, name))
    assert "a\\x1b[31m\\x0ab\\u202ec\\x9b." in ended.stdout.decode()
    assert not {"\x1b", "\u202e", "\x9b"} & set(ended.stdout.decode() + ended.stderr.decode())
    wrong = run(["source", f"--{name}"]).stderr.decode()
    assert "\\x1b[31m\\x0ab\\u202ec" in wrong and "\x1b" not in wrong
    again = run(["source", "--manifest", tmp_path / "m.sqlite", "--json"]).stdout
    assert json.loads(again)["source"] == [str(tmp_path / name)] and len(again.splitlines()) == 1
    assert not {"\x1b", "\u202e", "\x9b"} & set(again.decode())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "--speed-limit", JAPANESE], ["discover"]])
def test_help_and_errors_in_german_can_be_printed_in_ascii(arguments: list[object]) -> None:
    ended = run([*arguments, "--language", "de"], "ascii")
    assert b"Traceback" not in ended.stderr and ended.returncode == (0 if "--help" in arguments else 2)
    assert (ended.stdout + ended.stderr).decode("ascii")


@pytest.mark.parametrize("arguments", [["run", "--help"], ["source", "--json"], ["source"]])
def test_a_reader_that_closes_the_output_is_no_failure(arguments: list[str], tmp_path: Path) -> None:
    typed = arguments if "--help" in arguments else [*map(str, job(tmp_path, "source")), *arguments[1:]]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ended = subprocess.run(command(*typed), stdout=closed, stderr=subprocess.PIPE, timeout=120)
    assert ended.returncode == 0
    assert b"Traceback" not in ended.stderr and b"Exception" not in ended.stderr and b"BrokenPipe" not in ended.stderr


def test_without_a_console_nothing_is_written() -> None:
    output.write("text", None)
    output.lines("text", stream=None)
    output.one_object({"a": 1}, None)


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "cp1252", "ascii", "utf-16"])
def test_an_object_is_valid_in_every_encoding(encoding: str) -> None:
    found = {"a": "Müller \x1b\x9b\u2028 \udcff 山 😀"}
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding)
    output.one_object(found, stream)
    assert json.loads(written.getvalue().decode(encoding)) == found
