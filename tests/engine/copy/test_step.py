"""Step 4, Copy: each chosen image arrives once and unchanged, and every answer ends in its bucket."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import Tuple

import pytest
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom.presentation import AllStoragePresentationContexts

from tests.engine.copying import SOON, row, run
from tests.engine.pacs import Pacs, Said
from tests.engine.stage import Watcher, counted, image, read, series
from tests.faults.server import Peer
from tests.peers.archive import data_set
from tests.running import fingerprint
from wizard import reasons
from wizard.dicom import status as status_table
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import Destination
from wizard.errors import DestinationError, UsageError
from wizard.manifest import ledger, queue, tree
from wizard.practice.pacs import PracticePacs
from wizard.reasons import Reason

# All is well


@pytest.mark.parametrize("associations", [1, 2, 5])
def test_everything_arrives_as_it_is_and_is_sent_once(associations: int, source: Path) -> None:
    for study in ("1.1", "1.2", "1.3"):
        (source / study).mkdir()
        series(source / study, 20, study)
    before = fingerprint(source)
    pacs, watcher = Pacs(), Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, watcher, associations=associations)
        assert counted(manifest) == {"copied": 60}
        assert set(pacs.times.values()) == {1}
        assert len(pacs.kept) == 60
        for found in ledger.rows(manifest):
            path = Path(os.fsdecode(found["folder_path"]), os.fsdecode(found["file_name"]))
            assert found["sha256"] == pacs.hashes[found["sop_uid"]] == hashlib.sha256(data_set(path)).digest()
            assert (found["attempts"], found["status"], found["reason_code"]) == (1, 0, "")
        assert fingerprint(source) == before

        run(manifest, destination, associations=associations)
        assert set(pacs.times.values()) == {1}, "a second run sends nothing"
        assert manifest.value("SELECT COUNT(*) FROM attempt") == 60
    assert pacs.server.releases == pacs.opened


def test_progress_only_grows_and_ends_with_everything(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    series(source, 30)
    watcher = Watcher()

    def slowly(peer: Peer, uid: str, times: int) -> Said:
        threading.Event().wait(0.02)  # so that some snapshots are taken
        return 0

    pacs = Pacs(take=slowly)
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, watcher)
    done = [state.done for state in watcher.states]
    assert done == sorted(done)
    assert {state.total for state in watcher.states} == {30}
    assert len(set(done)) > 2
    sent = [state.bytes_done for state in watcher.states]
    assert sent == sorted(sent)
    assert all(state.bytes_done <= state.bytes_total for state in watcher.states)
    assert "Muster, Anna" in watcher.states[-1].current


def test_only_what_is_chosen_is_sent(source: Path) -> None:
    for study in ("1.1", "1.2"):
        (source / study).mkdir()
        series(source / study, 3, study)
    (source / "a").write_bytes(image("1.9", StudyDescription="A"))
    (source / "b").write_bytes(image("1.9", StudyDescription="B"))
    (source / "twin").write_bytes((source / "1.1" / "000.dcm").read_bytes())
    (source / "cut").write_bytes(image("1.8")[:-2])
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        (patient,) = tree.patients(manifest)
        second = next(study for study in tree.studies(manifest, patient.id) if study.code == "1.2")
        tree.tick(manifest, "study", second.id, False)
        run(manifest, destination)
        assert counted(manifest) == {"copied": 3, "left_out": 3, "conflict": 2, "duplicate": 1, "damaged": 1}
        assert set(pacs.kept) == {"1.1.1.1", "1.1.1.2", "1.1.1.3"}
        tree.tick_all(manifest, True)
        run(manifest, destination)
        assert counted(manifest) == {"copied": 6, "conflict": 2, "duplicate": 1, "damaged": 1}
    assert set(pacs.times.values()) == {1}


def test_more_kinds_than_one_association_holds_all_arrive(source: Path, tmp_path: Path) -> None:
    offered = (str(context.abstract_syntax) for context in AllStoragePresentationContexts)
    classes = [uid for uid in offered if ".104." not in uid][:50]  # without encapsulated documents, which need one
    syntaxes = [EXPLICIT_LITTLE_ENDIAN, *(f"1.2.840.10008.1.2.4.{number}" for number in (50, 70))]
    for number, (sop_class, syntax) in enumerate((a, b) for a in classes for b in syntaxes):
        content = image(f"1.5.{number + 1}", syntax=UID(syntax), SOPClassUID=sop_class)
        (source / f"{number}.dcm").write_bytes(content)
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        with read(source, destination) as manifest:
            assert len(queue.kinds(manifest)) == 150
            run(manifest, destination)
            assert counted(manifest) == {"copied": 150}
            assert {kind.result for kind in queue.kinds(manifest)} == set()
            assert manifest.value("SELECT COUNT(*) FROM kind WHERE result = 0") == 150


# What the destination answers

REMARKS = (0xB000, 0xB006, 0xB007, 0xB0FF, 0xBFFF, 0x0107, 0x0116)
REFUSED_AT_ONCE = (
    *(0xA900, 0xA9FF, 0x0105, 0x0106, 0x0112, 0x0115, 0x0117, 0x0118, 0x0119, 0x0120, 0x0121, 0x0122, 0x0211, 0x0212),
)
REFUSED_AFTER_ONE_MORE = (0xC000, 0xCFFF, 0x0110)
PUT_OFF = (0xA700, 0xA7FF, 0x0213)
ASKED = (0x0111, 0x0210, 0x1234, 0xFF00, 0x0001)
NOT_FOUND = Reason("not_found_after_tries", n=3)
# Status, bucket, how often it is sent.
Expectation = Tuple[int, str, int]
ANSWERS: tuple[Expectation, ...] = (
    *((status, "copied_with_remark", 1) for status in REMARKS),
    *((status, "refused", 1) for status in REFUSED_AT_ONCE),
    *((status, "refused", 2) for status in REFUSED_AFTER_ONE_MORE),
    *((status, "refused", 1 + len(SOON)) for status in PUT_OFF),
)
NO_ANSWERS: tuple[Expectation, ...] = tuple((status, "refused", 3) for status in ASKED)


@pytest.mark.parametrize("expected", [ANSWERS, NO_ANSWERS], ids=["answers", "no answers"])
def test_each_status_leads_to_its_bucket_and_the_others_pass(expected: tuple[Expectation, ...], source: Path) -> None:
    uids = series(source, len(expected) + 10)
    says = dict(zip(uids, expected))
    pacs = Pacs(take=lambda peer, uid, times: (says[uid][0], "Nr. 7 is odd") if uid in says else 0)
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination)
        found = {of["sop_uid"]: of for of in ledger.rows(manifest)}
        for uid, (status, bucket, times) in says.items():
            assert (hex(status), found[uid]["final_bucket"], pacs.times[uid]) == (hex(status), bucket, times)
            assert (found[uid]["attempts"], found[uid]["status"]) == (times, status)
            assert found[uid]["comment"] == "Nr. 7 is odd"
            reason = reasons.read(found[uid]["reason_code"], found[uid]["reason_values"])
            assert reason is not None and (reason.outcome, bool(reason.who)) == (bucket, True)
            assert reason == (status_table.meaning(status).reason if times < 3 or status in PUT_OFF else NOT_FOUND)
        assert counted(manifest)["copied"] == 10


@pytest.mark.parametrize("status", [0x0124, 0x0214])
def test_where_sending_is_forbidden_the_run_ends_with_that_sentence(status: int, source: Path) -> None:
    series(source, 200)
    pacs = Pacs(take=lambda peer, uid, times: status)
    with pacs.listening() as destination, read(source, destination) as manifest:
        with pytest.raises(DestinationError, match="does not allow this computer to store images") as caught:
            run(manifest, destination, associations=1)
        assert caught.value.details == f"C-STORE status {status:04X}"
        found = counted(manifest)
        assert 0 < found["refused"] < 20
        assert found.get("unknown", 0) <= 1, "one was under way"
        assert found["refused"] + found.get("unknown", 0) + found["pending"] == 200
        assert manifest.value("SELECT outcome FROM run ORDER BY id DESC") == "failed"

        pacs.take = lambda peer, uid, times: 0
        run(manifest, destination, retry_failed=True)
        assert counted(manifest) == {"copied": 200}


def test_what_is_too_busy_for_a_while_gets_everything_in_the_end(source: Path) -> None:
    uids = series(source, 9)
    pacs, watcher = Pacs(take=lambda peer, uid, times: 0xA700 if times < 3 else 0), Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, watcher, pauses=(0.3, 0.3))
        assert counted(manifest) == {"copied": 9}
        assert set(pacs.times.values()) == {3}
        assert row(manifest, uids[0])["reason_code"] == ""
    assert any("full or busy" in str(state.waiting) for state in watcher.states)


def test_if_it_is_too_busy_for_one_after_the_other_everything_pauses_and_nothing_loses_its_place(source: Path) -> None:
    for study in range(1, 6):
        (source / str(study)).mkdir()
        series(source / str(study), 20, f"1.2.{study}")
    pacs, watcher = Pacs(take=lambda peer, uid, times: 0xA700 if sum(pacs.times.values()) <= 45 else 0), Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, watcher, associations=1, pauses=(0.15,))
        assert counted(manifest) == {"copied": 100}
    assert max(pacs.times.values()) <= 45 // 9 + 1, "it goes on behind those that it has tried"
    assert any("full or busy" in str(state.waiting) for state in watcher.states)


def test_what_is_refused_can_be_tried_again(source: Path) -> None:
    uids = series(source, 5)
    pacs = Pacs(take=lambda peer, uid, times: 0xA900 if uid == uids[2] else 0)
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination)
        run(manifest, destination)
        assert pacs.times[uids[2]] == 1, "nobody asked for it"
        pacs.take = lambda peer, uid, times: 0
        run(manifest, destination, retry_failed=True)
        assert counted(manifest) == {"copied": 5}
        assert row(manifest, uids[2])["attempts"] == 2


def test_what_it_says_it_already_has_is_asked_about_and_then_believed(source: Path) -> None:
    uids = series(source, 5)
    pacs = Pacs(take=lambda peer, uid, times: 0x0111 if uid == uids[1] else 0)
    with pacs.listening() as destination, read(source, destination) as manifest:
        pacs.kept[uids[1]] = ("1.2.3.1", "1.2.3.1.1")
        run(manifest, destination)
        assert counted(manifest) == {"copied": 4, "already_there": 1}
        assert pacs.times[uids[1]] == 1


def test_kinds_it_does_not_take_are_refused_without_a_byte_of_them(source: Path) -> None:
    series(source, 3)
    (source / "explicit.dcm").write_bytes(image("1.9.1", syntax=ExplicitVRLittleEndian))
    pacs = Pacs(answer=lambda sop_class, syntax: (4 if syntax == EXPLICIT_LITTLE_ENDIAN else 0, syntax))
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination)
        assert counted(manifest) == {"copied": 3, "refused": 1}
        refused = row(manifest, "1.9.1")
        assert (refused["reason_code"], refused["reason_values"]) == ("transfer_syntax_rejected", "")
        assert (refused["attempts"], pacs.times["1.9.1"]) == (0, 0)
        asked = manifest.rows("SELECT transfer_syntax, result FROM kind")
        assert {of[0]: of[1] for of in asked} == {IMPLICIT_LITTLE_ENDIAN: 0, EXPLICIT_LITTLE_ENDIAN: 4}


def test_a_destination_that_takes_nothing_refuses_everything_and_is_not_asked_for_ever(source: Path) -> None:
    series(source, 30)
    pacs = Pacs(answer=lambda sop_class, syntax: (3, syntax))
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination)
        assert counted(manifest) == {"refused": 30}
        assert pacs.times == {}
    assert pacs.opened < 10


def test_a_source_that_was_not_read_to_its_end_is_not_copied_from(source: Path) -> None:
    series(source, 3)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        with manifest.writing() as db:
            db.execute("UPDATE reading SET ended = NULL")  # as after a power cut: duplicates are not sorted out yet
        with pytest.raises(UsageError, match="Read them again"):
            run(manifest, destination)
        assert counted(manifest) == {"pending": 3}
        assert not pacs.kept
