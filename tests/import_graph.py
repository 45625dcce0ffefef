"""Which module of a package imports which, and where that goes round in a circle:

    python3 -m tests.import_graph wizard/ui

prints the floor plan of each folder: how many rooms it has (its modules, and the folders in it), which of them import
which, and what goes round in a circle. Imports for type checkers and those inside functions count like all others:
whoever reads a module has to know what they name.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Dict, Iterator, Set

#: Each module by its dotted name, with those that it imports; a package is the module of its `__init__`.
Graph = Dict[str, Set[str]]


def read(folder: Path) -> Graph:
    """The modules in a package, and what they import of it."""
    paths = {dotted_name(path): path for path in sorted(folder.rglob("*.py"))}
    return {name: set(_imported(name, path, set(paths))) - {name} for name, path in paths.items()}


def dotted_name(path: Path) -> str:
    """`wizard/ui/app.py` is `wizard.ui.app`: all folders above it that are packages are part of the name."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.resolve().parent
    while (folder / "__init__.py").exists():
        parts.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(parts))


def _imported(name: str, path: Path, known: set[str]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else _above(name)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, package)
            for alias in node.names:
                module = f"{origin}.{alias.name}"
                yield from [module] if module in known else [origin] if origin in known else []


def _origin(node: ast.ImportFrom, package: str) -> str:
    """The module behind "from", also where it is written with dots."""
    for _ in range(node.level - 1):
        package = _above(package)
    return ".".join(part for part in (package if node.level else "", node.module or "") if part)


def _above(name: str) -> str:
    return name.rpartition(".")[0]


def floor_plans(graph: Graph) -> dict[str, Graph]:
    """Of each folder: its rooms, each with those beside it that anything in it imports."""
    folders = {above for name in graph for above in _all_above(name) if above in graph}
    return {folder: _floor_plan(graph, folder) for folder in sorted(folders)}


def _floor_plan(graph: Graph, folder: str) -> Graph:
    rooms: Graph = {}
    for name, imported in graph.items():
        room = _room(name, folder)
        if room:
            beside = {_room(other, folder) for other in imported}
            rooms.setdefault(room, set()).update(beside - {room, ""})
    return rooms


def _room(name: str, folder: str) -> str:
    """The room of a folder in which a module is; "" for the folder's `__init__` and for what is elsewhere."""
    inside = name[len(folder) + 1 :] if name.startswith(f"{folder}.") else ""
    return inside.partition(".")[0]


def _all_above(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def circles(graph: Graph) -> list[list[str]]:
    """The circles, each with all that have a part in it (the strongly connected components)."""
    reached = {name: _reached(graph, name) for name in graph}
    found = {
        tuple(sorted(other for other in others if name in reached[other]))
        for name, others in reached.items()
        if name in others
    }
    return [list(circle) for circle in sorted(found)]


def _reached(graph: Graph, name: str) -> set[str]:
    """All that is imported by a module, by what it imports, and so on; itself only if that leads back to it."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        new = graph[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def main(folder: Path) -> None:
    graph = read(folder)
    for package, rooms in floor_plans(graph).items():
        print(f"{package}  rooms: {len(rooms)}  arrows: {sum(map(len, rooms.values()))}")
        for room, others in sorted(rooms.items()):
            print(f"    {room} -> {', '.join(sorted(others))}" if others else f"    {room}")
        for circle in circles(rooms):
            print(f"    CIRCLE between rooms: {', '.join(circle)}")
    for circle in circles(graph):
        print(f"CIRCLE between modules: {', '.join(circle)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
