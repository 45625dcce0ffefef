"""The source goes away or hangs while it is copied: no file gets a failure for it, and nothing is lost."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from tests.engine.copying import begun, run
from tests.engine.pacs import Pacs, Said
from tests.engine.source.test_hanging_share import filled, impatient, share, wait_for
from tests.engine.stage import Watcher, counted, finished, read, series, the_old_pacs_at_work
from tests.faults.server import Peer
from tests.faults.share import Share
from wizard.errors import SourceError

pytestmark = pytest.mark.long

__all__ = ["impatient", "share"]  # fixtures


def test_a_source_that_goes_away_ends_the_copy_and_every_file_keeps_its_place(source: Path) -> None:
    series(source, 60)
    away = source.with_name("away")

    def unplugging(peer: Peer, uid: str, times: int) -> Said:
        if len(pacs.times) == 20 and source.exists():
            with the_old_pacs_at_work():
                shutil.move(str(source), str(away))
        return 0

    pacs = Pacs(take=unplugging)
    with pacs.listening() as destination, read(source, destination) as manifest:
        with pytest.raises(SourceError, match="disappeared"):
            run(manifest, destination, associations=1)
        found = counted(manifest)
        assert set(found) == {"copied", "pending"}
        assert 20 <= found["copied"] <= 22
        with the_old_pacs_at_work():
            shutil.move(str(away), str(source))
        run(manifest, destination)
        assert counted(manifest) == {"copied": 60}
    assert set(pacs.times.values()) == {1}


@pytest.mark.parametrize("operation", ["open", "read"])
def test_a_share_that_hangs_is_named_and_when_it_goes_on_so_does_the_copy(operation: str, share: Share) -> None:
    total = filled(share)
    pacs, watcher = Pacs(), Watcher()
    with pacs.listening() as destination, read(share.mounted, destination) as manifest:
        share.hang(operation, after=5)
        job = begun(manifest, destination, watcher)
        wait_for(lambda: watcher.states and watcher.states[-1].waiting)
        assert str(watcher.states[-1].waiting.values["folder"]).startswith(str(share.mounted))
        share.go_on()
        assert finished(job).outcome == "done"
        assert counted(manifest) == {"copied": total}


@pytest.mark.parametrize("operation", ["open", "read"])
def test_a_copy_that_hangs_in_a_share_can_be_stopped_and_goes_on_later(operation: str, share: Share) -> None:
    total = filled(share)
    pacs = Pacs()
    with pacs.listening() as destination, read(share.mounted, destination) as manifest:
        share.hang(operation, after=5)
        job = begun(manifest, destination)
        wait_for(lambda: share.seen.held)
        job.control.stop()
        assert job.join(2), "stopping waits for the share"
        assert job.finished is not None and job.finished.outcome == "stopped"
        found = counted(manifest)
        assert set(found) <= {"copied", "pending", "unknown"}
        assert found.get("copied", 0) <= len(pacs.kept)
        share.go_on()
        run(manifest, destination)
        assert counted(manifest) == {"copied": total}
    wait_for(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("sender")])
