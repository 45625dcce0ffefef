"""Step 4, Copy: send what is chosen (C-STORE) and write down every answer."""

from wizard.engine.copy.step import run as run
