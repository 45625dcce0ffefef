"""The only place that opens source files: the walk, paths, availability, reading, and the guard against any change."""
