"""One finding of a manifest."""

from __future__ import annotations

from wizard.engine.check import findings
from wizard.engine.check.findings import Finding
from wizard.manifest.manifest import Manifest


def finding(manifest: Manifest, code: str) -> Finding:
    (found,) = [found for found in findings.read(manifest) if found.code == code]
    return found
