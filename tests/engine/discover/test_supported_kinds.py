"""The kinds that the destination takes: asked without sending, said in a sentence, and kept for Check."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import JPEGLosslessSV1

from tests.engine.pacs import Pacs
from tests.engine.stage import Watcher, again, image, read, series
from tests.peers import servers
from wizard.dicom import kinds
from wizard.dicom.contexts import IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import Destination
from wizard.engine import check, discover, migration
from wizard.engine.check import findings
from wizard.engine.check import step as check_step
from wizard.engine.discover import step as discover_step
from wizard.engine.discover import supported_kinds, supported_kinds_texts
from wizard.engine.facts import Rung, SupportedKinds
from wizard.engine.job import Control
from wizard.errors import PACS_ADMINISTRATOR, DestinationError, NoContext, Stopped
from wizard.manifest import queue

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
JPEG, JPEG_2000 = str(JPEGLosslessSV1), "1.2.840.10008.1.2.4.90"


def thoroughly(destination: Destination, watcher: Watcher | None = None) -> Rung:
    """The rung about images of the thorough test."""
    return discover_step.thoroughly(destination, Control(), watcher or Watcher())[4]


def no_jpeg(sop_class: str, syntax: str) -> tuple[int, str]:
    return (4 if syntax == JPEG else 0), syntax


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the library knew two kinds of images and two ways to compress them."""
    known = [(sop_class, syntax) for sop_class in (CT, MR) for syntax in (IMPLICIT_LITTLE_ENDIAN, JPEG, JPEG_2000)]
    monkeypatch.setattr(kinds, "every", lambda: tuple(known))


# Everything that is known


def test_every_kind_is_asked_about_in_rounds_of_128_and_nothing_is_sent() -> None:
    pacs, watcher = Pacs(), Watcher()
    with pacs.listening() as destination:
        rung = thoroughly(destination, watcher)
    (told,) = (fact for fact in watcher.facts if isinstance(fact, SupportedKinds))
    assert set(told.results) == set(kinds.every()) and set(told.results.values()) == {0}
    types = len(kinds.storage_classes())
    assert str(rung.sentence) == (
        f"The new PACS accepts {types} of {types} image types, and 21 of 21 compressed formats."
    )
    assert pacs.times == {}
    rounds = [progress for progress in watcher.states if progress.step == "discover"]
    assert len(rounds) == rounds[-1].total and rounds[0].done == 0
    assert len(rounds) >= len(kinds.every()) / 128


def test_what_is_not_taken_is_named_in_the_details(few: None) -> None:
    def answer(sop_class: str, syntax: str) -> tuple[int, str]:
        return (3, syntax) if sop_class == CT else no_jpeg(sop_class, syntax)

    with Pacs(answer=answer).listening() as destination:
        rung = thoroughly(destination)
    assert rung.passed
    assert str(rung.sentence) == "The new PACS accepts 1 of 2 image types, and 1 of 2 compressed formats."
    assert rung.details.startswith("Not accepted: CT Image Storage. Not accepted compressed as: JPEG Lossless")


@pytest.mark.dcmtk
def test_dcmqrscp_takes_images_uncompressed_alone(tmp_path: Path) -> None:
    with servers.dcmqrscp(tmp_path) as destination:
        assert "and 0 of 21 compressed formats" in str(thoroughly(destination).sentence)


@pytest.mark.orthanc
def test_orthanc_takes_most(tmp_path: Path) -> None:
    with servers.orthanc(tmp_path) as destination:
        rung = thoroughly(destination)
    accepted, of = rung.sentence.values["accepted"], rung.sentence.values["all"]
    assert isinstance(accepted, int) and isinstance(of, int)
    assert 150 < accepted < of == len(kinds.storage_classes())
    assert "Storage" in rung.details


# The archive


def test_of_the_archive_it_is_said_that_all_is_taken(source: Path) -> None:
    series(source, 2)
    with Pacs().listening() as destination, read(source, destination) as manifest:
        rungs = discover.run(destination, Control(), Watcher(), (), manifest)
    assert str(rungs[4].sentence) == (
        "The new PACS accepts the 1 combination of image type and format in the folders. No image was sent."
    )


def test_of_the_archive_the_exceptions_are_named_and_check_knows_them_without_asking(few: None, source: Path) -> None:
    series(source, 2)
    (source / "compressed").write_bytes(image("1.7.1", syntax=JPEGLosslessSV1))
    with Pacs(answer=no_jpeg).listening() as destination, read(source, destination) as manifest:
        rung = discover_step.thoroughly(destination, Control(), Watcher(), manifest)[4]
        assert [line.code for line in findings.read(manifest)] == ["transfer_syntax_rejected"]
    assert rung.passed
    assert str(rung.sentence).startswith(
        "The new PACS accepts 1 of the 2 combinations of image type and format in the folders. Not accepted: “CT Image "
        "Storage” in the format “JPEG"
    )
    assert rung.details == f"{CT} in {JPEG}: result 4"


def test_where_nothing_of_the_archive_is_taken_nothing_can_be_copied(few: None, source: Path) -> None:
    series(source, 1)

    def answer(sop_class: str, syntax: str) -> tuple[int, str]:
        return (3 if sop_class == CT else 0), syntax

    with Pacs(answer=answer).listening() as destination, read(source, destination) as manifest:
        rungs = discover_step.thoroughly(destination, Control(), Watcher(), manifest)
    assert "accepts none of the images in the folders" in str(rungs[4].sentence)
    assert not discover_step.usable(rungs)


def test_what_was_said_before_the_archive_was_read_is_there_for_check_when_nobody_can_be_asked(source: Path) -> None:
    (source / "compressed").write_bytes(image("1.7.1", syntax=JPEGLosslessSV1))
    nowhere = Destination("127.0.0.1", 1, "PACS")
    with migration.open_migration([source], nowhere, source.parent / "m.sqlite") as manifest:
        supported_kinds.keep(manifest, {(CT, JPEG): 4, (CT, IMPLICIT_LITTLE_ENDIAN): 0})
        again(manifest)
        with pytest.raises(DestinationError):
            check.run(manifest, nowhere, Control(), Watcher())
        assert queue.all_kinds(manifest) == [(CT, JPEG)], "what is not in the archive is not said to be"
        (line,) = findings.read(manifest)
        assert check_step.not_asked(manifest) == check_step.ASKED_BEFORE
    assert (line.count, line.code) == (1, "transfer_syntax_rejected")


def test_nothing_at_all_is_an_error_with_who_must_act() -> None:
    with pytest.raises(NoContext, match="accepts no images from this computer") as caught:
        supported_kinds_texts.sentence({(CT, JPEG): 3})
    assert caught.value.who == PACS_ADMINISTRATOR


@pytest.mark.parametrize(
    ("rejected", "ends"),
    [
        (1, "Not accepted: “CT Image Storage” in the format “Implicit VR Little Endian”."),
        (3, "“MR Image Storage” in the format “Implicit VR Little Endian”, and 1 more."),
    ],
)
def test_the_first_two_that_are_not_accepted_are_named_and_the_others_counted(rejected: int, ends: str) -> None:
    asked = [(CT, IMPLICIT_LITTLE_ENDIAN), (MR, IMPLICIT_LITTLE_ENDIAN), (CT, JPEG), (MR, JPEG)]
    results = {kind: 3 if number < rejected else 0 for number, kind in enumerate(asked)}
    sentence, details = supported_kinds_texts.sentence(results, asked)
    assert str(sentence).startswith(f"The new PACS accepts {4 - rejected} of the 4 combinations")
    assert str(sentence).endswith(ends)
    assert details.count("result 3") == rejected


def test_it_can_be_stopped_between_rounds() -> None:
    control = Control()
    opened: list[int] = []

    def answer(sop_class: str, syntax: str) -> tuple[int, str]:
        opened.append(1)
        control.stop()
        return 0, syntax

    with Pacs(answer=answer).listening() as destination, pytest.raises(Stopped):
        supported_kinds.negotiate(destination, kinds.every(), control)
    assert len(opened) <= 128
