"""The page of step 1, Discover, and its parts."""
