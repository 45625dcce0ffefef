"""Read DICOM files and talk to a PACS. The package imports no manifest, no engine and no window."""
