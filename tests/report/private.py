"""Make a migration full of private data: names, IDs, dates, numbers and paths, also at unexpected places."""

from __future__ import annotations

import base64
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from tests import find_tool
from tests.report.samples import Sample
from wizard.language.message import Foreign, Private
from wizard.manifest import old_studies, samples, tree
from wizard.reasons import Reason, earlier
from wizard.vocabulary import ReadBack

NAME, OTHER_NAME, PATIENT_ID, BIRTH_DATE = "Geheim^Gerda", "Heimlich^Hans", "PID-60221407", "19310417"
ACCESSION, DESCRIPTION, FOLDER, FILE = "ACC-662607", "Thorax von Gerda", b"/archive/Gerda_Geheim", b"Gerda-31.dcm"
COMMENT, TYPED = "patient Geheim^Gerda is unknown", "Wilhelmine"
COMPUTER, USER, OPERATOR = "pc-von-gerda", "gerda.geheim", "Dr. Invented"

#: Texts that no report file without names may hold. The search is for parts, in capital or small letters.
PRIVATE = (
    *("geheim", "gerda", "heimlich", "pid-60221407", "60221407", "19310417", "1931-04-17", "acc-662607", "662607"),
    *("thorax von", "/archive", "gerda_geheim", "gerda-31", "wilhelmine", "unbekanntes krankenhaus"),
    *("pc-von-gerda", "dr. invented"),
)


def private(path: Path) -> Sample:
    """Make every kind of entry, each with private data in every field that a person or a machine has filled."""
    sample = Sample(path)
    place: dict[str, Any] = {
        **{"name": NAME, "patient_id": PATIENT_ID, "birth_date": BIRTH_DATE, "accession": ACCESSION},
        **{
            "study_description": DESCRIPTION,
            "series_description": DESCRIPTION,
            "institution": "Unbekanntes Krankenhaus",
        },
        **{"study_uid": f"1.2.840.{BIRTH_DATE}.1", "series_uid": "1.2.840.60221407.1.1", "issuer": "Geheimnis"},
    }
    other = {**place, "name": OTHER_NAME, "study_uid": "1.2.840.99.2", "series_uid": "1.2.840.99.2.1"}
    other_id = {**place, "patient_id": "PID-60221407-B"}
    there = FOLDER + b"/" + FILE
    copied = sample.image(path=there, **place)
    remarked = sample.image(path=there + b"2", sop_uid="1.2.840.60221407.9", **place)
    refused = sample.image(path=there + b"3", **other)
    lost = sample.image(path=there + b"4", **other_id)
    said = Reason("unreadable", why=Foreign(f"no such file {there.decode()}"))
    sample.image("unreadable", there + b"5", said, **place)
    broken = Reason("compressed_broken", why=Foreign(f"bad value '{NAME}'"))
    sample.image("damaged", there + b"6", Reason("being_written", found=broken), **place)  # deep inside
    for number in (b"7", b"8"):
        sample.image("conflict", there + number, Reason("conflict", n=2), sop_uid="1.2.840.99.3", **place)
    sample.image("duplicate", there + b"9", Reason("duplicate"), **place)
    sample.image("held_back", there + b"10", Reason("no_uid", missing=(Private(NAME),)), **place)
    sample.image("held_back", there + b"11", earlier(f"it said: {COMMENT}"), **place)
    sample.file("not_dicom", FOLDER + b"/letter.gerda", reason=Reason("link"))
    sample.file("not_dicom", FOLDER + b"/more.zip")
    sample.folder(FOLDER + b"/closed", Reason("folder_not_opened", why=Foreign(f"denied: {FOLDER.decode()}")))
    sample.read()
    with sample.manifest.running("copy"):
        sample.answered(copied)
        sample.answered(lost)
        sample.answered(remarked, 0xB000, "copied_with_remark", Reason("data_changed"), COMMENT)
        sample.answered(refused, 0xA700, "refused", Reason("full"), COMMENT)
    sample.verified({copied: 1, remarked: 1, lost: 0}, remarks=[earlier(COMMENT)])
    samples.pick(sample.manifest, 2)
    unreadable = Reason("file_not_readable", why=Foreign(f"no such file {there.decode()}"))
    samples.record(sample.manifest, copied, ReadBack.NOT_CHECKED, unreadable)
    samples.record(sample.manifest, remarked, ReadBack.DIFFERENT, Reason("differs", attributes=("Patient’s Name",)))
    old_studies.keep(sample.manifest, "Gerda Geheim.csv", [old_studies.OldStudy(2, "1.2.840.19310417.7", ACCESSION, 5)])
    tree.set_filter(sample.manifest, tree.Filter(text=TYPED))
    tree.set_filter(sample.manifest, tree.Filter(text="geheim"))
    sample.manifest.put(remarks="Gerda Geheim was forgotten", operator=OPERATOR)
    tls = {"ca_file": f"{FOLDER.decode()}/ca.pem", "certificate": "", "key": ""}
    destination = {**sample.manifest.get("destination"), "tls": tls, "name": "Gerdas PACS"}
    sample.manifest.put(destination=destination)
    return sample


def content(file: Path) -> str:
    """Return the whole content of a report file in small letters, also what is packed, encoded or drawn in it."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as bundle:
            return "\n".join(name + bundle.read(name).decode("utf-8") for name in bundle.namelist()).lower()
    if file.suffix == ".pdf":
        tool = find_tool("pdftotext")
        assert tool, "the end of the run names what is missing"
        drawn = subprocess.run([tool, "-layout", str(file), "-"], capture_output=True, check=True).stdout
        return drawn.decode("utf-8").lower() + file.read_bytes().decode("latin-1").lower()
    text = file.read_text("utf-8")
    encoded = [
        base64.b64decode(one).decode("latin-1") for one in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", _decoded(file, text))
    ]
    return "\n".join([text, *encoded]).lower()


def _decoded(file: Path, text: str) -> str:
    """Return the texts that are encoded in base64 in a file of audit messages."""
    found = (
        re.findall(r'<ParticipantObjectQuery>([^<]*)<|type="\w+" value="([^"]*)"', text)
        if file.suffix == ".xml"
        else []
    )
    return " ".join(one for pair in found for one in pair)
