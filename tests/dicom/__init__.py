"""Test the DICOM package: files, structures, texts, and associations with a PACS."""
