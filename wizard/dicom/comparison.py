"""Compare two data sets of one instance value by value, in any encodings.

The encoding is no difference: implicit or explicit VR, byte order, character set, defined or undefined lengths,
padding, group lengths, the fragments of a compressed picture. pydicom reads both data sets.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Iterator, NamedTuple

from pydicom.datadict import dictionary_description
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from wizard.language.message import Message, Value
from wizard.reasons import Reason

MOST = 256 << 20  # bytes of a data set that is compared value by value; each needs a few times as much memory

_PIXELS, _CHARSET = 0x7FE00010, 0x00080005
_OF_THE_ENCODING = (0x00080001, _CHARSET, 0xFFFCFFFC)  # length to the end, character set, trailing padding
_NATIVE = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99")
_WORDS = {"OW": 2, "OL": 4, "OF": 4, "OD": 8, "OV": 8}  # bytes that change places in the other byte order
_NOT_KNOWN = (None, "UN")
_IN_A_CHARSET = ("LO", "LT", "PN", "SH", "ST", "UC", "UT")
_TEXTS = (*_IN_A_CHARSET, "AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR")
_LEADING_COUNTS = ("LT", "ST", "UT")  # spaces before the text belong to it (PS3.5 6.2)
_ESCAPE = b"\x1b"
_ITEM = b"\xfe\xff\x00\xe0"
_MOST_NAMED = 20


class Comparison(NamedTuple):
    """`equal` is None when not everything could be compared. `reason` names the differences, or says why."""

    equal: bool | None
    reason: Reason | None


class Side(NamedTuple):
    """A data set, or an item of a sequence, with its transfer syntax and character set."""

    dataset: Dataset
    syntax: str
    charset: str

    def item(self, dataset: Dataset) -> Side:
        """An item of a sequence, which has the character set around it unless it names another (PS3.3 C.12.1.1.2)."""
        return Side(dataset, self.syntax, _charset(dataset) or self.charset)

    @property
    def little(self) -> bool:
        return self.syntax != ExplicitVRBigEndian

    @property
    def native(self) -> bool:
        """Whether a picture is not compressed."""
        return self.syntax in _NATIVE


def read(data: bytes, syntax: str) -> Side:
    """Read a data set that was written in a transfer syntax.

    Raises
    ------
    ValueError
        It cannot be read.
    """
    try:
        if syntax == DeflatedExplicitVRLittleEndian:
            data = _inflated(data)
        dataset = read_dataset(BytesIO(data), syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian)
        return Side(dataset, syntax, _charset(dataset))
    except Exception as error:  # pydicom raises many types on bytes that are no data set
        raise ValueError(f"{type(error).__name__}: it cannot be read") from error


def compare(mine: Side, theirs: Side) -> Comparison:
    """Compare our data set with the one that the destination sent."""
    differences = list(_differences(mine, theirs, ""))
    both_have_a_picture = _PIXELS in mine.dataset and _PIXELS in theirs.dataset
    uncompared = both_have_a_picture and mine.syntax != theirs.syntax and not (mine.native and theirs.native)
    if not differences:
        return Comparison(None, Reason("other_compression")) if uncompared else Comparison(True, None)
    more = len(differences) - _MOST_NAMED
    named = tuple(differences[:_MOST_NAMED])
    if more > 0:
        named += (Message("{n} more attribute", "{n} more attributes", n=more),)
    code = "differs_and_other_compression" if uncompared else "differs"
    return Comparison(False, Reason(code, attributes=named))


def _inflated(data: bytes) -> bytes:
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = inflating.decompress(data, MOST)
    if not inflating.eof:
        raise ValueError("it is cut off, or too large")
    return inflated


def _charset(dataset: Dataset) -> str:
    return str(dataset.get("SpecificCharacterSet") or "")


def _differences(mine: Side, theirs: Side, path: str) -> Iterator[Value]:
    """Yield the names of the attributes that differ."""
    for tag in sorted(_attributes(mine.dataset) | _attributes(theirs.dataset)):
        name = path + _name(tag)
        if tag not in theirs.dataset:
            yield Message("{name} (missing in the new PACS)", name=name)
        elif tag not in mine.dataset:
            yield Message("{name} (only in the new PACS)", name=name)
        elif tag == _PIXELS and not path and not (mine.native and theirs.native):
            if mine.syntax == theirs.syntax and _fragments(mine.dataset) != _fragments(theirs.dataset):
                yield name
        elif not _same_bytes(mine, theirs, tag):
            try:
                yield from _differences_of_values(mine, theirs, tag, name)
            except Exception:  # pydicom raises many types on a value that it cannot decode
                yield Message("{name} (cannot be read)", name=name)


def _attributes(dataset: Dataset) -> set[BaseTag]:
    return {tag for tag in list(dataset.keys()) if tag.element != 0 and tag not in _OF_THE_ENCODING}


def _same_bytes(mine: Side, theirs: Side, tag: BaseTag) -> bool:
    """Whether a value has the same bytes with the same meaning on both sides."""
    one, other = mine.dataset.get_item(tag), theirs.dataset.get_item(tag)
    if not isinstance(one, RawDataElement) or not isinstance(other, RawDataElement):
        return False
    vr = other.VR if one.VR in _NOT_KNOWN else one.VR
    if vr != other.VR and other.VR not in _NOT_KNOWN:
        return False
    value = one.value or b""
    if mine.little != theirs.little or _unpadded(value, vr) != _unpadded(other.value or b"", vr):
        return False
    plain = value.isascii() and _ESCAPE not in value
    return plain or mine.charset == theirs.charset or vr not in (*_IN_A_CHARSET, *_NOT_KNOWN, "SQ")


def _differences_of_values(mine: Side, theirs: Side, tag: BaseTag, name: str) -> Iterator[Value]:
    one, other = _decoded(mine, theirs, tag)
    if one.VR == other.VR == "SQ":
        if len(one.value) != len(other.value):
            yield Message("{name} (another number of items)", name=name)
            return
        for number, (item, its) in enumerate(zip(one.value, other.value), 1):
            yield from _differences(mine.item(item), theirs.item(its), f"{name} {number} > ")
    elif _plain(one, mine.little) != _plain(other, theirs.little):
        yield name


def _decoded(mine: Side, theirs: Side, tag: BaseTag) -> tuple[DataElement, DataElement]:
    """Decode an element on both sides. A VR that one side does not know is taken from the other."""
    raw = [side.dataset.get_item(tag) for side in (mine, theirs)]
    one, other = mine.dataset[tag], theirs.dataset[tag]
    # The content of an unknown sequence is in implicit little endian (PS3.5 6.2.2).
    if one.VR == "UN" != other.VR and isinstance(raw[0], RawDataElement):
        mine.dataset[tag] = raw[0]._replace(VR=other.VR, is_implicit_VR=True)
    elif other.VR == "UN" != one.VR and isinstance(raw[1], RawDataElement):
        theirs.dataset[tag] = raw[1]._replace(VR=one.VR, is_implicit_VR=True)
    return mine.dataset[tag], theirs.dataset[tag]


def _unpadded(value: bytes, vr: str | None) -> bytes:
    """Remove the padding to an even length: spaces behind texts, one byte behind all else (PS3.5 6.2)."""
    if vr in _TEXTS:
        return value.rstrip(b"\0 ")
    return value if len(value) % 2 == 0 else value + b"\0"


def _plain(element: DataElement, little: bool) -> object:
    """Reduce a value to what does not depend on its encoding.

    Raises
    ------
    ValueError
        A text could not be decoded; two undecodable texts do not count as equal.
    """
    value = element.value
    if isinstance(value, (bytes, bytearray)):
        width = _WORDS.get(element.VR, 1)
        if not little and width > 1:
            value = b"".join(value[at : at + width][::-1] for at in range(0, len(value), width))
        return _unpadded(bytes(value), element.VR)
    values = value if isinstance(value, (MultiValue, list)) else [value]
    plain = [_plain_one(one, element.VR) for one in values]
    return [] if plain == [""] else plain  # no value and one empty value are equal; two empty values are not


def _plain_one(value: object, vr: str) -> object:
    if isinstance(value, float):
        return repr(float(value))  # "1" and "1.0" are one number; repr makes NaN equal to itself
    if isinstance(value, int):
        return int(value)
    plain = "" if value is None else str(value).rstrip(" \0")
    if "\ufffd" in plain:
        raise ValueError("a character that cannot be decoded")
    if vr == "PN":  # components at the end may be left out (PS3.5 6.2.1.1)
        plain = "=".join(group.rstrip(" ^") for group in plain.split("=")).rstrip("=")
    return plain if vr in _LEADING_COUNTS else plain.lstrip(" ")


def _fragments(dataset: Dataset) -> bytes:
    """Join the fragments of a compressed picture (PS3.5 A.4): all items but the first, which is the offset table."""
    value = bytes(dataset[_PIXELS].value or b"")
    parts, at = [], 0
    while value[at : at + 4] == _ITEM:
        end = at + 8 + int.from_bytes(value[at + 4 : at + 8], "little")
        parts.append(value[at + 8 : end])
        at = end
    return b"".join([*parts[1:], value[at:]])


def _name(tag: BaseTag) -> str:
    try:
        return dictionary_description(tag)
    except KeyError:
        return f"({tag.group:04X},{tag.element:04X})"
