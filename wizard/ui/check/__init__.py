"""The page of step 3, Check, and its parts."""
