"""Test outgoing instances: every byte, piece by piece, and the hash."""

from __future__ import annotations

import errno
import hashlib
import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dicom.sending import KIND, UID, Sparse
from wizard.dicom.outgoing import PIECE, Outgoing, Readable
from wizard.errors import ReadFailed


def outgoing(source: Readable, length: int, buffer: int = PIECE) -> Outgoing:
    return Outgoing(KIND, UID, source, length, memoryview(bytearray(buffer)))


def taken(instance: Outgoing) -> list[tuple[bytes, bool]]:
    return [(bytes(piece), last) for piece, last in instance.pieces()]


class InDrops:
    """Gives less than is asked for, as a share may."""

    def __init__(self, data: bytes, most: int) -> None:
        self._file, self._most = io.BytesIO(data), most

    def readinto(self, buffer: memoryview) -> int:
        return self._file.readinto(buffer[: self._most])


class Failing:
    """Gives some bytes, and then the system cannot read on."""

    def __init__(self, good: int) -> None:
        self._left = good

    def readinto(self, buffer: memoryview) -> int:
        if not self._left:
            raise OSError(errno.EIO, "Input/output error")
        count = min(self._left, len(buffer))
        self._left -= count
        return count


@pytest.mark.parametrize("length", [0, 1, 2, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
def test_it_leaves_as_it_is_and_its_hash_is_that_of_the_data_set(length: int) -> None:
    data = os.urandom(length)
    instance = outgoing(io.BytesIO(data), length)
    pieces = taken(instance)
    assert b"".join(piece for piece, _ in pieces) == data
    assert [last for _, last in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [len(piece) for piece, _ in pieces[:-1]] == [PIECE] * (len(pieces) - 1)
    assert len(pieces) == max(1, -(-length // PIECE))
    assert instance.sha256 == hashlib.sha256(data).digest()
    assert (instance.kind, instance.sop_uid, instance.length) == (KIND, UID, length)


@settings(max_examples=100, derandomize=True)
@given(data=st.binary(max_size=200), buffer=st.integers(1, 64), drops=st.integers(1, 70))
def test_whatever_the_buffer_and_however_little_comes_at_a_time(data: bytes, buffer: int, drops: int) -> None:
    instance = outgoing(InDrops(data, drops), len(data), buffer)
    pieces = taken(instance)
    assert b"".join(piece for piece, _ in pieces) == data
    assert instance.sha256 == hashlib.sha256(data).digest()
    assert all(piece for piece, _ in pieces) or not data


def test_what_lies_behind_the_data_set_is_not_sent() -> None:
    instance = outgoing(io.BytesIO(b"abcdef"), 4)
    assert taken(instance) == [(b"abcd", True)]
    assert instance.sha256 == hashlib.sha256(b"abcd").digest()


def test_the_first_piece_is_read_before_anybody_asks_for_it_and_no_more() -> None:
    file = io.BytesIO(bytes(3 * PIECE))
    instance = outgoing(file, 3 * PIECE)
    assert file.tell() == PIECE
    pieces = instance.pieces()
    next(pieces)
    assert file.tell() == PIECE
    next(pieces)
    assert file.tell() == 2 * PIECE


def test_the_hash_is_of_what_has_left_so_far() -> None:
    data = os.urandom(2 * PIECE)
    instance = outgoing(io.BytesIO(data), len(data))
    next(instance.pieces())
    assert instance.sha256 == hashlib.sha256(data[:PIECE]).digest()


@pytest.mark.parametrize("there", [0, 1, PIECE - 1])
def test_a_file_that_ends_in_its_first_piece_makes_no_instance(there: int) -> None:
    with pytest.raises(ReadFailed, match="became shorter"):
        outgoing(Sparse(there), PIECE)
    with pytest.raises(ReadFailed, match="could not be read completely"):
        outgoing(Failing(there), PIECE)


@pytest.mark.parametrize("there", [PIECE, PIECE + 1, 3 * PIECE - 1])
def test_a_file_that_ends_later_fails_between_its_pieces_and_none_is_called_the_last(there: int) -> None:
    for source, says in ((Sparse(there), "became shorter"), (Failing(there), "could not be read completely")):
        seen = []
        with pytest.raises(ReadFailed, match=says):
            for _, last in outgoing(source, 3 * PIECE).pieces():
                seen.append(last)
        assert seen == [False] * (there // PIECE)


def test_what_the_system_says_is_kept_for_support() -> None:
    with pytest.raises(ReadFailed) as caught:
        outgoing(Failing(0), 10)
    assert "Input/output error" in caught.value.details


def test_a_large_one_needs_no_more_than_its_buffer() -> None:
    count = 0
    for piece, _ in outgoing(Sparse(100 * PIECE), 100 * PIECE).pieces():
        assert len(piece) <= PIECE
        count += len(piece)
    assert count == 100 * PIECE
