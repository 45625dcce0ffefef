"""Tests of what DICOM is: files, structures, texts, and the conversation with a PACS."""
