"""Estimate the speed of copying, and the time that is left.

The speed is that of the last ten seconds of work. The time left follows from the last minute of work, moves towards
the measured value instead of jumping there, and is given no finer than it can be known. Time in which nothing is
supposed to happen, in a pause or while the destination is away, counts for neither.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from wizard.engine.events import Progress

NOW = 10.0  # seconds of work that the speed is measured over
LATELY = 60.0  # seconds of work that the time left is computed from
KNOWN_AFTER = 5.0  # seconds of work before there is an estimate of the time left
_APART = 0.25  # seconds between two samples that are kept
_MINUTE, _HOUR = 60, 3600


class _Sample(NamedTuple):
    worked: float
    items: int
    bytes_done: int


class Speed:
    """The speed and the time left, from the snapshots of a running step."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque()
        self._last: Progress | None = None
        self._end: float | None = None  # the end of the step, in seconds of work
        self._shown: float | None = None

    def add(self, progress: Progress, idle: bool = False) -> None:
        """Add a snapshot. `idle`: since the last one nothing was supposed to happen."""
        last = self._last
        if last is not None and progress.seconds <= last.seconds:
            return
        self._last = progress
        if last is None:
            self._samples.append(_Sample(0.0, 0, 0))
        elif not idle:
            passed = progress.seconds - last.seconds
            before = self._samples[-1]
            self._keep(
                _Sample(
                    before.worked + passed,
                    before.items + progress.done - last.done,
                    before.bytes_done + progress.bytes_done - last.bytes_done,
                )
            )
            self._predict(progress, passed)

    @property
    def items_per_second(self) -> float:
        """Items per second."""
        return self._rate(1, NOW)

    @property
    def bytes_per_second(self) -> float:
        """Bytes per second."""
        return self._rate(2, NOW)

    @property
    def left(self) -> float | None:
        """Seconds of work to the end, rounded to what can be known; None as long as there is no estimate."""
        return self._shown

    def _keep(self, sample: _Sample) -> None:
        samples = self._samples
        if len(samples) > 1 and sample.worked - samples[-2].worked < _APART:
            samples.pop()
        samples.append(sample)
        while len(samples) > 2 and sample.worked - samples[1].worked >= LATELY:
            samples.popleft()

    def _predict(self, progress: Progress, passed: float) -> None:
        measured = self._measured(progress)
        worked = self._samples[-1].worked
        if measured is None or worked < KNOWN_AFTER:
            return
        if self._end is None:
            self._end = worked + measured
        slowly = max(NOW, (self._end - worked) / 4)  # seconds in which most of a change is taken over
        self._end += (worked + measured - self._end) * min(1.0, passed / slowly)
        left = max(0.0, self._end - worked)
        step = _step(left)
        if (
            self._shown is None or abs(left - self._shown) > 0.75 * step
        ):  # so that it does not change to and fro between two numbers
            self._shown = float(step * round(left / step))

    def _measured(self, progress: Progress) -> float | None:
        """Seconds to the end at the speed of the last minute; by the count or by the bytes, whichever takes longer."""
        image_rate, byte_rate = self._rate(1, LATELY), self._rate(2, LATELY)
        times = []
        if byte_rate > 0 and progress.bytes_total:
            times.append(max(0, progress.bytes_total - progress.bytes_done) / byte_rate)
        if image_rate > 0 and progress.total is not None:
            times.append(max(0, progress.total - progress.done) / image_rate)
        return max(times, default=None)

    def _rate(self, column: int, over: float) -> float:
        """Compute the rate per second of work, over the last `over` seconds of it."""
        if len(self._samples) < 2:
            return 0.0
        last = self._samples[-1]
        first = next(one for one in self._samples if last.worked - one.worked <= over or one is self._samples[-2])
        return (last[column] - first[column]) / (last.worked - first.worked)


def _step(seconds: float) -> int:
    """Give the step to which a time to come is rounded."""
    if seconds < 10 * _MINUTE:
        return _MINUTE
    if seconds < _HOUR:
        return 5 * _MINUTE
    return 15 * _MINUTE if seconds < 5 * _HOUR else _HOUR
