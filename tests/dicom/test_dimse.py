"""Test command sets and fragments: read and written as by pynetdicom, and broken ones are rejected."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any, Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pynetdicom.dimse_messages import (
    C_ECHO_RQ,
    C_FIND_RQ,
    C_GET_RQ,
    C_MOVE_RQ,
    C_STORE_RQ,
    C_STORE_RSP,
    N_ACTION_RQ,
)
from pynetdicom.dimse_primitives import C_ECHO, C_FIND, C_GET, C_MOVE, C_STORE, N_ACTION
from pynetdicom.dsutils import decode, encode

from wizard.dicom import dimse
from wizard.errors import AssociationAborted
from wizard.language.message import comment_for_people

CT = "1.2.840.10008.5.1.4.1.1.2"


def command(elements: Mapping[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HHI", 0, number, len(value)) + value for number, value in elements.items())


def read_response(command: bytes, field: int, message_id: int) -> dimse.Response:
    return dimse.response(dimse.read(1, command), field, message_id)


ANSWER = {
    0x0100: b"\x01\x80",
    0x0120: b"\x07\x00",
    0x0800: b"\x01\x01",
    0x0900: b"\x00\x00",
}


def test_a_store_request_is_what_pynetdicom_writes() -> None:
    for uid in ("1.2.3", "1.2.34"):
        primitive: Any = C_STORE()
        primitive.MessageID, primitive.Priority = 7, 0
        primitive.AffectedSOPClassUID, primitive.AffectedSOPInstanceUID = CT, uid
        primitive.DataSet = BytesIO(b"\0")
        assert dimse.request(dimse.C_STORE, 7, CT, uid) == by_pynetdicom(C_STORE_RQ(), primitive)


def test_a_find_request_is_what_pynetdicom_writes() -> None:
    primitive: Any = C_FIND()
    primitive.MessageID, primitive.Priority, primitive.AffectedSOPClassUID = 7, 0, CT
    primitive.Identifier = BytesIO(b"\0")
    assert dimse.request(dimse.C_FIND, 7, CT) == by_pynetdicom(C_FIND_RQ(), primitive)


def test_an_echo_request_is_what_pynetdicom_writes() -> None:
    primitive: Any = C_ECHO()
    primitive.MessageID, primitive.AffectedSOPClassUID = 7, "1.2.840.10008.1.1"
    assert dimse.request(dimse.C_ECHO, 7, "1.2.840.10008.1.1") == by_pynetdicom(C_ECHO_RQ(), primitive)


def test_an_unusual_uid_goes_into_the_command_as_it_is() -> None:
    for uid in ("1.02.3", "1.2.abc", "1." * 40 + "1"):
        elements = decode(BytesIO(dimse.request(dimse.C_STORE, 1, CT, uid)), True, True)
        assert elements.get_item(0x00001000).value.rstrip(b"\0") == uid.encode()


def test_an_answer_of_pynetdicom_is_read() -> None:
    primitive: Any = C_STORE()
    primitive.MessageIDBeingRespondedTo, primitive.Status = 7, 0xA700
    primitive.AffectedSOPClassUID, primitive.AffectedSOPInstanceUID = CT, "1.2.3"
    primitive.ErrorComment = "The disk is full"
    primitive.OffendingElement = [0x00080018, 0x0020000D]
    answer = read_response(by_pynetdicom(C_STORE_RSP(), primitive), dimse.C_STORE, 7)
    assert answer == (7, 0xA700, "The disk is full", "(0008,0018) (0020,000d)", False)


def test_an_answer_with_a_data_set_says_so() -> None:
    answer = {**ANSWER, 0x0100: b"\x20\x80", 0x0800: b"\x01\x00", 0x0900: b"\x00\xff"}
    assert read_response(command(answer), dimse.C_FIND, 7).has_data


def test_a_comment_cannot_break_a_line_of_the_report() -> None:
    answer = read_response(command({**ANSWER, 0x0902: b"Disk\r\nfull \xfc\0"}), dimse.C_STORE, 7)
    assert answer.comment == "Disk  full ü"


@pytest.mark.parametrize("length", [64, 65, 1024, 1025, 1_000_000])
def test_a_comment_is_cut_off_where_it_is_read_and_once_more_for_people(length: int) -> None:
    answer = read_response(command({**ANSWER, 0x0902: b"x" * length}), dimse.C_STORE, 7)
    assert answer.comment == ("x" * length if length <= 1024 else "x" * 1023 + "…")
    assert comment_for_people(answer.comment) == ("x" * 64 if length == 64 else "x" * 63 + "…")


@pytest.mark.parametrize(
    "changes",
    [
        {0x0100: b"\x30\x80"},  # the answer to a C-ECHO
        {0x0100: b"\x01\x00"},  # a request
        {0x0120: b"\x08\x00"},  # to another message
        {0x0120: b"\x07"},
        {0x0900: b""},
        {0x0900: b"\0\0\0\0"},
    ],
)
def test_an_answer_to_something_else_is_no_answer(changes: Mapping[int, bytes]) -> None:
    with pytest.raises(AssociationAborted):
        read_response(command({**ANSWER, **changes}), dimse.C_STORE, 7)


@pytest.mark.parametrize("missing", [0x0100, 0x0120, 0x0900])
def test_an_answer_that_lacks_what_it_is_for_is_no_answer(missing: int) -> None:
    elements = {number: value for number, value in ANSWER.items() if number != missing}
    with pytest.raises(AssociationAborted):
        read_response(command(elements), dimse.C_STORE, 7)


@given(st.binary(max_size=80) | st.integers(0, 60).map(lambda end: command(ANSWER)[:end]))
def test_whatever_the_bytes_they_are_an_answer_or_an_abort(raw: bytes) -> None:
    try:
        read_response(raw, dimse.C_STORE, 7)
    except AssociationAborted as error:
        assert str(error.sentence).endswith(".")


@given(st.binary(max_size=300), st.integers(1, 60).map(lambda half: 2 * half), st.booleans())
def test_fragments_hold_the_data_in_order_within_the_size_and_the_last_says_so(
    data: bytes, size: int, ends: bool
) -> None:
    control = dimse.LAST if ends else 0
    buffers = list(dimse.fragments(5, memoryview(data), size, control))
    headers, parts = buffers[::2], buffers[1::2]
    assert b"".join(parts) == data
    for header, part in zip(headers, parts):
        assert struct.unpack(">BBIIB", header[:11]) == (4, 0, len(part) + 6, len(part) + 2, 5)
        assert len(part) <= size
    assert [header[11] for header in headers] == [0] * (len(headers) - 1) + [control]


def made_get() -> bytes:
    primitive: Any = C_GET()
    primitive.MessageID, primitive.Priority, primitive.AffectedSOPClassUID = 7, 0, CT
    primitive.Identifier = BytesIO(b"\0")
    return by_pynetdicom(C_GET_RQ(), primitive)


def made_move() -> bytes:
    primitive: Any = C_MOVE()
    primitive.MessageID, primitive.Priority, primitive.AffectedSOPClassUID = 7, 0, CT
    primitive.MoveDestination, primitive.Identifier = "MIGRATOR", BytesIO(b"\0")
    return by_pynetdicom(C_MOVE_RQ(), primitive)


def made_action() -> bytes:
    primitive: Any = N_ACTION()
    primitive.MessageID, primitive.RequestedSOPClassUID, primitive.RequestedSOPInstanceUID = 7, CT, "1.2.40"
    primitive.ActionTypeID, primitive.ActionInformation = 1, BytesIO(b"\0")
    return by_pynetdicom(N_ACTION_RQ(), primitive)


def test_the_values_of_one_pdu_are_taken_apart() -> None:
    body = struct.pack(">IBB", 4, 5, 3) + b"ab" + struct.pack(">IBB", 3, 5, 2) + b"c"
    assert list(dimse.values(body)) == [(5, 3, b"ab"), (5, 2, b"c")]


@pytest.mark.parametrize("body", [b"\0", b"\0\0\0\1\1", struct.pack(">IBB", 3, 5, 2), b"\xff\xff\xff\xff\1\1"])
def test_a_broken_pdu_is_refused(body: bytes) -> None:
    with pytest.raises(AssociationAborted):
        list(dimse.values(body))


@pytest.mark.parametrize(
    ("make", "field", "more"),
    [
        (made_get, dimse.C_GET, {}),
        (made_move, dimse.C_MOVE, {0x0600: b"MIGRATOR"}),
        (made_action, dimse.N_ACTION, {0x1001: b"1.2.40", 0x1008: b"\1\0"}),
    ],
)
def test_other_requests_are_what_pynetdicom_writes(
    make: Callable[[], bytes], field: int, more: Mapping[int, bytes]
) -> None:
    assert dimse.request(field, 7, CT, more=more) == make()


def test_the_answer_to_a_request_of_the_peer_is_what_pynetdicom_writes() -> None:
    asked: Any = C_STORE()
    asked.MessageID, asked.Priority, asked.AffectedSOPClassUID, asked.AffectedSOPInstanceUID = 9, 0, CT, "1.2.3"
    asked.DataSet = BytesIO(b"\0")
    answered: Any = C_STORE()
    answered.MessageIDBeingRespondedTo, answered.Status = 9, 0xA900
    answered.AffectedSOPClassUID, answered.AffectedSOPInstanceUID = CT, "1.2.3"
    message = dimse.read(3, by_pynetdicom(C_STORE_RQ(), asked))
    assert (message.context, message.field, message.message_id, message.has_data) == (3, dimse.C_STORE, 9, True)
    assert dimse.reply(message, 0xA900) == by_pynetdicom(C_STORE_RSP(), answered)


def by_pynetdicom(message: object, primitive: object) -> bytes:
    message.primitive_to_message(primitive)  # type: ignore[attr-defined]
    elements: Dataset = message.command_set  # type: ignore[attr-defined]
    encoded = encode(elements, True, True)
    assert encoded is not None
    return encoded
