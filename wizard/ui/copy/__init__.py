"""The page of step 4, Copy, and its parts."""
