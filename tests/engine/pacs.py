"""A PACS for the engine's tests: it follows the standard, except where a test says otherwise."""

from __future__ import annotations

import contextlib
import struct
import threading
from collections import Counter
from io import BytesIO
from typing import Callable, Dict, Iterable, Iterator, Mapping, NamedTuple, Optional, Tuple, Union

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pynetdicom.dsutils import decode

from tests.faults.server import FaultServer, Message, Peer, response
from wizard.dicom.destination import Destination

STORE, FIND = 0x0001, 0x0020
_TAKEN = (0x0000, 0x0107, 0x0116)  # and the warnings Bxxx (PS3.7 annex C)
#: What a PACS answers to a C-STORE: a status; or one with an Error Comment; or None, and the test has seen to it.
Said = Union[int, Tuple[int, str], None]
#: An answer to a C-FIND: raw values by keyword, as wrong as a test wants them; or None, without identifier.
Row = Optional[Dict[str, bytes]]


class Answers(NamedTuple):
    """The answers to a query, which may be made while they are sent, the status of each, and the final status."""

    rows: Iterable[Row]
    status: int = 0
    pending: int = 0xFF00


class Pacs:
    """Stores, and answers queries at IMAGE level; it listens within `listening`.

    Parameters
    ----------
    take : callable
        Peer, SOP Instance UID, how often it has come with this time -> the answer. An image with a success or a
        warning is kept.
    begin : callable
        Peer, SOP Instance UID: called in the middle of a C-STORE request, before all of the data set has come.
    reply : callable
        Request, status and further elements -> the bytes of the answer.
    name : callable
        The keys of a query, and the SOP Instance UIDs that answer it by the standard -> status and UIDs.
    answer : callable
        SOP class and transfer syntax of a proposed context -> result (PS3.8 table 9-18) and transfer syntax.
    on_open, on_close : callable
        Called first and last on each connection.
    on_end : callable
        Called with the keys of a query before its last answer.
    maximum, step : int
        The longest PDU that it takes (PS3.8 D.1), and how many bytes it sends at a time; 0 is without limit.
    present : bool
        Whether it listens from the start; else it refuses connections until its `server` comes back.
    receive_buffer : int
        Bytes that the system takes in for each connection before anybody reads; 0 leaves it to the system.

    All callables may be replaced while it listens.

    Attributes
    ----------
    times, taken : Counter
        How often each instance came whole, and how often it was kept then.
    find : callable
        The keys of a query -> the answers. Those by `name` only name instances; `finders` has others.
    """

    def __init__(
        self,
        take: Callable[[Peer, str, int], Said] = lambda peer, uid, times: 0,
        begin: Callable[[Peer, str], None] = lambda peer, uid: None,
        reply: Callable[[Message, int, Mapping[int, bytes]], bytes] = response,
        name: Callable[[Dataset, list[str]], tuple[int, Iterable[str]]] = lambda keys, uids: (0, uids),
        answer: Callable[[str, str], tuple[int, str]] = lambda sop_class, syntax: (0, syntax),
        on_open: Callable[[Peer], None] = lambda peer: None,
        on_close: Callable[[Peer], None] = lambda peer: None,
        on_end: Callable[[Peer, Dataset], None] = lambda peer, keys: None,
        maximum: int | None = 16384,
        step: int = 0,
        present: bool = True,
        receive_buffer: int = 0,
    ) -> None:
        self.kept: dict[str, tuple[str, str]] = {}  # SOP Instance UID -> study, series
        self.hashes: dict[str, bytes] = {}
        self.times: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.opened = 0
        self.asked: list[Dataset] = []
        self.take, self.begin, self.reply, self.name, self.answer = take, begin, reply, name, answer
        self.find: Callable[[Dataset], Answers] = self._by_name
        self.on_open, self.on_close, self.on_end = on_open, on_close, on_end
        self.maximum, self.step = maximum, step
        self._present, self._receive_buffer = present, receive_buffer
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def listening(self) -> Iterator[Destination]:
        with FaultServer(self._behave, receive_buffer=self._receive_buffer) as server:
            self.server = server
            if not self._present:
                server.go_away()
            yield server.destination

    def _behave(self, peer: Peer) -> None:
        self.opened += 1
        try:
            self.on_open(peer)
            self._serve(peer)
        finally:
            self.on_close(peer)

    def _serve(self, peer: Peer) -> None:
        peer.accept(self.maximum, self.answer, self.step)
        assert peer.request is not None
        syntaxes = {item.context_id: UID(str(item.transfer_syntax[0])) for item in peer.request.presentation_context}
        while True:
            message = peer.message(lambda command: self._begin(peer, command))
            if message is None:
                return
            if message.command.CommandField == STORE:
                self._store(peer, message, syntaxes[message.context])
            elif message.command.CommandField == FIND:
                self._find(peer, message, syntaxes[message.context])
            else:
                peer.send(response(message, 0))

    def _begin(self, peer: Peer, command: Dataset) -> None:
        if command.CommandField == STORE:
            self.begin(peer, str(command.AffectedSOPInstanceUID))

    def _store(self, peer: Peer, message: Message, syntax: UID) -> None:
        uid = str(message.command.AffectedSOPInstanceUID)
        with self._lock:
            self.times[uid] += 1
            times = self.times[uid]
        said = self.take(peer, uid, times)
        status, comment = said if isinstance(said, tuple) else (said, "")
        if status is None:
            return
        if status in _TAKEN or status >> 12 == 0xB:
            self.keep(message, syntax)
        text = comment.encode("ascii")
        answer = self.reply(message, status, {0x0902: text + b" " * (len(text) % 2)} if comment else {})
        peer.send(answer, self.step)

    def keep(self, message: Message, syntax: UID) -> None:
        data = decode(BytesIO(message.data), syntax.is_implicit_VR, syntax.is_little_endian)
        uid = str(message.command.AffectedSOPInstanceUID)
        assert uid == data.SOPInstanceUID
        with self._lock:
            self.kept[uid] = (str(data.StudyInstanceUID), str(data.SeriesInstanceUID))
            self.hashes[uid] = message.sha256
            self.taken[uid] += 1

    def _find(self, peer: Peer, message: Message, syntax: UID) -> None:
        keys = decode(BytesIO(message.data), syntax.is_implicit_VR, syntax.is_little_endian)
        self.asked.append(keys)
        found = self.find(keys)
        for row in found.rows:
            data = None if row is None else packed(row, syntax.is_implicit_VR)
            peer.send(response(message, found.pending, data=data), self.step)
        self.on_end(peer, keys)
        peer.send(response(message, found.status), self.step)

    def _by_name(self, keys: Dataset) -> Answers:
        status, uids = self.name(keys, self.matching(keys))
        level = str(keys.QueryRetrieveLevel).encode("ascii")
        return Answers(({"QueryRetrieveLevel": level, "SOPInstanceUID": uid.encode("ascii")} for uid in uids), status)

    def matching(self, keys: Dataset) -> list[str]:
        """The SOP Instance UIDs that it has and that match a query by UIDs, in their order."""
        wanted = [listed(keys, keyword) for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")]
        return [
            uid
            for uid, (study, series) in sorted(self.kept.items())
            if all(not one or value in one for one, value in zip(wanted, (study, series, uid)))
        ]


def listed(keys: Dataset, keyword: str) -> list[str]:
    """The values of a key, of which there may be none, one or several."""
    value = keys.get(keyword) or []
    return [str(value)] if isinstance(value, str) else [str(one) for one in value]


def packed(row: Mapping[str, bytes], implicit: bool) -> bytes:
    """An identifier of short values, little endian (PS3.5 7.1)."""
    encoded = b""
    for tag, value in sorted((tag_for_keyword(keyword) or 0, value) for keyword, value in row.items()):
        vr = dictionary_VR(tag).encode("ascii")
        value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
        length = struct.pack("<I", len(value)) if implicit else struct.pack("<2sH", vr, len(value))
        encoded += struct.pack("<HH", tag >> 16, tag & 0xFFFF) + length + value
    return encoded
