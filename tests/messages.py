"""Every sentence of the program that the window may show, and the catalogues of its languages:

    python3 -m tests.messages

brings `wizard/language/locale/*.po` up to date: what is new is added without a translation, what is gone is taken out.
The tests hold that nothing is without one.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Collection, Iterator, NamedTuple

import polib

from wizard.language import ENGLISH, LANGUAGES
from wizard.language.catalogue import ENGINE
from wizard.start.bootstrap import ROOT

LOCALE = ROOT / "wizard" / "language" / "locale"
#: Where the engine's sentences come from that reach the window, and what of that never does.
_ENGINE = ("errors.py", "settings.py", "start/lock.py", "dicom", "engine", "manifest", "report", "ui")
_NEVER_SHOWN = re.compile(
    r"wizard/(engine/discover/letter(_texts)?|manifest/audit|report/(audit_xml|cells|csv_files|style|typefaces)"
    r"|ui/\w+/texts)\.py"
)
#: Single words that are put into sentences, or are one.
_WORDS = (
    *("It", "you", "all", "none", "Copied.", "identical", "different", "other", "written", "finished", "failed"),
    *("source", "check", "copy", "verify", "export", "discover", "scan", "nothing", "any", "was", "were", "MATCH"),
    *("MISMATCH", "copied", "copied with remark", "already there", "duplicate", "pending", "left out", "refused"),
    *("unknown", "changed", "conflict", "held back", "damaged", "unreadable", "index", "not dicom", "yes"),
    *("unticked", "outside the filter", "left out by decision"),
    *("found", "missing", "leave out", "send", "send last"),  # what may be done, and a legend
    *("bad uid", "broken", "disagree", "identity", "large", "long uid", "no identity", "no patient id", "no picture"),
    *("odd length", "private class", "references", "rejection note", "retired class", "two patients", "unchecked"),
    *("unusual uid", "NOT CHECKED"),
    *("the new PACS answered success", "unticked, outside the filter, or by decision"),  # these come from SQL
)
_BUILT_IN_ERRORS = ("ValueError", "TypeError", "RuntimeError", "NotImplementedError", "OSError", "AssertionError")
_NO_SENTENCE = re.compile(  # SQL; what SQLite, OpenSSL and Tk say or are told; names; what only support reads
    r".*\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|FROM|WHERE|BEGIN|AND|ORDER BY|CREATE|VALUES|SET|JOIN|ALTER|IN|OR|IS|AS)"
    r"\b.*|(claim|promise|outcome|attempt) \(.*|[\w.{}]+ (=|>) .*|COALESCE.*|--.*|SQLite|no SQLite header"
    r"|application_id .*|database .*|not a database|unable to open|echo .*|unknown ca|access denied|handshake failure"
    r"|protocol version|unsupported protocol|insufficient security|version too low|no shared cipher|no ciphers"
    r"|key too small|legacy renegotiation|signature type|unrecognized name|package .*|::msgcat.*|.* below"
    r"|Segoe UI|SF Pro Text|Noto Sans|DejaVu Sans|Canon .*|Carestream .*|OsiriX or Horos|DICOM PACS Migrator.*|AE title"
    r"|High-Throughput.*|Image Storage|Stored Print|SOP Class| Image Compression|Transfer Syntax|Study Instance UID"
    r"|A-ASSOCIATE-RJ.*|C-(ECHO|FIND) status.*|no connection within.*|.* while \{\w+\}|waiting for an answer"
    r"|.*<\w+ .*|<.*|x=\".*|default-src .*"
    r"|closed by the peer|source \{_threads\}|(study|patient|port) \{\w+\}|\{app\} .*|\{(kind|sop_class)\} in .*",
    re.DOTALL,
)


class Message(NamedTuple):
    """`many` is "" for what has no number."""

    context: str
    one: str
    many: str = ""


def of_the_window() -> list[Message]:
    """Find the sentences that are marked with `_`, `plural`, `noun` or `counted`."""
    found: dict[Message, None] = {}
    for path in sorted((ROOT / "wizard" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found.update(dict.fromkeys(_marked(node)))
    return list(found)


def _marked(call: ast.Call) -> Iterator[Message]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = _texts(call)
    if name == "_" and texts:
        contexts = [
            key.value.value for key in call.keywords if key.arg == "context" and isinstance(key.value, ast.Constant)
        ]
        yield Message(str(contexts[0]) if contexts else "", texts[0])
    elif name in ("plural", "noun", "counted") and len(texts) >= 2:
        yield Message("", *texts[-2:])


def _texts(call: ast.Call) -> list[str]:
    """The texts among the arguments of a call."""
    constants = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def of_the_engine() -> list[Message]:
    """Every sentence, with a name in braces for what is put into it; a single word is none."""
    found: dict[Message, None] = {}
    for path in _modules():
        for text in _Sentences(ast.parse(path.read_text("utf-8")), path.parent.name == "report").found:
            found[Message(ENGINE, text)] = None
    return list(dict.fromkeys([*found, *(Message(ENGINE, word) for word in _WORDS)]))


def _modules() -> Iterator[Path]:
    for name in _ENGINE:
        path = ROOT / "wizard" / name
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if not _NEVER_SHOWN.fullmatch(module.relative_to(ROOT).as_posix()):
                yield module


class _Sentences(ast.NodeVisitor):
    """The sentences in a module: what is for people, and neither for the log nor for support."""

    def __init__(self, module: ast.Module, headings: bool) -> None:
        self._headings = headings  # it has single words that stand for themselves
        self.found: list[str] = []
        self.visit(module)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        pass

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if owner in ("log", "re", "time", "struct", "argparse") or name in _BUILT_IN_ERRORS or name in _MARKS:
            return
        if name == "amount" or name == "counted":
            texts = _texts(node)
            for text in texts if len(texts) != 1 else [texts[0], f"{texts[0]}s"]:
                self.found.append(f"{{n}} {text}")
            return
        self.visit(node.func)
        for argument in node.args[:1] if name in _ERRORS else node.args:  # then come the details, for support
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in ("details", "css", "style", "sql"):
                self.visit(keyword.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._take(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text = ""
        names: dict[str, str] = {}
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            elif isinstance(part, ast.FormattedValue):
                text += "{" + names.setdefault(ast.dump(part), _unique(_name(part.value), names.values())) + "}"
                self.visit(part.value)
        self._take(text)

    def _take(self, text: str) -> None:
        own = re.sub(r"\{\w*\}", "", text)
        if re.search(r"[^\W\d_]{2,}", own) and " " in text.strip() and not _NO_SENTENCE.fullmatch(text):
            # What is added to a sentence is known with what it is added to.
            text = text.replace("{}", "{n}")
            text = ("{before}" if text[0] in " ,;" else "") + text + ("{after}" if text[-1] == " " else "")
            self.found.append(text)
        elif self._headings and _HEADING.fullmatch(text):
            self.found.append(text)


_HEADING = re.compile("[A-Z][a-z]+|IT")
_MARKS = ("_", "plural", "noun")
_ERRORS = {
    node.name
    for node in ast.walk(ast.parse((ROOT / "wizard" / "errors.py").read_text("utf-8")))
    if isinstance(node, ast.ClassDef)
} | {"Note", "Unforeseen"}


def _name(node: ast.expr) -> str:
    """Make a word from an expression."""
    if isinstance(node, ast.Name):
        return node.id.strip("_").lower()
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    if isinstance(node, ast.Call):
        return _name(node.args[0] if node.args else node.func)
    names = [_name(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return next((name for name in names if name != "value"), "value")


def _unique(name: str, taken: Collection[str]) -> str:
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}{number}", number + 1
    return unique


def update(path: Path) -> tuple[int, int, int]:
    """Bring one catalogue up to date; returns how many sentences it has, how many are new, and how many are gone."""
    before = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": path.stem,
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    new = 0
    for message in [*of_the_window(), *of_the_engine()]:
        known = before.pop((message.context, message.one), None)
        new += known is None
        entry = polib.POEntry(msgctxt=message.context or None, msgid=message.one, msgid_plural=message.many)
        if message.many:
            entry.msgstr_plural = known.msgstr_plural if known is not None else {0: "", 1: ""}
        else:
            entry.msgstr = known.msgstr if known is not None else ""
        catalogue.append(entry)
    catalogue.save(str(path))
    return len(catalogue), new, len(before)


if __name__ == "__main__":
    LOCALE.mkdir(exist_ok=True)
    for language in LANGUAGES:
        if language != ENGLISH:
            print(language, "has {} sentences, {} of them new; {} are gone".format(*update(LOCALE / f"{language}.po")))
