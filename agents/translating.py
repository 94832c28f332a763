"""A buyer's text in English, for searching only: never for what is said."""

from agents.kit import Kit
from agents.run import Run
from tradewind.errors import BackendError
from tradewind.ports.models import ChatMessage, ChatRequest


async def translate(run: Run, kit: Kit, text: str) -> str:
    """The message in English, for searching only; empty when no model can do it."""
    prompt = kit.prompts.render(run.prompt("service/translate@1"))
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=text[:600]),
    )
    try:
        completion = await run.complete("base", ChatRequest(messages=messages, max_tokens=120))
    except BackendError as error:
        run.go_without("translation", error)
        return ""
    if completion is None:
        return ""
    if completion.finish != "stop":
        run.go_without("translation", f"the answer ended by {completion.finish!r}")
        return ""
    return completion.text.strip()
