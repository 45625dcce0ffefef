"""Step 5, Verify: query the new PACS for what it has (C-FIND), and further proof for experts."""

from wizard.engine.verify.step import run as run
