"""One system stores and another one answers queries: only the one that is named for it is queried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.pacs import Pacs
from tests.engine.stage import Watcher, counted, read, series
from tests.peers import servers
from wizard.dicom.destination import Destination
from wizard.engine import copy, verify
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.errors import DestinationError
from wizard.manifest import proof
from wizard.manifest.manifest import Manifest

STUDY = "1.2.3.1"


def copied(manifest: Manifest, destination: Destination) -> None:
    copy.run(manifest, destination, Control(), NoEvents(), pauses=(0.0,))


def result(manifest: Manifest, destination: Destination) -> tuple[str, int, int]:
    """Of the one study: the result, how many images were found and how many are missing."""
    verify.run(manifest, destination, Control(), Watcher())
    (study,) = proof.studies(manifest)
    return study.result, study.found, study.missing


def holding(uids: list[str]) -> Pacs:
    """An archive that answers questions about these images, and takes none."""
    pacs = Pacs(answer=lambda sop_class, syntax: (0 if "5.1.4.1.2.2" in sop_class else 3, syntax))
    pacs.kept.update((uid, (STUDY, f"{STUDY}.1")) for uid in uids)
    return pacs


def test_what_one_archive_stores_is_confirmed_by_the_one_that_is_asked(source: Path) -> None:
    series(source, 3)
    stores, answers = Pacs(), Pacs()
    answers.kept = stores.kept
    with stores.listening() as one, answers.listening() as other:
        destination = one.queried_at(other.host, other.port, "QUERY")
        with read(source, destination) as manifest:
            copied(manifest, destination)
            assert result(manifest, destination) == ("MATCH", 3, 0)
    assert stores.asked == [] and answers.asked
    assert len(stores.taken) == 3 and not answers.times


def test_what_only_the_archive_that_stores_has_is_missing(source: Path) -> None:
    """It may be that it has not handed them on yet; nobody can find them there, and that is what is said."""
    uids = series(source, 3)
    stores, answers = Pacs(), holding(uids[:1])
    with stores.listening() as one, answers.listening() as other:
        destination = one.queried_at(other.host, other.port)
        with read(source, destination) as manifest:
            copied(manifest, destination)
            assert result(manifest, destination) == ("MISMATCH", 1, 2)
            answers.kept.update(stores.kept)
            assert result(manifest, destination) == ("MATCH", 3, 0)


def test_while_the_archive_that_is_asked_is_away_nothing_is_confirmed_and_nothing_missing(
    source: Path, free_port: int
) -> None:
    series(source, 3)
    with Pacs().listening() as one:
        destination = one.queried_at(port=free_port)
        with read(source, destination) as manifest:
            copied(manifest, destination)
            with pytest.raises(DestinationError, match=f"127.0.0.1:{free_port} rejected the connection"):
                result(manifest, destination)
            summary = proof.summary(manifest)
            assert (summary.confirmed, summary.missing, summary.not_checked) == (0, 0, 3)
            assert counted(manifest) == {"copied": 3}


@pytest.mark.dcmtk
def test_storescp_stores_and_another_archive_answers(source: Path, tmp_path: Path) -> None:
    uids = series(source, 4)
    answers = holding(uids)
    with servers.storescp(tmp_path) as one, answers.listening() as other:
        destination = one.queried_at(other.host, other.port, "QUERY")
        with read(source, destination) as manifest:
            copied(manifest, destination)
            assert len(list((tmp_path / "received").iterdir())) == 4
            assert result(manifest, destination) == ("MATCH", 4, 0)
            del answers.kept[uids[2]]
            assert result(manifest, destination) == ("MISMATCH", 3, 1)
