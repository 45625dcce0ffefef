"""The 42 kinds of files that an old archive holds, and some more: each ends where it belongs, and the ledger balances.

The 42 are those that were sent to a PACS in four ways to see what becomes of them: cut off, mislabelled, misnamed,
written against the standard or merely unusual.
"""

from __future__ import annotations

import os
import struct
from typing import Iterable, NamedTuple

import pytest

from tests.dicom.building import (
    UID,
    Element,
    Fragments,
    Items,
    ct,
    deflate,
    encode,
    even,
    label,
    without,
)
from tests.engine.stage import read, the_old_pacs_at_work
from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from wizard.manifest import ledger

DIRECTORY, KEY_OBJECTS = "1.2.840.10008.1.3.10", "1.2.840.10008.5.1.4.1.1.88.59"
JPEG = "1.2.840.10008.1.2.4.50"
MAKERS_SYNTAX, MAKERS_CLASS = "1.2.840.113619.5.2", "1.2.840.113619.4.30"
CHARSET, CLASS, SOP_UID, DATE = 0x00080005, 0x00080016, 0x00080018, 0x00080020
NAME, PATIENT, STUDY, SERIES, PIXELS = 0x00100010, 0x00100020, 0x0020000D, 0x0020000E, 0x7FE00010
LEADING_ZERO, LONG_UID = "1.2.826.0.1.077.3", ".".join(["1"] * 36) + "0"


class Kind(NamedTuple):
    """A file, and where it must end."""

    content: bytes
    bucket: str
    topic: str = ""


def image(number: int, *others: Element) -> list[Element]:
    """An image of a patient of its own, with some elements instead of or besides the usual ones."""
    uid = f"{UID}.{number}"
    usual = [
        Element(SOP_UID, "UI", even(uid)),
        Element(PATIENT, "LO", f"P-{number:04d}".encode()),
        Element(STUDY, "UI", even(uid + ".1")),
        Element(SERIES, "UI", even(uid + ".1.1")),
        Element(PIXELS, "OW", bytes(range(1, 251)) * 4),
    ]
    elements = {element.tag: element for element in (*ct(), *usual, *others)}
    return [elements[tag] for tag in sorted(elements)]


def file(elements: Iterable[Element], syntax: str = EXPLICIT_LITTLE_ENDIAN, said: str = "") -> bytes:
    """A whole file; `said` is what the label says when that is not true."""
    return label(said or syntax) + encode(elements, syntax)


def text(tag: int, vr: str, value: bytes) -> Element:
    return Element(tag, vr, value + b" " * (len(value) % 2))


def uid(tag: int, value: str) -> Element:
    return Element(tag, "UI", even(value))


UNSAID = struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + even(EXPLICIT_LITTLE_ENDIAN)
WRONG_LENGTH = label()[:140] + b"\7\0\0\0"
JPEG_PICTURE = Element(PIXELS, "OB", Fragments((b"", b"\xff\xd8" * 40)))
JAPANESE = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B"
KOREAN = b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7"

KINDS = {
    "label without a preamble": Kind(file(image(1))[132:], "pending"),
    "no label, implicit": Kind(encode(image(2), IMPLICIT_LITTLE_ENDIAN), "pending"),
    "no label, explicit": Kind(encode(image(3)), "pending"),
    "label says explicit, is implicit": Kind(
        file(image(4), IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN), "held_back", "disagree"
    ),
    "label says implicit, is explicit": Kind(
        file(image(5), EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN), "held_back", "disagree"
    ),
    "label without a transfer syntax": Kind(file(image(6)).replace(UNSAID, b""), "pending"),
    "label with a wrong length": Kind(WRONG_LENGTH + file(image(7))[144:], "pending"),
    "identity only in the label": Kind(file(without(image(8), SOP_UID)), "held_back", "no_identity"),
    "another identity in the label": Kind(label(uid=UID + ".999") + encode(image(9)), "pending"),
    "odd number of bytes": Kind(file(image(10, Element(PATIENT, "LO", b"P-010"))), "held_back", "odd_length"),
    "identity with a leading zero": Kind(file(image(11, uid(SOP_UID, LEADING_ZERO))), "pending", "unusual_uid"),
    "identity of 72 characters": Kind(file(image(12, uid(SOP_UID, LONG_UID))), "pending", "unusual_uid"),
    "identity with spaces behind it": Kind(
        file(image(13, Element(SOP_UID, "UI", b"1.2.826.0.1.13  "))), "pending", "unusual_uid"
    ),
    "a maker's own class": Kind(file(image(14, uid(CLASS, MAKERS_CLASS))), "pending"),
    "deflated": Kind(file(image(15), DEFLATED_LITTLE_ENDIAN), "pending"),
    "JPEG without a delimiter": Kind(file(image(16, JPEG_PICTURE), said=JPEG)[:-8], "damaged", "broken"),
    "zero bytes": Kind(b"", "not_dicom"),
    "cut off in the picture": Kind(file(image(18))[:-400], "damaged", "broken"),
    "cut off in the header": Kind(file(image(19))[:500], "damaged", "broken"),
    "a text": Kind(b"Dear colleague, thank you for the patient.\r\n" * 20, "not_dicom"),
    "a thousand zeros behind the end": Kind(file(image(21)) + bytes(1000), "pending"),
    "same identity, one picture": Kind(file(image(22)), "conflict"),
    "same identity, other picture": Kind(file(image(22, Element(PIXELS, "OW", b"\7" * 1000))), "conflict"),
    "same identity, one series": Kind(file(image(23)), "conflict"),
    "same identity, other series": Kind(file(image(23, uid(SERIES, UID + ".23.1.2"))), "conflict"),
    "same patient ID, one name": Kind(file(image(24)), "pending"),
    "same patient ID, other name": Kind(
        file(image(124, text(PATIENT, "LO", b"P-0024"), text(NAME, "PN", b"Beispiel^Bernd"))), "pending"
    ),
    "same study, one patient": Kind(file(image(25)), "pending"),
    "same study, other patient": Kind(file(image(125, uid(STUDY, UID + ".25.1"))), "pending"),
    "Japanese": Kind(file(image(26, text(CHARSET, "CS", b"\\ISO 2022 IR 87"), text(NAME, "PN", JAPANESE))), "pending"),
    "Korean": Kind(file(image(27, text(CHARSET, "CS", b"\\ISO 2022 IR 149"), text(NAME, "PN", KOREAN))), "pending"),
    "no character set": Kind(file(without(image(28), CHARSET)), "pending"),
    "wrong character set": Kind(file(image(29, text(CHARSET, "CS", b"ISO_IR 192"))), "pending"),
    "date 2019.03.04": Kind(file(image(30, text(DATE, "DA", b"2019.03.04"))), "pending"),
    "date 00000000": Kind(file(image(31, text(DATE, "DA", b"00000000"))), "pending"),
    "date 20191301": Kind(file(image(32, text(DATE, "DA", b"20191301"))), "pending"),
    "empty date": Kind(file(image(33, text(DATE, "DA", b""))), "pending"),
    "empty patient ID": Kind(file(image(34, text(PATIENT, "LO", b""))), "pending"),
    "no study": Kind(file(without(image(35), STUDY)), "held_back", "no_identity"),
    "empty study": Kind(file(image(36, Element(STUDY, "UI", b""))), "held_back", "no_identity"),
    "big endian": Kind(file(image(37), EXPLICIT_BIG_ENDIAN), "pending"),
    "a maker's own transfer syntax": Kind(file(image(38), IMPLICIT_LITTLE_ENDIAN, MAKERS_SYNTAX), "pending"),
}
"""The 42."""


def note(number: int, code: str) -> list[Element]:
    """A key object selection with this title (PS3.16 CID 7010)."""
    title = (Element(0x00080100, "SH", code.encode()), Element(0x00080102, "SH", b"DCM "))
    elements = without(image(number, uid(CLASS, KEY_OBJECTS)), PIXELS, 0x00280010)
    return [*elements, Element(0x0040A043, "SQ", Items((title,), True))]


OTHERS = {
    "no series": Kind(file(without(image(51), SERIES)), "held_back", "no_identity"),
    "no class": Kind(file(without(image(52), CLASS)), "held_back", "no_identity"),
    "identity that cannot be asked for": Kind(file(image(53, uid(SOP_UID, "1.2.*"))), "pending", "unusual_uid"),
    "two identities": Kind(file(image(54, uid(SOP_UID, "1.2.3\\1.2.4"))), "held_back", "bad_uid"),
    "DICM by chance in a text": Kind(b"x" * 128 + b"DICM" + b"words " * 40, "not_dicom"),
    "a label and nothing more": Kind(label(), "damaged", "broken"),
    "no picture": Kind(file(without(image(57), PIXELS)), "damaged", "no_picture"),
    "group 2 inside": Kind(label() + struct.pack("<HH2sH", 2, 0x13, b"SH", 4) + b"ABCD" + encode(image(58)), "pending"),
    "DICOMDIR": Kind(label(sop_class=DIRECTORY) + encode(image(59)), "index"),
    "one of two files that are the same": Kind(file(image(60)), "pending"),
    "two of two files that are the same": Kind(file(image(60)), "duplicate"),
    "packed files": Kind(b"PK\3\4" + bytes(200), "not_dicom"),
    "deflated and cut off": Kind(file(image(61), DEFLATED_LITTLE_ENDIAN)[:-20], "damaged", "broken"),
    "deflated and the content cut off": Kind(
        label(DEFLATED_LITTLE_ENDIAN) + deflate(encode(image(62))[:-20]), "damaged", "broken"
    ),
    **{
        f"rejection note {code}": Kind(file(note(70 + at, code)), "held_back", "rejection_note")
        for at, code in enumerate(("113001", "113037", "113038", "113039"))
    },
    "key objects of interest": Kind(file(note(80, "113000")), "pending"),
}
ALL = {**KINDS, **OTHERS}


class Found(NamedTuple):
    """The row of a file in the manifest."""

    bucket: str
    topic: str
    sop_uid: str
    name: str
    date: str
    syntax: str


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """The archive of all of them, read at once."""
    folder = tmp_path_factory.mktemp("kinds") / "source"
    folder.mkdir()
    for name, kind in ALL.items():
        (folder / name).write_bytes(kind.content)
        os.utime(folder / name, (1_500_000_000, 1_500_000_000))
    with the_old_pacs_at_work(), read(folder) as manifest:
        balance = ledger.balance(manifest)
        assert balance.balanced
        assert balance.entries == len(ALL)
        rows = manifest.rows(
            """SELECT ledger.name, final_bucket, topic, sop_uid, patient.name, study_date, transfer_syntax FROM ledger
            LEFT JOIN kind ON kind.id = kind LEFT JOIN study ON study.id = (SELECT study FROM series WHERE id = series)
            LEFT JOIN patient ON patient.id = patient"""
        )
        return {os.fsdecode(row[0]): Found(*(value or "" for value in tuple(row)[1:])) for row in rows}


def test_there_are_forty_two_of_them() -> None:
    assert len(KINDS) == 42


@pytest.mark.parametrize("name", ALL)
def test_each_ends_where_it_belongs(name: str, found: dict[str, Found]) -> None:
    expected = ALL[name]
    assert (found[name].bucket, found[name].topic) == (expected.bucket, expected.topic)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Japanese", "Yamada, Tarou (山田, 太郎)"),
        ("Korean", "Hong, Gildong (洪, 吉洞)"),
        ("no character set", "Muster, Jörg"),
        ("wrong character set", "Muster, J\N{REPLACEMENT CHARACTER}rg"),
        ("big endian", "Muster, Jörg"),
        ("same patient ID, other name", "Beispiel, Bernd"),
    ],
)
def test_each_patient_is_shown_by_name(name: str, shown: str, found: dict[str, Found]) -> None:
    assert found[name].name == shown


@pytest.mark.parametrize(
    ("name", "day"),
    [("date 2019.03.04", "20190304"), ("date 00000000", ""), ("date 20191301", ""), ("empty date", "")],
)
def test_each_date_is_a_day_or_none(name: str, day: str, found: dict[str, Found]) -> None:
    assert found[name].date == day


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("another identity in the label", UID + ".9"),
        ("identity only in the label", ""),
        ("identity with a leading zero", LEADING_ZERO),
        ("identity of 72 characters", LONG_UID),
        ("identity with spaces behind it", "1.2.826.0.1.13"),
    ],
)
def test_each_identity_is_that_of_the_content_and_unchanged(name: str, identity: str, found: dict[str, Found]) -> None:
    assert found[name].sop_uid == identity


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("no label, implicit", IMPLICIT_LITTLE_ENDIAN),
        ("no label, explicit", EXPLICIT_LITTLE_ENDIAN),
        ("label without a transfer syntax", EXPLICIT_LITTLE_ENDIAN),
        ("big endian", EXPLICIT_BIG_ENDIAN),
        ("deflated", DEFLATED_LITTLE_ENDIAN),
        ("a maker's own transfer syntax", MAKERS_SYNTAX),
    ],
)
def test_each_can_be_offered_in_the_form_that_it_has(name: str, syntax: str, found: dict[str, Found]) -> None:
    assert found[name].syntax == syntax
