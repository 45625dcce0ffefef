"""Provide practice mode: a PACS and images of invented patients, inside the program and on this computer only."""

#: The implementation version name of the practice PACS (PS3.7 D.3.3.2): a migration to it is marked as practice.
ANNOUNCED = "PRACTICE_PACS"
