"""Find code that takes a sentence apart, compares it, or puts one together from parts.

Sentences are for people. What the program decides it decides by codes, types and numbers.
"""

from __future__ import annotations

import ast
import re
from typing import Iterable, Iterator

#: Names of variables, parameters and attributes that hold a sentence, or a message of which one is made.
SENTENCES = frozenset(
    {"sentence", "headline", "with_who", "next_step", "waiting", "reason", "remark", "final_reason", "finding"}
)
#: Functions that make a text of a message.
SPEAKERS = frozenset({"render", "plainly", "in_english"})

_APART = frozenset(
    {"startswith", "endswith", "replace", "split", "rsplit", "splitlines", "partition", "rpartition", "strip", "lstrip"}
    | {"rstrip", "removeprefix", "removesuffix", "capitalize", "lower", "upper", "title", "casefold", "swapcase"}
    | {"find", "rfind", "index", "rindex", "count", "translate"}
)
_PATTERNS = frozenset({"match", "fullmatch", "search", "sub", "subn", "findall", "finditer", "split"})
_TAG = re.compile("<[^>]*>")
_COLUMNS = re.compile(
    r"(?<!promise\.)\b(?:final_)?reason\b\s*(?:=|<>|!=|<|>|\bIN\b|\bLIKE\b|\bGLOB\b|\bNOT\b)", re.IGNORECASE
)


def faults(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and a description of each such place in a module."""
    tree = ast.parse(source)
    numbers = {id(name) for function in ast.walk(tree) for name in _numbers(function, source)}
    judge = _Judge(numbers)
    for node in ast.walk(tree):
        found = judge.fault(node)
        if found:
            yield getattr(node, "lineno", 0), f"{found}: {_text(node, source)[:120]}"


def _text(node: ast.AST, source: str) -> str:
    """The code of a node; Python 3.8 cannot write it from the tree."""
    return ast.get_source_segment(source, node) or ""


def _numbers(function: ast.AST, source: str) -> Iterator[ast.Name]:
    """Yield the uses of parameters that are numbers, such as the reason of a rejection."""
    if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parameters = [*function.args.args, *function.args.kwonlyargs, *function.args.posonlyargs]
        known = {one.arg for one in parameters if one.annotation and "int" in _text(one.annotation, source)}
        yield from (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id in known)


class _Judge:
    """Judges the nodes of one module; `numbers` are its names that are no sentences, by their id."""

    def __init__(self, numbers: set[int]) -> None:
        self._numbers = numbers

    def fault(self, node: ast.AST) -> str:
        """Say what is wrong about a node; "" for nothing."""
        if isinstance(node, ast.Compare) and not all(isinstance(one, (ast.Is, ast.IsNot)) for one in node.ops):
            same = all(isinstance(one, (ast.Eq, ast.NotEq)) for one in node.ops)
            sides = [self.is_sentence(one) for one in (node.left, *node.comparators)]
            return "compares a sentence" if any(sides) and not (same and all(sides)) else ""
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and self.is_sentence(node.value):
            return "cuts a sentence"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _APART and self.is_sentence(node.func.value):
                return "takes a sentence apart"
            if node.func.attr in _PATTERNS and self._any(node.args):
                return "searches in a sentence"
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            words = _has_letters([node.left, node.right])
            return "makes a sentence of parts" if words and self._any([node.left, node.right]) else ""
        if isinstance(node, ast.JoinedStr):
            values = [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
            return "makes a sentence of parts" if _has_letters(node.values) and self._any(values) else ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _COLUMNS.search(node.value):
            return "decides by a sentence in SQL" if re.search(r"\b(?:SELECT|FROM|WHERE|AND)\b", node.value) else ""
        return ""

    def _any(self, nodes: Iterable[ast.expr]) -> bool:
        return any(map(self.is_sentence, nodes))

    def is_sentence(self, node: ast.expr) -> bool:
        """Whether an expression is a sentence, as far as its name tells."""
        if isinstance(node, ast.Name):
            return node.id in SENTENCES and id(node) not in self._numbers
        if isinstance(node, ast.Attribute):
            return node.attr in SENTENCES
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            message = any(isinstance(one, ast.Name) and one.id == "message" for one in node.args)
            return name in SPEAKERS or (name == "str" and (message or self._any(node.args)))
        return False


def _has_letters(parts: Iterable[ast.expr]) -> bool:
    """Whether the texts among these parts have letters that are no HTML."""
    texts = [str(one.value) if isinstance(one, ast.Constant) else "\0" for one in parts]
    return any(map(str.isalpha, _TAG.sub("", "".join(texts))))
