"""Provide practice mode: a PACS and images of invented patients, inside the program and on this computer only."""
