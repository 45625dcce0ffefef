"""How many associations at a time: one more while that really makes it faster, one less when the destination slows
down, says that it is out of resources, or takes no more of them."""

from __future__ import annotations

MOST = 8  # unless the person asks for more
_RISES = 0.1  # a rise by a tenth is worth another association; and, where there are many,
_SHARE = 0.3  # of what one of them brings
_FALLS = 0.7  # of the best rate, twice in a row: the destination slows down
_LONG, _SHORT = 0.5, 0.1  # seconds of one measurement; the short one when much happens in it
_MUCH = 64  # files
_SETTLE = 0.1  # of a measurement's time, after a change, that is not counted
_A_FILE = 64 * 1024  # bytes that one file more is worth: each costs a question and an answer
_HOLD, _LONGEST_HOLD = 15.0, 240.0  # seconds before the next try


class Crew:
    """Decides how many are at work. Asked by one thread, with the time and with what has been done so far.

    Parameters
    ----------
    wished : int
        The person's number; 0 leaves it to this class.
    """

    def __init__(self, wished: int = 0) -> None:
        self._wished = wished
        self._wanted = 1
        self._ceiling = 2 * MOST  # lower for a while, once the destination took no more
        self._hold = _HOLD
        self._trying = False
        self._slow = 0
        self._best = 0.0
        self._try_after = 0.0
        self._begun: tuple[float, float, int] | None = None

    @property
    def wanted(self) -> int:
        """How many there should be now."""
        return min(self._wished or self._wanted, self._ceiling)

    def wish(self, wished: int) -> None:
        """The person has changed the number."""
        self._wished = wished

    def interrupted(self) -> None:
        """Nothing moves now, for a reason that says nothing about speed: measure anew."""
        self._begun = None

    def crowded(self, now: float, at_work: int) -> None:
        """The destination takes no more than those at work, or is out of resources."""
        self._ceiling = max(1, at_work)
        self._wanted = min(self._wanted, self._ceiling)
        self._give_up(now)

    def look(self, now: float, octets: int, files: int) -> int:
        """Measure; returns `wanted`. `octets` and `files` only grow."""
        if now >= self._try_after:
            self._ceiling = 2 * MOST
        if self._begun is None:
            self._begun = (now + _LONG * _SETTLE, octets, files)
            return self.wanted
        began, octets_then, files_then = self._begun
        done, seconds = files - files_then, now - began
        if seconds < _SHORT or (seconds < _LONG and done < _MUCH):
            return self.wanted
        rate = (octets - octets_then + _A_FILE * done) / seconds
        self._begun = (now, octets, files)
        if not self._wished and rate:
            self._judge(now, rate)
        return self.wanted

    def _judge(self, now: float, rate: float) -> None:
        if self._trying:
            self._trying = False
            if rate < self._best * (1 + min(_RISES, _SHARE / (self._wanted - 1))):
                self._wanted -= 1
                self._give_up(now)
                return
            self._hold = _HOLD
            self._best = rate
        elif rate < self._best * _FALLS:
            self._slow += 1
            if self._slow >= 2:
                self._wanted = max(1, self._wanted - 1)
                self._best = rate
                self._give_up(now)
            return
        self._slow = 0
        self._best = rate if self._best == 0 else max(rate, 0.9 * self._best + 0.1 * rate)
        if now >= self._try_after and self._wanted < MOST:
            self._best = rate
            self._wanted += 1
            self._trying = True
            self._begun = None

    def _give_up(self, now: float) -> None:
        """No more for a while; longer each time."""
        self._trying, self._slow, self._begun = False, 0, None
        self._try_after = now + self._hold
        self._hold = min(_LONGEST_HOLD, self._hold * 2)
