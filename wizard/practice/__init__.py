"""Practice: a PACS and an archive of invented patients, inside the program and on this computer only."""
