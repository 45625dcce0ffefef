"""The parts of the window around the six pages, and the base classes of pages and panels."""
