"""The only place that opens source files: the walk, paths, reading one file, and the guard against any change."""
