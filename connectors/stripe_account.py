"""A shop's account at Stripe over the official library, its errors as ours."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import stripe

from tradewind.errors import BackendError, RateLimited, ToolFailed

ADDRESS = "https://api.stripe.com"
FILES_ADDRESS = "https://files.stripe.com"
EXPANDED = {"expand": ["charge"]}
"""A dispute comes with its charge, whose metadata may hold the order's number."""


class StripeAccount:
    """One tenant's. `api_key` gives its secret key, None where none is set; `patience` are seconds
    for one request."""

    def __init__(self, address: str, api_key: Callable[[], str | None], patience: float) -> None:
        files = FILES_ADDRESS if address == ADDRESS else address
        self._addresses: Any = {"api": address, "files": files}
        self._api_key = api_key
        self._http = stripe.RequestsClient(timeout=patience)

    def client(self) -> stripe.StripeClient:
        """Raises ToolFailed for a shop without a key."""
        api_key = self._api_key()
        if not api_key:
            raise ToolFailed(
                "no key of Stripe's is set for this shop.",
                "Set it (tradewind hooks set-key stripe) and ask again.",
            )
        return stripe.StripeClient(
            api_key, base_addresses=self._addresses, max_network_retries=0, http_client=self._http
        )

    def dispute(self, id_: str) -> Mapping[str, Any]:
        """The dispute as it stands there. Raises ToolFailed, BackendError."""
        params: Any = EXPANDED
        with telling():
            return self.client().v1.disputes.retrieve(id_, params).to_dict(for_json=True)


@contextmanager
def telling() -> Generator[None]:
    """Stripe's errors as ours. Raises ToolFailed for a refusal, BackendError else."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ToolFailed(
            f"Stripe refuses the shop's key ({error.http_status}).", "Set another."
        ) from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise ToolFailed(f"Stripe refused it: {error.user_message}", "Mend it.") from error
    except stripe.RateLimitError as error:
        raise RateLimited("Stripe asks to slow down.", "Try again in a minute.") from error
    except stripe.StripeError as error:
        told = error.http_status or "no answer"
        raise BackendError(f"Stripe: {told} ({type(error).__name__}).", "Look it up.") from error
