"""Collect the licences of all parts of a single binary as one text, by the report of the build."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Iterator
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
_LICENCE = re.compile(r"(licen[cs]e|copying|notice|ofl)[^/]*$", re.IGNORECASE)
_UCRT = """Where the files ucrtbase.dll, api-ms-win-*.dll and vcruntime140*.dll are inside, they are Microsoft's.
They may be passed on together with a program, under the terms for distributable code of the Windows SDK and of
Visual Studio."""


def text(report: Path) -> str:
    """Collect the licences of a build.

    Parameters
    ----------
    report : Path
        The file that Nuitka wrote with `--report`.
    """
    root = ElementTree.parse(report).getroot()
    sections = [("DICOM PACS Migrator", (ROOT / "LICENSE").read_text(encoding="utf-8")), *_of_data(), *_of_python()]
    for distribution in sorted({node.attrib["name"] for node in root.iter("distribution")}, key=str.lower):
        sections.append(_of_distribution(distribution))
    libraries = {node.attrib["name"]: node.attrib.get("source_path", "") for node in root.iter("included_dll")}
    added = [node.attrib for node in root.iter("data_file") if ".so" in node.attrib["name"]]  # that Nuitka forgot
    libraries.update((data["name"], data.get("source", "")) for data in added)
    sections += _of_libraries(libraries)
    sections.append(("Microsoft's runtime (Windows only)", _UCRT))
    line = "=" * 78
    return "\n".join(f"{line}\n{title}\n{line}\n\n{content.strip()}\n" for title, content in sections)


def _of_data() -> Iterator[tuple[str, str]]:
    """Yield the licences beside data files of others: typefaces."""
    for file in sorted((ROOT / "wizard").rglob("*")):
        if _LICENCE.search(file.name) and file.suffix != ".py" and file.is_file():
            beside = ", ".join(sorted(path.name for path in file.parent.iterdir() if path != file))
            yield f"{beside} in {file.parent.relative_to(ROOT).as_posix()}", file.read_text(encoding="utf-8")


def _of_python() -> Iterator[tuple[str, str]]:
    for folder in (sysconfig.get_path("stdlib"), sysconfig.get_config_var("prefix"), "/usr/share/doc/python3"):
        for name in ("LICENSE.txt", "LICENSE", "copyright"):
            file = Path(folder or "") / name
            if file.is_file():
                yield "Python and its standard library", file.read_text(encoding="utf-8", errors="replace")
                return
    yield (
        "Python and its standard library",
        "Python Software Foundation License, see https://docs.python.org/3/license.html",
    )


def _of_distribution(name: str) -> tuple[str, str]:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return name, "Its licence is not known to this build."
    about = found.metadata
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    named = [*(about.get_all("License-Expression") or []), *(about.get_all("License") or []), *classifiers]
    texts = [
        Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
        for file in found.files or []
        if _LICENCE.search(str(file)) and not str(file).endswith(".py")
    ]
    return f"{name} {found.version}", "\n\n".join([f"Licence: {named[0] if named else 'see below'}", *texts])


def _of_libraries(libraries: dict[str, str]) -> list[tuple[str, str]]:
    """Return the licences of the system's packages for their libraries, by dpkg; the names of all other libraries."""
    owners: dict[str, list[str]] = {}
    others: list[str] = []
    for name, source in sorted(libraries.items()):
        owner = _owner(source)
        owners.setdefault(owner, []).append(name) if owner else others.append(name)
    sections = []
    for owner, names in sorted(owners.items()):
        copyright_file = Path("/usr/share/doc", owner, "copyright")
        said = copyright_file.read_text(encoding="utf-8", errors="replace") if copyright_file.is_file() else ""
        sections.append((f"{owner}: {', '.join(names)}", said or f"See the package {owner} of this system."))
    if others:
        sections.append(("Libraries of the packages above and of Python", "\n".join(others)))
    return sections


def _owner(file: str) -> str:
    """Find the Debian package of a system library; "" if there is none, or no dpkg."""
    if not file.startswith("/") or not shutil.which("dpkg-query"):
        return ""
    real = str(Path(file).resolve())
    names = [real, real[len("/usr") :]] if real.startswith("/usr/") else [real]  # dpkg may know it from before /usr
    asked = subprocess.run(["dpkg-query", "--search", *names], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return asked.stdout.decode("utf-8", "replace").split(":")[0].strip()
