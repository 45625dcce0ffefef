"""Test the report in a real browser: it loads nothing, reports no error, and shows every alphabet."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests import find_tool
from tests.report.private import private
from wizard.report import html
from wizard.report.edition import Edition

# Requests of the browser to its vendor; no name is resolved, so that nothing leaves this computer.
_ITS_OWN = re.compile(r"https?://([\w-]+\.)*(google|googleapis|gvt1)\.com[:/]|chrome|about:|data:|devtools:")


@pytest.mark.slow
@pytest.mark.browser
def test_the_report_asks_for_nothing_and_the_console_stays_empty(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    with private(tmp_path / "m.sqlite") as sample:
        report.write_text("".join(html.report(sample.manifest, Edition())), "utf-8")
    asked, said, document = opened(report, tmp_path)
    assert asked == set()
    assert "CONSOLE" not in said
    assert "Migration report" in document


@pytest.mark.slow
@pytest.mark.browser
def test_a_document_that_loads_something_would_be_caught(tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text("<script>console.log(1)</script><img src='http://elsewhere.invalid/x.png'>", "utf-8")
    asked, said, _ = opened(other, tmp_path)
    assert "http://elsewhere.invalid/x.png" in asked
    assert "CONSOLE" in said


def opened(file: Path, folder: Path) -> tuple[set[str], str, str]:
    """Open a file in the browser; return its requests, its messages, and the resulting document."""
    browser = find_tool("chromium")
    assert browser
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    options += ["--disable-background-networking", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND"]
    options += [f"--log-net-log={folder / 'net.json'}", "--enable-logging=stderr", "--v=0"]
    command = [browser, *options, "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, check=True, timeout=100)
    events = json.loads((folder / "net.json").read_text("utf-8"))["events"]
    asked = {url for event in events for url in re.findall(r"'url': '([^']+)'", str(event.get("params", {})))}
    said, document = (output.decode("utf-8", "replace") for output in (done.stderr, done.stdout))
    return {url for url in asked if not _ITS_OWN.match(url)}, said, document
