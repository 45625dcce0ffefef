"""A source file is sent only if it is as it was read, to its last byte, and it is always closed again."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Iterator

import pytest

from wizard.dicom.outgoing import PIECE
from wizard.engine.copy.sending.open_file import Changed, OpenFile, Watch
from wizard.engine.files import readonly
from wizard.errors import ReadFailed
from wizard.manifest.queue import Ticket

OFFSET = 132


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The descriptors that were opened; at the end of the test none may be open still."""
    descriptors: list[int] = []
    really = readonly.open_source

    def remembered(path: bytes) -> int:
        descriptors.append(really(path))
        return descriptors[-1]

    monkeypatch.setattr(readonly, "open_source", remembered)
    yield descriptors
    assert not [descriptor for descriptor in descriptors if is_open(descriptor)]


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def ticket(path: Path, data: bytes) -> Ticket:
    """A file with this data set, as it was read."""
    path.write_bytes(bytes(OFFSET) + data)
    now = path.stat()
    where = (os.fsencode(str(path.parent)), os.fsencode(path.name), now.st_size, now.st_mtime_ns, OFFSET)
    return Ticket(1, *where, "1.2.3", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2", 0, 1, 1, 0)


def load(one: Ticket, watch: Watch | None = None) -> OpenFile:
    return OpenFile(one, memoryview(bytearray(PIECE)), watch or Watch())


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 3])
def test_its_data_set_leaves_as_it_lies_in_the_file(length: int, tmp_path: Path, opened: list[int]) -> None:
    data = os.urandom(length)
    one = ticket(tmp_path / "a", data)
    loaded = load(one)
    assert loaded.ticket is one
    assert b"".join(bytes(piece) for piece, _ in loaded.outgoing.pieces()) == data
    assert loaded.outgoing.sha256 == hashlib.sha256(data).digest()
    assert loaded.outgoing.length == length
    assert loaded.outgoing.kind == (one.sop_class, one.transfer_syntax)
    assert loaded.outgoing.sop_uid == one.sop_uid
    assert not loaded.changed
    assert is_open(opened[0])
    loaded.close()


def test_where_a_system_has_no_readv_it_is_read_all_the_same(
    tmp_path: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "preadv", raising=False)
    data = os.urandom(2 * PIECE + 3)
    loaded = load(ticket(tmp_path / "a", data))
    assert b"".join(bytes(piece) for piece, _ in loaded.outgoing.pieces()) == data
    assert loaded.outgoing.sha256 == hashlib.sha256(data).digest()
    loaded.close()


def test_a_name_that_is_no_text_is_found(tmp_path: Path, opened: list[int]) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("names are text here")
    one = ticket(tmp_path / "a", b"data")
    os.rename(tmp_path / "a", os.path.join(os.fsencode(str(tmp_path)), b"\xff\xfe"))
    loaded = load(one._replace(name=b"\xff\xfe"))
    assert [bytes(piece) for piece, _ in loaded.outgoing.pieces()] == [b"data"]
    loaded.close()


@pytest.mark.parametrize("how", ["longer", "shorter", "older", "a nanosecond younger"])
def test_what_is_not_as_it_was_read_is_not_sent(how: str, tmp_path: Path, opened: list[int]) -> None:
    path = tmp_path / "a"
    one = ticket(path, bytes(1000))
    if how in ("longer", "shorter"):
        os.truncate(path, one.size + (1 if how == "longer" else -1))
        os.utime(path, ns=(one.mtime_ns, one.mtime_ns))
    elif how == "older":
        os.utime(path, ns=(1, 1))
    else:
        one = one._replace(mtime_ns=one.mtime_ns - 1)
    with pytest.raises(Changed):
        load(one)
    assert len(opened) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_in_its_place_is_a_change_and_nobody_waits_for_it(tmp_path: Path, opened: list[int]) -> None:
    one = ticket(tmp_path / "a", bytes(1000))
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    with pytest.raises(Changed):
        load(one)


@pytest.mark.parametrize("what", ["gone", "folder gone", "a link"])
def test_what_cannot_be_opened_is_the_systems_error(what: str, tmp_path: Path, opened: list[int]) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "a"
    one = ticket(path, bytes(1000))
    path.rename(tmp_path / "elsewhere")
    if what == "folder gone":
        path.parent.rmdir()
    elif what == "a link":
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError):
        load(one)
    assert opened == []


def test_a_read_error_at_once_closes_it(tmp_path: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    one = ticket(tmp_path / "a", bytes(1000))

    def failing(self: OpenFile, buffer: memoryview) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(OpenFile, "readinto", failing)
    with pytest.raises(ReadFailed):
        load(one)
    assert len(opened) == 1


def test_a_file_that_becomes_shorter_while_it_is_sent_is_noticed_at_its_end(tmp_path: Path, opened: list[int]) -> None:
    path = tmp_path / "a"
    loaded = load(ticket(path, bytes(3 * PIECE)))
    try:
        pieces = loaded.outgoing.pieces()
        next(pieces)
        os.truncate(path, OFFSET + PIECE + 5)
        with pytest.raises(ReadFailed, match="became shorter"):
            list(pieces)
    finally:
        loaded.close()


@pytest.mark.parametrize("how", ["time", "longer"])
def test_a_change_while_it_was_sent_is_seen_afterwards(how: str, tmp_path: Path, opened: list[int]) -> None:
    path = tmp_path / "a"
    loaded = load(ticket(path, bytes(2 * PIECE)))
    list(loaded.outgoing.pieces())
    assert not loaded.changed
    if how == "time":
        os.utime(path, ns=(1, 1))
    else:
        with open(path, "ab") as file:
            file.write(b"more")
    assert loaded.changed
    loaded.close()


def test_a_file_that_is_replaced_while_it_is_sent_is_sent_as_it_was(tmp_path: Path, opened: list[int]) -> None:
    if sys.platform == "win32":
        pytest.skip("what is open cannot be replaced here")
    data = os.urandom(3 * PIECE)
    loaded = load(ticket(tmp_path / "a", data))
    (tmp_path / "b").write_bytes(bytes(OFFSET + len(data)))
    os.replace(tmp_path / "b", tmp_path / "a")
    assert b"".join(bytes(piece) for piece, _ in loaded.outgoing.pieces()) == data
    assert not loaded.changed
    loaded.close()


def test_while_the_source_is_asked_for_something_it_says_since_when_and_of_which_folder(
    tmp_path: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, seen = Watch(), []
    really, open_source = os.fstat, readonly.open_source

    def noted(*_: object) -> bool:
        seen.append((watch.since > 0, watch.folder))
        return False

    monkeypatch.setattr(readonly, "open_source", lambda path: noted() or open_source(path))
    monkeypatch.delattr(os, "preadv", raising=False)
    read = os.read
    monkeypatch.setattr(os, "read", lambda *what: noted() or read(*what))
    monkeypatch.setattr(os, "fstat", lambda descriptor: noted() or really(descriptor))
    loaded = load(ticket(tmp_path / "a", bytes(2 * PIECE)), watch)
    assert (watch.since, len(seen)) == (0, 3)
    list(loaded.outgoing.pieces())
    assert (watch.since, len(seen)) == (0, 4)
    assert set(seen) == {(True, os.fsencode(str(tmp_path)))}
    monkeypatch.setattr(os, "fstat", really)
    loaded.close()


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_where_it_fails_nobody_is_asked_any_more(what: str, tmp_path: Path, opened: list[int]) -> None:
    one, watch = ticket(tmp_path / "a", bytes(10)), Watch()
    if what == "gone":
        (tmp_path / "a").unlink()
    else:
        os.utime(tmp_path / "a", ns=(1, 1))
    with pytest.raises((OSError, Changed)):
        load(one, watch)
    assert watch.since == 0
