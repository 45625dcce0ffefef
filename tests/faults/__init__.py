"""Run servers that misbehave, for the tests of all parts that talk to a PACS."""
