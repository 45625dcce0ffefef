"""Run the program against real servers, which the tests start on free ports of 127.0.0.1."""
