"""Step 2, Source: read the source folders into the manifest."""

from wizard.engine.source.step import run as run
