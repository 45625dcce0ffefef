"""Queries to a PACS over one association after another, and the queries for one study."""
