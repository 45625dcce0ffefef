"""Test the decoding of texts: every character set of the standard, and wrong encodings."""

from __future__ import annotations

import threading
import warnings

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peers.archive import sets
from wizard.dicom import text
from wizard.dicom.header import read_header
from wizard.dicom.structure import MemoryBytes
from wizard.language.message import Foreign, comment_for_people

MARK = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("charset", "raw", "expected"),
    [
        # PS3.5 H.3 (Japanese), I.2 (Korean), J.1 to J.3 and K.2 (Chinese), and PS3.3 C.12.1.1.2.
        (b"ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
        (b"ISO_IR 144", b"\xbb\xee\xda\x63\x65\xdc\xd1\x79\x70\xd3", "Люкceмбypг"),
        (b"ISO_IR 166", b"\xb9\xd2\xc2", "นาย"),
        (
            b"\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
        ),
        (b"ISO 2022 IR 13\\ISO 2022 IR 87", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田"),
        (b"\\ISO 2022 IR 149", b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "Hong^Gildong=洪^吉洞"),
        (b"ISO_IR 192", "Wang^XiaoDong=王^小東".encode(), "Wang^XiaoDong=王^小東"),
        (b"GB18030", "Wang^XiaoDong=王^小东".encode("gb18030"), "Wang^XiaoDong=王^小东"),
        (b"\\ISO 2022 IR 58", b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab", "Zhang^XiaoDong=张^小东"),
        (b"ISO 2022 IR 100\\ISO 2022 IR 144", b"J\xe9r\xf4me=\x1b-L\xbb\xee^\xe9", "Jérôme=Лю^é"),
    ],
)
def test_the_character_sets_of_the_standard_are_read(charset: bytes, raw: bytes, expected: str) -> None:
    assert text.decode(raw, charset) == expected


@pytest.mark.parametrize("charset", [b"ISO IR 192 ", b"iso_ir 192", b"ISO-IR 192", b"ISO_IR_192"])
def test_a_misspelled_character_set_is_understood(charset: bytes) -> None:
    assert text.decode("Müller".encode(), charset) == "Müller"


def test_without_a_character_set_the_western_one_is_assumed() -> None:
    assert text.decode(b"M\xfcller") == "Müller"


@pytest.mark.parametrize(
    ("charset", "raw", "expected"),
    [
        (b"KLINGON", b"M\xfcller", f"M{MARK}ller"),
        (b"ISO_IR 192", b"M\xfcller", f"M{MARK}ller"),
        (b"ISO_IR 100", b"\x1b%GM", f"{MARK}%GM"),
        (b"\\ISO 2022 IR 87", b"\x1b$B;3E", f"山{MARK}"),
    ],
)
def test_what_cannot_be_decoded_is_marked(charset: bytes, raw: bytes, expected: str) -> None:
    assert text.decode(raw, charset) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"  Muster^Anna \0\0", "Muster^Anna"),
        (b"first\r\nsecond\tthird", "first  second third"),
        (b"Muster\x07^Anna", f"Muster{MARK}^Anna"),
        ("山田　太郎".encode(), "山田 太郎"),
        ("Anna\N{NO-BREAK SPACE}Muster".encode(), "Anna Muster"),
        (b"", ""),
        (b"\0", ""),
    ],
)
def test_what_would_break_a_line_or_a_cell_is_gone(raw: bytes, expected: str) -> None:
    assert text.decode(raw, b"ISO_IR 192") == expected


@given(st.binary(max_size=40), st.sampled_from([b"", b"ISO_IR 13", b"ISO_IR 192", b"\\ISO 2022 IR 87", b"GBK", b"?"]))
def test_whatever_the_bytes_the_text_fits_on_a_line(raw: bytes, charset: bytes) -> None:
    decoded = text.decode(b"\x1b$B" + raw, charset) + text.decode(raw, charset)
    assert decoded.isprintable()


def test_the_names_of_every_shipped_file_are_what_pydicom_reads() -> None:
    names, wrong = 0, {}
    for file in (file for folder in sets() for file in folder.rglob("*.dcm")):
        header = read_header(MemoryBytes(file.read_bytes()))
        if header.problem and header.problem.reason.outcome != "held_back":
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = str(pydicom.dcmread(file, force=True).get("PatientName", ""))
        names += bool(theirs)
        if header.text("PatientName") != theirs.strip():
            wrong[file.name] = (header.text("PatientName"), theirs)
    assert wrong == {}
    assert names > 100


def test_decoding_in_many_threads_leaves_the_filters_of_warnings_alone() -> None:
    """They are the whole process's: a thread that changed them would make warnings of others into errors."""
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=lambda: [text.decode(b"\x1b$B\xff\xff\xe9", b"ISO_IR 999") for _ in range(300)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert list(warnings.filters) == before
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Muster^Anna", "Muster, Anna"),
        ("Muster^Anna^Maria^Dr.^", "Muster, Anna, Maria, Dr."),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田, 太郎)"),
        ("=山田^太郎", "山田, 太郎"),
        ("==やまだ", "やまだ"),
        ("Muster", "Muster"),
        (" Muster ^ Anna ", "Muster, Anna"),
        ("", ""),
        ("^^^^", ""),
    ],
)
def test_a_persons_name_is_written_as_people_write_it(value: str, expected: str) -> None:
    assert text.person_name(value) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"20190304", "20190304"),
        (b"2019.03.04", "20190304"),
        (b"20190304 \0", "20190304"),
        (b"20200229", "20200229"),
        *[(raw, None) for raw in (b"", b"        ", b"00000000", b"20191301", b"20190229", b"2019", b"never")],
        *[(raw, None) for raw in (b"2019-03-04", b"201903041", b"20190304-20190305", b"\xd9\xa2\xd9\xa0")],
    ],
)
def test_a_day_is_a_day_of_the_calendar_or_none(raw: bytes, expected: str | None) -> None:
    assert text.day(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"1.2.3\0", "1.2.3"), (b"1.2.3 ", "1.2.3"), (b" 1.02.3\0\0", "1.02.3"), (b"\0", ""), (b"1.2\xff", f"1.2{MARK}")],
)
def test_a_uid_loses_its_padding_and_nothing_else(raw: bytes, expected: str) -> None:
    assert text.uid(raw) == expected


@pytest.mark.parametrize(
    ("comment", "shown"),
    [("", ""), ("The disk is full", "The disk is full"), ("é" * 64, "é" * 64), ("a" * 62 + " bc", "a" * 62 + "…")],
)
def test_a_comment_for_people_is_what_a_pacs_said_at_the_length_of_the_standard(comment: str, shown: str) -> None:
    found = comment_for_people(comment)
    assert found == shown and type(found) is Foreign
