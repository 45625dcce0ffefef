"""Step 3, Check: what a person should know before copying."""

from wizard.engine.check.step import run as run
