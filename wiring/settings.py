"""Settings from the environment; the only place that reads it.

TRADEWIND_HOME            data folder (default: the user's data folder)
TRADEWIND_MODELS          folder of weight files (default: the user's cache folder)
TRADEWIND_DATABASE        sqlite:///PATH or postgresql://USER@HOST/NAME
TRADEWIND_INDEX           edge:FOLDER or http://HOST:6333
TRADEWIND_MODEL_<TIER>    chat model of a tier (small, base, large, vision, image) by URL
TRADEWIND_MODEL_EMBED     embedding model by URL
TRADEWIND_MODEL_FEATURES  the classifier's features; `none:` uses n-grams alone
TRADEWIND_MODEL_RERANK    what tells whether a passage answers: last:NAME, or `none:`
TRADEWIND_TRUSTED         languages in which endpoint models may word answers, by commas
TRADEWIND_DISPUTES        where evidence of disputes is filed: stripe: (default: as all effects)
TRADEWIND_KEY             the store's key, 32 bytes in base64 (default: a file in the data folder)
TRADEWIND_API_KEY         key of the endpoints
TRADEWIND_PRICES          a price list of one's own, read before data/models/prices.toml
TRADEWIND_THREADS         processor threads of the local model
TRADEWIND_OIDC_ISSUER     OpenID Connect provider that signs staff in, by its issuer URL
TRADEWIND_OIDC_CLIENT_ID, TRADEWIND_OIDC_CLIENT_SECRET   as whom we ask it
"""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import platformdirs
from pydantic import SecretStr

from tradewind.base import Record
from tradewind.errors import SpecError
from tradewind.plan import Tier

ROOT = Path(__file__).resolve().parent.parent
"""The repository: scenarios, prompts, data and web build lie below it."""

LOCAL = "qwen2.5-coder-1.5b-instruct"
NONE = "none:"


class Settings(Record):
    """Where everything is. `chats` maps a tier to its model's URL."""

    home: Path
    models: Path
    database: str
    index: str
    chats: dict[Tier, str]
    embed: str
    features: str
    rerank: str
    outside: str
    disputes: str = ""
    trusted: frozenset[str] | None = None
    api_key: SecretStr = SecretStr("")
    key: SecretStr = SecretStr("")
    prices: Path | None = None
    threads: int | None = None
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: SecretStr = SecretStr("")

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the environment. Raises SpecError for a value that is none."""
        home = Path(environ.get("TRADEWIND_HOME") or platformdirs.user_data_path("tradewind"))
        home = home.expanduser()
        cache = platformdirs.user_cache_path("tradewind") / "models"
        chats = {
            tier: environ.get(f"TRADEWIND_MODEL_{tier.upper()}", "") for tier in get_args(Tier)
        }
        chats["base"] = chats["base"] or f"local:{LOCAL}"
        embed = chats.pop("embed") or "minilm:"
        return cls(
            home=home,
            models=Path(environ.get("TRADEWIND_MODELS") or cache).expanduser(),
            database=environ.get("TRADEWIND_DATABASE") or f"sqlite:///{home / 'tradewind.db'}",
            index=environ.get("TRADEWIND_INDEX") or f"edge:{home / 'index'}",
            chats={tier: url for tier, url in chats.items() if url and url != NONE},
            embed=embed,
            features=environ.get("TRADEWIND_MODEL_FEATURES") or _of_local(chats["base"], "hidden"),
            rerank=environ.get("TRADEWIND_MODEL_RERANK") or _of_local(chats["base"], "last"),
            outside=environ.get("TRADEWIND_OUTSIDE") or f"sandbox:{home / 'sandbox.db'}",
            disputes=environ.get("TRADEWIND_DISPUTES", ""),
            trusted=_words(environ.get("TRADEWIND_TRUSTED")),
            api_key=SecretStr(environ.get("TRADEWIND_API_KEY", "")),
            key=SecretStr(environ.get("TRADEWIND_KEY", "")),
            prices=_file(environ.get("TRADEWIND_PRICES")),
            threads=_count("TRADEWIND_THREADS", environ.get("TRADEWIND_THREADS")),
            oidc_issuer=_issuer(environ),
            oidc_client=environ.get("TRADEWIND_OIDC_CLIENT_ID", ""),
            oidc_secret=SecretStr(environ.get("TRADEWIND_OIDC_CLIENT_SECRET", "")),
        )


def _issuer(environ: Mapping[str, str]) -> str:
    """The provider's URL. Raises SpecError for one that others could listen in on or that lacks
    its client."""
    issuer = environ.get("TRADEWIND_OIDC_ISSUER", "")
    if not issuer:
        return ""
    where = urlsplit(issuer)
    local = where.scheme == "http" and where.hostname in ("127.0.0.1", "::1", "localhost")
    if not where.hostname or not (where.scheme == "https" or local):
        raise SpecError(f"TRADEWIND_OIDC_ISSUER={issuer!r} is no https URL.", "Write one.")
    for name in ("TRADEWIND_OIDC_CLIENT_ID", "TRADEWIND_OIDC_CLIENT_SECRET"):
        if not environ.get(name):
            raise SpecError(f"TRADEWIND_OIDC_ISSUER needs {name}.", "Set what the provider gave.")
    return issuer


def _of_local(base: str, states: str) -> str:
    """The local model's states, where that is the base; else none."""
    return f"{states}:{LOCAL}" if base == f"local:{LOCAL}" else NONE


def _words(value: str | None) -> frozenset[str] | None:
    return None if value is None else frozenset(word.strip() for word in value.split(",") if word)


def _file(value: str | None) -> Path | None:
    return Path(value).expanduser() if value else None


def _count(name: str, value: str | None) -> int | None:
    if not value:
        return None
    if not value.isdigit() or int(value) < 1:
        raise SpecError(f"{name}={value!r} is no number of threads.", "Write 1 or more.")
    return int(value)
