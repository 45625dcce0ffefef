"""How many associations at a time: more while that really makes it faster, fewer when the destination slows down,
says that it is out of resources, or takes no more of them.

Twice as many are tried at first, later one more now and then: what helps is seen early, what does not costs little.
"""

from __future__ import annotations

MOST = 8  # unless the person asks for more
_RISES = 0.1  # a rise by a tenth is worth more associations; and, where there are many,
_SHARE = 0.3  # of what one of them brings
_CLEAR = 1.3  # so much faster is believed at once; less only when it lasts
_LASTS = 4  # measurements
_FALLS = 0.7  # of the usual rate, twice in a row: the destination slows down
_LONG, _SHORT = 0.5, 0.1  # seconds of one measurement; the short one when much happens in it
_MUCH = 64  # files
_A_FILE = 64 * 1024  # bytes that one file more is worth: each costs a question and an answer
_MEMORY = 10  # measurements that make the usual rate
_HOLD, _LONGEST_HOLD = 7.5, 240.0  # seconds before the next try, doubled each time that nothing was won


class Concurrency:
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
        self._twice = True  # nothing was tried in vain so far
        self._hold = _HOLD
        self._try_after = 0.0
        self._begun: tuple[float, float, int] | None = None
        self._usual = 0.0  # rate
        self._seen = self._slow = 0  # measurements of it, and of much less in a row
        self._before = 0  # how many there were before the try that is under way
        self._tried: list[float] = []  # its measurements

    @property
    def wanted(self) -> int:
        """How many there should be now."""
        return min(self._wished or self._wanted, self._ceiling)

    def wish(self, wished: int) -> None:
        """The person may have changed the number; left to this class again, it goes on from there."""
        if wished != self._wished:
            self._wished = wished
            self._wanted = min(wished, MOST) or self._wanted
            self._anew()

    def interrupted(self) -> None:
        """Nothing moves now, for a reason that says nothing about speed: measure anew."""
        self._begun = None

    def crowded(self, now: float, at_work: int) -> None:
        """The destination takes no more than those at work, or is out of resources."""
        self._ceiling = max(1, at_work)
        self._wanted = min(self._wanted, self._ceiling)
        self._anew()
        self._give_up(now)

    def look(self, now: float, octets: int, files: int) -> int:
        """Measure; returns `wanted`. `octets` and `files` only grow."""
        if now >= self._try_after:
            self._ceiling = 2 * MOST
        if self._begun is None:
            self._begun = (now, octets, files)
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
        if self._before:
            self._judge_try(now, rate)
        elif self._seen and rate < _FALLS * self._usual:
            self._slow += 1
            if self._slow >= 2:
                self._wanted = max(1, self._wanted - 1)
                self._anew()
                self._give_up(now)
            return
        else:
            self._slow = 0
            self._seen = min(_MEMORY, self._seen + 1)
            self._usual += (rate - self._usual) / self._seen
        if not self._before and now >= self._try_after and self._wanted < MOST:
            self._before, self._tried = self._wanted, []
            self._wanted = min(MOST, self._wanted * 2 if self._twice else self._wanted + 1)
            self._begun = None

    def _judge_try(self, now: float, rate: float) -> None:
        """Keep those that are tried once they bring enough, or go back."""
        self._tried.append(rate)
        rate = sum(self._tried) / len(self._tried)
        lasted = len(self._tried) == _LASTS
        worth = min(_RISES, _SHARE * (self._wanted - self._before) / self._before)
        if rate >= _CLEAR * self._usual or (lasted and rate >= (1 + worth) * self._usual):
            self._hold = _HOLD
            self._usual, self._seen, self._before = rate, len(self._tried), 0
        elif lasted:
            self._wanted, self._before, self._begun = self._before, 0, None
            self._give_up(now)

    def _anew(self) -> None:
        """Whatever was measured holds no longer."""
        self._usual = 0.0
        self._seen = self._slow = self._before = 0
        self._begun = None

    def _give_up(self, now: float) -> None:
        """No more for a while; longer each time, where it is not the same trouble still."""
        self._twice = False
        if now >= self._try_after:
            self._hold = min(_LONGEST_HOLD, self._hold * 2)
        self._try_after = now + self._hold
