"""The page of step 5, Verify, and its parts."""
