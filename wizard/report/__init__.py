"""Make the report files of a migration from its manifest: tables as CSV, the report as HTML and PDF, audit messages."""
