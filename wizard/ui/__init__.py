"""The window: six pages over the engine. Only its own thread calls Tk; `shell/bridge.py` carries events to it."""
