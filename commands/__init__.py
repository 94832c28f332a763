"""The command line's commands, a group a file; `cli.py` puts them together."""
