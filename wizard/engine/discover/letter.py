"""Write the texts for the PACS administrator, with what to set up there, in every language.

They are plain text with columns, made to be sent: `letter_texts` has their sentences.
"""

from __future__ import annotations

from itertools import groupby
from typing import Dict, Iterable, NamedTuple, Sequence, Union

from wizard.dicom import find, kinds
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import computer
from wizard.engine.discover import letter_texts as texts
from wizard.language import LANGUAGES, Language, language, now
from wizard.language.message import Message, Private

COMMITMENT_PORT = 11112
"""The usual port of this computer to which reports of storage commitment are delivered."""

Letter = Dict[str, str]
"""The text in each language, by its code. The first is the one in use."""

Cell = Union[Message, str]


class Table(NamedTuple):
    """Rows of cells; the cells of a column begin below one another."""

    rows: Sequence[Sequence[Cell]]


class KindList(NamedTuple):
    """Image types, each with its formats below it."""

    kinds: Sequence[PresentationKind]


Part = Union[Message, Table, KindList]


def connection(destination: Destination, source_kinds: Sequence[PresentationKind] = ()) -> Letter:
    """Write the set-up for storing and queries; it lists the kinds of images of the source, if it was read.

    It may wait for a lookup of the name of the destination.
    """
    port = texts.encrypted_port if destination.tls else texts.tcp_port
    parts: list[Part] = [
        texts.CONNECTION,
        texts.copying_to(destination.called_ae, destination.address),
        Table(
            [
                (texts.THEIR_AE, destination.called_ae),
                *_this_computer(destination),
                (texts.THEIR_PORT, port(str(destination.port))),
            ]
        ),
        Table(
            [
                (texts.TEST, "C-ECHO", f"Verification ({find.ECHO})"),
                (texts.STORE, "C-STORE", texts.CLASSES_BELOW),
                (texts.QUERY, "C-FIND", _queries(destination)),
            ]
        ),
        texts.FROM_HERE,
    ]
    if source_kinds:
        parts += [texts.KINDS, KindList(source_kinds)]
    else:
        parts.append(texts.NOT_READ)
    return _letter(parts)


def commitment(destination: Destination, port: int = COMMITMENT_PORT) -> Letter:
    """Write the set-up for storage commitment; `port` is that of this computer. It may wait as `connection` does."""
    return _letter(
        [
            texts.COMMITMENT,
            texts.committing(destination.called_ae, destination.address),
            Table([*_this_computer(destination), (texts.OUR_PORT, texts.tcp_port(str(port)))]),
            texts.REPORTS,
        ]
    )


def _this_computer(destination: Destination) -> list[tuple[Cell, Cell]]:
    """Return the rows about this computer; where the way to the destination is not known, with all of its addresses."""
    addresses: Cell = Private(", ".join(computer.towards(destination)))
    if not addresses:
        all_of_them = ", ".join(computer.addresses())
        addresses = texts.one_of(all_of_them) if all_of_them else texts.UNKNOWN
    return [
        (texts.OUR_AE, destination.calling_ae),
        (texts.COMPUTER, Private(computer.name())),
        (texts.ADDRESS, addresses),
    ]


def _queries(destination: Destination) -> Cell:
    model, asked = f"Study Root ({find.FIND})", destination.queried
    if destination.is_same_pacs(asked):
        return model
    return texts.queried_at(model, asked.called_ae, asked.address)


def _letter(parts: Sequence[Part]) -> Letter:
    """Write the parts in every language, with an empty line between two of them."""
    codes = sorted(LANGUAGES, key=lambda code: code != now())
    return {code: "\n\n".join(_written(part, language(code)) for part in parts) + "\n" for code in codes}


def _written(part: Part, spoken: Language) -> str:
    """Write one part; a paragraph is one line, which breaks where the reader's window ends."""
    if isinstance(part, Message):
        return spoken.render(part)
    return "\n".join(_rows(part, spoken) if isinstance(part, Table) else _list(part))


def _rows(table: Table, spoken: Language) -> Iterable[str]:
    rows = [[spoken.render(cell) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()


def _list(part: KindList) -> Iterable[str]:
    for sop_class, of_class in groupby(sorted(part.kinds), key=lambda kind: kind[0]):
        yield f"  {_named(sop_class)}"
        yield from (f"      {_named(syntax)}" for _, syntax in of_class)


def _named(uid: str) -> str:
    name = kinds.name(uid)
    return uid if name == uid else f"{name} ({uid})"
