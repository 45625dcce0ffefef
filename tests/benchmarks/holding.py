"""Archives that hold many images when they are asked: Orthanc and `dcmqrscp`, filled by this program's copy step.

`dcmqrscp` 3.6.7 holds at most 500 studies of 1 GiB each, whatever its configuration says, and deletes the oldest for
those that come after. Its index has a record of 8 032 bytes for each image, and it reads all of them for each image
that it is sent, and again for each question. It stores the slower the more it has (16 s for 2 000 images, 8 minutes for
10 000), and two associations that store at once lose records. So it is filled over one association, a tenth of the
studies into each of ten archives of its own, and their indexes are put together into one: the same, record by record,
but for the names of the files, that it writes itself.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Callable, ContextManager, NamedTuple, Sequence

from tests.benchmarks import senders
from tests.benchmarks.files import Archive
from tests.peers import servers
from wizard.dicom.destination import Destination
from wizard.manifest import proof, tree
from wizard.manifest.manifest import Manifest

_TENTHS = tuple(f"TENTH{number}" for number in range(10))
# index.dat: a version, what it counts of each study, and a record for each image.
_VERSION, _STUDIES, _STUDY, _RECORD = 6, 500, 88, 8032


class Holder(NamedTuple):
    """`open` starts it on the folder in which `fill` copied an archive, whose manifest is then as after copying.

    `fill` returns the manifest as it was when the first part was copied and nothing else was ticked: the part of a
    slow holder is a tenth, else it is everything.
    """

    name: str
    open: Callable[[Path], ContextManager[Destination]]
    fill: Callable[[Path, Archive], Path]


def _fill_orthanc(folder: Path, archive: Archive) -> Path:
    with servers.orthanc(folder) as destination:
        _copy(archive, [destination], "auto")
    return archive.manifest


def _fill_dcmqrscp(folder: Path, archive: Archive) -> Path:
    with servers.dcmqrscp(folder, *_TENTHS) as destination:
        first = _copy(archive, [replace(destination, called_ae=title) for title in _TENTHS], "1")
    _join([folder / title / "index.dat" for title in _TENTHS], folder / "archive" / "index.dat", archive.count)
    return first


ORTHANC = Holder("Orthanc", servers.orthanc, _fill_orthanc)
DCMQRSCP = Holder("dcmqrscp", servers.dcmqrscp, _fill_dcmqrscp)


def _copy(archive: Archive, parts: Sequence[Destination], associations: str) -> Path:
    """Read an archive and copy it, an equal number of studies to each; returns the manifest of the first part."""
    senders.read(archive)
    first = archive.manifest.with_name("first.sqlite")
    with Manifest(archive.manifest) as manifest:
        studies = [one.study for one in proof.studies(manifest)]
        tree.tick_all(manifest, False)
    count = len(studies) // len(parts)
    for number, destination in enumerate(parts):
        with Manifest(archive.manifest) as manifest:
            manifest.put(destination=asdict(destination))
            for study in studies[number * count : (number + 1) * count]:
                tree.tick(manifest, "study", study, True)
        senders.wizard("copy", "--manifest", archive.manifest, "--associations", associations)
        if number == 0:
            shutil.copy(archive.manifest, first)
    return first


def _join(parts: Sequence[Path], whole: Path, images: int) -> None:
    contents = [part.read_bytes() for part in parts]
    head = _VERSION + _STUDIES * _STUDY
    rows = [content[at : at + _STUDY] for content in contents for at in range(_VERSION, head, _STUDY)]
    studies = b"".join(row for row in rows if any(row))
    with whole.open("wb") as file:
        file.write(contents[0][:_VERSION] + studies.ljust(_STUDIES * _STUDY, b"\0"))
        file.writelines(content[head:] for content in contents)
    assert whole.stat().st_size == head + images * _RECORD, "dcmqrscp does not hold all images"
