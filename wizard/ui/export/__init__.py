"""The page of step 6, Export, and its parts."""
