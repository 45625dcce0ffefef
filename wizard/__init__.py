"""DICOM PACS Migrator: copies the images of an old PACS to a new one, and proves that they arrived."""

__version__ = "0.1.0"
