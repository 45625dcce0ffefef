"""Step 1, Discover: find the new PACS, test the connection, and say what its administrator must set up."""

from wizard.engine.discover.step import run as run
