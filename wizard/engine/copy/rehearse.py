"""Copies and verifies one study first, so that a person can look at it in the new viewer before all others go."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.dicom.destination import Destination
from wizard.engine import copy, verify
from wizard.engine.events import Events, Note
from wizard.engine.job import Control
from wizard.errors import DestinationError, UsageError
from wizard.language.message import Message, Private, together
from wizard.manifest import proof, queue, study_order
from wizard.manifest.manifest import Manifest


@dataclass(frozen=True)
class Rehearsal:
    """The result for one study: `study` is its row, `words` name it for people, the rest counts its images."""

    study: int
    words: Private
    images: int
    confirmed: int
    missing: int
    not_checked: int

    @property
    def passed(self) -> bool:
        """Whether the destination named every image."""
        return self.confirmed == self.images


def run(manifest: Manifest, destination: Destination, control: Control, events: Events) -> Rehearsal:
    """Choose a small study that waits, copy it, and query which of its images have arrived.

    Raises
    ------
    UsageError
        Nothing waits, or the source was never read to its end.
    DestinationError
        The destination cannot be used. Where it only cannot be queried, the images are not checked.
    ManifestError, Stopped
    """
    study = study_order.study_to_try(manifest)
    if study is None:
        raise UsageError(Message("No selected image is left to copy, so there is no test study."))
    copy.run(manifest, destination, control, events, study=study)
    try:
        summary = verify.run(manifest, destination, control, events, study)
    except DestinationError as error:
        events.fact(Note(together(Message("The study could not be verified."), error.sentence), error.details))
        summary = proof.summary(manifest, study)
    words = Private(queue.study_words(manifest, study))
    return Rehearsal(study, words, summary.expected, summary.confirmed, summary.missing, summary.not_checked)
