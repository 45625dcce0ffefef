"""Step 3, Check: the filter, the tree of studies to tick, and the findings.

The images that are shown and ticked are the images that are sent: the filter and the ticks are in the manifest before
the button counts them.
"""

from __future__ import annotations

import os
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import TYPE_CHECKING, Callable, Sequence

from wizard.engine.events import Events, Finished
from wizard.engine.job import Control
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import Message
from wizard.manifest import queue, tree
from wizard.manifest.tree import Branch, Totals, TreePosition
from wizard.ui.check import texts
from wizard.ui.check.filter_fields import FilterFields
from wizard.ui.check.study_tree import PAGE, Node, StudyTree
from wizard.ui.check.tree_menu import TreeMenu
from wizard.ui.copy import texts as copy_texts
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.frame import Heading
from wizard.ui.shell.page import Help, Missing, Page, PagePart, Window
from wizard.ui.widgets import formatting, viewer
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import Paragraph, ParagraphChoice, Paragraphs

if TYPE_CHECKING:
    from wizard.engine.check.findings import Finding

AFTER_TYPING = 300  # milliseconds of rest before the list is narrowed


class CheckPage(Page):
    """The page.

    Parameters
    ----------
    settings_line : callable
        Makes the line that shows the settings of copying.
    rehearse : callable
        Starts trying one study, when the page Copy is on show.
    """

    step = "check"

    def __init__(
        self,
        window: Window,
        master: tk.Misc,
        settings_line: Callable[[Page, tk.Misc], PagePart],
        rehearse: Callable[[], None],
    ) -> None:
        self._make_settings_line, self._rehearse = settings_line, rehearse
        super().__init__(window, master)

    @staticmethod
    def heading() -> Heading:
        return Heading(*texts.CHECK, texts.CHECK_PROMISE)

    @staticmethod
    def help() -> Help:
        return texts.HELP

    def build(self) -> None:
        px, theme = self.px, self.theme
        self._chosen: Totals | None = None
        self._timer = ""
        self.rowconfigure(1, weight=1)
        self._fields = FilterFields(self, theme, self._narrow_soon)
        self._fields.grid(row=0, sticky="ew", pady=(0, px(10)))
        self.tree = StudyTree(
            self,
            theme,
            self._load,
            self._load_patients,
            self._load_patients,
            self._tick,
            self._tick_only,
            self._copy_first,
            self._open_folder,
            self.window.tree_columns,
            self.window.keep_tree_columns,
        )
        self.tree.grid(row=1, sticky="nsew")
        TreeMenu(self.tree)
        self._build_totals()
        self._lines = Paragraphs(self, theme, "findings", height=6, decide=self._decide)
        self._lines.grid(row=3, sticky="ew", pady=(px(8), 0))
        self.notice.place_in(row=4, sticky="ew", pady=(px(8), 0))
        self._build_buttons()

    def _build_totals(self) -> None:
        px = self.px
        row = ttk.Frame(self)
        row.grid(row=2, sticky="ew", pady=(px(8), 0))
        row.columnconfigure(0, weight=1)
        self._totals = WrappedLabel(row, style="Strong.TLabel", name="totals")
        self._totals.grid(row=0, column=0, sticky="ew")
        for column, (name, text, state) in enumerate(
            (("tick_all", texts.TICK_ALL, True), ("untick_all", texts.UNTICK_ALL, False)), 1
        ):
            button = ttk.Button(row, name=name, text=render(text), style="Quiet.TButton")
            button.configure(command=lambda state=state: self._tick_all(state))  # type: ignore[misc]
            button.grid(row=0, column=column)

    def _build_buttons(self) -> None:
        """Make the line below the findings: the settings of copying, and the button that tries one study."""
        row = ttk.Frame(self)
        row.grid(row=5, sticky="ew", pady=(self.px(6), 0))
        row.columnconfigure(0, weight=1)
        self._settings_line = self._make_settings_line(self, row)
        self._settings_line.grid(row=0, column=0, sticky="ew")
        try_first = ttk.Button(row, name="try_first", text=render(copy_texts.TRY_FIRST), style="Quiet.TButton")
        try_first.configure(command=self._try_first)
        try_first.grid(row=0, column=1)

    def enter(self, begin: bool) -> None:
        self.window.frame.forward.focus_set()
        self._settings_line.enter()
        if not self.shared.checked:
            self.notice.hide()
            self._lines.fill([])
            self.tree.clear()
            self._check()

    def on_return(self, widget: tk.Misc) -> None:
        """Narrow the list at once. Return never copies here, only the button itself does."""
        self._cancel_timer()
        self._narrow()

    def leave(self) -> None:
        self._settings_line.leave()
        self._cancel_timer()

    def forward_text(self) -> Message:
        return texts.COUNTING if self._chosen is None else texts.copy_studies(self._chosen.studies)

    def requires(self) -> Missing | None:
        return Missing(texts.NOTHING_CHOSEN, self) if self._chosen is not None and not self._chosen.images else None

    def complain(self, sentence: Message | str) -> None:
        """Show the complaint below the tree, and put the focus on the tree."""
        self.notice.tell("wrong", sentence)
        self.tree.rows.focus_set()

    def forward(self) -> None:
        if self._chosen is not None:  # the label of the button states the count of the manifest
            self.window.next(begin=True)

    def _try_first(self) -> None:
        """Go to the page Copy with one study; a missing answer is named as the committing button names it."""
        missing = self.requires()
        if self.window.busy or self._chosen is None:
            return
        if missing is not None:
            missing.at.complain(missing.sentence)
            return
        self.window.next()
        self._rehearse()

    # The checks

    def _check(self) -> None:
        manifest, destination = self.manifest, self.shared.destination
        assert destination is not None
        target = destination
        self.notice.tell("note", texts.CHECKING)

        def work(control: Control, events: Events) -> Sequence[Finding]:
            from wizard.engine import check

            return check.run(manifest, target, control, events)

        self._fields.show(tree.get_filter(manifest))
        self._cancel_timer()
        self.window.ask(lambda: tree.modalities(manifest), self._fields.offer, "modalities")
        self.window.start("check", work, self)

    def finished(self, finished: Finished) -> None:
        self.notice.hide()
        self._refill()
        self._narrow_soon()  # the person may have typed meanwhile
        if finished.outcome == "stopped":
            self.notice.tell("caution", shell_texts.STOPPED, (shell_texts.TRY_AGAIN, self._check))
        elif finished.error is not None:
            self.notice.fail(finished.error, (shell_texts.TRY_AGAIN, self._check))
            self._show_lines(asked=False)
        else:
            self.shared.checked = True
            self._fill(finished.result)

    # The findings, and the decisions about them

    def _show_lines(self, asked: bool = True) -> None:
        """Read the findings from the manifest, without asking the new PACS."""
        from wizard.engine.check import findings
        from wizard.engine.check import step as check_step

        manifest = self.manifest

        def question() -> tuple[Sequence[Finding], Sequence[Paragraph]]:
            return findings.read(manifest), [] if asked else [Paragraph("", check_step.not_asked(manifest))]

        self.window.ask(question, lambda answer: self._fill(*answer), "lines")

    def _fill(self, lines: Sequence[Finding], more: Sequence[Paragraph] = ()) -> None:
        self._lines.fill([*map(_finding, lines), *more] or [Paragraph("", texts.NOTHING_FOUND)])

    def _decide(self, topic: str, action: str) -> None:
        from wizard.manifest import decisions

        manifest = self.manifest
        self._forget_count()
        self.window.ask(lambda: decisions.decide(manifest, topic, action), lambda _: self._decided())

    def _decided(self) -> None:
        self._refill()
        self._show_lines(asked=self.shared.checked)

    # The filter

    def _narrow_soon(self) -> None:
        self._cancel_timer()
        self._timer = self.after(AFTER_TYPING, self._narrow)

    def _cancel_timer(self) -> None:
        if self._timer:
            self.after_cancel(self._timer)
            self._timer = ""

    def _narrow(self) -> None:
        """Put the filter into the manifest and show the studies that pass it."""
        self._timer = ""
        wanted = self._fields.read()
        if wanted is None or wanted == self._fields.filter or self.window.busy:
            return
        self._fields.filter = wanted
        manifest = self.manifest
        self._forget_count()
        self.window.ask(lambda: tree.set_filter(manifest, wanted), lambda _: self._refill(), "filter")

    # The tree

    def _refill(self) -> None:
        self._load_patients()
        self._count()

    def _load_patients(self, after: int | None = None, shown: int = 0) -> None:
        """Load the first page of patients, or the one after a patient; `shown` patients are before it."""
        manifest, order = self.manifest, self.tree.order

        def show(branches: list[Branch]) -> None:
            self.tree.put_patients(branches, after)

        def question() -> list[Branch]:
            if order.by == "name" and not order.descending:
                return tree.patients(manifest, PAGE, after)
            return tree.sorted_patients(manifest, order.by, order.descending, PAGE, shown)

        self.window.ask(question, show, "patients")

    def _load(self, node: Node) -> None:
        manifest = self.manifest
        below = tree.studies if node.level == "patient" else tree.series
        self.window.ask(lambda: below(manifest, node.id), lambda branches: self.tree.put_children(node, branches))

    def _tick(self, node: Node, state: bool) -> None:
        manifest = self.manifest
        self._forget_count()
        self.window.ask(lambda: tree.tick(manifest, node.level, node.id, state), lambda _: self._count())

    def _tick_all(self, state: bool) -> None:
        if self.window.busy:
            return
        manifest = self.manifest
        self.tree.tick_all(state)
        self._forget_count()
        self.window.ask(lambda: tree.tick_all(manifest, state), lambda _: self._count())

    def _tick_only(self, node: Node) -> None:
        manifest = self.manifest

        def question() -> None:
            tree.tick_all(manifest, False)
            tree.tick(manifest, node.level, node.id, True)

        self._forget_count()
        self.window.ask(question, lambda _: self._count())

    def _copy_first(self, node: Node, first: bool) -> None:
        """Let a patient or a study be copied before all others, or in its turn."""
        manifest = self.manifest
        patient, studies = (node.id, ()) if node.level == "patient" else (None, (node.id,))
        self.window.ask(
            lambda: queue.copy_first(manifest, studies, first, patient), lambda _: self.tree.put_first(node, first)
        )

    def _open_folder(self, node: Node) -> None:
        """Show the folder of the files of a row, with the system's own file manager."""
        manifest = self.manifest

        def question() -> TreePosition:
            place = tree.place_of(manifest, node.level, node.id)
            viewer.show_folder(Path(os.fsdecode(place.folder)))
            return place

        def shown(place: TreePosition) -> None:
            if place.folders > 1:
                tell = texts.folders_of_row if place.holds_all else texts.first_folder_of_row
                self.notice.tell("note", tell(place.folders, formatting.path(place.folder)))

        def not_shown(error: WizardError) -> None:
            self.notice.tell("caution", error.sentence, details=error.details)

        self.window.ask(question, shown, "folder", not_shown)

    def _forget_count(self) -> None:
        """Take the number off the button, until it has been counted again."""
        self._chosen = None
        self.notice.hide()
        self.window.refresh()

    def _count(self) -> None:
        manifest = self.manifest

        def show(sums: tuple[Totals, Totals]) -> None:
            chosen, shown = sums
            self._chosen = chosen
            self._totals.say(texts.totals(chosen.studies, shown.studies, chosen.images, chosen.bytes))
            self.window.refresh()

        self._chosen = None
        self.window.ask(lambda: (tree.chosen(manifest), tree.shown(manifest)), show, "totals")


def _finding(line: Finding) -> Paragraph:
    options = texts.actions(line.code, line.actions)
    choice = ParagraphChoice(line.code, options, line.action) if len(options) > 1 else None
    return Paragraph("", line.sentence, line.who, choice)
