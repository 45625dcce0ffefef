"""Decides the number of simultaneous associations: more while that makes copying faster, fewer when the destination
slows down, says that it is out of resources, or accepts no more of them.

Twice as many are tried at first, later one more now and then: a gain is seen early, and a failed try costs little.
"""

from __future__ import annotations

MOST = 8  # unless the copy settings say more
_RISES = 0.1  # a rise by a tenth is worth more associations; and, where there are many,
_SHARE = 0.3  # of what one of them brings
_CLEAR = 1.3  # so much faster is believed at once; less only when it lasts
_LASTS = 4  # measurements
_FALLS = 0.7  # of the usual rate, twice in a row: the destination slows down
_LONG, _SHORT = 0.5, 0.1  # seconds of one measurement; the short one when much happens in it
_MUCH = 64  # files
_A_FILE = 64 * 1024  # bytes that one file more is worth: each costs a request and an answer
_MEMORY = 10  # measurements that make the usual rate
_HOLD, _LONGEST_HOLD = 7.5, 240.0  # seconds before the next try, doubled each time that nothing was won


class Concurrency:
    """Decides how many associations are at work. One thread asks, with the time and the work done so far.

    Parameters
    ----------
    setting : int
        The number in the copy settings; 0 leaves it to this class.
    """

    def __init__(self, setting: int = 0) -> None:
        self._setting = setting
        self._wanted = 1
        self._ceiling = 2 * MOST  # lower for a while, once the destination accepted no more
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
        """The number of associations that there should be now."""
        return min(self._setting or self._wanted, self._ceiling)

    def apply_setting(self, setting: int) -> None:
        """Take the number of the copy settings. Where it is 0 again, this class continues from the last number."""
        if setting != self._setting:
            self._setting = setting
            self._wanted = min(setting, MOST) or self._wanted
            self._restart()

    def interrupted(self) -> None:
        """Begin a new measurement: nothing moves now, for a reason that says nothing about speed."""
        self._begun = None

    def limit_reached(self, now: float, at_work: int) -> None:
        """Lower the ceiling: the destination accepts no more than `at_work`, or is out of resources."""
        self._ceiling = max(1, at_work)
        self._wanted = min(self._wanted, self._ceiling)
        self._restart()
        self._hold_back(now)

    def measure(self, now: float, bytes_sent: int, files: int) -> int:
        """Measure the rate; returns `wanted`. `bytes_sent` and `files` only grow."""
        if now >= self._try_after:
            self._ceiling = 2 * MOST
        if self._begun is None:
            self._begun = (now, bytes_sent, files)
            return self.wanted
        began, bytes_then, files_then = self._begun
        done, seconds = files - files_then, now - began
        if seconds < _SHORT or (seconds < _LONG and done < _MUCH):
            return self.wanted
        rate = (bytes_sent - bytes_then + _A_FILE * done) / seconds
        self._begun = (now, bytes_sent, files)
        if not self._setting and rate:
            self._judge(now, rate)
        return self.wanted

    def _judge(self, now: float, rate: float) -> None:
        if self._before:
            self._judge_try(now, rate)
        elif self._seen and rate < _FALLS * self._usual:
            self._slow += 1
            if self._slow >= 2:
                self._wanted = max(1, self._wanted - 1)
                self._restart()
                self._hold_back(now)
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
        """Keep the associations of a try once they bring enough, or go back."""
        self._tried.append(rate)
        rate = sum(self._tried) / len(self._tried)
        lasted = len(self._tried) == _LASTS
        worth = min(_RISES, _SHARE * (self._wanted - self._before) / self._before)
        if rate >= _CLEAR * self._usual or (lasted and rate >= (1 + worth) * self._usual):
            self._hold = _HOLD
            self._usual, self._seen, self._before = rate, len(self._tried), 0
        elif lasted:
            self._wanted, self._before, self._begun = self._before, 0, None
            self._hold_back(now)

    def _restart(self) -> None:
        """Forget all measurements."""
        self._usual = 0.0
        self._seen = self._slow = self._before = 0
        self._begun = None

    def _hold_back(self, now: float) -> None:
        """Try no more for a while; a longer while each time, unless the last one has not passed yet."""
        self._twice = False
        if now >= self._try_after:
            self._hold = min(_LONGEST_HOLD, self._hold * 2)
        self._try_after = now + self._hold
