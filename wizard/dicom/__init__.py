"""What DICOM is. Knows no manifest, no engine and no window."""
