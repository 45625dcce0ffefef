"""Values that could stand in the sentences of the program, by the names that the templates give them."""

from __future__ import annotations

from typing import Mapping

from wizard.language.message import Day, Duration, Foreign, Message, Private, Size, Value
from wizard.reasons import WHO, Reason
from wizard.vocabulary import Who

_PACS = "NEWPACS at 192.0.2.10:104"
_SENTENCE = Message("Stopped. You can continue later.")
_BUTTON = Message("Resume")
_FILES: dict[str, Value] = {
    **{"path": Private("/mnt/Meier, copy/IM0001"), "folder": Private("D:/source, verify"), "name": Private("list.csv")},
    **{"file": "ledger.csv", "folders": (Private("/archive"), Private("/mnt/disc 2")), "key": Private("/etc/key.pem")},
    **{"certificate": Private("/etc/cert.pem"), "extensions": (".zip", ".iso"), "migration": Private("/archive")},
    **{"sources": (Private("/archive"), Private("/mnt/disc 2"))},
}
_NETWORK: dict[str, Value] = {
    **{"address": "192.0.2.10:104", "addresses": "192.0.2.10", "host": "pacs.clinic.example", "port": "104"},
    **{"ae_title": "NEWPACS", "called": "NEWPACS", "called_ae": "NEWPACS", "calling": "MIGRATOR"},
    **{"calling_ae": "MIGRATOR", "find_ae": "FINDER", "find_address": "192.0.2.11:105", "server": "192.0.2.12:6514"},
    **{"ports": ("104", "11112"), "vendor": "PYNETDICOM", "pacs": _PACS, "destination": _PACS, "other": _PACS},
    **{"queried": "FINDER", "model": "Study Root", "widest": 1024},
}
_COUNTS = (
    *("accepted", "all", "asked", "closed", "committed", "compressed", "confirmed", "copied", "count", "dicom"),
    *("different", "done", "entries", "expected", "failed", "fewer", "files", "formats", "identical", "listed"),
    *("match", "mismatch", "more", "named", "not_checked", "not_dicom", "not_found", "not_in_folders"),
    *("not_in_list", "others", "responses", "same_values", "sendings", "silent", "studies", "total", "tried"),
    *("unanswered", "uncounted", "unread", "unsure", "there", "missing", "at", "rate", "some", "most", "now"),
)
_FIGURES: dict[str, Value] = {
    **{"size": Size(4_630_000_000), "bytes": 12_345, "speed": Message("{size}/s", size=Size(2e6)), "limit": 2.5},
    **{"megabytes": 2.5, "pace": 12.5, "percent": "40", "page": "3", "first": "2015", "last": "2019", "line": "17"},
    **{"lines": ("3", "17"), "seconds": 1.5, "minutes": "05", "time": Duration(3600), "today": Day("20260731")},
    **{"day": Day("20190302"), "hours": "19:00-06:00", "begin": "19:00", "end": "06:00", "codes": "U+1F600"},
    **{"row": "12", "rows": ("12", "13"), "number": "A-1", "code": "113001", "status": "A700", "grade": "A"},
    **{"version": "1.0.0", "program": "DICOM PACS Migrator 1.0.0", "python": "Python 3.11", "system": "Linux"},
    **{"openssl": "OpenSSL 3.0", "sqlite": "SQLite 3.40", "kind": "source", "trace": "run:12", "error": "ValueError"},
    **{"computer": Private("FRONTDESK"), "user": Private("anna"), "mark": "?", "parts": ("a", "b"), "part": "copy"},
}
_WORDS: dict[str, Value] = {
    **{"sentence": _SENTENCE, "look": _SENTENCE, "stop": _SENTENCE, "question": _BUTTON},
    **{"button": _BUTTON, "resume": _BUTTON, "skip": _BUTTON, "again": _BUTTON, "copy": _BUTTON, "step": _BUTTON},
    **{"doing": Message("Copying…"), "who": WHO[Who.PACS_ADMINISTRATOR], "means": _BUTTON, "setting": _BUTTON},
    **{"reason": Reason("no_picture"), "found": Reason("no_picture"), "why": Foreign("Permission denied")},
    **{"attributes": ("PatientName", "StudyDate"), "how": (Message("a space at its end"),), "answer": _BUTTON},
    **{"settings": (_BUTTON,), "filter": (_BUTTON,), "outcomes": (_BUTTON,), "series": _BUTTON, "action": _BUTTON},
    **{"topic": "damaged", "choices": ("send", "leave-out"), "known": ("html", "pdf"), "text": Private("31.02.2019")},
    **{"study": Private("CT thorax, 2019-03-02"), "patient": Private("Müller, Anna"), "issuer": Private("Clinic")},
    **{"modalities": ("CT", "MR"), "image_type": "CT Image Storage", "format": "JPEG Lossless", "heading": "uid"},
    **{"study_uid": "Study Instance UID", "accession": "Accession number", "images": "Images", "rates": _BUTTON},
}

#: A value for each name, as it could be in a clinic. What is a word of the program is a message.
LIKELY: Mapping[str, Value] = {"n": 5, **_FILES, **_NETWORK, **dict.fromkeys(_COUNTS, 272), **_FIGURES, **_WORDS}

#: Where a name stands for something else than elsewhere: a part of the template, and its values.
ELSEWHERE: Mapping[str, Mapping[str, Value]] = {
    "The file does not have:": {"missing": ("Study Instance UID", "SOP Instance UID")},
    "of the file is": {"name": "Study Instance UID"},
    "have to be read": {"most": Size(3e9)},
    "it is larger than": {"most": Size(3e9)},
    "may not have been complete": {"found": Reason("no_picture")},
    "(missing in": {"name": "PatientName"},
    "(peak": {"now": Size(2e6), "most": Size(3e6)},
    "{images}  ·": {"images": Message("{n} image a second", "{n} images a second", n=12), "size": Size(2e6)},
}
