"""A buyer's text in English, for searching only: never for what is said."""

from agents.kit import Kit
from agents.run import Run
from tradewind.errors import BackendError
from tradewind.ports.models import ChatMessage, ChatRequest


async def translate(run: Run, kit: Kit, text: str, language: str) -> str:
    """The message in English, for searching only; where no model can do it, the words of goods in
    it that are known."""
    terms = kit.glossary.find(text, language)
    known = ", ".join(english for _, english in terms)
    prompt = kit.prompts.render(run.prompt("service/translate@2"), terms=terms)
    messages = (
        ChatMessage(role="system", content=prompt),
        ChatMessage(role="user", content=text[:600]),
    )
    try:
        completion = await run.complete("base", ChatRequest(messages=messages, max_tokens=120))
    except BackendError as error:
        run.go_without("translation", error)
        return known
    if completion is None:
        return known
    if completion.finish != "stop":
        run.go_without("translation", f"the answer ended by {completion.finish!r}")
        return known
    return completion.text.strip() or known
