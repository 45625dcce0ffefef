"""Step 4, Copy, with decisions: an image to send last goes last, alone and unchanged; one that is left out stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.copying import row, run
from tests.engine.pacs import Pacs, Said
from tests.engine.stage import counted, image, read, series
from tests.faults.server import Peer
from wizard.manifest import decisions
from wizard.vocabulary import Action

NAMELESS = [f"1.9.{number}" for number in range(5)]  # their patients have no ID


@pytest.fixture
def archive(source: Path) -> Path:
    """Three studies, in one of which some images have no Patient ID, and a study that has only such."""
    for study in ("1.1", "1.2", "1.3"):
        (source / study).mkdir()
        series(source / study, 10, study)
    for uid in NAMELESS:
        study = "1.1" if uid < "1.9.3" else "1.4"
        (source / f"{uid}.dcm").write_bytes(image(uid, study, f"{study}.9", PatientID=""))
    return source


class Order:
    """Keeps on which association what came, in its order."""

    def __init__(self) -> None:
        self.came: list[tuple[int, str]] = []

    def __call__(self, peer: Peer, uid: str, times: int) -> Said:
        self.came.append((id(peer), uid))
        return 0


def test_what_goes_last_comes_after_all_others_each_on_an_association_of_its_own(archive: Path) -> None:
    order = Order()
    with Pacs(take=order).listening() as destination, read(archive, destination) as manifest:
        decisions.decide(manifest, "no_patient_id", Action.SEND_LAST)
        run(manifest, destination, associations=3)
        assert counted(manifest) == {"copied": 35}
    first, last = order.came[:30], order.came[30:]
    assert {uid for _, uid in first}.isdisjoint(NAMELESS)
    assert [uid for _, uid in last] == NAMELESS
    assert len({peer for peer, _ in last}) == len(last)
    assert {peer for peer, _ in first}.isdisjoint({peer for peer, _ in last})


def test_what_goes_last_waits_for_what_the_destination_put_off(archive: Path) -> None:
    came: list[str] = []

    def take(peer: Peer, uid: str, times: int) -> Said:
        came.append(uid)
        return 0xA700 if uid == "1.2.1.1" and times < 3 else 0

    with Pacs(take=take).listening() as destination, read(archive, destination) as manifest:
        decisions.decide(manifest, "no_patient_id", Action.SEND_LAST)
        run(manifest, destination)
        assert counted(manifest) == {"copied": 35}
    assert came.count("1.2.1.1") == 3
    assert came[-5:] == NAMELESS


def test_what_is_left_out_is_not_sent_and_can_be_sent_later(archive: Path) -> None:
    pacs = Pacs()
    with pacs.listening() as destination, read(archive, destination) as manifest:
        decisions.decide(manifest, "no_patient_id", Action.LEAVE_OUT)
        run(manifest, destination)
        assert counted(manifest) == {"copied": 30, "left_out": 5}
        assert not set(pacs.kept) & set(NAMELESS)
        decisions.decide(manifest, "no_patient_id", Action.SEND_LAST)
        run(manifest, destination)
        assert counted(manifest) == {"copied": 35}
    assert set(pacs.times.values()) == {1}


def test_a_damaged_file_leaves_as_it_lies_there_and_what_becomes_of_it_is_written_down(source: Path) -> None:
    series(source, 2)
    whole = image("1.9.9")
    (source / "cut.dcm").write_bytes(whole[:-4])
    pacs = Pacs(take=lambda peer, uid, times: 0xA900 if uid == "1.9.9" else 0)
    with pacs.listening() as destination, read(source, destination) as manifest:
        run(manifest, destination)
        assert counted(manifest) == {"copied": 2, "damaged": 1}
        decisions.decide(manifest, "damaged", Action.SEND_LAST)
        run(manifest, destination)
        assert counted(manifest) == {"copied": 2, "refused": 1}
        sent = row(manifest, "1.9.9")
        assert sent["size"] - sent["dataset_offset"] == manifest.value("SELECT bytes FROM attempt WHERE status <> 0")
        decisions.decide(manifest, "damaged", Action.LEAVE_OUT)
        run(manifest, destination, retry_failed=True)
        assert counted(manifest) == {"copied": 2, "damaged": 1}
    assert pacs.times["1.9.9"] == 1
