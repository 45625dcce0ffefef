"""Step 6, Export: write the report files."""

from wizard.engine.export.step import run as run
