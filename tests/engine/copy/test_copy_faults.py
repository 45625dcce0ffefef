"""Step 4, Copy, when things change, stop or go away: no file loses its place, and none is counted unanswered.

Each server of the catalogue has its turn in `test_misbehaving`; this is what takes more than a server.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.engine.copying import SOON, row, run
from tests.engine.pacs import Pacs, Said
from tests.engine.stage import (
    Watcher,
    buckets,
    counted,
    finished,
    image,
    read,
    series,
    started,
    the_old_pacs_at_work,
)
from tests.faults.server import Gone, Peer, associate_rj
from tests.faults.servers import hangs_up
from wizard.dicom.destination import Destination
from wizard.engine import copy
from wizard.engine import source as reading
from wizard.engine.events import Events, NoEvents
from wizard.engine.job import Control, Job
from wizard.errors import DestinationError
from wizard.manifest import copy_settings, ledger, queue

# What breaks on the way


@pytest.mark.parametrize("filed", ["under our study", "under another study"])
def test_it_is_found_wherever_it_was_filed(filed: str, source: Path) -> None:
    uids = series(source, 3)
    pacs = Pacs()

    def keeps_and_hangs_up(peer: Peer, uid: str, times: int) -> Said:
        pacs.kept[uid] = ("1.2.3.1", "1.2.3.1.1") if filed == "under our study" else ("9.9", "9.9.9")
        raise Gone

    pacs.take = keeps_and_hangs_up
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination)
        assert counted(manifest) == {"copied": 3}
        assert set(pacs.times.values()) == {1}
        assert set(pacs.times) == set(uids)


@pytest.mark.parametrize("status", [0xA700, 0xC000, 0x0122])
def test_where_nobody_may_ask_it_is_sent_once_more_and_then_called_unknown(status: int, source: Path) -> None:
    uids = series(source, 10)
    pacs = Pacs(
        take=lambda peer, uid, times: hangs_up(peer) if uid == uids[4] else 0,
        name=lambda keys, found: (status, []),
    )
    watcher = Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, watcher)
        assert counted(manifest) == {"copied": 9, "unknown": 1}
        assert pacs.times[uids[4]] == 2
        assert row(manifest, uids[4])["reason_code"] == "no_response_no_query"
    (note,) = watcher.notes
    assert "No query was possible to find out which of the last images arrived. They are copied once more" in note


@pytest.mark.parametrize("refuses", ["the second query", "both"])
def test_a_query_without_a_study_that_is_refused_is_no_trouble_where_the_first_was_answered(
    refuses: str, source: Path
) -> None:
    uids = series(source, 3)

    def name(keys: Dataset, found: list[str]) -> tuple[int, list[str]]:
        return (0xA900, []) if refuses == "both" or not keys.StudyInstanceUID else (0, found)

    pacs = Pacs(take=lambda peer, uid, times: hangs_up(peer) if (uid, times) == (uids[1], 1) else 0, name=name)
    watcher = Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, watcher)
        assert counted(manifest) == {"copied": 3}
        assert pacs.times[uids[1]] == 2
    assert len(watcher.notes) == (1 if refuses == "both" else 0)


def test_what_was_under_way_when_the_program_died_is_asked_about_first(source: Path) -> None:
    uids = series(source, 6)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        with manifest.writing() as db:
            (kind,) = queue.kinds(manifest)
            queue.hand_out(db, 1, None, [kind.id], 4)
        for uid in uids[:2]:
            pacs.kept[uid] = ("1.2.3.1", "1.2.3.1.1")
        order: list[str] = []

        def take(peer: Peer, uid: str, times: int) -> int:
            order.append("store")
            return 0

        pacs.take = take
        pacs.on_end = lambda peer, keys: order.append("question")
        run(manifest, destination)
        assert counted(manifest) == {"copied": 6}
        assert order.index("store") > max(at for at, what in enumerate(order) if what == "question")
        assert order.count("store") == 4
        assert not {*uids[:2]} & set(pacs.times)


def test_a_destination_that_is_away_from_the_start_cannot_be_used(source: Path, free_port: int) -> None:
    series(source, 5)
    destination = Destination("127.0.0.1", free_port, "PACS")
    with read(source, destination) as manifest:
        with pytest.raises(DestinationError, match="rejected the connection"):
            run(manifest, destination)
        assert counted(manifest) == {"pending": 5}
        assert {found["tries"] for found in ledger.rows(manifest)} == {0}


def test_a_destination_that_takes_one_association_at_a_time_gets_everything(source: Path) -> None:
    for study in ("1.1", "1.2", "1.3"):
        (source / study).mkdir()
        series(source / study, 40, study)  # more than the first batches hold
    lock, turned_away = threading.Lock(), threading.Semaphore(0)
    inside: list[Peer] = []

    def one_at_a_time(peer: Peer) -> None:
        if lock.acquire(blocking=False):
            inside.append(peer)
            return
        peer.pdu()
        peer.send(associate_rj(2, 3, 2))
        turned_away.release()
        raise Gone

    def when_the_others_have_tried(peer: Peer, uid: str, times: int) -> Said:
        if len(pacs.times) == 1:
            assert turned_away.acquire(timeout=10)
            assert turned_away.acquire(timeout=10)
        return 0

    def leave(peer: Peer) -> None:
        if peer in inside:
            lock.release()

    pacs = Pacs(take=when_the_others_have_tried, on_open=one_at_a_time, on_close=leave)
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination, associations=3, pauses=(0.0,))
        assert counted(manifest) == {"copied": 120}
    assert pacs.opened <= 6, "the others did not give way"


# What changes on the way


def test_files_that_change_between_reading_and_sending_cost_the_others_nothing(source: Path) -> None:
    uids = series(source, 30)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        with the_old_pacs_at_work():
            os.utime(source / "003.dcm", ns=(1, 1))
            (source / "004.dcm").unlink()
            os.truncate(source / "005.dcm", 300)
            (source / "006.dcm").unlink()
            (source / "006.dcm").symlink_to(source / "007.dcm")
        run(manifest, destination)
        found = buckets(manifest)
        assert (found["003.dcm"], found["004.dcm"], found["005.dcm"]) == ("changed", "unreadable", "changed")
        assert found["006.dcm"] == "unreadable"
        assert counted(manifest) == {"copied": 26, "changed": 2, "unreadable": 2}
        assert not {uids[3], uids[4], uids[5], uids[6]} & set(pacs.times)
        assert {uid: row(manifest, uid)["reason_code"] for uid in (uids[3], uids[4], uids[5], uids[6])} == {
            **{uids[3]: "changed", uids[4]: "unreadable", uids[5]: "changed", uids[6]: "unreadable"},
        }


def test_a_file_that_changes_while_it_is_sent_is_not_called_copied(source: Path) -> None:
    uids = series(source, 10)

    def touching(peer: Peer, uid: str, times: int) -> Said:
        if uid == uids[6] and times == 1:
            os.utime(source / "006.dcm", ns=(1, 1))
        return 0

    pacs = Pacs(take=touching)
    with pacs.listening() as destination, read(source, destination) as manifest:
        with the_old_pacs_at_work():
            run(manifest, destination)
        assert counted(manifest) == {"copied": 9, "changed": 1}
        assert row(manifest, uids[6])["reason_code"] == "changed_while_sent"
        assert row(manifest, uids[6])["status"] == 0, "what was answered is kept"
        reading.run(manifest, Control(), NoEvents())
        run(manifest, destination)
        assert counted(manifest) == {"copied": 10}


def test_a_file_that_becomes_shorter_while_it_is_sent_is_unreadable_and_the_rest_goes_on(source: Path) -> None:
    series(source, 10)
    big = "1.2.3.1.1.99"
    (source / "005.dcm").write_bytes(image(big, Rows=2, PixelData=bytes(24 << 20)))
    received = 0

    def reading_it(peer: Peer) -> None:
        really = peer.pdu

        def pdu() -> tuple[int, bytes]:
            nonlocal received
            kind, body = really()
            received += len(body)
            if received > 2 << 20:
                os.truncate(source / "005.dcm", 1 << 20)
            return kind, body

        peer.pdu = pdu  # type: ignore[method-assign]

    pacs = Pacs(on_open=reading_it)
    with pacs.listening() as destination, read(source, destination) as manifest:
        with the_old_pacs_at_work():
            run(manifest, destination, associations=1)
            pacs.server.settle()
        assert counted(manifest) == {"copied": 9, "unreadable": 1}
        assert row(manifest, big)["reason_code"] == "not_read_to_end"
        assert big not in pacs.kept
        assert pacs.server.aborts, "the other side was left waiting"


# Stopping and pausing


def test_what_was_not_begun_when_it_was_stopped_is_pending_and_goes_on_later(source: Path) -> None:
    series(source, 200)
    pacs = Pacs()
    job: list[Job] = []

    def stopping(peer: Peer, uid: str, times: int) -> Said:
        if len(pacs.times) == 20:
            job[0].control.stop()
        return 0

    pacs.take = stopping
    with pacs.listening() as destination, read(source, destination) as manifest:
        ready = threading.Event()

        def work(control: Control, events: Events) -> None:
            ready.wait(10)
            copy.run(manifest, destination, control, events, pauses=SOON)

        job.append(started("copy", work))
        ready.set()
        assert finished(job[0]).outcome == "stopped"
        found = counted(manifest)
        assert found["copied"] + found.get("unknown", 0) <= 25
        assert found["pending"] >= 175
        assert found.get("unknown", 0) <= 2
        run(manifest, destination)
        assert counted(manifest) == {"copied": 200}
        assert sum(pacs.times.values()) <= 202


def test_a_pause_leaves_no_association_idle_and_loses_nothing(source: Path) -> None:
    series(source, 60)
    pacs = Pacs()
    job: list[Job] = []
    paused = threading.Event()

    def pausing(peer: Peer, uid: str, times: int) -> Said:
        if len(pacs.times) == 10:
            job[0].control.pause()
            paused.set()
        return 0

    pacs.take = pausing
    with pacs.listening() as destination, read(source, destination) as manifest:
        ready = threading.Event()

        def work(control: Control, events: Events) -> None:
            ready.wait(10)
            copy_settings.keep(manifest, copy_settings.CopySettings(associations=1))
            copy.run(manifest, destination, control, events, pauses=SOON)

        job.append(started("copy", work))
        ready.set()
        assert paused.wait(10)
        pacs.server.settle()  # returns when every association has ended
        assert pacs.server.releases == pacs.opened
        assert job[0].running
        assert len(pacs.times) <= 11
        job[0].control.resume()
        assert finished(job[0]).outcome == "done"
        assert counted(manifest) == {"copied": 60}
        assert set(pacs.times.values()) == {1}
