"""The outsides of one contract: a key is one effect, a key is found, another effect is refused."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import JsonValue

from connectors.outside import open_outside
from connectors.sandbox_server import make_server
from tradewind.errors import BackendError, SpecError, ToolFailed
from tradewind.ports.outside import Outside

REFUND: dict[str, JsonValue] = {"order_id": "#W1", "amount": {"minor": 500, "currency": "USD"}}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a sandbox on loopback."""
    server = make_server(tmp_path / "served.db")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"sandbox+http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["file", "served"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "served":
        return request.getfixturevalue("served")
    return f"sandbox:{tmp_path / 'outside.db'}"


@pytest.fixture
def outside(url: str) -> Outside:
    return open_outside(url, "shop one/ü")


def test_a_key_is_one_effect(outside: Outside) -> None:
    assert outside.keyed
    first = outside.send("ef_1", "refunds.pay", REFUND)
    assert outside.send("ef_1", "refunds.pay", REFUND) == first
    assert outside.send("ef_2", "refunds.pay", REFUND).id != first.id
    assert {**first.state} == REFUND


def test_a_key_is_found_and_an_unknown_one_is_not(outside: Outside) -> None:
    assert outside.asked
    assert outside.find("ef_1", "refunds.pay", REFUND) is None
    sent = outside.send("ef_1", "refunds.pay", REFUND)
    assert outside.find("ef_1", "refunds.pay", REFUND) == sent


def test_another_effect_under_a_known_key_is_refused(outside: Outside) -> None:
    outside.send("ef_1", "refunds.pay", REFUND)
    with pytest.raises(ToolFailed):
        outside.send("ef_1", "orders.cancel", REFUND)
    with pytest.raises(ToolFailed):
        outside.send("ef_1", "refunds.pay", {"order_id": "#W2"})


def test_a_key_is_one_tenants(url: str) -> None:
    one, other = open_outside(url, "one"), open_outside(url, "other")
    one.send("ef_1", "refunds.pay", REFUND)
    assert other.find("ef_1", "refunds.pay", REFUND) is None
    other.send("ef_1", "orders.cancel", {"order_id": "#W9"})


def test_twenty_at_once_are_one_effect(outside: Outside) -> None:
    with ThreadPoolExecutor(20) as pool:
        sent = [pool.submit(outside.send, "ef_1", "refunds.pay", REFUND) for _ in range(20)]
    assert len({one.result().id for one in sent}) == 1


def test_what_a_value_was_before_is_told(outside: Outside) -> None:
    for key, address in (("ef_1", "12 Mill Lane"), ("ef_2", "9 High Street")):
        receipt = outside.send(
            key, "orders.change_address", {"order_id": "#W1", "address": address}
        )
    assert receipt.state["address_before"] == "12 Mill Lane"


def test_without_keys_each_request_is_an_effect(tmp_path: Path) -> None:
    outside = open_outside(f"sandbox:{tmp_path / 'x.db'}?keyed=no", "one")
    assert not outside.keyed
    ids = {outside.send("ef_1", "refunds.pay", REFUND).id for _ in range(2)}
    assert len(ids) == 2


def test_one_that_cannot_be_asked_says_so(url: str) -> None:
    outside = open_outside(f"{url}?asked=no", "one")
    assert not outside.asked
    with pytest.raises(BackendError, match="cannot be asked"):
        outside.find("ef_1", "refunds.pay", REFUND)


def test_one_that_is_not_there_is_an_unknown_outcome(tmp_path: Path) -> None:
    for url in ("sandbox+http://127.0.0.1:9", f"sandbox:{tmp_path / 'no' / 'such' / 'x.db'}"):
        with pytest.raises(BackendError):
            open_outside(url, "one").send("ef_1", "refunds.pay", REFUND)


@pytest.mark.parametrize("url", ["", "sandbox:", "ftp://x", "sandbox+http://", "stripe"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SpecError):
        open_outside(url, "one")
