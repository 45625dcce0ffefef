"""Storage commitment: only a report commits the destination, whichever way it comes, and nothing else does."""

from __future__ import annotations

import socket
from io import BytesIO
from pathlib import Path
from typing import Callable, Iterator

import pytest
from pydicom.dataset import Dataset
from pynetdicom.dsutils import decode, encode

from tests.engine.stage import Watcher, copied, finished, read, series, started
from tests.faults.server import FaultServer, Gone, Message, Peer, p_data, response
from wizard.dicom import contexts, dimse
from wizard.dicom.association import Association
from wizard.dicom.destination import Destination
from wizard.dicom.storage_commitment import COMMITMENT
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.engine.verify import commitment
from wizard.errors import AssociationAborted, NoContext, UsageError
from wizard.manifest import commitments
from wizard.manifest.commitments import CommitmentSummary
from wizard.manifest.manifest import Manifest
from wizard.practice.pacs import PracticePacs

N_ACTION = 0x0130
FAILED = 0x0112
Tell = Callable[["Provider", Peer, Message, Dataset], None]


@pytest.fixture
def manifest(source: Path) -> Iterator[Manifest]:
    """Five images, of which the destination is said to have taken four."""
    series(source, 5)
    with read(source) as opened:
        copied(opened, *(f"{number:03d}.dcm" for number in range(4)))
        yield opened


class Provider:
    """A destination that answers requests as `tell` does; `port` is where our listener is."""

    def __init__(self, port: int, tell: Tell) -> None:
        self.port, self._tell = port, tell
        self.asked: list[Dataset] = []
        self.heard: list[int | None] = []
        self.caller = ""

    def behave(self, peer: Peer) -> None:
        peer.accept()
        assert peer.request is not None
        self.caller = str(peer.request.calling_ae_title).strip()
        while True:
            message = peer.message()
            if message is None:
                return
            if message.command.CommandField == N_ACTION:
                asked = decode(BytesIO(message.data), True, True)
                self.asked.append(asked)
                self._tell(self, peer, message, asked)

    def answer(self, peer: Peer, message: Message, status: int = 0) -> None:
        peer.send(response(message, status))

    def report_here(self, peer: Peer, message: Message, report: bytes) -> None:
        """N-EVENT-REPORT on the association of the request."""
        command = dimse.request(dimse.N_EVENT_REPORT, 77, COMMITMENT, more={0x1000: b"1.2.3\0", 0x1002: b"\1\0"})
        peer.send(p_data((message.context, 3, command)) + p_data((message.context, 2, report)))
        answered = peer.message()
        assert answered is not None and answered.command.MessageIDBeingRespondedTo == 77
        self.heard.append(answered.command.Status)

    def report_anew(self, report: bytes) -> None:
        """N-EVENT-REPORT on an association of our own."""
        kind = (COMMITMENT, contexts.IMPLICIT_LITTLE_ENDIAN)
        association = Association(Destination("127.0.0.1", self.port, self.caller), [kind], serves=[COMMITMENT])
        assert association.served == {COMMITMENT}
        association.request(kind, dimse.N_EVENT_REPORT, report, {0x1000: b"1.2.3\0", 0x1002: b"\1\0"})
        self.heard.append(association.receive(10).status)
        association.release()


def report(asked: Dataset, failed: int = 0, silent: int = 0, transaction: str = "") -> bytes:
    """All that was asked for is stored, but for the first so many that failed and the next that are not mentioned."""
    found = Dataset()
    found.TransactionUID = transaction or asked.TransactionUID
    wanted = list(asked.ReferencedSOPSequence)
    for one in wanted[:failed]:
        one.FailureReason = FAILED
    if failed:
        found.FailedSOPSequence = wanted[:failed]
    found.ReferencedSOPSequence = wanted[failed + silent :]
    encoded = encode(found, True, True)
    assert encoded is not None
    return encoded


def before_the_answer(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.report_here(peer, message, report(asked))
    provider.answer(peer, message)


def after_the_answer(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)
    provider.report_here(peer, message, report(asked))


def on_another_association(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)
    provider.report_anew(report(asked))


def on_another_before_the_answer(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.report_anew(report(asked))
    provider.answer(peer, message)


def on_another_after_closing(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)
    peer.cut()
    provider.report_anew(report(asked))
    raise Gone


def twice(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)
    provider.report_anew(report(asked, transaction="1.2.3.4"))
    provider.report_here(peer, message, report(asked))


def run(manifest: Manifest, tell: Tell, port: int, seconds: float = 15) -> tuple[CommitmentSummary, Provider]:
    provider = Provider(port, tell)
    with FaultServer(provider.behave) as server:
        found = commitment.run(manifest, server.destination, Control(), Watcher(), port, seconds)
    return found, provider


@pytest.mark.parametrize(
    "tell",
    [
        *(before_the_answer, after_the_answer, on_another_association, on_another_before_the_answer),
        *(on_another_after_closing, twice),
    ],
)
def test_whichever_way_the_report_comes_it_commits(tell: Tell, manifest: Manifest, free_port: int) -> None:
    found, provider = run(manifest, tell, free_port)
    assert found == CommitmentSummary(4, 4, 0, 0)
    assert set(provider.heard) == {0}, "the report is answered with success"
    assert list(commitments.failures(manifest)) == []
    (asked,) = provider.asked
    assert [len(one) for one in asked.ReferencedSOPSequence] == [2] * 4
    assert manifest.value("SELECT status FROM commitment") == 0
    assert manifest.value("SELECT reported FROM commitment") is not None


def test_what_failed_and_what_is_not_mentioned_is_not_committed(manifest: Manifest, free_port: int) -> None:
    def tell(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
        provider.answer(peer, message)
        provider.report_here(peer, message, report(asked, failed=1, silent=1))

    found, _ = run(manifest, tell, free_port)
    assert found == CommitmentSummary(4, 2, 1, 1)
    rows = [(row["file_name"], str(commitments.reason(row["reason"]))) for row in commitments.failures(manifest)]
    assert rows == [
        (b"000.dcm", "The new PACS reports that it does not have this image."),
        (b"001.dcm", "No response came."),
    ]


def nothing_more(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)


def of_another(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)
    provider.report_anew(report(asked, transaction="1.2.3.4"))


def garbage(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
    provider.answer(peer, message)
    provider.report_here(peer, message, b"\xff" * 64)
    provider.report_anew(b"\xff" * 64)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@pytest.mark.parametrize("tell", [nothing_more, of_another, garbage])
def test_without_a_report_nothing_is_committed(tell: Tell, manifest: Manifest, free_port: int) -> None:
    found, provider = run(manifest, tell, free_port, seconds=0.5)
    assert found == CommitmentSummary(4, 0, 0, 4)
    expected: dict[Tell, set[int]] = {nothing_more: set(), of_another: {0}, garbage: {0xC000}}
    assert set(provider.heard) == expected[tell]


def test_a_request_that_is_refused_is_a_failure_of_all_its_images(manifest: Manifest, free_port: int) -> None:
    def tell(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
        provider.answer(peer, message, 0x0112)

    found, _ = run(manifest, tell, free_port)
    assert found == CommitmentSummary(4, 0, 4, 0)
    assert {str(commitments.reason(row["reason"])) for row in commitments.failures(manifest)} == {
        "The new PACS rejected the request for storage commitment (status 0112)."
    }, "the status of a request says nothing about an image"


def test_who_breaks_off_at_the_request_may_not_know_this_computer(manifest: Manifest, free_port: int) -> None:
    def tell(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
        raise Gone

    with pytest.raises(AssociationAborted, match="ask the PACS administrator to add it"):
        run(manifest, tell, free_port)
    assert commitments.summary(manifest) == CommitmentSummary(4, 0, 0, 4)


def test_a_destination_without_the_service_says_so(manifest: Manifest, free_port: int, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, pytest.raises(NoContext, match="storage commitment"):
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        commitment.run(manifest, destination, Control(), NoEvents(), free_port)
    assert commitments.summary(manifest) in (None, CommitmentSummary(4, 0, 0, 4))


def test_a_port_that_is_in_use_is_said_before_anything_is_asked(manifest: Manifest) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        with pytest.raises(UsageError, match="Enter another port"):
            run(manifest, nothing_more, taken.getsockname()[1])
    assert commitments.summary(manifest) is None


def test_it_can_be_stopped_while_it_waits_for_a_report(manifest: Manifest, free_port: int) -> None:
    def tell(provider: Provider, peer: Peer, message: Message, asked: Dataset) -> None:
        provider.answer(peer, message)
        peer.server.reach()

    provider = Provider(free_port, tell)
    with FaultServer(provider.behave) as server:
        job = started(
            "verify", lambda control, events: commitment.run(manifest, server.destination, control, events, free_port)
        )
        server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"
    assert len(server.aborts) == 1, "the destination is told that nobody listens any more"
    assert commitments.summary(manifest) == CommitmentSummary(4, 0, 0, 4)
