"""Where an OpenAI-compatible endpoint is: `openai+https://host/v1#model`."""

from ipaddress import ip_address
from typing import Literal
from urllib.parse import parse_qs, urlsplit, urlunsplit

from tradewind.base import Record
from tradewind.errors import SpecError

GrammarField = Literal["vllm", "llama.cpp", "none"]
_EXAMPLE = "Write openai+http://127.0.0.1:8000/v1#model-name."


class Endpoint(Record):
    """`grammar` says in which field the server takes a GBNF grammar, if it does."""

    url: str
    model: str
    grammar: GrammarField = "vllm"

    @classmethod
    def parse(cls, text: str) -> "Endpoint":
        """Read `openai+http(s)://host[:port]/path#model`, or `?model=...&grammar=llama.cpp`.

        Raises SpecError for another scheme, no host, no model, or a password in the address.
        """
        parts = urlsplit(text)
        scheme = parts.scheme.removeprefix("openai+")
        query = parse_qs(parts.query)
        model = parts.fragment or query.get("model", [""])[0]
        grammar = query.get("grammar", ["vllm"])[0]
        if not parts.scheme.startswith("openai+") or scheme not in ("http", "https"):
            raise SpecError(f"model address {parts.scheme}: is no endpoint", _EXAMPLE)
        if parts.username or parts.password:
            raise SpecError("a model address must hold no password", "Set the API key instead.")
        if not parts.hostname or not model:
            raise SpecError(f"model address {text!r} names no host or no model", _EXAMPLE)
        url = urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        return cls(url=url, model=model, grammar=_grammar(grammar))


def is_own(url: str) -> bool:
    """Whether a model runs on a machine of one's own, where nobody is paid by the token: in this
    process, or behind an address that leads nowhere else."""
    if not url.startswith("openai+"):
        return True
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _grammar(text: str) -> GrammarField:
    match text:
        case "vllm" | "llama.cpp" | "none":
            return text
        case _:
            raise SpecError(f"grammar {text!r} is unknown", "Use vllm, llama.cpp or none.")
