"""Queries a PACS over one association after another: a lost association is opened again, and its query repeated."""

from __future__ import annotations

import time
from typing import Callable, Sequence

from wizard.dicom.destination import Destination
from wizard.dicom.find import Found, Query
from wizard.engine.events import TRYING_AGAIN
from wizard.engine.job import Control
from wizard.errors import (
    AssociationAborted,
    AssociationRejected,
    DestinationError,
    NameNotResolved,
    PeerTimeout,
    Unreachable,
)
from wizard.language.message import Message, together

_LONGEST_LIST = 50  # UIDs; about 3 kB, well below what PACS are known to stumble over
_MOST_LOSSES = 3  # associations in a row that ended without an answer
_MOST_TIMES = 2  # the same query
_LONGEST_PAUSE = 60.0  # seconds


class QuerySession:
    """The queries of one thread to a PACS.

    Parameters
    ----------
    seconds : float
        The time without an answer, for an association and for each query.
    tell : callable
        Called with the reason, as a sentence, while the PACS is waited for.

    Attributes
    ----------
    patience : float
        The seconds for which a PACS that is away is waited for.
    longest : int
        The number of UIDs in a list that it answered well so far; `StudyQueries` learns it.
    fruitless : int
        The number of series, one after the other, of which it answered no list well; `StudyQueries` counts them.
    """

    def __init__(
        self,
        destination: Destination,
        control: Control,
        seconds: float = 30,
        tell: Callable[[Message], None] = lambda sentence: None,
    ) -> None:
        self._destination, self._control, self._seconds, self._tell = destination, control, seconds, tell
        self._query: Query | None = None
        self._losses = 0
        self.patience = 0.0
        self.longest = _LONGEST_LIST
        self.fruitless = 0

    def __enter__(self) -> QuerySession:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def find(self, level: str, keys: dict[str, str], wanted: Sequence[str], most: int = 1000) -> Found | None:
        """As `Query.find`; None when the association was lost over this query and over its repetition.

        Raises
        ------
        DestinationError
            It cannot be queried, or several associations in a row were lost without an answer.
        Stopped
        """
        away, pauses = time.monotonic(), 0
        times = 0
        while times < _MOST_TIMES:
            if self._query is None:
                self._query = Query(self._destination, seconds=self._seconds)
            try:
                with self._control.closing(self._query.kill):
                    found = self._query.find(level, keys, wanted, most)
            except (AssociationAborted, PeerTimeout):
                self.close()
                times += 1
                self._losses += 1
                if self._losses >= _MOST_LOSSES:
                    raise
            except (NameNotResolved, Unreachable, AssociationRejected) as error:
                self._query = None
                pauses += 1
                if time.monotonic() - away >= self.patience:
                    raise
                self._wait(error, min(_LONGEST_PAUSE, 0.5 * 2**pauses))
            except DestinationError:
                self.close()
                raise
            else:
                self._losses = 0
                return found
        return None

    def close(self) -> None:
        """Release the association; after a stop, without waiting for it."""
        query, self._query = self._query, None
        if query is not None:
            with self._control.closing(query.kill):
                query.close()

    def _wait(self, error: DestinationError, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._tell(together(error.sentence, TRYING_AGAIN))
            self._control.wait(0.1)
