"""Connectors: files and APIs of shops, processors and carriers become our records.

`connectors.open.open_source` is the door; each kind of file has one small module.
"""
