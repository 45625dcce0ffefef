"""The hours of the day in which copying may run, in the local time of this computer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from wizard.errors import UsageError
from wizard.language.message import Message, Private

_FORM = re.compile(r"\s*(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*", re.ASCII)
_MINUTE = 60  # seconds


@dataclass(frozen=True)
class Hours:
    """From `begin` on, and before `end`; past midnight where `end` is the earlier one.

    Raises
    ------
    UsageError
        Both are the same.
    """

    begin: time
    end: time

    def __post_init__(self) -> None:
        if self.begin == self.end:
            raise UsageError(
                Message(
                    "The time window begins and ends at the same time. To copy at any time, specify no time window."
                )
            )

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read "19:00-06:00".

        Raises
        ------
        UsageError
            It is something else.
        """
        found = _FORM.fullmatch(text)
        try:
            if found is None:
                raise ValueError("not two times")
            hour, minute, end_hour, end_minute = map(int, found.groups())
            begin, end = time(hour, minute), time(end_hour, end_minute)
        except ValueError as error:
            raise UsageError(
                Message(
                    "“{text}” is not a time window. Enter two times, for example 19:00-06:00. Midnight is 00:00.",
                    text=Private(text),
                ),
                str(error),
            ) from error
        return cls(begin, end)

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def open_at(self, moment: datetime) -> bool:
        """Whether copying may run at this moment, as the clock on the wall shows it."""
        now = moment.time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def seconds_until_open(self, moment: datetime) -> float:
        """The real seconds until copying may run; 0 if it may.

        The clock is checked minute by minute, so that the nights in which it is put forward or back need no rules
        of their own: hours that are left out in such a night come on the next day.
        """
        if self.open_at(moment):
            return 0.0
        start = moment.timestamp()
        minute = start - start % _MINUTE + _MINUTE
        while not self.open_at(datetime.fromtimestamp(minute, moment.tzinfo)):
            minute += _MINUTE
        return minute - start
