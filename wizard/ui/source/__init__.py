"""The page of step 2, Source, and its parts."""
