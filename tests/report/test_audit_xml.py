"""Test the audit messages: valid by the schema of PS3.15 A.5.1, and with the fields that A.5.3 requires of each."""

from __future__ import annotations

import base64
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any, Iterator

import pytest
from lxml import etree

from tests.report.samples import Sample, troubled
from wizard.reasons import earlier
from wizard.report import audit_xml
from wizard.report.names import ALL, Names

SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("audit_message.rng"))))
HOSTILE = [
    *(
        "<x>&amp;</x>",
        '" onload="x',
        "' x='",
        "]]>",
        "<!--",
        "\x00\x01\x1b\x7f\x9f",
        "\u202eevil\u2066",
        "\ufffe\uffff",
    ),
    *("x" * 10_000, "a\r\nb\tc", "\ud800", "山田 علي"),
]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


def parsed(sample: Sample, names: Names = ALL, since: float = 0.0) -> list[Any]:
    """Every message, after it was found valid."""
    found = []
    for message in audit_xml.messages(sample.manifest, names, since):
        root = etree.fromstring(message.encode("utf-8"))
        SCHEMA.assertValid(root)
        found.append(root)
    return found


def code(message: Any, path: str = "EventIdentification/EventID") -> str:
    return str(message.find(path).get("csd-code"))


def all_kinds(sample: Sample) -> None:
    sample.manifest.announce(program="test")
    sample.manifest.note("exported", "with names", files={"ledger.csv": "00", "report.html": "11"})
    sample.manifest.note("closed")


def test_the_schema_refuses_what_is_not_in_the_standard() -> None:
    for wrong in (
        "<AuditMessage/>",
        "<Audit/>",
        '<AuditMessage><EventIdentification EventDateTime="now"/></AuditMessage>',
    ):
        assert not SCHEMA.validate(etree.fromstring(wrong))


def test_each_kind_of_event_is_told_and_valid(sample: Sample) -> None:
    all_kinds(sample)
    counts = Counter(code(message) for message in parsed(sample))
    sent = {"1.2.3.4.1", "1.2.3.4.3", "1.2.3.4.4"}  # the studies that were
    asked = 3
    assert counts == {"110100": 2, "110102": len(sent), "110104": len(sent), "110112": asked, "110106": 1}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("names", [ALL, Names(False)])
def test_hostile_values_make_valid_messages(tmp_path: Path, value: str, names: Names) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        stored = value.encode("utf-8", "replace").decode("utf-8")  # what SQLite can hold
        entry = sample.image(
            name=stored, patient_id=stored, accession=stored, study_description=stored, study_uid=stored, sop_uid=stored
        )
        sample.answered(entry, 0xB000, "copied_with_remark", earlier(stored), stored)
        sample.read()
        sample.verified({entry: 1})
        sample.manifest.put(operator=stored, remarks=stored)
        sample.manifest.note("exported", stored, files={stored: "0"})
        assert len(parsed(sample, names)) == 4


def test_what_was_sent_is_counted_by_class_and_what_was_taken_afterwards(sample: Sample) -> None:
    def of(event: str, study: str) -> Any:
        path = f"ParticipantObjectIdentification[@ParticipantObjectID='{study}']"
        (found,) = [one for one in parsed(sample) if code(one) == event and one.find(path) is not None]
        return found

    for study, sent, taken, outcome in (("1.2.3.4.1", 5, 5, "0"), ("1.2.3.4.3", 1, 0, "8"), ("1.2.3.4.4", 1, 0, "8")):
        for event, count in (("110102", sent), ("110104", taken)):
            sop_class = of(event, study).find(".//SOPClass")
            assert sop_class.get("UID") == "1.2.840.10008.5.1.4.1.1.2"
            assert sop_class.get("NumberOfInstances") == str(count)
        identification = of("110104", study).find("EventIdentification")
        assert identification.get("EventActionCode") == "R"  # whether they were there before is not known
        assert identification.get("EventOutcomeIndicator") == outcome
        assert of("110102", study).find("EventIdentification").get("EventActionCode") == "E"


def test_both_ends_and_the_person_take_part(sample: Sample) -> None:
    sample.manifest.put(operator="Dr. Invented")
    with sample.manifest.running("copy"):
        sample.answered(1)
    (begin, *_) = [
        one for one in parsed(sample) if code(one) == "110102" and one.find(".//ActiveParticipant[3]") is not None
    ]
    source, destination, person = begin.findall("ActiveParticipant")
    assert (source.get("UserID"), code(source, "RoleIDCode")) == ("MIGRATOR", "110153")
    assert (destination.get("UserID"), code(destination, "RoleIDCode")) == ("NEWPACS", "110152")
    assert destination.get("NetworkAccessPointID") == "pacs.clinic.example"
    assert person.get("UserName") == "Dr. Invented"
    assert [one.get("UserIsRequestor") for one in (source, destination, person)] == ["false", "false", "true"]
    patient = begin.find("ParticipantObjectIdentification[@ParticipantObjectTypeCode='1']")
    assert (patient.get("ParticipantObjectID"), patient.findtext("ParticipantObjectName")) == ("P-4711", "Muster, Anna")


def test_a_query_holds_the_keys_in_the_encoding_that_it_names(sample: Sample) -> None:
    query = next(one for one in parsed(sample) if code(one) == "110112").find("ParticipantObjectIdentification")
    assert query.get("ParticipantObjectID") == "1.2.840.10008.5.1.4.1.2.2.1"
    detail = query.find("ParticipantObjectDetail")
    assert detail.get("type") == "TransferSyntax"
    assert base64.b64decode(detail.get("value")) == b"1.2.840.10008.1.2"
    from pydicom.filereader import read_dataset

    keys = read_dataset(BytesIO(base64.b64decode(query.findtext("ParticipantObjectQuery"))), True, True)
    assert (keys.QueryRetrieveLevel, keys.StudyInstanceUID) == ("IMAGE", "1.2.3.4.1")


def test_only_what_happened_since_is_told(sample: Sample) -> None:
    all_kinds(sample)
    everything = parsed(sample)
    last = max(one.find("EventIdentification").get("EventDateTime") for one in everything)
    assert parsed(sample, since=4e9) == []
    assert last.endswith("Z")


def test_the_file_is_one_document_with_all_messages(sample: Sample) -> None:
    all_kinds(sample)
    root = etree.fromstring("".join(audit_xml.document(sample.manifest, ALL)).encode("utf-8"))
    assert root.tag == "AuditMessages"
    assert len(root) == len(parsed(sample))
    for message in root:
        SCHEMA.assertValid(etree.fromstring(etree.tostring(message)))
