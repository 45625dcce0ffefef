"""The sentences of the topics that are decided about in Check, with the number of what each is about."""

from __future__ import annotations

from typing import Callable

from wizard.language.message import Message, Size
from wizard.manifest.decisions import LARGE
from wizard.vocabulary import Topic

#: For each topic the function that makes its sentence for a number, in the order of `decisions.RULES`.
SENTENCES: dict[str, Callable[[int], Message]] = {
    Topic.DAMAGED: lambda n: Message(
        "{n} file is damaged: cut off, broken inside, or without its picture or document.",
        "{n} files are damaged: cut off, broken inside, or without their picture or document.",
        n=n,
    ),
    Topic.ODD_LENGTH: lambda n: Message(
        "{n} file has content with an odd number of bytes, at which a PACS may close the connection.",
        "{n} files have content with an odd number of bytes, at which a PACS may close the connection.",
        n=n,
    ),
    Topic.DISAGREE: lambda n: Message(
        "{n} file has a header that does not match its content; the new PACS may misread it.",
        "{n} files have a header that does not match their content; the new PACS may misread them.",
        n=n,
    ),
    Topic.UNCHECKED: lambda n: Message(
        "{n} file was not checked for completeness, because it is too large or has too many elements.",
        "{n} files were not checked for completeness, because they are too large or have too many elements.",
        n=n,
    ),
    Topic.REJECTION_NOTE: lambda n: Message(
        "{n} file is a rejection note: it tells a PACS to hide or to delete images.",
        "{n} files are rejection notes: they tell a PACS to hide or to delete images.",
        n=n,
    ),
    Topic.NO_IDENTITY: lambda n: Message(
        "{n} file cannot be copied: the UID of its image, series or study is missing.",
        "{n} files cannot be copied: the UID of the image, series or study is missing.",
        n=n,
    ),
    Topic.BAD_UID: lambda n: Message(
        "{n} file cannot be copied: one of its UIDs or its format (transfer syntax) is not valid.",
        "{n} files cannot be copied: one of the UIDs or the format (transfer syntax) is not valid.",
        n=n,
    ),
    Topic.CONFLICT: lambda n: Message(
        "{n} file has the same UID as a different file; a PACS usually keeps only one of them.",
        "{n} files have the same UID as a different file; a PACS usually keeps only one of them.",
        n=n,
    ),
    Topic.LONG_UID: lambda n: Message(
        "{n} image has a UID longer than 64 characters; the new PACS may reject it.",
        "{n} images have a UID longer than 64 characters; the new PACS may reject them.",
        n=n,
    ),
    Topic.UNUSUAL_UID: lambda n: Message(
        "{n} image has an unusual UID (leading zero, letters, trailing space); the new PACS may reject it.",
        "{n} images have an unusual UID (leading zero, letters, trailing space); the new PACS may reject them.",
        n=n,
    ),
    Topic.PRIVATE_CLASS: lambda n: Message(
        "{n} image has a vendor’s own image type (private SOP class); the new PACS may reject it.",
        "{n} images have a vendor’s own image type (private SOP class); the new PACS may reject them.",
        n=n,
    ),
    Topic.RETIRED_CLASS: lambda n: Message(
        "{n} image has an image type that is retired from the DICOM standard; the new PACS may reject it.",
        "{n} images have an image type that is retired from the DICOM standard; the new PACS may reject them.",
        n=n,
    ),
    Topic.LARGE: lambda n: Message(
        "{n} image is larger than {size}; it may take long, and the new PACS may reject it.",
        "{n} images are larger than {size}; they may take long, and the new PACS may reject them.",
        n=n,
        size=Size(LARGE),
    ),
    Topic.IDENTITY: lambda n: Message(
        "{n} patient ID has different names, birth dates or sexes; the new PACS may mix up these patients.",
        "{n} patient IDs have different names, birth dates or sexes; the new PACS may mix up these patients.",
        n=n,
    ),
    Topic.TWO_PATIENTS: lambda n: Message(
        "{n} study has more than one patient ID; the new PACS may mix up these patients.",
        "{n} studies have more than one patient ID; the new PACS may mix up these patients.",
        n=n,
    ),
    Topic.NO_PATIENT_ID: lambda n: Message(
        "{n} patient has no real patient ID; the new PACS may mix up patients without one.",
        "{n} patients have no real patient ID; the new PACS may mix them up.",
        n=n,
    ),
    Topic.REFERENCES: lambda n: Message(
        "{n} report, annotation or plan refers to images that are not in the source folders.",
        "{n} reports, annotations or plans refer to images that are not in the source folders.",
        n=n,
    ),
}
