"""The papers of a migration, made from its manifest: ledger and studies as CSV, the report as HTML."""
