"""Evidence of a dispute filed at Stripe: staged as often as one likes, submitted once and for good.

docs.stripe.com/api/disputes/update, /files/create, /idempotent_requests. The effect's id is the
idempotency key there, and a mark in the dispute's metadata, which outlives the 24 hours for which
Stripe keeps keys: by the mark it is known what was done.
"""

import time
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import stripe
from pydantic import JsonValue

from connectors.stripe_account import EXPANDED, StripeAccount, telling
from tradewind.errors import BackendError, ToolFailed
from tradewind.ports.filing import FiledFile, Filing, Filings
from tradewind.ports.outside import Receipt

STAGE, SUBMIT = "disputes.stage", "disputes.submit"
LATEST = "tradewind_effect"
"""Metadata: the last effect that wrote the evidence. Each effect has its own mark beside it."""
PATIENCE, UPLOADING = 20.0, 45.0
"""Seconds for one request, and after which no further file is sent: together below the policy's
`send_seconds`."""
OBJECTS = ("enhanced_evidence",)
"""Fields that take an object: Visa's Compelling Evidence 3.0."""
_OPEN = frozenset(("needs_response", "warning_needs_response"))
Tell = Callable[[Mapping[str, Any]], None]
"""Is told the dispute whenever Stripe shows it."""


def _unheard(_: Mapping[str, Any]) -> None:
    """Nobody follows."""


class StripeFiling:
    """Outside for the two tools that file evidence, for one tenant's account.

    `api_key` gives the tenant's secret key, None where none is set. `fields` are those of Stripe's
    evidence that take a text or a file: one that a filing leaves out is emptied there, so that
    nothing is submitted that nobody approved. `tell` hears of the dispute as Stripe shows it.
    """

    def __init__(
        self, address: str, api_key: Callable[[], str | None], filings: Filings,
        fields: tuple[str, ...], patience: float = PATIENCE, tell: Tell = _unheard,
    ) -> None:  # fmt: skip
        self._account = StripeAccount(address, api_key, patience)
        self._filings = filings
        self._fields = fields
        self._tell = tell

    @property
    def keyed(self) -> bool:
        return True

    @property
    def asked(self) -> bool:
        return True

    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        """Stage or submit the packet. Raises ToolFailed where nothing was done and never will be,
        BackendError when nobody knows."""
        if tool not in (STAGE, SUBMIT):
            raise ToolFailed(f"{tool} is not done at Stripe.", "Connect its own system.")
        filing = self._filing(arguments)
        with telling():
            client = self._account.client()
            files = self._upload(client, filing)
            empty = dict.fromkeys((*self._fields, *OBJECTS), "")
            params: Any = {
                "evidence": empty | filing.texts | filing.objects | files,
                "metadata": {LATEST: key, _mark(key): f"{tool} {filing.digest}"},
                "submit": tool == SUBMIT, **EXPANDED,
            }  # fmt: skip
            dispute = client.v1.disputes.update(filing.dispute_id, params, _options(key))
        told = dispute.to_dict(for_json=True)
        self._tell(told)
        return _receipt(key, told, filing)

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        """What the dispute says of a key; of erased arguments, the newest disputes are looked
        through for its mark. Raises BackendError where Stripe does not answer, or the dispute was
        submitted and bears no mark of ours."""
        id_, packet = arguments.get("dispute_id"), arguments.get("packet")
        try:
            told = self._account.dispute(str(id_)) if id_ else self._marked(key)
        except ToolFailed as error:
            raise BackendError(error.message, error.hint) from error
        self._tell(told)
        if _mark(key) in told["metadata"]:
            return _receipt(key, told, self._filings.filing(str(packet)) if packet else None)
        if told["status"] not in _OPEN or told["evidence_details"]["submission_count"]:
            raise BackendError(
                f"dispute {told['id']} is {told['status']} and does not tell by whom.",
                "Look it up in Stripe's dashboard.",
            )
        return None

    def _marked(self, key: str) -> Mapping[str, Any]:
        """The dispute that bears the mark. Raises BackendError where none of the newest does."""
        with telling():
            newest = self._account.client().v1.disputes.list({"limit": 100}).data
        told = [dispute.to_dict(for_json=True) for dispute in newest]
        for dispute in told:
            if _mark(key) in dispute["metadata"]:
                return dispute
        raise BackendError(
            f"none of the newest disputes bears the mark of {key}.", "Look in Stripe's dashboard."
        )

    def _filing(self, arguments: Mapping[str, JsonValue]) -> Filing:
        """The packet as it was approved. Raises ToolFailed for one that is not there or another."""
        asked, dispute = str(arguments["packet"]), str(arguments["dispute_id"])
        filing = self._filings.filing(asked)
        if filing is None:
            raise ToolFailed(f"there is no packet {asked}.", "Make it again.")
        if filing.digest != asked or filing.dispute_id != dispute:
            raise ToolFailed(f"packet {asked} is not that of dispute {dispute}.", "Make it again.")
        return filing

    def _upload(self, client: stripe.StripeClient, filing: Filing) -> dict[str, str]:
        """File ids by field; the same file of the same packet is uploaded once a day."""
        begun = time.monotonic()
        found: dict[str, str] = {}
        for file in filing.files:
            if time.monotonic() - begun > UPLOADING:
                raise BackendError("uploading takes too long.", "Try again: it goes on there.")
            key = f"file_{filing.digest[:32]}_{file.field}"
            found[file.field] = _created(client, file, key)
        return found


def _created(client: stripe.StripeClient, file: FiledFile, key: str) -> str:
    """The file's id there. Stripe gives a 500 again under its key for a day: a file that nobody
    refers to harms nobody, so it is sent once more under another."""
    try:
        return client.v1.files.create(_upload_of(file), _options(key)).id
    except stripe.APIError as error:
        if (error.http_status or 0) < 500:
            raise
        return client.v1.files.create(_upload_of(file), _options(f"{key}_2")).id


def _upload_of(file: FiledFile) -> Any:
    return {"purpose": "dispute_evidence", "file": _named(file)}


def _named(file: FiledFile) -> BytesIO:
    content = BytesIO(file.content)
    content.name = file.name
    return content


def _options(key: str) -> Any:
    return {"idempotency_key": key}


def _mark(key: str) -> str:
    """An effect's own entry in the metadata, where names have 40 characters at most."""
    return f"tradewind_{key}"[:40]


def _receipt(key: str, dispute: Mapping[str, Any], filing: Filing | None) -> Receipt:
    """How the dispute stands. `packet` is the digest that was written, "altered" where the texts
    there are not the packet's any more though nobody of ours wrote since."""
    metadata, details = dispute["metadata"], dispute["evidence_details"]
    packet = metadata.get(_mark(key), "").rpartition(" ")[2]
    if filing and metadata.get(LATEST) == key and not _as_written(dispute["evidence"], filing):
        packet = "altered"
    state: dict[str, JsonValue] = {
        "dispute_id": dispute["id"], "packet": packet, "status": dispute["status"],
        "submissions": details["submission_count"], "due_by": details["due_by"],
        **_programmes(details),
    }  # fmt: skip
    return Receipt(id=f"{dispute['id']}/{key}", state=state)


def _programmes(details: Mapping[str, Any]) -> dict[str, JsonValue]:
    """What Stripe says of the networks' programmes, such as Compelling Evidence 3.0."""
    told = details.get("enhanced_eligibility") or {}
    return {name: programme["status"] for name, programme in told.items() if programme}


def _as_written(evidence: Mapping[str, Any], filing: Filing) -> bool:
    texts = all((evidence.get(k) or "").strip() == v.strip() for k, v in filing.texts.items())
    objects = all(_holds(evidence.get(k), v) for k, v in filing.objects.items())
    return texts and objects and all(evidence.get(file.field) for file in filing.files)


def _holds(there: Any, written: JsonValue) -> bool:
    """Whether all that was written is there; what Stripe adds (empty fields) is its own."""
    if isinstance(written, dict):
        return isinstance(there, dict) and all(_holds(there.get(k), v) for k, v in written.items())
    if isinstance(written, list):
        alike = isinstance(there, list) and len(there) == len(written)
        return alike and all(map(_holds, there, written))
    return str(there if there is not None else "").strip() == str(written).strip()
