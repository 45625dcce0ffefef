"""Queries to a PACS over one association after another, and those about the instances of one study."""
