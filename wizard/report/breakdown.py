"""Write the sections of the report that make gaps visible: by modality, by year, and the speed over time."""

from __future__ import annotations

from typing import Iterator, Sequence

from wizard.language.message import Duration, Message, Size
from wizard.manifest import proof, speed
from wizard.manifest.manifest import Manifest
from wizard.report import charts, values
from wizard.report.markup import NO_HEADING, Content, Markup, cut, element, foreign, note, paragraphs, table

_YEARS = 80  # of a chart; a date far away is a typing error, and is in the table
RUNS_LISTED = 200

_LEGEND = (
    (Message("found"), charts.FOUND),
    (Message("not found"), charts.MISSING),
    (Message("not checked"), charts.NOT_CHECKED),
)


def by_kind_and_year(manifest: Manifest) -> Iterator[str]:
    """Count the images to copy and those that the new PACS confirmed, by modality and by year of the study date."""
    years = proof.by_year(manifest)
    if not years:
        yield paragraphs(Message("No image with a usable UID was selected for copying."))
        return
    yield paragraphs(Message("Images to copy, and how many of them the new PACS confirmed."))
    yield from _parts(Message("Modality"), Message("no modality"), proof.by_modality(manifest))
    yield element("h3", Message("By year of the study date")) + "\n"
    yield _chart(years)
    yield from _parts(Message("Year"), Message("no date"), years)


def _parts(heading: Message, none: Message, parts: Sequence[proof.Part]) -> Iterator[str]:
    most = max(part.expected for part in parts)
    columns = (
        *((heading, "s"), (NO_HEADING, "bar"), (Message("Studies"), "n"), (Message("To copy"), "n")),
        *((Message("Found"), "n"), (Message("Not found"), "n"), (Message("Not checked"), "n")),
    )
    rows: Iterator[Sequence[Content]] = (
        (
            foreign(part.name) or none,
            Markup(f'<i style="width:{100 * part.expected / most:.1f}%"></i>'),
            *(part.studies, part.expected, part.found, part.missing, part.not_checked),
        )
        for part in parts
    )
    return table(columns, rows)


def _chart(years: Sequence[proof.Part]) -> str:
    """Draw a column for each year from the first to the last one, also for years without images."""
    known = {int(part.name): part for part in years if part.name.isdecimal()}
    if not known:
        return ""
    last = max(known)
    shown = range(max(min(known), last - _YEARS + 1), last + 1)
    empty = proof.Part("", 0, 0, 0, 0)
    bars = []
    for year in shown:
        part = known.get(year, empty)
        parts = ((part.found, charts.FOUND), (part.missing, charts.MISSING), (part.not_checked, charts.NOT_CHECKED))
        bars.append(charts.Bar(str(year), parts))
    most = int(max(bar.height for bar in bars))
    about = Message(
        "Images to copy by year, {first} to {last}; the table below has the numbers.",
        first=str(shown[0]),
        last=str(last),
    )
    earlier = sum(part.expected for year, part in known.items() if year < shown[0])
    peak = Message("peak: {n} image", "peak: {n} images", n=most)
    return charts.columns(about, bars, peak, _LEGEND) + (
        note(
            Message(
                "{n} image from earlier years appears only in the table.",
                "{n} images from earlier years appear only in the table.",
                n=earlier,
            )
        )
        if earlier
        else ""
    )


def speed_over_time(manifest: Manifest) -> Iterator[str]:
    """Show the speed of each run, and over time."""
    runs = speed.runs(manifest)
    slots = speed.slots(manifest)
    if not slots:
        yield paragraphs(Message("No image was sent."))
        return
    top = max(slot.bytes / slot.seconds for slot in slots)
    bars = [
        charts.Bar(
            values.day_of(slot.began) if slot.first else "",
            ((slot.bytes / slot.seconds, charts.NEUTRAL),),
            marked=slot.first and position > 0,
        )
        for position, slot in enumerate(slots)
    ]
    length = Duration(max(slot.seconds for slot in slots))
    if len(runs) > 1:
        yield paragraphs(
            Message(
                "Only time spent copying is shown; each column covers {time}. A line marks the start of a new run.",
                time=length,
            )
        )
    else:
        yield paragraphs(Message("Only time spent copying is shown; each column covers {time}.", time=length))
    peak = _rate(top)
    about = Message("Speed over time, at most {speed}.", speed=peak)
    yield charts.columns(about, bars, Message("peak: {speed}", speed=peak))
    columns = (
        *((Message("Start"), "s"), (Message("End"), "s"), (Message("Duration"), "s")),
        *((Message("Responses"), "n"), (Message("Data"), "n"), (Message("Average"), "n")),
    )
    rows: Iterator[Sequence[Content]] = (
        (
            values.moment(run.began),
            values.moment(run.ended) or Message("end not recorded"),
            "" if run.seconds is None else Message("{time}", time=Duration(run.seconds)),
            run.answers,
            Message("{size}", size=Size(run.bytes)),
            _rate(run.bytes / run.seconds) if run.seconds else "",
        )
        for run in runs[:RUNS_LISTED]
    )
    yield from table(columns, rows)
    yield cut(RUNS_LISTED, len(runs))


def _rate(bytes_per_second: float) -> Message:
    return Message("{size}/s", size=Size(round(bytes_per_second)))
