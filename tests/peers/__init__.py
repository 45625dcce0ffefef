"""Real servers, started by the tests on free ports of 127.0.0.1, and the program run against them."""
