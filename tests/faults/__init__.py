"""Servers that misbehave, for the tests of whatever talks to a PACS."""
