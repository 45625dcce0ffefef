"""The window around the six pages, and what each page and panel has."""
