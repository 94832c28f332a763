"""Evidence from the house to Stripe's stand-in: the ledger, the shop's key, the kept packet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stripe_stand_in import KEY, Account, Fault, StandIn

from agents.delivery import Hands
from stores.filings import FilingFolder
from tradewind.base import digest
from tradewind.effects import Effect
from tradewind.errors import BackendError, InvalidInput, LeaseLost, SpecError, ToolFailed
from tradewind.ports.filing import FiledFile, Filing
from wiring.platform import STRIPE_KEY, Platform

SHOP = "sample"
AT = datetime.now(UTC)
FILING = Filing(
    dispute_id="dp_1", texts={"customer_name": "Ann Lee"},
    files=(FiledFile(field="receipt", name="receipt.pdf", content=b"%PDF-1.7 \xff\x00"),),
)  # fmt: skip
SUBMIT = "disputes.submit"


@pytest.fixture
def platform(open_house: Callable[..., Platform], stripe: StandIn) -> Platform:
    opened = open_house(TRADEWIND_DISPUTES=f"stripe:{stripe.url}")
    opened.database.hooks(SHOP).put_secret(STRIPE_KEY, KEY, AT)
    opened.filings(SHOP).keep(FILING)
    return opened


@pytest.fixture
def hands(platform: Platform) -> Hands:
    hands = platform.stores(SHOP).hands
    assert hands is not None
    return hands


def approved(hands: Hands, id_: str = "ef_1", tool: str = SUBMIT, **other: str) -> Effect:
    """An effect that somebody allowed."""
    arguments = {"dispute_id": "dp_1", "packet": FILING.digest} | other
    effect = Effect(
        id=id_, tenant=SHOP, run="run_1", path="0", ordinal=int(id_[3:]), tool=tool, level="write",
        arguments={**arguments}, arguments_hash=digest(arguments), target="dispute/dp_1",
        day=AT.date(), proposed_by="mia", created_at=AT, updated_at=AT,
    )  # fmt: skip
    hands.ledger.propose(effect)
    return hands.ledger.move(id_, "proposed", "approved", AT, allowed_by="mia")


def test_a_packet_goes_from_the_ledger_to_stripe_and_is_read_back(
    hands: Hands, account: Account
) -> None:
    staged = hands.deliver(approved(hands, tool="disputes.stage").id)
    assert staged.status == "done"
    sent = hands.deliver(approved(hands, "ef_2").id)
    assert sent.status == "done"
    assert sent.receipt is not None
    assert sent.receipt["read_back"] is True
    assert account.submissions == ["dp_1"]
    assert hands.deliver(approved(hands, "ef_3").id).status == "failed"
    assert account.submissions == ["dp_1"]


@pytest.mark.parametrize("fault", ["error_after", "error_before", "lock_timeout", "too_many"])
def test_after_a_fault_it_is_submitted_once(
    fault: Fault, hands: Hands, stripe: StandIn, account: Account
) -> None:
    stripe.spoil("disputes", fault)
    assert hands.deliver(approved(hands).id).status == "done"
    assert account.submissions == ["dp_1"]


def test_what_fails_twice_is_unknown_and_found_by_a_later_look(
    hands: Hands, stripe: StandIn, account: Account
) -> None:
    stripe.spoil("disputes", "error_before", "error_before")
    effect = hands.deliver(approved(hands).id)
    assert effect.status == "unknown"
    assert hands.settle(effect).status == "done"
    assert account.submissions == ["dp_1"]


def test_twenty_workers_at_once_are_one_submission(hands: Hands, account: Account) -> None:
    effect = approved(hands)

    def deliver(_: int) -> None:
        try:
            hands.deliver(effect.id)
        except LeaseLost:
            return

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(deliver, range(20)))
    standing = hands.ledger.get(effect.id)
    assert standing is not None
    assert hands.settle(standing).status == "done"
    assert account.submissions == ["dp_1"]


def test_what_was_erased_meanwhile_is_found_by_its_mark(hands: Hands, account: Account) -> None:
    effect = approved(hands)
    hands.deliver(effect.id)
    assert hands.outside.find(effect.id, SUBMIT, {}) is not None
    with pytest.raises(BackendError, match="bears the mark"):
        hands.outside.find("ef_9", SUBMIT, {})


def test_other_tools_land_where_they_did(hands: Hands) -> None:
    receipt = hands.outside.send("ef_1", "orders.cancel", {"order_id": "#W1"})
    assert receipt.id.startswith("sandbox_")


def test_a_shop_files_with_its_own_key_alone(platform: Platform, account: Account) -> None:
    other = platform.stores("another").hands
    assert other is not None
    platform.filings("another").keep(FILING)
    with pytest.raises(ToolFailed, match="no key"):
        other.outside.send("ef_1", SUBMIT, {"dispute_id": "dp_1", "packet": FILING.digest})
    assert account.writes == []


@pytest.mark.parametrize(
    "url", ["stripe:https://evil.example", "stripe:http://10.0.0.1", "paypal:"]
)
def test_a_key_goes_to_no_other_address(open_house: Callable[..., Platform], url: str) -> None:
    with pytest.raises(SpecError, match="no outside"):
        open_house(TRADEWIND_DISPUTES=url).stores(SHOP)


def test_a_packet_is_kept_sealed_as_it_is_until_an_erase(tmp_path: Path) -> None:
    folder = FilingFolder(tmp_path, "one", b"k" * 32)
    kept = folder.keep(FILING)
    assert kept == FILING.digest
    assert folder.filing(kept) == FILING
    assert FilingFolder(tmp_path, "other", b"k" * 32).filing(kept) is None
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [b"Ann Lee" in path.read_bytes() for path in files] == [False]
    for id_ in ("../../key", "0" * 64):
        assert folder.filing(id_) is None
    files[0].write_bytes(files[0].read_bytes()[:-1] + b"x")
    with pytest.raises(BackendError, match="altered"):
        folder.filing(kept)
    assert folder.forget() == 1
    assert folder.filing(kept) is None


def test_a_field_with_two_values_is_not_kept(tmp_path: Path) -> None:
    twice = FILING.model_copy(update={"texts": {"receipt": "x"}})
    with pytest.raises(InvalidInput, match="two values"):
        FilingFolder(tmp_path, "one", b"k" * 32).keep(twice)
