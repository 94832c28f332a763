"""Stripe's API for disputes and files, served on loopback: what filing evidence meets there.

By docs.stripe.com/api (disputes, files, idempotent requests, errors). A key is kept for 24 hours:
the same request under it gets the first answer again, another one 400 `idempotency_error`. What
fails before it is carried out is not kept. Submitted evidence is final.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import pytest
import stripe_ce3

SHAPES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "connectors/fixtures/stripe_objects.json").read_text(encoding="utf-8")
)
Fault = Literal["silent_after", "error_after", "error_before", "lock_timeout", "too_many"]
"""`…_after`: it was carried out, and the answer is lost or says 500."""
Object = dict[str, Any]

KEPT = timedelta(hours=24)
TEXT, COMBINED, FILES = 20_000, 150_000, 4_500_000
FILE_FIELDS = frozenset((
    "cancellation_policy", "customer_communication", "customer_signature",
    "duplicate_charge_documentation", "receipt", "refund_policy", "service_documentation",
    "shipping_documentation", "uncategorized_file",
))  # fmt: skip
OPEN = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
KNOWN = frozenset(("evidence", "metadata", "submit", "expand"))


class Refused(Exception):
    """An error as Stripe words it."""

    def __init__(self, status: int, message: str, type: str = "invalid_request_error",
                 code: str | None = None, param: str | None = None) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        error = {"type": type, "message": message, "code": code, "param": param}
        self.body = {"error": {k: v for k, v in error.items() if v}}


@dataclass
class Kept:
    """What was asked and answered under a key; `answer` None while it is being carried out."""

    asked: str
    at: datetime
    answer: tuple[int, Object] | None = None


@dataclass
class Account:
    """One merchant's disputes and files; `writes` and `uploads` count what was carried out."""

    disputes: dict[str, Object] = field(default_factory=dict[str, Object])
    files: dict[str, Object] = field(default_factory=dict[str, Object])
    keys: dict[str, Kept] = field(default_factory=dict[str, Kept])
    writes: list[str] = field(default_factory=list[str])
    submissions: list[str] = field(default_factory=list[str])
    uploads: int = 0


class StandIn:
    """The state of it, and its switches. `now` is its clock, `faults` are given out in turn."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.faults: list[tuple[str, Fault]] = []
        self.now = datetime.now(UTC)
        self.seen: list[Mapping[str, str]] = []
        self.url = ""
        self._lock = threading.Lock()

    def account(self, api_key: str) -> Account:
        return self.accounts.setdefault(api_key, Account())

    def open_dispute(self, api_key: str, id_: str, **changes: Any) -> Object:
        """A dispute that waits for a response, due in a week."""
        made: Object = deepcopy(SHAPES["dispute"])
        made |= {"id": id_, "status": "needs_response", "metadata": {}} | changes
        due = int((self.now + timedelta(days=7)).timestamp())
        made["evidence_details"] |= {"due_by": due, "past_due": False}
        self.account(api_key).disputes[id_] = made
        return made

    def spoil(self, kind: Literal["disputes", "files"], *faults: Fault) -> None:
        """The next requests of this kind that write go wrong."""
        self.faults += [(kind, fault) for fault in faults]

    # ---- carrying out

    def fault(self, kind: str) -> Fault | None:
        with self._lock:
            for place, (of, fault) in enumerate(self.faults):
                if of == kind:
                    del self.faults[place]
                    return fault
        return None

    def write(self, account: Account, key: str | None, path: str, params: Object,
              fault: Fault | None) -> tuple[int, Object]:  # fmt: skip
        """Carry a POST out, once for a key."""
        told = json.dumps([path, params], sort_keys=True, default=_digest)
        with self._lock:
            if key and (kept := self._kept(account, key, told)):
                return kept
            if key:
                account.keys[key] = Kept(told, self.now)
        try:
            with self._lock:
                answer = 200, deepcopy(self._carried_out(account, path, params))
        except Refused:
            account.keys.pop(key or "", None)
            raise
        if fault == "error_after":
            answer = 500, Refused(500, "Something went wrong.", "api_error").body
        if key:
            account.keys[key].answer = answer
        return answer

    def _kept(self, account: Account, key: str, told: str) -> tuple[int, Object] | None:
        kept = account.keys.get(key)
        if kept is None or self.now - kept.at >= KEPT:
            return None
        if kept.asked != told:
            raise Refused(400, "Keys can only be used with the same parameters.",
                          "idempotency_error")  # fmt: skip
        if kept.answer is None:
            raise Refused(409, "A request with this key is under way.",
                          code="idempotency_key_in_use")  # fmt: skip
        return kept.answer

    def _carried_out(self, account: Account, path: str, params: Object) -> Object:
        if path == "/v1/files":
            return _upload(account, params)
        dispute = _found(account.disputes, path.rsplit("/", 1)[1], "dispute")
        self._update(account, dispute, params)
        return dispute

    def _update(self, account: Account, dispute: Object, params: Object) -> None:
        unknown = params.keys() - KNOWN
        if unknown:
            raise _unknown(min(unknown))
        evidence = params.get("evidence", {})
        merged = _merged(account, dispute["evidence"], evidence)
        details = dispute["evidence_details"]
        if evidence or params.get("submit", "true") == "true":
            if dispute["status"] not in OPEN:
                raise Refused(400, "This dispute's evidence was submitted or is closed.")
            if self.now.timestamp() > details["due_by"]:
                details["past_due"] = True
                raise Refused(400, "The deadline to submit evidence has passed.")
        for name, value in params.get("metadata", {}).items():
            dispute["metadata"] |= {name: value}
            if not value:
                del dispute["metadata"][name]
        dispute["evidence"] = merged
        details["has_evidence"] = any(merged.values())
        if merged["enhanced_evidence"]:
            details["enhanced_eligibility"] = stripe_ce3.QUALIFIED
        account.writes.append(dispute["id"])
        if params.get("submit", "true") == "true":
            dispute["status"] = OPEN[dispute["status"]]
            details["submission_count"] += 1
            account.submissions.append(dispute["id"])

    def settle(self, api_key: str, id_: str, outcome: Literal["won", "lost"]) -> None:
        """The issuer has decided."""
        self.account(api_key).disputes[id_]["status"] = outcome


def _digest(value: object) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def _unknown(name: str) -> Refused:
    return Refused(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def _found(where: Mapping[str, Object], id_: str, what: str) -> Object:
    if id_ not in where:
        raise Refused(404, f"No such {what}: '{id_}'", code="resource_missing", param="id")
    return where[id_]


def _merged(account: Account, before: Object, given: Object) -> Object:
    for name, value in given.items():
        if name not in before:
            raise _unknown(f"evidence[{name}]")
        if name in FILE_FIELDS and value:
            _found(account.files, value, "file")
        elif name == "enhanced_evidence":
            if wrong := stripe_ce3.unknown_in(value):
                raise _unknown(wrong)
        elif len(value) > TEXT:
            raise Refused(400, f"{name} is longer than {TEXT} characters.", param=name)
    merged = before | {name: value or None for name, value in given.items()}
    if "enhanced_evidence" in given:
        merged["enhanced_evidence"] = stripe_ce3.shown(given["enhanced_evidence"])
    texts = [v for k, v in merged.items() if isinstance(v, str) and k not in FILE_FIELDS]
    if sum(map(len, texts)) > COMBINED:
        raise Refused(400, f"The evidence is longer than {COMBINED} characters.")
    files = [account.files[v]["size"] for k, v in merged.items() if k in FILE_FIELDS and v]
    if sum(files) > FILES:
        raise Refused(400, f"The files are larger than {FILES} bytes.")
    return merged


def _upload(account: Account, params: Object) -> Object:
    if params.get("purpose") != "dispute_evidence" or "file" not in params:
        raise Refused(400, "A file with purpose dispute_evidence is needed.", param="purpose")
    content: bytes = params["file"]
    kinds = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
    kind = next((name for start, name in kinds.items() if content.startswith(start)), None)
    if kind is None:
        raise Refused(400, "File for this purpose must be pdf, png or jpg.", param="file")
    account.uploads += 1
    id_ = f"file_{account.uploads}"
    made = {"id": id_, "object": "file", "purpose": "dispute_evidence", "type": kind,
            "size": len(content), "filename": params["filename"], "created": 0}  # fmt: skip
    account.files[id_] = made
    return made


# ---- over HTTP


def nested(pairs: list[tuple[str, str]]) -> Object:
    """`a[b]=c` as a mapping in a mapping."""
    found: Object = {}
    for name, value in pairs:
        *path, last = name.replace("]", "").split("[")
        place = found
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    """What was told as a[0], a[1] as a list."""
    if not isinstance(value, dict):
        return value
    held = {name: _listed(inner) for name, inner in value.items()}
    return list(held.values()) if held and all(map(str.isdecimal, held)) else held


def parts(content_type: str, body: bytes) -> Object:
    """The parts of a multipart body."""
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    found: Object = {}
    for part in whole.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        found[name] = content if part.get_filename() else content.decode()
        if part.get_filename():
            found["filename"] = part.get_filename()
    return found


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            stand_in.seen.append(dict(self.headers.items()))
            path = urlsplit(self.path).path
            fault = stand_in.fault("files" if path == "/v1/files" else "disputes")

            def carry_out() -> tuple[int, Object]:
                _stumble(fault)
                kind = self.headers.get("Content-Type", "")
                params = (
                    parts(kind, body)
                    if kind.startswith("multipart/")
                    else nested(parse_qsl(body.decode(), keep_blank_values=True))
                )
                key = self.headers.get("Idempotency-Key")
                return stand_in.write(self._account(), key, path, params, fault)

            status, told = self._told(carry_out)
            if fault == "silent_after":
                with suppress(OSError):
                    self.connection.recv(1)  # until the client hangs up
                return
            self._say(status, told)

        def do_GET(self) -> None:
            def look() -> tuple[int, Object]:
                _, _, kind, *rest = urlsplit(self.path).path.split("/")
                where: dict[str, Object] = getattr(self._account(), kind)
                if rest:
                    return 200, _found(where, rest[0], kind)
                data = list(where.values())
                return 200, {"object": "list", "url": f"/v1/{kind}", "has_more": False,
                             "data": data}  # fmt: skip

            self._say(*self._told(look))

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

        def _account(self) -> Account:
            account = stand_in.accounts.get(self.headers.get("Authorization", "")[len("Bearer ") :])
            if account is None:
                raise Refused(401, "Invalid API Key provided.")
            return account

        def _told(self, call: Callable[[], tuple[int, Object]]) -> tuple[int, Object]:
            try:
                return call()
            except Refused as error:
                return error.status, error.body

        def _say(self, status: int, told: Object) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _stumble(fault: Fault | None) -> None:
    """Go wrong before anything is carried out."""
    if fault == "error_before":
        raise Refused(500, "Something went wrong.", "api_error")
    if fault == "lock_timeout":
        raise Refused(409, "Another request holds the object.", code="lock_timeout")
    if fault == "too_many":
        raise Refused(429, "Too many requests.", code="rate_limit")


@contextmanager
def served() -> Generator[StandIn]:
    """The stand-in on a free port of loopback, until the block is left."""
    stand_in = StandIn()
    server = _Server(("127.0.0.1", 0), _handler(stand_in))
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


KEY = "sk_test_of_the_sample_shop"
"""Of the account that the tests use."""


@pytest.fixture
def stripe() -> Iterator[StandIn]:
    """The stand-in with an open dispute, dp_1."""
    with served() as stand_in:
        stand_in.open_dispute(KEY, "dp_1")
        yield stand_in


@pytest.fixture
def account(stripe: StandIn) -> Account:
    return stripe.account(KEY)
