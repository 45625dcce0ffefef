"""Write the audit trail as DICOM audit messages (PS3.15 A.5): XML, each message a document of its own.

| event | message |
|---|---|
| the migration was opened, closed | Application Activity (A.5.3.1) |
| a run of Copy began with a study | Begin Transferring DICOM Instances (A.5.3.3) |
| a run of Copy ended with a study | DICOM Instances Transferred (A.5.3.7); R: they may have been there before |
| a query asked the new PACS about a study | Query (A.5.3.10), with the keys that all queries about it share |
| report files were written | Export (A.5.3.4); the patients are in the files and not named one by one |

Settings and decisions have no message of their own in the standard; they are in the CSV.

All of it is English: programs read it. Without names, it names neither the person nor this computer.
"""

from __future__ import annotations

import base64
import ipaddress
import platform
import struct
import time
from typing import Iterator, Sequence

from wizard.manifest import audit, transfers
from wizard.manifest.manifest import Manifest
from wizard.manifest.transfers import StudyQuery, Transfer, TransferredStudy
from wizard.report.markup import escape
from wizard.report.names import LEFT_OUT, Names, patient_row

PROGRAM = "DICOM PACS Migrator"

# Outcomes (PS3.15 A.5.1): success, a part failed, everything failed.
_SUCCESS, _MINOR, _SERIOUS = "0", "4", "8"
_STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
_IMPLICIT = "1.2.840.10008.1.2"
_SOURCE, _DESTINATION = ("110153", "Source Role ID"), ("110152", "Destination Role ID")


def document(manifest: Manifest, names: Names) -> Iterator[str]:
    """Yield the file with all messages, one after the other inside an element `AuditMessages`."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<AuditMessages>\n'
    for message in messages(manifest, names):
        yield message + "\n"
    yield "</AuditMessages>\n"


def messages(manifest: Manifest, names: Names, since: float = 0.0) -> Iterator[str]:
    """Yield each message, or those of events after `since` (seconds since 1970)."""
    for record in audit.records(manifest):
        if record.time > since and record.action in (audit.OPENED, audit.CLOSED):
            yield _activity(record, names)
        elif record.time > since and record.action == audit.EXPORTED:
            yield _export(record, names)
    for transfer in transfers.sent(manifest, since):
        who = _person(names, *transfers.by_whom(manifest, "copy", transfer.began))
        yield _begin(manifest, transfer, names, who)
        yield _transferred(manifest, transfer, names, who)
    for question in transfers.queried(manifest, since):
        yield _query(manifest, question, names)


def _person(names: Names, user: str, operator: str) -> tuple[str, str]:
    """Return the user and the operator; where names are left out, what stands for the user: a message needs one."""
    return (user, operator) if names.shown or not user else (str(LEFT_OUT), "")


def _computer(names: Names, computer: str) -> str:
    return computer if names.shown else ""


def _activity(record: audit.Record, names: Names) -> str:
    (user, operator), computer = _person(names, record.user, record.operator), _computer(names, record.computer)
    kind = ("110120", "Application Start") if record.action == audit.OPENED else ("110121", "Application Stop")
    return _message(
        _event(("110100", "Application Activity"), "E", record.time, types=[kind]),
        [
            _participant(PROGRAM, False, ("110150", "Application"), computer=computer),
            _participant(user, True, ("110151", "Application Launcher"), operator, computer),
        ],
        computer,
    )


def _begin(manifest: Manifest, transfer: Transfer, names: Names, who: tuple[str, str]) -> str:
    classes = [(one.sop_class, one.sent) for one in transfer.classes]
    return _message(
        _event(("110102", "Begin Transferring DICOM Instances"), "E", transfer.began),
        _both_ends(manifest, who, names),
        _computer(names, platform.node()),
        _study(transfer.study, names, classes),
        _patient(transfer.study, names),
    )


def _transferred(manifest: Manifest, transfer: Transfer, names: Names, who: tuple[str, str]) -> str:
    sent, taken = sum(one.sent for one in transfer.classes), sum(one.taken for one in transfer.classes)
    outcome = _SUCCESS if taken == sent else _MINOR if taken else _SERIOUS
    description = "" if taken == sent else f"{taken} of {sent} instances were accepted"
    classes = [(one.sop_class, one.taken) for one in transfer.classes]
    return _message(
        _event(("110104", "DICOM Instances Transferred"), "R", transfer.ended, outcome, description),
        _both_ends(manifest, who, names),
        _computer(names, platform.node()),
        _study(transfer.study, names, classes),
        _patient(transfer.study, names),
    )


def _query(manifest: Manifest, question: StudyQuery, names: Names) -> str:
    study = question.study
    uid = _uid(study, names)
    keys = _element(0x0008, 0x0052, "IMAGE") + _element(0x0020, 0x000D, uid, b"\0")
    detail = f'<ParticipantObjectDetail type="TransferSyntax" value="{_base64(_IMPLICIT.encode("ascii"))}"/>'
    asked = _object(
        _STUDY_ROOT_FIND,
        ("2", "3"),
        _code("ParticipantObjectIDTypeCode", ("110181", "SOP Class UID")),
        f"<ParticipantObjectQuery>{_base64(keys)}</ParticipantObjectQuery>{detail}",
    )
    who = _person(names, *transfers.by_whom(manifest, "verify", question.time))
    event = _event(("110112", "Query"), "E", question.time)
    return _message(event, _both_ends(manifest, who, names, querying=True), _computer(names, platform.node()), asked)


def _export(record: audit.Record, names: Names) -> str:
    (user, operator), computer = _person(names, record.user, record.operator), _computer(names, record.computer)
    media = f"<MediaIdentifier>{_code('MediaType', ('110037', 'URI'))}</MediaIdentifier>"
    role = _code("RoleIDCode", ("110154", "Destination Media"))
    files: Sequence[str] = list(record.details.get("files", {}))
    return _message(
        _event(("110106", "Export"), "R", record.time),
        [
            _participant(user, True, _SOURCE, operator, computer),
            _participant(PROGRAM, False, _SOURCE, computer=computer),
            f'<ActiveParticipant UserID="file:" UserIsRequestor="false">{role}{media}</ActiveParticipant>',
        ],
        computer,
        *(
            _object(
                file,
                ("2", "3"),
                _code("ParticipantObjectIDTypeCode", ("12", "URI"), "RFC-3881"),
                f"<ParticipantObjectName>{escape(record.subject)}</ParticipantObjectName>",
                lifecycle="10",
            )
            for file in files
        ),
    )


def _both_ends(manifest: Manifest, who: tuple[str, str], names: Names, querying: bool = False) -> list[str]:
    """Build the participants: this program, the new PACS (or the one that answers queries for it), and the person."""
    destination = manifest.get("destination") or {}
    there = (destination.get("find") if querying else None) or destination
    (user, operator), computer = who, _computer(names, platform.node())
    found = [
        _participant(destination.get("calling_ae", PROGRAM), not user, _SOURCE, PROGRAM, computer),
        _participant(there.get("called_ae", "unknown"), False, _DESTINATION, computer=there.get("host", "")),
    ]
    return [*found, _participant(user, True, None, operator, computer)] if user else found


def _message(event: str, participants: Sequence[str], computer: str, *objects: str) -> str:
    source = (
        f'<AuditSourceIdentification AuditSourceID="{escape(computer or PROGRAM)}">'
        '<AuditSourceTypeCode csd-code="1"/></AuditSourceIdentification>'
    )
    return f"<AuditMessage>{event}{''.join(participants)}{source}{''.join(objects)}</AuditMessage>"


def _event(
    code: tuple[str, str],
    action: str,
    seconds: float,
    outcome: str = _SUCCESS,
    description: str = "",
    types: Sequence[tuple[str, str]] = (),
) -> str:
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03}Z"
    inside = _code("EventID", code) + "".join(_code("EventTypeCode", one) for one in types)
    inside += f"<EventOutcomeDescription>{escape(description)}</EventOutcomeDescription>" if description else ""
    attributes = f'EventActionCode="{action}" EventDateTime="{moment}" EventOutcomeIndicator="{outcome}"'
    return f"<EventIdentification {attributes}>{inside}</EventIdentification>"


def _participant(user: str, requestor: bool, role: tuple[str, str] | None, name: str = "", computer: str = "") -> str:
    attributes = f'UserID="{escape(user)}" UserIsRequestor="{str(requestor).lower()}"'
    attributes += f' UserName="{escape(name)}"' if name else ""
    if computer:
        attributes += f' NetworkAccessPointID="{escape(computer)}" NetworkAccessPointTypeCode="{_point(computer)}"'
    return f"<ActiveParticipant {attributes}>{_code('RoleIDCode', role) if role else ''}</ActiveParticipant>"


def _point(computer: str) -> str:
    """Return the code of a host name or of an address (PS3.15 A.5.1)."""
    try:
        ipaddress.ip_address(computer.partition("%")[0])
    except ValueError:
        return "1"
    return "2"


def _study(study: TransferredStudy, names: Names, classes: Sequence[tuple[str, int]]) -> str:
    uid = _uid(study, names)
    accession = f'<Accession Number="{escape(study.accession)}"/>' if study.accession and names.shown else ""
    inside = "".join(
        f'<SOPClass UID="{escape(uid)}" NumberOfInstances="{count:d}"/>'
        for uid, count in classes
        if uid and not names.tells(uid)
    )
    anonymized = "" if names.shown else "<Anonymized>true</Anonymized>"
    name = (study.description if names.shown else "") or f"study {study.id}"
    return _object(
        uid or f"study {study.id}",
        ("2", "3"),
        _code("ParticipantObjectIDTypeCode", ("110180", "Study Instance UID")),
        f"<ParticipantObjectName>{escape(name)}</ParticipantObjectName>"
        f"<ParticipantObjectDescription>{accession}{inside}{anonymized}</ParticipantObjectDescription>",
    )


def _uid(study: TransferredStudy, names: Names) -> str:
    """Return the Study Instance UID, or nothing where it tells who the patient is."""
    hidden = names.tells(study.study_uid, study.patient_id, study.birth_date, study.accession)
    return "" if hidden else study.study_uid


def _patient(study: TransferredStudy, names: Names) -> str:
    shown = names.name(study.patient_name) or str(patient_row(study.patient))
    return _object(
        str(names.patient(study.patient, study.patient_id)) or "unknown",
        ("1", "1"),
        _code("ParticipantObjectIDTypeCode", ("2", "Patient Number"), "RFC-3881"),
        f"<ParticipantObjectName>{escape(shown)}</ParticipantObjectName>",
    )


def _object(identity: str, kind: tuple[str, str], id_type: str, inside: str, lifecycle: str = "") -> str:
    """Build a participant object; `kind` is its type and its role (PS3.15 A.5.1)."""
    attributes = f'ParticipantObjectID="{escape(identity)}" ParticipantObjectTypeCode="{kind[0]}"'
    attributes += f' ParticipantObjectTypeCodeRole="{kind[1]}"'
    attributes += f' ParticipantObjectDataLifeCycle="{lifecycle}"' if lifecycle else ""
    return f"<ParticipantObjectIdentification {attributes}>{id_type}{inside}</ParticipantObjectIdentification>"


def _code(element: str, code: tuple[str, str], system: str = "DCM") -> str:
    return f'<{element} csd-code="{code[0]}" codeSystemName="{system}" originalText="{code[1]}"/>'


def _element(group: int, number: int, value: str, padding: bytes = b" ") -> bytes:
    """Encode one key of a query in implicit little endian (PS3.5 7.1.3)."""
    encoded = value.encode("ascii", "replace")
    encoded += padding * (len(encoded) % 2)
    return struct.pack("<HHI", group, number, len(encoded)) + encoded


def _base64(encoded: bytes) -> str:
    return base64.b64encode(encoded).decode("ascii")
