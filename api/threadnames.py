"""The names that clients give to conversations."""

from tradewind.cards import mask_cards
from tradewind.errors import InvalidInput


def thread_named(name: str) -> str:
    """A thread's name as a client gives it. Raises InvalidInput."""
    if not name or len(name) > 64 or not name.replace("-", "").replace("_", "").isalnum():
        raise InvalidInput(
            f"threadId {name[:80]!r} is not a name.", "Use letters, digits, - and _."
        )
    if mask_cards(name) != name:
        raise InvalidInput("threadId is a card number.", "Use a name of no meaning.")
    return name
