"""Policy as plain functions: no talk, no words, every input an argument."""
