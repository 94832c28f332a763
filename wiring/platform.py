"""`open_platform()`: every part opened by its setting and put together."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.assistant import Assistant
from agents.attachments import Attachments
from agents.books import Books
from agents.costs import read_prices
from agents.delivery import Hands
from agents.kit import Kit
from agents.limits import read_limits
from agents.measures.view import Sources
from agents.photos import PhotoRoom, read_photo_rules
from agents.policy import Policy, read_policy
from agents.run import Road
from agents.turns import Shop
from api.doors import Doors
from api.oidc import Provider
from api.rates import Rates, read_rates
from connectors.outside import ByArea, Filer, open_outside
from connectors.stripe_following import read_told
from models.address import is_own
from models.catalog import WeightCatalog, WeightFile
from models.engine import LocalEngine
from models.language import identify
from models.open import open_chat, open_embedding
from models.reranker import HiddenReranker, Probe
from packets.uploads import Uploads
from retrieval.open import open_index
from stores.filings import FilingFolder
from stores.open import open_database
from tools import collect_tools
from tradewind.catalog import Catalog
from tradewind.commerce import Rejected, SourceRow
from tradewind.errors import BackendError, NotFound
from tradewind.orders import OrderPolicy, read_order_policy
from tradewind.people import Tenant
from tradewind.plan import Tier
from tradewind.ports.models import ChatModel, EmbeddingModel, Reranker
from tradewind.ports.outside import Outside
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import Database
from wiring.filing import Packets
from wiring.kit import read_kit
from wiring.packets import open_uploads, stripe_fields
from wiring.settings import NONE, ROOT, Settings
from wiring.storekey import store_key

SAMPLE = "sample"

POLICY = ROOT / "data" / "effects" / "policy.toml"
ORDERS = ROOT / "data" / "orders"
RATES = ROOT / "data" / "limits" / "rates.toml"
DISPUTES = ROOT / "data" / "disputes"
RUN_LIMITS = ROOT / "data" / "limits" / "runs.toml"
PRICES = ROOT / "data" / "models" / "prices.toml"
PROBE = ROOT / "data" / "classifiers" / "reranker.npz"

STRIPE_KEY = "stripe_key"
"""Under what name a tenant's key of Stripe is kept, sealed, beside the secrets of its events."""

SECRET_BYTES = 32
"""Length of the signing key; a shorter file is what a start left that was stopped midway."""


class Platform:
    """The whole house, opened lazily: a command pays only for the parts that it uses."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._indexes: dict[str, SearchIndex] = {}

    @cached_property
    def database(self) -> Database:
        """Raises BackendError when the data folder cannot be made or the store not be opened."""
        make_folder(self.settings.home)
        return open_database(self.settings.database, key=store_key(self.settings))

    @cached_property
    def engine(self) -> LocalEngine:
        return LocalEngine(self.settings.threads)

    @cached_property
    def weights(self) -> WeightCatalog:
        return WeightCatalog.shipped()

    @cached_property
    def embedding(self) -> EmbeddingModel:
        return self._embedding(self.settings.embed)

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog.read(ROOT / "scenarios")

    @cached_property
    def kit(self) -> Kit:
        return read_kit(self.catalog)

    @cached_property
    def policy(self) -> Policy:
        return read_policy(POLICY)

    @cached_property
    def road(self) -> Road:
        features, urls = self.settings.features, self.settings.chats
        chats: dict[Tier, ChatModel] = {tier: self._chat(url) for tier, url in urls.items()}
        own = [chat.name for tier, chat in chats.items() if is_own(urls[tier])]
        listed = (self.settings.prices, PRICES) if self.settings.prices else (PRICES,)
        return Road(
            tools=collect_tools(),
            chats=chats,
            features=None if features == NONE else self._embedding(features),
            off_loop=self.database.remote,
            limits=read_limits(RUN_LIMITS),
            prices=read_prices(*listed, own=own),
            reranker=self._reranker(self.settings.rerank),
        )

    @cached_property
    def assistant(self) -> Assistant:
        return Assistant(self.kit, self.road)

    def tenant(self, tenant_id: str) -> Tenant:
        """The tenant. Raises NotFound."""
        tenant = self.database.tenants().tenant(tenant_id)
        if tenant is None:
            raise NotFound(
                f"there is no shop {tenant_id!r}.", "Import into it first: tradewind import FILE."
            )
        return tenant

    def index(self, tenant_id: str) -> SearchIndex:
        """The tenant's search index, opened once."""
        if tenant_id not in self._indexes:
            self._indexes[tenant_id] = open_index(self.settings.index, tenant_id, self.embedding)
        return self._indexes[tenant_id]

    def shop(self, tenant_id: str) -> Shop:
        """The tenant's handles."""
        return replace(self.stores(tenant_id), search=self.index(tenant_id))

    def stores(self, tenant_id: str) -> Shop:
        """The tenant's handles without its search."""
        return Shop(
            reader=self.database.shop(tenant_id),
            search=None,
            runs=self.database.runs(tenant_id),
            threads=self.database.threads(tenant_id),
            hands=self._hands(tenant_id),
            packets=self._packets(tenant_id),
            predictions=self.database.predictions(tenant_id),
            inbox=self.database.inbox(tenant_id),
            orders=self.order_policy(tenant_id),
            measures=self.database.measures(tenant_id),
            photos=self.photos(tenant_id),
        )

    def sources(self, tenant_id: str) -> Sources:
        """What a tenant's measures are counted from."""
        shop, store = self.stores(tenant_id), self.database.measures(tenant_id)
        return Sources(self.tenant(tenant_id), store, shop.threads, shop.reader, self.secret())

    def order_policy(self, tenant_id: str) -> OrderPolicy:
        """What may be done to the tenant's orders: as shipped, and `<home>/orders/<shop>.toml`."""
        own = self.settings.home / "orders" / f"{tenant_id}.toml"
        named = Path(tenant_id).name == tenant_id and own.is_file()
        return read_order_policy(
            ORDERS / "policy.toml", ORDERS / "markets.toml", own if named else None
        )

    def _packets(self, tenant_id: str) -> Packets:
        """Where the tenant's packets are made."""
        return Packets(
            lambda: self.kit, self.settings.models, self.filings(tenant_id),
            self.database.predictions(tenant_id), lambda: self.attachments(tenant_id),
            lambda: datetime.now(UTC),
        )  # fmt: skip

    def _hands(self, tenant_id: str) -> Hands:
        """What the tenant's effects are done with."""
        tenant = self.database.tenants().tenant(tenant_id)
        return Hands(
            ledger=self.database.ledger(tenant_id), rules=self.database.rules(tenant_id),
            outside=self._outside(tenant_id), policy=self.policy,
            clock=lambda: datetime.now(UTC), timezone=tenant.timezone if tenant else "UTC",
            records=self.database.shop(tenant_id),
            books=Books(self.road.tools, self.database.shop(tenant_id)),
        )  # fmt: skip

    def _outside(self, tenant_id: str) -> Outside:
        """Where the tenant's effects land: evidence of disputes by its own setting, where one is
        set."""
        ours = self.settings
        rest = open_outside(ours.outside, tenant_id)
        if not ours.disputes:
            return rest
        filer = Filer(
            api_key=lambda: self.stripe_key(tenant_id), filings=self.filings(tenant_id),
            fields=stripe_fields(), tell=lambda told: self.hear(tenant_id, told),
        )  # fmt: skip
        return ByArea("disputes", open_outside(ours.disputes, tenant_id, filer), rest)

    def stripe_key(self, tenant_id: str) -> str | None:
        """The shop's secret key at Stripe; None where none is set."""
        return self.database.hooks(tenant_id).secret(STRIPE_KEY)

    def hear(self, tenant_id: str, told: Mapping[str, Any]) -> None:
        """Write what Stripe tells of a dispute into the shop's records.

        Raises BackendError for what cannot be read or written.
        """
        rows = read_told(told, datetime.now(UTC))
        refused = [row for row in rows if isinstance(row, Rejected)]
        if refused:
            first = refused[0]
            raise BackendError(f"Stripe's dispute {told.get('id')}: {first.field}: {first.reason}.")
        self.database.shop(tenant_id).put(row for row in rows if isinstance(row, SourceRow))

    def filings(self, tenant_id: str) -> FilingFolder:
        """The tenant's packets as they were put to people."""
        folder = self.settings.home / "filings"
        return FilingFolder(folder, tenant_id, store_key(self.settings))

    @cached_property
    def _uploads(self) -> Uploads:
        return open_uploads()

    def attachments(self, tenant_id: str) -> Attachments:
        """The files of the tenant's disputes."""
        return Attachments(
            self.database.uploads(tenant_id), self.database.shop(tenant_id), self._uploads,
            self.kit.rules.uploads, _language_of,
        )  # fmt: skip

    def photos(self, tenant_id: str) -> PhotoRoom:
        """What buyers of the tenant sent of their orders."""
        rules = read_photo_rules(ORDERS / "photos.toml")
        return PhotoRoom(self.database.uploads(tenant_id), lambda: self._uploads, rules)

    def doors(self, default_tenant: str = SAMPLE) -> Doors:
        """What the HTTP floor needs."""
        shops: dict[str, Shop] = {}

        def shop(tenant_id: str) -> Shop:
            return shops.get(tenant_id) or shops.setdefault(tenant_id, self.shop(tenant_id))

        return Doors(
            assistant=self.assistant,
            catalog=self.catalog,
            tenant=self.tenant,
            shop=shop,
            ready=self._ready(default_tenant),
            web=ROOT / "web" / "dist",
            media=ROOT / "data" / "sample" / "images",
            secret=self.secret(),
            default_tenant=default_tenant,
            reader=self.database.shop,
            store=self.database.shop,
            attachments=self.attachments,
            photos=self.photos,
            hooks=self.database.hooks,
            people=self.database.people,
            entrance=self.database.entrance(),
            rates=Rates(read_rates(RATES), self.database.rates()),
            provider=self._provider(),
            remote=self.database.remote,
        )

    def _provider(self) -> Provider | None:
        """Who vouches for our people, where one is set."""
        ours = self.settings
        if not ours.oidc_issuer:
            return None
        return Provider(
            issuer=ours.oidc_issuer, client_id=ours.oidc_client, client_secret=ours.oidc_secret
        )

    def needed_weights(self) -> list[WeightFile]:
        """The weight files that the settings name."""
        urls = [
            *self.settings.chats.values(),
            self.settings.embed,
            self.settings.features,
            self.settings.rerank,
        ]
        names: dict[str, None] = {}
        for scheme, _, rest in (url.partition(":") for url in urls):
            if scheme == "minilm":
                names |= dict.fromkeys(("minilm-l6-v2-int8", "minilm-l6-v2-tokenizer"))
            elif scheme in ("local", "hidden", "last") and rest in self.weights:
                names[rest] = None
        return [self.weights[name] for name in names]

    def secret(self) -> bytes:
        """The installation's signing key, made at the first start, readable by its owner.

        Raises BackendError when it cannot be read or made.
        """
        path = self.settings.home / "secret"
        make_folder(self.settings.home)
        try:
            if not path.exists() or path.stat().st_size < SECRET_BYTES:
                path.touch(mode=0o600)
                path.write_bytes(secrets.token_bytes(SECRET_BYTES))
            return path.read_bytes()
        except OSError as error:
            raise BackendError(
                f"{path} cannot be read or made: {error.strerror}.", "Set TRADEWIND_HOME elsewhere."
            ) from error

    def chat(self, url: str) -> ChatModel:
        """A chat model by its URL, as the settings name them. Raises SpecError."""
        return self._chat(url)

    def close(self) -> None:
        """Close what was opened."""
        for index in self._indexes.values():
            index.close()
        if "database" in self.__dict__:
            self.database.close()
        if "engine" in self.__dict__:
            self.engine.close()

    def _chat(self, url: str) -> ChatModel:
        return open_chat(
            url, self.weights, self.settings.models, self.engine,
            api_key=self.settings.api_key.get_secret_value(),
            trusted_languages=self.settings.trusted,
        )  # fmt: skip

    def _embedding(self, url: str) -> EmbeddingModel:
        return open_embedding(
            url, self.weights, self.settings.models, self.engine,
            api_key=self.settings.api_key.get_secret_value(),
        )  # fmt: skip

    def _reranker(self, url: str) -> Reranker | None:
        if url == NONE:
            return None
        return HiddenReranker(self.embedding, self._embedding(url), Probe.read(PROBE))

    def _ready(self, tenant_id: str) -> Callable[[], list[str]]:
        def missing() -> list[str]:
            if self.database.tenants().tenant(tenant_id) is None:
                return [f"shop {tenant_id!r}"]
            return []

        return missing


def _language_of(text: str) -> str:
    """English for a text that tells no language."""
    language, _ = identify(text) if text else ("en", 1.0)
    return "en" if language == "unknown" else language


def make_folder(path: Path) -> None:
    """Make a folder. Raises BackendError with the remedy."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackendError(
            f"the folder {path} cannot be made: {error.strerror}.", "Set TRADEWIND_HOME elsewhere."
        ) from error


def open_platform(settings: Settings) -> Platform:
    """The platform for these settings; nothing is opened until it is used."""
    return Platform(settings)
