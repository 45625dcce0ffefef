"""The window: six pages over the engine. Workers never touch Tk; see `bridge.py` for how they are heard."""
