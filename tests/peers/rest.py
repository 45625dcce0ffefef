"""Delete and alter images of an Orthanc through its web interface."""

from __future__ import annotations

import json
import urllib.request

from tests.ports import free_port


class Rest:
    """The web interface of an Orthanc."""

    def __init__(self) -> None:
        self._port = free_port()
        self.settings = {"HttpServerEnabled": True, "HttpPort": self._port, "AuthenticationEnabled": False}

    def find(self, sop_uid: str) -> str:
        (found,) = json.loads(self._ask("POST", "/tools/lookup", sop_uid.encode()))
        return str(found["Path"])

    def delete(self, sop_uid: str) -> None:
        self._ask("DELETE", self.find(sop_uid))

    def alter(self, sop_uid: str, **attributes: str) -> None:
        """Replace values and keep everything else, the SOP Instance UID too."""
        where = self.find(sop_uid)
        kept = ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"]
        order = {"Replace": attributes, "Keep": kept, "Force": True}
        altered = self._ask("POST", where + "/modify", json.dumps(order).encode())
        self._ask("DELETE", where)
        self._ask("POST", "/instances", altered)

    def _ask(self, method: str, where: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{where}", body, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            data: bytes = answer.read()
        return data
