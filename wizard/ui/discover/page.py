"""Step 1, Discover: the unfinished migrations, the four fields of the new PACS, more settings behind a button, and the
connection test."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import TYPE_CHECKING, Callable, Mapping, NamedTuple, Sequence

from wizard import settings
from wizard.dicom.destination import DEFAULT_CALLING_AE, Destination
from wizard.engine import migration
from wizard.engine.events import Events, Fact, Finished, Note, Progress
from wizard.engine.facts import FoundPort, Rung, SupportedKinds
from wizard.engine.job import Control
from wizard.engine.migration import Unfinished
from wizard.errors import UsageError
from wizard.language import render
from wizard.ui.discover import texts, unfinished
from wizard.ui.discover.more_settings import SettingsLine
from wizard.ui.discover.network_search import NetworkSearchPanel
from wizard.ui.discover.pacs_fields import PacsFields
from wizard.ui.discover.rungs import Rungs, conclusion
from wizard.ui.discover.saved_destinations import SavedDestinationsPanel
from wizard.ui.discover.unfinished import FirstTime, UnfinishedBox
from wizard.ui.shell.frame import Heading
from wizard.ui.shell.letter_panel import LetterPanel
from wizard.ui.shell.page import Help, Missing, Page, Window
from wizard.ui.widgets.fields import ChoiceField
from wizard.ui.widgets.labels import WrappedLabel

if TYPE_CHECKING:
    from wizard.dicom.contexts import PresentationKind
    from wizard.engine.discover.letter import Letter


class _Earlier(NamedTuple):
    """The state before this start: unfinished migrations, or nothing at all."""

    begun: list[Unfinished]
    nothing: bool


class DiscoverPage(Page):
    """The page; `report_folder` gives the folder of the report about a destination."""

    step = "discover"

    def __init__(self, window: Window, master: tk.Misc, report_folder: Callable[[Destination], Path]) -> None:
        self._report_folder = report_folder
        super().__init__(window, master)

    @staticmethod
    def heading() -> Heading:
        return Heading(*texts.DISCOVER, texts.DISCOVER_PROMISE)

    @staticmethod
    def help() -> Help:
        return texts.HELP

    def build(self) -> None:
        self._saved: list[Destination] = []
        self._tested: Destination | None = None
        self._testing: Destination | None = None
        self._supported_kinds: Mapping[PresentationKind, int] = {}
        self._go_on_when_connected = False
        self.columnconfigure((0, 1), weight=1, uniform="half")
        self.rowconfigure(3, weight=50)  # nearly all the spare room
        self._build_top()
        self._build_fields()
        self._build_connection_test()
        self.notice.place_in(row=2, column=0, columnspan=2, sticky="ew", pady=(self.px(8), 0))
        if not self.window.practice:
            self.window.ask(settings.load_destinations, self._offer_saved, failed=self.notice.fail)

    def _build_top(self) -> None:
        """Make the box of unfinished migrations and the line for the first time."""
        self._unfinished = UnfinishedBox(self, self._report_folder)
        self._first_time = FirstTime(self, self.window.practise)
        self._first_time.grid(row=0, column=0, columnspan=2, sticky="w", pady=(0, self.px(14)))
        self._first_time.grid_remove()

    def _build_fields(self) -> None:
        px, theme = self.px, self.theme
        left = ttk.Frame(self, padding=(0, 0, px(14), 0))
        left.grid(row=1, column=0, sticky="new")
        left.columnconfigure(0, weight=1)
        self._choice = ChoiceField(left, theme, texts.SAVED, "saved")
        self._choice.grid(row=0, sticky="ew", pady=(0, px(10)))
        self._choice.entry.bind("<<ComboboxSelected>>", lambda _: self._fill(self._saved[self._choice.index]))
        self._choice.grid_remove()
        self._fields = PacsFields(left, theme)
        self._fields.grid(row=1, sticky="ew")
        WrappedLabel(left, texts.AE_HINT, "Hint.TLabel").grid(row=2, sticky="ew", pady=(px(8), 0))
        self._settings = SettingsLine(self, left, self._forget_test)
        self._settings.grid(row=3, sticky="ew", pady=(px(6), 0))
        self._build_panels(left)
        fields = self._fields
        for field in (fields.host, fields.port, fields.called):
            field.value.trace_add("write", lambda *_: self._settings.forget_decisions())
        for field in (fields.host, fields.port, fields.called, fields.calling):
            field.value.trace_add("write", lambda *_: self._forget_test())

    def _build_panels(self, left: ttk.Frame) -> None:
        """Make quiet buttons below the fields, and the panels that they open."""
        row = ttk.Frame(left)
        row.grid(row=4, sticky="w")
        look, letter = (
            ttk.Button(row, name=name, text=render(text), style="Quiet.TButton", command=act)
            for name, text, act in (
                ("look", texts.LOOK, self._on_search),
                ("letter", texts.LETTER, self._on_letter),
            )
        )
        self._search = NetworkSearchPanel(
            self, look, lambda step, work: self.window.start(step, work, self), self._fill_found
        )
        self._letter = LetterPanel(self, letter)
        if not self.window.practice:  # in practice there is only the practice PACS
            look.pack(side="left")
        letter.pack(side="left")
        edit = ttk.Button(self._choice, name="edit_saved", text=render(texts.EDIT), style="Quiet.TButton")
        edit.grid(row=0, column=1, sticky="e")
        self._none_saved = ttk.Button(left, name="saved_ones", text=render(texts.SAVED_ONES), style="Quiet.TButton")
        self._saved_ones = SavedDestinationsPanel(self, look, self._offer_saved)
        for button in (edit, self._none_saved):
            button.configure(command=self._saved_ones.begin)

    def _build_connection_test(self) -> None:
        px = self.px
        right = ttk.Frame(self, padding=(px(14), 0, 0, 0))
        right.grid(row=1, column=1, sticky="new")
        right.columnconfigure(0, weight=1)
        test = ttk.Button(right, name="test", text=render(texts.TEST), style="Plain.TButton", command=self._on_test)
        test.grid(sticky="w")
        self._rungs = Rungs(right, self.theme)
        self._rungs.grid(sticky="ew", pady=(px(8), 0))

    def enter(self, begin: bool) -> None:
        if self.window.practice and self.shared.session is None:
            self._prepare_practice()
        if not self.window.practice:  # it may have changed while the page was hidden
            self.window.ask(_read_earlier, self._offer_earlier, "before", self.notice.fail)
        known = self.shared.destination
        if known is not None and known != self._typed():
            self._fill(known)  # a migration that was encrypted stays so
        (self.window.frame.forward if self._fields.host.text else self._fields.host.entry).focus_set()

    def requires(self) -> Missing | None:
        return self._fields.missing()

    def on_return(self, widget: tk.Misc) -> None:
        if self._unfinished.holds(widget):
            self._unfinished.go_on()
        else:
            self.window.forward()

    def forward(self) -> None:
        if self._tested == self._typed():
            self._set_destination()
            self.window.next()
        else:
            self._test(go_on=True)

    def progressed(self, progress: Progress) -> None:
        if progress.step == "scan":
            self._search.progressed(progress)
        elif progress.step in unfinished.STEPS:
            self._unfinished.progressed(progress)
        elif self._testing is not None:
            self.notice.reword(texts.kinds_so_far(progress.done, progress.total))

    def told(self, fact: Fact) -> None:
        if isinstance(fact, FoundPort):
            self._search.seen(fact)
        elif isinstance(fact, Note):
            self._unfinished.told(fact)
        elif self._testing is None:
            return  # the fields were changed meanwhile
        elif isinstance(fact, SupportedKinds):
            self._supported_kinds = fact.results
        elif isinstance(fact, Rung):
            self._rungs.show(fact)

    def finished(self, finished: Finished) -> None:
        expected = finished.error is None or isinstance(finished.error, UsageError)
        if finished.step == "discover" and self._testing is None and expected:
            return  # the fields were changed meanwhile
        self.notice.hide()
        if finished.step == "scan":
            self._search.ended(finished)
        elif finished.step in unfinished.STEPS:
            self._unfinished.ended(finished)
        elif finished.step == "discover" and isinstance(finished.error, UsageError):
            self._settings.complain(finished.error)
        elif finished.error is not None:
            self.notice.fail(finished.error)
        elif finished.step == "practice":
            self._show_practice()
        elif finished.step == "open":
            self._show_opened()
        elif self._testing is not None:
            self._show_test_result(self._testing, finished.result)

    # The connection test

    def _typed(self) -> Destination:
        return self._settings.added_to(self._fields.typed())

    def _on_test(self) -> None:
        missing = self.requires()
        if missing is not None:
            missing.at.complain(missing.sentence)
        elif not self.window.busy:
            self._test(go_on=False)

    def _test(self, go_on: bool) -> None:
        destination = self._testing = self._typed()
        self._go_on_when_connected = go_on
        self._supported_kinds = {}
        self._rungs.reset()
        self.notice.tell("note", texts.TESTING)
        manifest = self.shared.manifest_for(destination)

        def work(control: Control, events: Events) -> Sequence[Rung]:
            from wizard.engine.discover import step as discover_step

            return discover_step.thoroughly(destination, control, events, manifest)

        self.window.start("discover", work, self)

    def _show_test_result(self, destination: Destination, rungs: Sequence[Rung]) -> None:
        kind, sentence = conclusion(rungs)
        if kind != "wrong":
            self._tested = destination
        if kind == "good" and self._go_on_when_connected:
            self._set_destination()
            self.window.next()
        else:
            self.notice.tell(kind, sentence)

    def _forget_test(self) -> None:
        self._tested = self._testing = None
        self._rungs.reset()
        self.notice.hide()

    def _set_destination(self) -> None:
        """Use the destination for this migration, and save it for the next."""
        destination = self._typed()
        self.shared.set_destination(destination, self._settings.switched_off)
        self.shared.supported_kinds = self._supported_kinds
        if not self.window.practice:
            settings.save_destination(destination.normalized)

    # The network, and the administrator

    def _on_search(self) -> None:
        if not self.window.busy:
            fields = self._fields
            self._search.begin(fields.called.text, fields.calling.text or DEFAULT_CALLING_AE, self._settings.tls)

    def _fill_found(self, seen: FoundPort) -> None:
        """Fill in the fields from an answer. If it has no AE title, the typed one stays."""
        self._fields.host.value.set(seen.host)
        self._fields.port.value.set(str(seen.port))
        if seen.called_ae:
            self._fields.called.value.set(seen.called_ae)
        self._settings.encrypt(seen.encrypted)
        self._forget_test()

    def _on_letter(self) -> None:
        missing = self.requires()
        if missing is not None:
            missing.at.complain(missing.sentence)
            return
        destination = self._typed()
        manifest = self.shared.manifest_for(destination)

        def question() -> Letter:
            from wizard.engine.discover import letter
            from wizard.manifest import queue

            return letter.connection(destination, queue.all_kinds(manifest) if manifest is not None else ())

        self.window.ask(question, self._letter_known, "letter", failed=self.notice.fail)

    def _letter_known(self, letter: Letter) -> None:
        if self.panel is None and self.window.page is self:
            self._letter.begin(letter)

    # Saved destinations and unfinished migrations

    def _offer_saved(self, saved: list[Destination]) -> None:
        self._saved = saved
        if saved:
            self._first_time.grid_remove()
        self._choice.value.set("")
        self._choice.offer([texts.saved(destination) for destination in saved])
        if saved:
            self._choice.grid()
            self._none_saved.grid_remove()
        else:
            self._choice.grid_remove()
            self._none_saved.grid(row=5, sticky="w")

    def _offer_earlier(self, earlier: _Earlier) -> None:
        self._unfinished.offer(earlier.begun)
        if earlier.nothing:
            self._first_time.grid()
        else:
            self._first_time.grid_remove()

    def _fill(self, destination: Destination) -> None:
        self._fields.show(destination)
        self._settings.show(destination)

    def _show_opened(self) -> None:
        assert self.shared.destination is not None
        self._fill(self.shared.destination)
        self._supported_kinds = {}
        self._tested = self.shared.destination  # it was tested when the migration was begun; copying tests it again
        self.window.next()

    # Practice

    def _prepare_practice(self) -> None:
        def work(control: Control, events: Events) -> None:
            from wizard.practice.practice_session import PracticeSession

            session = PracticeSession()
            self.shared.session = session
            session.start()

        self.window.start("practice", work, self)
        self.notice.tell("note", texts.PREPARING)

    def _show_practice(self) -> None:
        session = self.shared.session
        assert session is not None
        self._fill(session.destination)
        self.shared.set_folders([session.source])
        self.shared.acknowledged = True
        self.window.frame.forward.focus_set()


def _read_earlier() -> _Earlier:
    return _Earlier(migration.unfinished(), settings.is_untouched())
