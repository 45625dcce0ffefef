"""Step 4, Copy, to each server of the catalogue: every file ends in its bucket, and a stop takes effect."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Iterator, NamedTuple

import pytest

from tests.engine.copying import SOON, row
from tests.engine.pacs import Pacs
from tests.engine.stage import counted
from tests.engine.underway import ALL, PER_STUDY, Archive, Run, build, copying
from tests.faults import servers
from tests.faults.catalogue import CATALOGUE, REJECTIONS, STATUSES
from wizard.dicom import status
from wizard.dicom.association import DEFAULT_TIMEOUTS, Timeouts
from wizard.engine.events import TRYING_AGAIN
from wizard.errors import (
    AssociationAborted,
    AssociationRejected,
    ConnectionRefused,
    DestinationError,
    NotDicom,
    PeerTimeout,
)
from wizard.language.message import Message
from wizard.reasons import Reason

pytestmark = pytest.mark.long

BRISK = Timeouts(connect=0.6, accept=0.6, send=0.6, answer=0.6, release=0.6)
IMPATIENT = BRISK._replace(answer=0.15)
TWENTIETH = Timeouts(*(seconds / 20 for seconds in DEFAULT_TIMEOUTS))
AT_LEISURE = 20.0
"""Seconds beyond its time-outs that a copy may take, for the sake of busy computers."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return build(tmp_path_factory.mktemp("small"), large=False)


@pytest.fixture(scope="module")
def with_a_large_one(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return build(tmp_path_factory.mktemp("large"), large=True)


@pytest.fixture
def archive(server: str, request: pytest.FixtureRequest) -> Archive:
    found: Archive = request.getfixturevalue("with_a_large_one" if "in the midst" in server else "small")
    return found


@pytest.fixture(autouse=True)
def nothing_runs_on() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def none_is_left_behind() -> None:
    """No sender outlives the job, which the end of the server would hide."""
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("sender")] == []


class Expected(NamedTuple):
    """The end of a copy, and the outcome of the one image at which the server misbehaves."""

    bucket: str = "copied"
    sent: int | None = 1
    """How often it is sent; None where that is a matter of luck, for the others too, which are else sent once."""
    code: str = ""
    """The code of the reason."""
    refused: int = 0
    """The number of other images that end there, without having been sent."""
    error: type[DestinationError] | None = None
    """The error with which the run ends, if it cannot go on."""
    sentence: Message | None = None
    """Its sentence, where the error can have several."""
    silences: float = 0
    """Seconds that the time-outs and pauses of the program add up to."""
    timeouts: Timeouts = BRISK
    waits: bool = False
    """Whether the person is told that everything waits."""


def refused(sent: int, code: str) -> Expected:
    return Expected("refused", sent, code)


def unusable(error: type[DestinationError], sentence: Message | None = None, silences: float = 0) -> Expected:
    return Expected("pending", 0, error=error, sentence=sentence, silences=silences)


LOST = refused(3, "not_found_after_tries")
FULL = refused(1 + len(SOON), "full")
FORBIDDEN = refused(1, "not_allowed")._replace(error=DestinationError, sentence=Reason("not_allowed"))
LATER = Expected(sent=None, silences=5)

BY_STATUS: dict[int, Expected] = {
    0x0000: Expected(),
    0xB000: Expected("copied_with_remark", 1, "data_changed"),
    0xB006: Expected("copied_with_remark", 1, "data_discarded"),
    0xB007: Expected("copied_with_remark", 1, "data_does_not_match"),
    0xB123: Expected("copied_with_remark", 1, "warning"),
    0x0107: Expected("copied_with_remark", 1, "values_not_recognised"),
    0x0116: Expected("copied_with_remark", 1, "value_out_of_range"),
    **dict.fromkeys((0xA700, 0xA701, 0xA702, 0xA799, 0x0213), FULL),
    **dict.fromkeys((0x0119, 0xA900, 0xA9FF), refused(1, "rejected_content")),
    **dict.fromkeys((0xC000, 0xC123), refused(2, "not_understood")),
    0x0110: refused(2, "failed"),
    **dict.fromkeys((0x0105, 0x0106, 0x0115), refused(1, "value_not_allowed")),
    0x0117: refused(1, "uid_not_allowed"),
    **dict.fromkeys((0x0120, 0x0121), refused(1, "value_missing")),
    **dict.fromkeys((0x0112, 0x0118, 0x0122), refused(1, "type_rejected")),
    **dict.fromkeys((0x0211, 0x0212), refused(1, "store_not_offered")),
    **dict.fromkeys((0x0124, 0x0214), FORBIDDEN),
    **dict.fromkeys((0x0111, 0x0210, 0xFF00, 0xFF01, 0xFE00, 0xFFFA, 0xFFFB), LOST),
}
BY_CONTEXT = {
    1: "type_unwanted",
    2: "type_without_reason",
    3: "sop_class_rejected",
    4: "transfer_syntax_rejected",
}
FAULTS = ("hangs up", "breaks off", "resets", "sends garbage", "answers another message")

EXPECTED: dict[str, Expected] = {
    "refuses connections": unusable(ConnectionRefused),
    "accepts connections and never reads": unusable(PeerTimeout, silences=1),
    "never answers the request": unusable(PeerTimeout, silences=1),
    "answers the request with garbage": unusable(NotDicom),
    "takes PDUs of 7 bytes": unusable(AssociationAborted),
    **{
        f"rejects {of}": unusable(AssociationRejected, status.rejection(*of[1:], "FAULTY", "TESTER"))
        for of in REJECTIONS
    },
    **dict.fromkeys(("rejects for a while, as busy", "rejects for a while, as unknown"), LATER),
    "dies and returns": LATER._replace(timeouts=TWENTIETH, waits=True),
    **{
        f"does not take any: {result}": Expected("refused", 0, code, refused=ALL - 1)
        for result, code in BY_CONTEXT.items()
    },
    "does not take one class": Expected(refused=PER_STUDY),
    "does not take one syntax": Expected(refused=PER_STUDY),
    **{f"{fault} at one": LOST for fault in FAULTS},
    "is silent at one": LOST._replace(silences=3),
    **{f"{fault} for a while": LATER for fault in (*FAULTS, "is silent", "is busy")},
    "breaks off after every 3": LATER,
    "resets in the midst of one": LOST,
    "reads no more in the midst of one": LOST._replace(silences=3),
    **{f"says {code:04X} to one": BY_STATUS[code] for code in STATUSES},
    "answers one late": Expected(timeouts=TWENTIETH, silences=servers.LATE / 20),
    "keeps one and answers another message": Expected(code="found_afterwards"),
    "never answers questions": Expected("unknown", 2, "no_response_no_query", silences=8),
    **dict.fromkeys(
        (
            *("takes PDUs of 12 bytes", "takes PDUs of 4096 bytes", "takes PDUs of 16384 bytes"),
            *("takes PDUs of any length", "does not say which PDUs it takes"),
            *("sends single bytes", "answers in pieces"),
        ),
        Expected(),
    ),
}


def test_every_server_of_the_catalogue_is_tried() -> None:
    assert set(EXPECTED) == set(CATALOGUE)
    assert set(BY_STATUS) == set(STATUSES)


def odd_one(server: str, archive: Archive) -> str:
    return archive.images.large if "in the midst" in server else archive.images.one


@pytest.mark.parametrize("server", CATALOGUE)
def test_every_file_ends_where_it_belongs_and_the_healthy_ones_arrive_once(
    server: str, archive: Archive, tmp_path: Path
) -> None:
    expected = EXPECTED[server]
    with copying(archive, CATALOGUE[server](archive.images), tmp_path, expected.timeouts) as run:
        ends(run, archive, expected, odd_one(server, archive))


def ends(run: Run, archive: Archive, expected: Expected, odd: str) -> None:
    """It ends in time and as it should, and what the manifest says is what the server saw."""
    assert run.job.join(expected.silences + AT_LEISURE), "slower than its time-outs add up to"
    none_is_left_behind()
    assert run.job.finished is not None
    buckets = counted(run.manifest)
    if expected.error:
        error = run.job.finished.error
        assert type(error) is expected.error, error
        assert expected.sentence in (None, error.sentence)
        assert buckets == {"pending": ALL} or (expected.sent and buckets["refused"] == 1)
    else:
        assert run.job.finished.outcome == "done", run.job.finished.error
        assert buckets == Counter(
            [expected.bucket, *["refused"] * expected.refused, *["copied"] * (ALL - 1 - expected.refused)]
        )
    waited = [state for state in run.watcher.states if TRYING_AGAIN in state.waiting.values.values()]
    assert waited or not expected.waits
    found = row(run.manifest, odd)
    assert (found["final_bucket"], found["reason_code"]) == (expected.bucket, expected.code)
    if expected.sent is not None:
        assert found["attempts"] == expected.sent
        assert {times for uid, times in run.pacs.times.items() if uid != odd} <= {1}
    for uid, sha256 in archive.hashes.items():
        found = row(run.manifest, uid)
        if found["final_bucket"].startswith("copied"):
            assert run.pacs.taken[uid] == 1
            assert run.pacs.hashes[uid] == sha256
            assert found["sha256"] == sha256 or (found["sha256"], found["status"]) == (None, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pacs", "silences"),
    [(servers.answers_late("1.2.1.1.2", servers.LATE), 40), (servers.dies_and_returns(7, servers.AWAY), 40)],
    ids=["answers late", "dies and returns"],
)
def test_it_has_the_patience_that_is_promised(pacs: Pacs, silences: float, small: Archive, tmp_path: Path) -> None:
    with copying(small, pacs, tmp_path, DEFAULT_TIMEOUTS) as run:
        ends(run, small, Expected(sent=None, silences=silences), small.images.one)


TAKES_NOTHING = (servers.is_busy, servers.is_silent, servers.hangs_up, servers.answers_another)


@pytest.mark.parametrize(
    ("fault", "often"),
    [(servers.is_busy, 4), (servers.hangs_up, 3), (servers.answers_another, 3), (servers.is_silent, 0)],
)
def test_while_nothing_is_taken_everything_waits_and_no_file_loses_its_place(
    fault: servers.Fault, often: int, small: Archive, tmp_path: Path
) -> None:
    """However often a file is tried in vain: where others pass, so many tries would be enough."""
    pacs = servers.for_a_while(1_000_000, fault)
    with copying(small, pacs, tmp_path, IMPATIENT, pauses=(0.12,)) as run:
        run.wait_for(lambda: run.says_why_it_waits and max(pacs.times.values()) > often)
        assert "refused" not in counted(run.manifest)
        pacs.take = lambda peer, uid, times: 0
        ends(run, small, Expected(sent=None, silences=5), small.images.one)


# Stopping

PROMISED = 2.0
"""Seconds within which a stop takes effect."""


@pytest.mark.parametrize("server", [name for name in CATALOGUE if not name.startswith(("says", "rejects ("))])
def test_it_stops_at_once_whatever_the_server_does(server: str, archive: Archive, tmp_path: Path) -> None:
    with copying(archive, CATALOGUE[server](archive.images), tmp_path, DEFAULT_TIMEOUTS) as run:
        run.wait_for(lambda: run.pacs.server.reached or not run.job.running)
        stops(run, archive)


@pytest.mark.parametrize(
    "pacs",
    [
        *(servers.for_a_while(1_000_000, fault) for fault in TAKES_NOTHING),
        servers.dies_and_returns(7, 1_000_000),
        servers.rejects_for_a_while(7, 1_000_000, 1, 1, 3),
    ],
    ids=[*(fault.__name__ for fault in TAKES_NOTHING), "dies", "rejects"],
)
def test_it_stops_at_once_while_it_waits(pacs: Pacs, small: Archive, tmp_path: Path) -> None:
    with copying(small, pacs, tmp_path, IMPATIENT, pauses=(60.0,)) as run:
        run.wait_for(lambda: run.says_why_it_waits)
        stops(run, small)
        assert run.job.finished is not None
        assert run.job.finished.outcome == "stopped"


def stops(run: Run, archive: Archive) -> None:
    """Ask it to stop: it does, at once, and counts nothing as copied that the server has not taken."""
    run.job.control.stop()
    assert run.job.join(PROMISED), "it goes on"
    none_is_left_behind()
    assert run.job.finished is not None
    buckets = counted(run.manifest)
    assert run.manifest.value("SELECT outcome FROM run ORDER BY id DESC") == run.job.finished.outcome
    if run.job.finished.outcome != "stopped":  # it had come to its end
        assert run.job.finished.error or not buckets.keys() & {"pending", "unknown"}
    for uid in archive.hashes:
        found = row(run.manifest, uid)
        assert not found["final_bucket"].startswith("copied") or run.pacs.taken[uid] == 1
