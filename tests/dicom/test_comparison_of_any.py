"""Compare any data set with itself in another encoding, and with another one: no difference is missed or invented."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from pydicom.datadict import dictionary_description
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from tests.dicom.comparing import EQUAL, SYNTAXES, compared, different

TEXT = st.text("abcXYZ 0189.-äéß", max_size=12)
VALUES = {
    "PatientName": TEXT.map(lambda text: text.strip() + "^x"),
    "PatientComments": TEXT,
    "ImageType": st.lists(st.sampled_from(["ORIGINAL", "PRIMARY", "", "X"]), min_size=1, max_size=4),
    "WindowCenter": st.lists(st.integers(-999, 999).map(str), min_size=1, max_size=3),
    "InstanceNumber": st.integers(0, 9999).map(str),
    "StudyDate": st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8)),
    "Rows": st.integers(0, 65535),
    "ReferencePixelX0": st.integers(-(2**31), 2**31 - 1),
    "FrameIncrementPointer": st.sampled_from([0x00181063, 0x00181065]),
    "GraphicData": st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=4),
    "DopplerCorrectionAngle": st.floats(allow_nan=False),
    "FrameOfReferenceUID": st.integers(1, 10**9).map(lambda number: f"1.2.{number}"),
    "EncapsulatedDocument": st.binary(max_size=5).map(lambda data: data * 2),
}
PLAIN = st.fixed_dictionaries({}, optional=VALUES)


def made_of(values: dict[str, object], *items: dict[str, object]) -> Dataset:
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    for keyword, value in values.items():
        setattr(made, keyword, value)
    if items:
        made.ProcedureCodeSequence = [made_of(item) for item in items]
        for item in made.ProcedureCodeSequence:
            del item.SpecificCharacterSet
    return made


@given(PLAIN, st.lists(PLAIN, max_size=2), st.sampled_from(SYNTAXES), st.sampled_from(SYNTAXES))
def test_any_data_set_is_the_same_in_any_other_encoding(
    values: dict[str, object], items: list[dict[str, object]], mine: str, its: str
) -> None:
    made = made_of(values, *items)
    assert compared(made, made, mine, its) == EQUAL


@given(PLAIN, st.sampled_from(sorted(VALUES)), st.data(), st.booleans(), st.sampled_from(SYNTAXES))
def test_any_attribute_that_is_another_is_found_in_any_encoding(
    values: dict[str, object], changed: str, data: st.DataObject, inside: bool, its: str
) -> None:
    one, other = data.draw(VALUES[changed]), data.draw(VALUES[changed])
    assume(worth(one) != worth(other))
    mine, theirs = made_of(values), made_of(values)
    for made, value in ((mine, one), (theirs, other)):
        made.ProcedureCodeSequence = [Dataset()]
        setattr(made.ProcedureCodeSequence[0] if inside else made, changed, value)
    found = compared(mine, theirs, ImplicitVRLittleEndian, its)
    path = "Procedure Code Sequence 1 > " if inside else ""
    assert found == different(path + dictionary_description(changed))


def worth(value: object) -> object:
    """Reduce a value to the part that must differ for a real change."""
    return value.strip() if isinstance(value, str) else value if value != [""] else []
