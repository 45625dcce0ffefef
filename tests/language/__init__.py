"""The proofs of `wizard.language` and of every sentence of the program."""
