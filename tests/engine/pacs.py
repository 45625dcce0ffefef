"""A PACS for the engine's tests: it works by the book, except where a test says otherwise."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from io import BytesIO
from typing import Callable, Iterable, Iterator, Tuple, Union

from pydicom.dataset import Dataset
from pydicom.uid import UID
from pynetdicom.dsutils import decode, encode

from tests.faults.server import FaultServer, Message, Peer, response
from wizard.dicom.destination import Destination

STORE, FIND = 0x0001, 0x0020
#: What a PACS answers to a C-STORE: a status; or one with an Error Comment; or None, and the test has seen to it.
Said = Union[int, Tuple[int, str], None]


class Pacs:
    """Stores, and answers questions at IMAGE level. Enter it to let it listen.

    Parameters
    ----------
    take : callable
        Peer, SOP Instance UID, how often it has come with this time -> what is said. What is said to be a success
        or a warning is kept.
    name : callable
        The keys of a question, and the SOP Instance UIDs that answer it by the book -> status and UIDs.
    answer : callable
        SOP class and transfer syntax of a proposed context -> result (PS3.8 table 9-18) and transfer syntax.
    on_open, on_close : callable
        Called first and last on each connection.
    on_end : callable
        Called with the keys of a question before its last answer.

    All of these may be replaced while it listens.
    """

    def __init__(
        self,
        take: Callable[[Peer, str, int], Said] = lambda peer, uid, times: 0,
        name: Callable[[Dataset, list[str]], tuple[int, Iterable[str]]] = lambda keys, uids: (0, uids),
        answer: Callable[[str, str], tuple[int, str]] = lambda sop_class, syntax: (0, syntax),
        on_open: Callable[[Peer], None] = lambda peer: None,
        on_close: Callable[[Peer], None] = lambda peer: None,
        on_end: Callable[[Peer, Dataset], None] = lambda peer, keys: None,
    ) -> None:
        self.kept: dict[str, tuple[str, str]] = {}  # SOP Instance UID -> study, series
        self.hashes: dict[str, bytes] = {}
        self.times: Counter[str] = Counter()
        self.opened = 0
        self.asked: list[Dataset] = []
        self.take, self.name, self.answer = take, name, answer
        self.on_open, self.on_close, self.on_end = on_open, on_close, on_end
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def listening(self) -> Iterator[Destination]:
        with FaultServer(self._behave) as server:
            self.server = server
            yield server.destination

    def _behave(self, peer: Peer) -> None:
        self.opened += 1
        try:
            self.on_open(peer)
            self._serve(peer)
        finally:
            self.on_close(peer)

    def _serve(self, peer: Peer) -> None:
        peer.accept(answer=self.answer)
        assert peer.request is not None
        syntaxes = {item.context_id: UID(str(item.transfer_syntax[0])) for item in peer.request.presentation_context}
        while True:
            message = peer.message()
            if message is None:
                return
            if message.command.CommandField == STORE:
                self._store(peer, message, syntaxes[message.context])
            elif message.command.CommandField == FIND:
                self._find(peer, message, syntaxes[message.context])
            else:
                peer.send(response(message, 0))

    def _store(self, peer: Peer, message: Message, syntax: UID) -> None:
        uid = str(message.command.AffectedSOPInstanceUID)
        with self._lock:
            self.times[uid] += 1
            times = self.times[uid]
        said = self.take(peer, uid, times)
        status, comment = said if isinstance(said, tuple) else (said, "")
        if status is None:
            return
        if status == 0 or status >> 12 == 0xB:
            self.keep(message, syntax)
        text = comment.encode("ascii")
        peer.send(response(message, status, {0x0902: text + b" " * (len(text) % 2)} if comment else {}))

    def keep(self, message: Message, syntax: UID) -> None:
        data = decode(BytesIO(message.data), syntax.is_implicit_VR, syntax.is_little_endian)
        uid = str(message.command.AffectedSOPInstanceUID)
        assert uid == data.SOPInstanceUID
        with self._lock:
            self.kept[uid] = (str(data.StudyInstanceUID), str(data.SeriesInstanceUID))
            self.hashes[uid] = message.sha256

    def _find(self, peer: Peer, message: Message, syntax: UID) -> None:
        keys = decode(BytesIO(message.data), syntax.is_implicit_VR, syntax.is_little_endian)
        self.asked.append(keys)
        status, uids = self.name(keys, self._matching(keys))
        for uid in uids:
            answer = Dataset()
            answer.QueryRetrieveLevel = keys.QueryRetrieveLevel
            answer.SOPInstanceUID = uid
            encoded = encode(answer, syntax.is_implicit_VR, syntax.is_little_endian)
            peer.send(response(message, 0xFF00, data=encoded))
        self.on_end(peer, keys)
        peer.send(response(message, status))

    def _matching(self, keys: Dataset) -> list[str]:
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
