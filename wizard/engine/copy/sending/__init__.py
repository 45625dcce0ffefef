"""The threads that send: their associations and files, their rate and number, and their messages."""
