"""Records, errors, ports and the `@tool` decorator: what a third party needs to write a tool.

This package imports pydantic and the standard library, nothing else.
"""

__version__ = "0.1.0"
