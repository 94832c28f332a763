"""What a buyer's turn came to, as it is kept for measuring: no word of it, and nobody's name."""

from agents.events import Answer
from agents.kit import Kit, ThreadState
from agents.saying import say
from tradewind.measures import Mark
from tradewind.people import Audience


def mark_of(
    kit: Kit, audience: Audience, text: str, answer: Answer, memory: ThreadState
) -> Mark | None:
    """The mark of an answered turn; `memory` is what the thread knows after it. None for staff."""
    if audience != "buyer":
        return None
    said, desk = kit.verdicts.verdict(text), answer.details.get("desk")
    held = isinstance(desk, dict) and desk.get("held") is True
    handed = answer.handover is not None or held
    return Mark.unchecked(
        asked=handed or (not said and _asked(kit, answer)),
        answered=answer.grounded and bool(answer.citations) and answer.asks is None and not handed,
        handed=handed, said=said, proven=bool(memory.verified_order),
        intent=answer.intent or "", language=answer.language,
    )  # fmt: skip


def _asked(kit: Kit, answer: Answer) -> bool:
    """Greetings and thanks have no intent; nor has an order that must be chosen first, or a turn
    that was cut off at its limit."""
    if answer.intent is not None or answer.asks is not None or "stopped" in answer.details:
        return True
    return answer.text.endswith(say(kit, answer.language, "common.which_order"))
