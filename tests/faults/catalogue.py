"""List the servers that misbehave by name, for tests that try every one of them.

Each is made for the images on which it misbehaves. A new one is a line in `CATALOGUE`; what a copy to it must end with
is a line in tests/engine/copy/test_misbehaving.py.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

from tests.engine.pacs import Pacs
from tests.faults import servers

STATUSES = (
    *(0x0000, 0xB000, 0xB006, 0xB007, 0xB123, 0x0107, 0x0116),
    *(0xA700, 0xA701, 0xA702, 0xA799, 0x0213, 0xA900, 0xA9FF, 0xC000, 0xC123, 0x0110, 0x0111),
    *(0x0105, 0x0106, 0x0112, 0x0115, 0x0117, 0x0118, 0x0119, 0x0120, 0x0121, 0x0122, 0x0124),
    *(0x0210, 0x0211, 0x0212, 0x0214),
    *(0xFF00, 0xFF01, 0xFE00, 0xFFFA, 0xFFFB),
)
"""Answers to a C-STORE: each row of PS3.4 table B.2-1 and PS3.7 annex C, and private statuses."""

REJECTIONS = tuple(
    (result, source, reason)
    for result in (1, 2)
    for source, reason in ((1, 1), (1, 2), (1, 3), (1, 7), (2, 1), (2, 2), (3, 1), (3, 2))
)
"""Result, source and reason of an A-ASSOCIATE-RJ: PS3.8 table 9-21, each reason permanent and transient."""


class Images(NamedTuple):
    """The SOP Instance UIDs on which a server misbehaves, and the class and syntax that it may not accept.

    `large` is of more bytes than any connection buffers.
    """

    one: str
    large: str
    other_class: str
    other_syntax: str


Make = Callable[[Images], Pacs]


def _made(server: Callable[..., Pacs], *arguments: object) -> Make:
    """The same for any images."""
    return lambda images: server(*arguments)


def _at_one(fault: servers.Fault) -> Make:
    return lambda images: servers.at_one(images.one, fault)


def _says(status: int) -> Make:
    return lambda images: servers.says(images.one, status)


_AT_THE_ASSOCIATION: dict[str, Make] = {
    "refuses connections": lambda images: servers.refuses_connections(),
    "accepts connections and never reads": lambda images: servers.never_reads(),
    "never answers the request": lambda images: servers.never_accepts(),
    "answers the request with garbage": lambda images: servers.answers_association_with_garbage(),
    "takes PDUs of 7 bytes": lambda images: servers.takes_pdus_of(7),
    **{f"rejects {numbers}": _made(servers.rejects, *numbers) for numbers in REJECTIONS},
    "rejects for a while, as busy": lambda images: servers.rejects_for_a_while(7, 1, 2, 3, 1),
    "rejects for a while, as unknown": lambda images: servers.rejects_for_a_while(7, 1, 1, 1, 3),
    "dies and returns": lambda images: servers.dies_and_returns(7, servers.AWAY / 20),
    **{f"does not take any: {result}": _made(servers.does_not_take, result) for result in (1, 2, 3, 4)},
    "does not take one class": lambda images: servers.does_not_take(3, sop_class=images.other_class),
    "does not take one syntax": lambda images: servers.does_not_take(4, syntax=images.other_syntax),
}

_FAULTS: dict[str, servers.Fault] = {
    "hangs up": servers.hangs_up,
    "breaks off": servers.breaks_off,
    "resets": servers.resets,
    "sends garbage": servers.sends_garbage,
    "answers another message": servers.answers_another,
    "is silent": servers.is_silent,
}

CATALOGUE: dict[str, Make] = {
    **_AT_THE_ASSOCIATION,
    **{f"{name} at one": _at_one(fault) for name, fault in _FAULTS.items()},
    **{f"{name} for a while": _made(servers.for_a_while, 5, fault) for name, fault in _FAULTS.items()},
    "is busy for a while": lambda images: servers.for_a_while(30, servers.is_busy),
    "breaks off after every 3": lambda images: servers.at_every(3, servers.breaks_off),
    "resets in the midst of one": lambda images: servers.in_the_midst(images.large, servers.resets),
    "reads no more in the midst of one": lambda images: servers.in_the_midst(images.large, servers.reads_no_more),
    **{f"says {status:04X} to one": _says(status) for status in STATUSES},
    "answers one late": lambda images: servers.answers_late(images.one, servers.LATE / 20),
    "keeps one and answers another message": lambda images: servers.keeps_and_answers_another(images.one),
    "never answers questions": lambda images: servers.never_answers_questions(images.one),
    "takes PDUs of 12 bytes": lambda images: servers.takes_pdus_of(12),
    "takes PDUs of 4096 bytes": lambda images: servers.takes_pdus_of(4096),
    "takes PDUs of 16384 bytes": lambda images: servers.takes_pdus_of(16384),
    "takes PDUs of any length": lambda images: servers.takes_pdus_of(0),
    "does not say which PDUs it takes": lambda images: servers.takes_pdus_of(None),
    "sends single bytes": lambda images: servers.takes_pdus_of(16384, step=1),
    "answers in pieces": lambda images: servers.answers_in_pieces(),
}
"""By name, the images on which it may misbehave -> the server."""
