"""Test with the files of pydicom and pydicom-data that our reader and pydicom agree, value for value."""

from __future__ import annotations

from pathlib import Path

from tests.dicom.building import read_file
from tests.dicom.bypydicom import TEXTS, UIDS, by_pydicom, differences, displayed
from tests.peers.archive import sets

# Of pydicom's own files: all that cannot go as they are.
CUT_OFF = ("MR_truncated.dcm", "rtplan_truncated.dcm", "emri_small_jpeg_2k_lossless_too_short.dcm")
VERDICTS = {
    **dict.fromkeys(CUT_OFF, "damaged"),
    "SC_rgb_jpeg.dcm": "held_back",  # the label says explicit, the content is implicit
    "image_dfl.dcm": "held_back",  # deflated to an odd number of bytes
    # Data sets that have no identity, or no study.
    **dict.fromkeys(["UN_sequence.dcm", "empty_charset_LEI.dcm", "meta_missing_tsyntax.dcm"], "held_back"),
    **dict.fromkeys(["nested_priv_SQ.dcm", "no_meta_group_length.dcm", "priv_SQ.dcm"], "held_back"),
    **dict.fromkeys(["JPEGLSNearLossless_08.dcm", "JPEGLSNearLossless_16.dcm"], "held_back"),
    **dict.fromkeys(["SC_rgb_jls_lossy_line.dcm", "SC_rgb_jls_lossy_sample.dcm"], "held_back"),
    **dict.fromkeys(["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-empty.dcm", "DICOMDIR-implicit"], "index"),
    **dict.fromkeys(["DICOMDIR-nooffset", "DICOMDIR-nopatient", "DICOMDIR-reordered"], "index"),
    **dict.fromkeys(["README", "README.txt", "crayons.icc", "rtplan.dump", "rtstruct.dump"], "not_dicom"),
    **dict.fromkeys(["test1.json", "test_PN.json", "zipMR.gz"], "not_dicom"),
    "no_meta.dcm": "not_dicom",  # its first byte is one too many
}


def shipped() -> list[Path]:
    """The files that come with pydicom and pydicom-data."""
    return sorted(file for folder in sets() for file in folder.rglob("*") if file.is_file() and file.suffix != ".py")


def expected_verdict(file: Path) -> str:
    if "TINY_ALPHA" in file.parts and file.name.startswith("IM0"):
        return "damaged"  # CT images that were stripped of their pictures
    return VERDICTS.get(file.name, "")


def test_every_shipped_file_gets_the_expected_verdict() -> None:
    verdicts = {}
    for file in shipped():
        problem = read_file(file).problem
        verdicts[file] = str(problem.reason.outcome) if problem else ""
    assert len(verdicts) > 220
    assert verdicts == {file: expected_verdict(file) for file in verdicts}


def test_every_value_of_every_shipped_file_is_what_pydicom_reads() -> None:
    compared, wrong = 0, {}
    for file in shipped():
        header = read_file(file)
        if header.problem and header.problem.reason.outcome in ("not_dicom", "index"):
            continue
        theirs = by_pydicom(file.read_bytes())
        if theirs is None or file.name in CUT_OFF:  # pydicom mends these
            continue
        compared += 1
        found = differences(header, theirs)
        found += [f"{keyword} as text" for keyword in TEXTS if header.text(keyword) != displayed(theirs, keyword)]
        found += [f"{keyword} as UID" for keyword in UIDS if header.uid(keyword) != displayed(theirs, keyword)]
        if found:
            wrong[file.name] = found
    assert wrong == {}
    assert compared > 200


def test_every_transfer_syntax_of_a_shipped_file_is_what_its_meta_information_says() -> None:
    for file in shipped():
        header, theirs = read_file(file), by_pydicom(file.read_bytes())
        said = theirs is not None and theirs.file_meta.get("TransferSyntaxUID")
        if said and not (header.problem and header.problem.reason.outcome == "not_dicom"):
            assert header.transfer_syntax == said, file
