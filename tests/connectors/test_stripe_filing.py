"""Evidence filed at Stripe: staged, submitted once, found again after every fault."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import JsonValue
from stripe_ce3 import CE3
from stripe_stand_in import KEY, SHAPES, Account, Fault, StandIn

from connectors import stripe_filing
from connectors.stripe_filing import LATEST, STAGE, SUBMIT, StripeFiling
from tradewind.errors import BackendError, InvalidInput, RateLimited, ToolFailed
from tradewind.ports.filing import FiledFile, Filing
from tradewind.ports.outside import Receipt

PDF = b"%PDF-1.7 letter"
FIELDS = tuple(name for name in SHAPES["dispute"]["evidence"] if name != "enhanced_evidence")
FILING = Filing(
    dispute_id="dp_1", texts={"customer_name": "Ann Lee", "uncategorized_text": "It arrived."},
    files=(FiledFile(field="uncategorized_file", name="letter.pdf", content=PDF),),
)  # fmt: skip
OTHER = FILING.model_copy(update={"texts": {"customer_name": "Ann Lee"}})


class Shelf:
    """The tenant's filings."""

    def __init__(self, *filings: Filing) -> None:
        self.kept = {filing.digest: filing for filing in filings}

    def keep(self, filing: Filing) -> str:
        self.kept[filing.digest] = filing
        return filing.digest

    def filing(self, digest: str) -> Filing | None:
        return self.kept.get(digest)


@pytest.fixture
def filing(stripe: StandIn) -> StripeFiling:
    return opened(stripe)


def opened(stripe: StandIn, api_key: str | None = KEY, *more: Filing) -> StripeFiling:
    shelf = Shelf(FILING, OTHER, *more)
    return StripeFiling(stripe.url, lambda: api_key, shelf, FIELDS, patience=2.0)


def asked(filing: Filing = FILING) -> dict[str, JsonValue]:
    return {"dispute_id": filing.dispute_id, "packet": filing.digest}


def settled(outside: StripeFiling, key: str, tool: str) -> Receipt | None:
    """As delivery does it: what nobody answered is looked up."""
    try:
        return outside.send(key, tool, asked())
    except BackendError:
        return outside.find(key, tool, asked())


# ---- what is done


def test_staged_then_submitted_once(
    stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    staged = filing.send("ef_1", STAGE, asked())
    assert staged.state["status"] == "needs_response"
    assert staged.state["submissions"] == 0
    sent = filing.send("ef_2", SUBMIT, asked())
    assert sent.state == asked() | {
        "status": "under_review", "submissions": 1, "due_by": staged.state["due_by"]
    }  # fmt: skip
    assert filing.find("ef_2", SUBMIT, asked()) == sent
    found = filing.find("ef_1", STAGE, asked())
    assert found is not None
    assert found.state["packet"] == FILING.digest
    assert account.submissions == ["dp_1"]
    assert account.uploads == 1
    evidence = account.disputes["dp_1"]["evidence"]
    assert evidence["uncategorized_text"] == "It arrived."
    assert account.files[evidence["uncategorized_file"]]["size"] == len(PDF)
    assert account.disputes["dp_1"]["metadata"][LATEST] == "ef_2"


def test_what_was_submitted_is_final(
    stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    filing.send("ef_1", SUBMIT, asked())
    for key, tool in (("ef_2", SUBMIT), ("ef_3", STAGE)):
        with pytest.raises(ToolFailed, match="submitted"):
            filing.send(key, tool, asked(OTHER))
    assert account.writes == ["dp_1"]
    stripe.settle(KEY, "dp_1", "won")
    found = filing.find("ef_1", SUBMIT, asked())
    assert found is not None
    assert found.state["status"] == "won"


def test_a_field_that_the_packet_leaves_out_is_not_submitted(
    account: Account, filing: StripeFiling
) -> None:
    filing.send("ef_1", STAGE, asked())
    filing.send("ef_2", SUBMIT, asked(OTHER))
    assert account.disputes["dp_1"]["evidence"]["uncategorized_text"] is None


def test_what_somebody_changed_there_is_told(account: Account, filing: StripeFiling) -> None:
    filing.send("ef_1", STAGE, asked())
    account.disputes["dp_1"]["evidence"]["customer_name"] = "Bob"
    found = filing.find("ef_1", STAGE, asked())
    assert found is not None
    assert found.state["packet"] == "altered"


def programmes(device: str = "device-0001-abcdef") -> Filing:
    """A filing with Compelling Evidence 3.0."""
    mark: dict[str, JsonValue] = {
        "customer_device_id": device, "shipping_address": {"city": "Lyon", "country": "FR"},
    }  # fmt: skip
    priors: list[JsonValue] = [{"charge": "ch_1", **mark}, {"charge": "ch_2", **mark}]
    told: dict[str, JsonValue] = {
        "disputed_transaction": {**mark, "merchandise_or_services": "merchandise"},
        "prior_undisputed_transactions": priors,
    }
    return FILING.model_copy(update={"objects": {"enhanced_evidence": {CE3: told}}})


def test_compelling_evidence_goes_as_stripe_wants_it_and_is_compared(
    stripe: StandIn, account: Account
) -> None:
    filed = programmes()
    outside = opened(stripe, KEY, filed)
    sent = outside.send("ef_1", STAGE, asked(filed))
    assert sent.state["packet"] == filed.digest != FILING.digest
    assert sent.state[CE3] == "qualified"
    there = account.disputes["dp_1"]["evidence"]["enhanced_evidence"][CE3]
    assert [one["charge"] for one in there["prior_undisputed_transactions"]] == ["ch_1", "ch_2"]
    assert there["disputed_transaction"]["shipping_address"]["city"] == "Lyon"
    there["prior_undisputed_transactions"][1]["charge"] = "ch_9"
    found = outside.find("ef_1", STAGE, asked(filed))
    assert found is not None
    assert found.state["packet"] == "altered"


def test_a_later_packet_without_it_takes_compelling_evidence_away(
    stripe: StandIn, account: Account
) -> None:
    filed = programmes()
    outside = opened(stripe, KEY, filed)
    outside.send("ef_1", STAGE, asked(filed))
    outside.send("ef_2", SUBMIT, asked())
    assert account.disputes["dp_1"]["evidence"]["enhanced_evidence"] == {}


# ---- faults


@pytest.mark.parametrize("tool", [STAGE, SUBMIT])
@pytest.mark.parametrize("fault", ["silent_after", "error_after"])
def test_an_answer_that_is_lost_is_found_and_not_done_again(
    tool: str, fault: Fault, stripe: StandIn, account: Account
) -> None:
    stripe.spoil("disputes", fault)
    found = settled(opened(stripe), "ef_1", tool)
    assert found is not None
    assert found.state["packet"] == FILING.digest
    assert account.writes == ["dp_1"]


@pytest.mark.parametrize("fault", ["error_before", "lock_timeout", "too_many"])
@pytest.mark.parametrize("kind", ["disputes", "files"])
def test_what_failed_before_is_unknown_and_done_under_the_same_key(
    kind: str, fault: Fault, stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    twice = (kind, fault) == ("files", "error_before")  # one 500 is met with a second key
    stripe.spoil(kind, *[fault] * (1 + twice))  # type: ignore[arg-type]
    with pytest.raises(RateLimited if fault == "too_many" else BackendError):
        filing.send("ef_1", SUBMIT, asked())
    assert filing.find("ef_1", SUBMIT, asked()) is None
    assert account.writes == []
    assert filing.send("ef_1", SUBMIT, asked()).state["submissions"] == 1
    assert account.submissions == ["dp_1"]
    keys = [told["Idempotency-Key"] for told in stripe.seen if "ef_" in told["Idempotency-Key"]]
    assert set(keys) == {"ef_1"}


def test_a_500_that_is_kept_under_a_files_key_blocks_nothing(
    stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    stripe.spoil("files", "error_after")
    for key in ("ef_1", "ef_2"):
        assert filing.send(key, STAGE, asked()).state["packet"] == FILING.digest
    assert account.uploads == 2


def test_a_file_whose_upload_was_not_answered_is_one_file(
    stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    stripe.spoil("files", "silent_after")
    with pytest.raises(BackendError):
        filing.send("ef_1", STAGE, asked())
    filing.send("ef_1", STAGE, asked())
    assert account.uploads == 1


def test_after_a_day_the_mark_still_tells(
    stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    filing.send("ef_1", SUBMIT, asked())
    stripe.now += timedelta(hours=25)
    assert filing.find("ef_1", SUBMIT, asked()) is not None
    with pytest.raises(ToolFailed):
        filing.send("ef_1", SUBMIT, asked())
    assert account.submissions == ["dp_1"]


def test_one_that_somebody_else_submitted_is_not_guessed_at(
    account: Account, filing: StripeFiling
) -> None:
    filing.send("ef_1", SUBMIT, asked())
    account.disputes["dp_1"]["metadata"].clear()
    with pytest.raises(BackendError, match="does not tell by whom"):
        filing.find("ef_1", SUBMIT, asked())


@pytest.mark.parametrize("one_key", [True, False])
def test_twenty_at_once_are_one_submission(
    one_key: bool, account: Account, filing: StripeFiling
) -> None:
    def send(number: int) -> bool:
        try:
            filing.send("ef_1" if one_key else f"ef_{number}", SUBMIT, asked())
        except (BackendError, ToolFailed):
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(send, range(20)))
    assert any(done)
    assert one_key or sum(done) == 1
    assert account.submissions == ["dp_1"]
    assert account.uploads == 1


# ---- refusals


def test_past_its_day_it_is_refused(
    stripe: StandIn, account: Account, filing: StripeFiling
) -> None:
    stripe.now += timedelta(days=8)
    for tool in (STAGE, SUBMIT):
        with pytest.raises(ToolFailed, match="deadline"):
            filing.send(f"ef_{tool}", tool, asked())
    assert account.writes == []


@pytest.mark.parametrize(("texts", "why"), [
    ({"excuse": "x"}, "unknown parameter"),
    ({"uncategorized_text": "x" * 20_001}, "longer"),
    ({"receipt": "file_nobodys"}, "No such file"),
])  # fmt: skip
def test_what_the_form_does_not_take_is_refused(
    texts: dict[str, str], why: str, stripe: StandIn, account: Account
) -> None:
    wrong = Filing(dispute_id="dp_1", texts=texts)
    with pytest.raises(ToolFailed, match=why):
        opened(stripe, KEY, wrong).send("ef_1", STAGE, asked(wrong))
    assert account.writes == []


def test_another_packet_under_a_known_key_is_refused(filing: StripeFiling) -> None:
    filing.send("ef_1", STAGE, asked())
    with pytest.raises(ToolFailed, match="same parameters"):
        filing.send("ef_1", STAGE, asked(OTHER))


def test_only_the_packet_that_was_approved_is_filed(account: Account, filing: StripeFiling) -> None:
    for wrong in ({"packet": "0" * 64}, {"dispute_id": "dp_2"}):
        with pytest.raises(ToolFailed, match="packet"):
            filing.send("ef_1", STAGE, asked() | wrong)
    with pytest.raises(ToolFailed, match="not done at Stripe"):
        filing.send("ef_1", "refunds.pay", {"order_id": "#W1"})
    assert account.writes == []


def test_a_key_is_one_shops_and_never_told(stripe: StandIn, account: Account) -> None:
    stripe.open_dispute("sk_test_other", "dp_9")
    for api_key in ("sk_test_wrong", "sk_test_other", None):
        outside = opened(stripe, api_key)
        with pytest.raises(ToolFailed) as refused:
            outside.send("ef_1", STAGE, asked())
        with pytest.raises(BackendError) as unasked:
            outside.find("ef_1", STAGE, asked())
        assert "sk_test" not in f"{refused.value}{unasked.value}"
    assert account.writes == []


def test_a_filing_with_a_field_filled_twice_is_refused() -> None:
    file = FiledFile(field="customer_name", name="a.pdf", content=PDF)
    with pytest.raises(InvalidInput, match="two values"):
        FILING.model_copy(update={"files": (file,)}).check()


# ---- planted


def test_without_keys_it_is_done_twice_and_seen(
    stripe: StandIn, account: Account, filing: StripeFiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: no key goes along."""
    monkeypatch.setattr(stripe_filing, "_options", lambda key: {})
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: filing.send("ef_1", STAGE, asked()), range(20)))
    assert len(account.writes) == 20
    assert account.uploads == 20


def test_without_marks_what_was_done_is_not_found(
    stripe: StandIn, filing: StripeFiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: another mark is looked for than is written."""
    filing.send("ef_1", STAGE, asked())
    monkeypatch.setattr(stripe_filing, "_mark", lambda key: "another")
    assert filing.find("ef_1", STAGE, asked()) is None


def test_an_object_that_is_not_compared_is_seen(
    stripe: StandIn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: whatever stands in an object's place is taken for it."""
    filed = programmes()
    outside = opened(stripe, KEY, filed)
    outside.send("ef_1", STAGE, asked(filed))
    account.disputes["dp_1"]["evidence"]["enhanced_evidence"] = {}
    found = outside.find("ef_1", STAGE, asked(filed))
    assert found is not None
    assert found.state["packet"] == "altered"
    monkeypatch.setattr(stripe_filing, "_holds", lambda there, written: True)
    found = outside.find("ef_1", STAGE, asked(filed))
    assert found is not None
    assert found.state["packet"] == filed.digest
