"""A share that hangs, fails, vanishes or is slow: said as what it is, and never as a trouble of the files on it."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import threading
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.end_of_run import LEFT_OUT_HERE
from tests.engine.stage import Watcher, again, buckets, counted, finished, image, opened, started
from tests.faults.share import NoShare, Share
from wizard.engine import source as reading
from wizard.engine.files import availability, walk
from wizard.engine.job import Job
from wizard.errors import SourceError, why
from wizard.manifest import ledger
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason

pytestmark = pytest.mark.long


@pytest.fixture
def share(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Share]:
    """A share of an empty folder, or a test that is left out, which the end of the run says."""
    (tmp_path / "real").mkdir()
    try:
        with Share(tmp_path / "real", tmp_path / "share") as share:
            yield share
    except NoShare as lack:
        request.config.stash[LEFT_OUT_HERE][f"that need a share which hangs, because {lack}"] += 1
        pytest.skip(str(lack))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "SILENCE", 1.0)


def filled(share: Share, folders: int = 4, images: int = 10) -> int:
    """Put images into folders of the share, a study each, and long ago; returns how many."""
    for number in range(folders):
        folder = share.real / f"study {number}"
        folder.mkdir()
        for count in range(images):
            path = folder / f"{count:03d}.dcm"
            path.write_bytes(image(f"1.2.{number}.1.{count + 1}", f"1.2.{number}", f"1.2.{number}.1"))
            os.utime(path, (1_000_000_000, 1_000_000_000))
    return folders * images


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.02)


def reads(manifest: Manifest, watcher: Watcher) -> Job:
    return started("source", lambda control, _: reading.run(manifest, control, watcher))


def untouched_by_blame(manifest: Manifest) -> bool:
    """Nothing is called unreadable, folder or file."""
    balance = ledger.balance(manifest)
    return not (balance.buckets["unreadable"] or balance.unreadable_folders)


# It hangs


@pytest.mark.parametrize("operation", ["getattr", "readdir", "open", "read"])
def test_a_share_that_hangs_is_named_and_when_it_goes_on_everything_is_read(operation: str, share: Share) -> None:
    total = filled(share)
    watcher = Watcher()
    with opened(share.mounted) as manifest:
        share.hang(operation, after=3)
        job = reads(manifest, watcher)
        wait_for(lambda: watcher.states and watcher.states[-1].waiting)
        assert str(watcher.states[-1].waiting.values["folder"]).startswith(str(share.mounted))
        assert untouched_by_blame(manifest)
        share.go_on()
        assert finished(job).outcome == "done"
        assert counted(manifest) == {"pending": total}
        assert not watcher.states[-1].waiting


@pytest.mark.parametrize("operation", ["getattr", "readdir", "open", "read"])
def test_a_stop_takes_effect_while_the_share_hangs_and_the_reading_goes_on_later(operation: str, share: Share) -> None:
    total = filled(share)
    with opened(share.mounted) as manifest:
        share.hang(operation, after=3)
        job = reads(manifest, Watcher())
        wait_for(lambda: share.seen.held)
        job.control.stop()
        assert job.join(2), "the stop takes longer than two seconds"
        assert finished(job).outcome == "stopped"
        assert untouched_by_blame(manifest)
        assert manifest.value("PRAGMA integrity_check") == "ok"
        share.go_on()
        assert again(manifest).balanced
        assert counted(manifest) == {"pending": total}


@pytest.mark.parametrize("operation", ["getattr", "readdir"])
def test_while_a_file_server_thinks_the_other_threads_of_the_program_go_on(operation: str, share: Share) -> None:
    filled(share, 1)
    share.hang(operation, after=3 if operation == "getattr" else 0)
    walked: list[walk.Folder] = []
    thread = threading.Thread(target=lambda: walked.extend(walk.walk([os.fsencode(share.mounted)])))
    thread.start()
    wait_for(lambda: share.seen.held)
    share.go_on()
    thread.join(15)
    assert [len(folder.files) for folder in walked] == [0, 10]


# It goes away


@pytest.mark.parametrize("after", [0, 7, 60, 150])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOTCONN, errno.ETIMEDOUT, errno.ESTALE])
def test_a_share_that_goes_away_is_one_trouble_and_no_file_is_unreadable(code: int, after: int, share: Share) -> None:
    total = filled(share)
    with opened(share.mounted) as manifest:
        share.fail(code, after=after)
        with pytest.raises(SourceError, match="Check that the drive or share is connected") as caught:
            again(manifest)
        assert caught.value.sentence.values["folder"] == str(share.mounted)
        assert untouched_by_blame(manifest)
        share.go_on()
        again(manifest)
        assert counted(manifest) == {"pending": total}


def test_wherever_the_walk_is_when_the_share_goes_away_nothing_is_blamed(share: Share) -> None:
    filled(share, 2, 5)
    for after in itertools.count():
        share.fail(errno.EIO, after=after)
        walking = walk.walk([os.fsencode(share.mounted)])
        folders: list[walk.Folder] = []
        with contextlib.suppress(SourceError):
            folders.extend(walking)
            break  # all was read before the share went away
        assert not any(folder.error or any(file.error for file in folder.files) for folder in folders)
    assert after > 15
    assert [len(folder.files) for folder in folders] == [0, 5, 5]


def test_a_share_that_is_unmounted_under_way_is_gone_and_not_emptied(share: Share) -> None:
    filled(share)
    with opened(share.mounted) as manifest:
        share.hang("getattr", after=30)
        job = reads(manifest, Watcher())
        wait_for(lambda: share.seen.held)
        share.vanish()
        share.go_on()
        end = finished(job)
        assert isinstance(end.error, SourceError)
        assert "disappeared" in str(end.error.sentence)
        assert untouched_by_blame(manifest)


def test_a_share_that_is_not_mounted_the_next_time_is_not_taken_for_an_empty_folder(share: Share) -> None:
    total = filled(share)
    with opened(share.mounted) as manifest:
        again(manifest)
        share.vanish()
        with pytest.raises(SourceError, match="connected"):
            again(manifest)
        assert counted(manifest) == {"pending": total}


# A file that cannot be read


@pytest.mark.parametrize("operation", ["getattr", "open", "read"])
def test_one_file_that_fails_on_a_good_share_is_unreadable(operation: str, share: Share) -> None:
    total = filled(share)
    with opened(share.mounted) as manifest:
        share.fail(errno.EIO, "study 2/007.dcm", operation)
        again(manifest)
        assert counted(manifest) == {"pending": total - 1, "unreadable": 1}
        assert buckets(manifest)["study 2/007.dcm"] == "unreadable"
        (row,) = ledger.rows(manifest, "unreadable")
        assert (row["reason_code"], row["reason_values"]) == Reason(
            "unreadable", why=why(OSError(errno.EIO, ""))
        ).stored


@pytest.mark.parametrize("operation", ["getattr", "readdir"])
def test_one_folder_that_fails_on_a_good_share_is_listed_as_one(operation: str, share: Share) -> None:
    filled(share)
    share.fail(errno.EIO, "study 2", operation)
    folders = list(walk.walk([os.fsencode(share.mounted)]))
    code = "folder_not_opened" if operation == "getattr" else "folder_not_finished"
    fails = Reason(code, why=why(OSError(errno.EIO, "")))
    assert [folder.error for folder in folders] == [None, None, None, fails, None]
    assert [len(folder.files) for folder in folders] == [0, 10, 10, 0, 10]


# It is slow


def test_more_readers_help_where_every_open_takes_its_time(share: Share) -> None:
    total = filled(share, 4, 100)
    share.delay(0.005)
    with opened(share.mounted) as manifest:
        again(manifest)
        assert counted(manifest) == {"pending": total}
    assert share.seen.most_opens_at_once > 2
