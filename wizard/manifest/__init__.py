"""The manifest: the SQLite file of one migration. Knows no network and no window."""
