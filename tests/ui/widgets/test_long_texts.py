"""A text of 64 kB in the window: a row, a paragraph, a notice and a label show its beginning, and nothing freezes."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.language.timing import LONG, PIECES, assert_linear, repeated
from tests.ui.person import Person
from wizard.errors import WizardError
from wizard.language.message import Foreign, Message, Private
from wizard.reasons import Reason, earlier
from wizard.ui.copy import texts as copy_texts
from wizard.ui.widgets.labels import Notice, WrappedLabel
from wizard.ui.widgets.lists import Listing, Paragraph, Paragraphs
from wizard.ui.widgets.widths import Column

pytestmark = pytest.mark.screen

pieces = pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
MOST_SHOWN = 8192
"""Characters: more of one text is for nobody to read."""


def sentence(text: str) -> Message:
    return Message("The folder {folder} cannot be opened: {why}.", folder=Private(text), why=Foreign(text))


@pieces
def test_a_row_of_a_list(open_window: Callable[..., Person], piece: str) -> None:
    person = open_window()
    columns = [Column("a", Message("{text}", text="A"), 100), Column("b", Message("{text}", text="B"), 100)]
    listing = Listing(person.window.frame.body, person.window.theme, "sample", columns)
    listing.place(x=0, y=0, width=300, height=200)

    def fill(text: str) -> None:
        listing.fill([(Private(text), sentence(text)), (earlier(text), text)])
        listing.update()

    assert_linear(fill, piece)
    shown = [str(value) for row in listing.rows.get_children() for value in listing.rows.item(row, "values")]
    assert max(map(len, shown)) <= MOST_SHOWN


@pieces
def test_paragraphs_with_the_details_of_a_file(open_window: Callable[..., Person], piece: str) -> None:
    person = open_window()
    paragraphs = Paragraphs(person.window.frame.body, person.window.theme, "sample", 8)
    paragraphs.place(x=0, y=0, width=300, height=200)

    def fill(text: str) -> None:
        lines = copy_texts.details(text, "refused", Reason("compressed_broken", why=Private(text)))
        lines += copy_texts.answer_details(0xA900, text, text, "rejected_content")
        paragraphs.fill([Paragraph(label, value) for label, value in lines])
        paragraphs.update()

    assert_linear(fill, piece)
    assert len(paragraphs.view.get("1.0", "end")) <= 8 * MOST_SHOWN


@pieces
def test_a_notice_and_a_label(open_window: Callable[..., Person], piece: str) -> None:
    person = open_window()
    body = person.window.frame.body
    notice, label = Notice(body, person.window.theme, "sample"), WrappedLabel(body)
    notice.place_in(row=5, column=0, sticky="ew")
    label.place(x=0, y=0, width=300, height=100)

    def tell(text: str) -> None:
        notice.fail(WizardError(sentence(text), text))
        label.say(sentence(text))
        label.update()

    assert_linear(tell, piece)


def test_what_is_shortened_says_so() -> None:
    (comment,) = [
        value
        for label, value in copy_texts.answer_details(0xA900, repeated("x", LONG), "", "")
        if label == copy_texts.COMMENT
    ]
    assert str(comment).endswith("…") and len(str(comment)) <= MOST_SHOWN
