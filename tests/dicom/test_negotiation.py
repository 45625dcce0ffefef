"""Test the negotiation: proposed and accepted contexts, also from peers that violate the standard."""

from __future__ import annotations

import random
import struct
from typing import Mapping

import pytest
from pynetdicom.pdu import A_ASSOCIATE_RQ

from tests.faults.server import associate_ac
from wizard.dicom import dimse, negotiation
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import Destination
from wizard.errors import AssociationAborted

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
KINDS = [(CT, EXPLICIT_LITTLE_ENDIAN), (CT, IMPLICIT_LITTLE_ENDIAN), (MR, EXPLICIT_LITTLE_ENDIAN)]
DESTINATION = Destination("127.0.0.1", 104, "NEWPACS", "MIGRATOR")


def body(answers: Mapping[int, tuple[int, str]], maximum: int | None = 16384) -> bytes:
    return associate_ac(answers, maximum)[6:]


TAKEN = {1: (0, EXPLICIT_LITTLE_ENDIAN), 3: (0, IMPLICIT_LITTLE_ENDIAN), 5: (0, EXPLICIT_LITTLE_ENDIAN)}


def test_each_kind_is_proposed_in_a_context_of_its_own() -> None:
    request = A_ASSOCIATE_RQ()
    request.decode(negotiation.request(DESTINATION, KINDS))
    contexts = [
        (item.context_id, str(item.abstract_syntax), item.transfer_syntax) for item in request.presentation_context
    ]
    assert contexts == [
        (1, CT, [EXPLICIT_LITTLE_ENDIAN]),
        (3, CT, [IMPLICIT_LITTLE_ENDIAN]),
        (5, MR, [EXPLICIT_LITTLE_ENDIAN]),
    ]
    titles: tuple[str | bytes, ...] = request.called_ae_title, request.calling_ae_title
    assert [title.strip() if isinstance(title, str) else title.decode().strip() for title in titles] == [
        "NEWPACS",
        "MIGRATOR",
    ]
    primitive = request.to_primitive()
    assert primitive.maximum_length_received == 16384
    assert primitive.application_context_name == "1.2.840.10008.3.1.1.1"


def test_128_kinds_fit_and_a_private_one_is_like_any_other() -> None:
    kinds = [(f"1.2.840.113619.4.{number}", "1.2.840.113619.5.2") for number in range(128)]
    request = A_ASSOCIATE_RQ()
    request.decode(negotiation.request(DESTINATION, kinds))
    assert [item.context_id for item in request.presentation_context] == list(range(1, 256, 2))
    taken = dict.fromkeys(range(1, 256, 2), (0, "1.2.840.113619.5.2"))
    assert len(negotiation.read(body(taken), kinds).accepted) == 128


def test_what_is_taken_has_its_context() -> None:
    agreement = negotiation.read(body(TAKEN), KINDS)
    assert agreement.accepted == {KINDS[0]: 1, KINDS[1]: 3, KINDS[2]: 5}
    assert agreement.refused == {}
    assert agreement.peer == "1.2.3.4 FAULTY_1"


@pytest.mark.parametrize("result", [1, 2, 3, 4])
def test_what_is_refused_has_its_result(result: int) -> None:
    for syntax in (EXPLICIT_LITTLE_ENDIAN, ""):  # the syntax of a refused context says nothing (PS3.8 9.3.3.2)
        agreement = negotiation.read(body({**TAKEN, 1: (result, syntax)}), KINDS)
        assert agreement.refused == {KINDS[0]: result}
        assert set(agreement.accepted) == set(KINDS[1:])


def test_a_syntax_that_was_not_offered_is_not_agreed_upon() -> None:
    agreement = negotiation.read(body({**TAKEN, 1: (0, IMPLICIT_LITTLE_ENDIAN)}), KINDS)
    assert agreement.refused == {KINDS[0]: 4}


def test_a_context_without_an_answer_is_refused_without_a_reason() -> None:
    assert negotiation.read(body({3: TAKEN[3]}), KINDS).refused == {KINDS[0]: 2, KINDS[2]: 2}


def test_answers_to_what_was_not_asked_are_ignored() -> None:
    agreement = negotiation.read(body({**TAKEN, 77: (0, EXPLICIT_LITTLE_ENDIAN)}), KINDS)
    assert list(agreement.accepted.values()) == [1, 3, 5]


def test_a_syntax_that_was_filled_up_with_a_nul_is_the_same() -> None:
    agreement = negotiation.read(body({**TAKEN, 1: (0, EXPLICIT_LITTLE_ENDIAN + "\0")}), KINDS)
    assert agreement.refused == {}


@pytest.mark.parametrize(("said", "read"), [(None, 16384), (0, 0), (4096, 4096), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_the_maximum_length_is_what_the_peer_says(said: int | None, read: int) -> None:
    assert negotiation.read(body(TAKEN, said), KINDS).maximum == read


@pytest.mark.parametrize(
    "broken",
    [b"", bytes(10), bytes(68), body(TAKEN)[:-1], body(TAKEN)[:100], body(TAKEN) + b"\x21\0", b"\xff" * 300],
    ids=["nothing", "too short", "no items", "cut off", "cut off early", "half an item", "noise"],
)
def test_an_answer_that_is_broken_agrees_upon_nothing(broken: bytes) -> None:
    try:
        agreement = negotiation.read(broken, KINDS)
    except AssociationAborted as error:
        assert error.sentence == dimse.NOT_DICOM
    else:
        assert agreement.accepted == {} or set(agreement.accepted) <= set(KINDS)


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI", "ignore:The value length")
def test_mutated_answers_never_end_in_anything_but_an_agreement_or_an_abort() -> None:
    chance = random.Random(8)
    whole = body(TAKEN)
    for _ in range(1000):
        mutated = bytearray(whole)
        for _ in range(chance.randrange(1, 5)):
            at = chance.randrange(len(mutated))
            mutated[at : at + 1] = chance.choice([bytes([chance.randrange(256)]), b"", struct.pack(">H", 0xFFFF)])
        try:
            agreement = negotiation.read(bytes(mutated), KINDS)
        except AssociationAborted:
            continue
        assert set(agreement.accepted) | set(agreement.refused) == set(KINDS)
        assert 0 <= agreement.maximum <= 0xFFFFFFFF
        assert isinstance(agreement.peer, str)
