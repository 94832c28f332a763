"""The committed sample shop hangs together: references, amounts, times, traps."""

import csv
import json
import re
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@cache
def load(name: str) -> Any:
    return json.loads((SAMPLE / name).read_text(encoding="utf-8"))


@cache
def retail() -> Any:
    return load("retail.json")


@cache
def charges() -> dict[str, Any]:
    return {charge["id"]: charge for charge in load("stripe_charges.json")["data"]}


@cache
def disputes() -> dict[str, Any]:
    return {dispute["id"]: dispute for dispute in load("stripe_disputes.json")["data"]}


@cache
def aftership() -> dict[str, Any]:
    found = load("trackings_aftership.json")["data"]["trackings"]
    return {tracking["tracking_number"]: tracking for tracking in found}


@cache
def traps() -> Any:
    return load("traps.json")


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def scans() -> dict[str, list[tuple[datetime, str, str, str]]]:
    """Tracking number -> (time, state word, city, postcode) of all three services."""
    found: dict[str, list[tuple[datetime, str, str, str]]] = defaultdict(list)
    for number, tracking in aftership().items():
        for scan in tracking["checkpoints"]:
            row = (time_of(scan["checkpoint_time"]), scan["tag"], scan["city"], scan["zip"] or "")
            found[number].append(row)
    for page in load("trackings_17track.json"):
        for parcel in page["data"]["accepted"]:
            for scan in parcel["track_info"]["tracking"]["providers"][0]["events"]:
                place = scan["address"]
                word = scan["sub_status"].partition("_")[0]
                row = (time_of(scan["time_utc"]), word, place["city"], place["postal_code"] or "")
                found[parcel["number"]].append(row)
    for tracker in load("trackings_easypost.json")["trackers"]:
        for scan in tracker["tracking_details"]:
            place = scan["tracking_location"]
            row = (time_of(scan["datetime"]), scan["status"], place["city"], place["zip"] or "")
            found[tracker["tracking_code"]].append(row)
    return {number: sorted(rows) for number, rows in found.items()}


def number_of(order_id: str) -> str:
    return retail()["orders"][order_id]["fulfillments"][0]["tracking_id"][0]


def test_orders_point_to_users_products_and_variants_that_are_there() -> None:
    shop = retail()
    assert len(shop["products"]) == 50
    assert len(shop["users"]) == 300
    assert len(shop["orders"]) > 550
    for key, order in shop["orders"].items():
        user = shop["users"][order["user_id"]]
        assert key in user["orders"]
        assert order["payment_history"][0]["payment_method_id"] in user["payment_methods"]
        for item in order["items"]:
            assert item["item_id"] in shop["products"][item["product_id"]]["variants"]
    assert {key for user in shop["users"].values() for key in user["orders"]} == set(shop["orders"])


def test_amounts_agree_between_items_payment_and_charge() -> None:
    by_order = {charge["metadata"]["order_id"]: charge for charge in charges().values()}
    for key, order in retail()["orders"].items():
        paid = round(order["payment_history"][0]["amount"] * 100)
        assert paid == sum(round(item["price"] * 100) for item in order["items"])
        by_card = order["payment_history"][0]["payment_method_id"].startswith("credit_card")
        assert by_card == (key in by_order)
        if by_card:
            charge = by_order[key]
            assert charge["amount"] == paid
            assert charge["id"] == order["payment_history"][0]["transaction_id"]
            assert charge["refunded"] == (order["status"] == "cancelled")
            assert sum(r["amount"] for r in charge["refunds"]["data"]) == charge["amount_refunded"]
            assert (charge["metadata"]["ip"], charge["metadata"]["device_id"]) == (
                order["ip"], order["device"],
            )  # fmt: skip


def test_every_number_is_tracked_once_and_every_tracking_has_an_order() -> None:
    numbers = [
        number
        for order in retail()["orders"].values()
        for entry in order["fulfillments"]
        for number in entry["tracking_id"]
    ]
    tracked = [
        *aftership(),
        *(p["number"] for page in load("trackings_17track.json") for p in page["data"]["accepted"]),
        *(t["tracking_code"] for t in load("trackings_easypost.json")["trackers"]),
    ]
    assert Counter(numbers) == Counter(tracked)
    assert max(Counter(tracked).values()) == 1
    assert all(len(page["data"]["accepted"]) <= 40 for page in load("trackings_17track.json"))


def test_scans_agree_with_the_order_unless_the_parcel_is_a_trap() -> None:
    rows = scans()
    as_of = time_of(traps()["as_of"])
    for key, order in retail()["orders"].items():
        if not order["fulfillments"]:
            assert order["status"] == "pending"
            continue
        number = number_of(key)
        first, last = rows[number][0], rows[number][-1]
        assert last[0] <= as_of
        if number in traps()["parcels"]:
            continue
        assert timedelta(0) <= first[0] - time_of(order["placed_at"]) < timedelta(days=6)
        arrived = last[1].lower() == "delivered"
        assert arrived == (order["status"] == "delivered"), key
        if arrived:
            assert (last[2], last[3]) == (order["address"]["city"], order["address"]["zip"])


def test_parcel_traps_are_what_they_are_called() -> None:
    rows, orders = scans(), retail()["orders"]
    as_of = time_of(traps()["as_of"])
    kinds = Counter(trap["trap"] for trap in traps()["parcels"].values())
    assert set(kinds) == {
        "delivered_elsewhere", "delivered_before_shipped", "delivered_redirected",
        "delivered_signed_other", "stale", "lost", "returned",
    }  # fmt: skip
    for number, trap in traps()["parcels"].items():
        order, last = orders[trap["order_id"]], rows[number][-1]
        match trap["trap"]:
            case "delivered_elsewhere" | "delivered_redirected":
                assert last[1] == "Delivered"
                assert last[2] != order["address"]["city"]
            case "delivered_before_shipped":
                assert rows[number][0][1] == "Delivered"
                assert rows[number][0][0] < time_of(order["placed_at"])
            case "delivered_signed_other":
                user = retail()["users"][order["user_id"]]["name"]
                assert user["last_name"].upper() not in aftership()[number]["signed_by"]
            case "stale":
                assert (as_of - last[0]).days >= 30
            case _:
                assert last[1] == "Exception"


def test_disputes_cover_the_categories_and_point_to_their_charges() -> None:
    assert Counter(dispute["reason"] for dispute in disputes().values()) == {
        "fraudulent": 3, "product_not_received": 4, "product_unacceptable": 2,
        "credit_not_processed": 2, "duplicate": 1, "subscription_canceled": 1, "general": 1,
    }  # fmt: skip
    assert set(disputes()) == set(traps()["disputes"])
    for key, dispute in disputes().items():
        charge, trap = charges()[dispute["charge"]], traps()["disputes"][key]
        assert charge["id"] == trap["charge_id"]
        assert charge["disputed"]
        assert charge["metadata"]["order_id"] == trap["order_id"]
        assert dispute["amount"] == charge["amount"]
        card = dispute["payment_method_details"]["card"]
        assert card["brand"] == charge["payment_method_details"]["card"]["brand"]
        assert dispute["created"] > charge["created"]
    assert sum(charge["disputed"] for charge in charges().values()) == len(disputes())


def test_reason_codes_belong_to_their_network() -> None:
    form = {"visa": r"1[0-3]\.\d(\.\d)?", "mastercard": r"48\d\d", "amex": r"[ACFMP]\d\d"}
    for dispute in disputes().values():
        card = dispute["payment_method_details"]["card"]
        assert re.fullmatch(form[card["brand"]], card["network_reason_code"])


def test_one_deadline_has_passed_and_the_others_are_ahead() -> None:
    as_of = time_of(traps()["as_of"])
    late = [
        key
        for key, dispute in disputes().items()
        if datetime.fromtimestamp(dispute["evidence_details"]["due_by"], UTC) < as_of
    ]
    assert [traps()["disputes"][key]["advice"] for key in late] == ["too_late"]
    for key, dispute in disputes().items():
        assert dispute["evidence_details"]["past_due"] == (key in late)
        assert datetime.fromtimestamp(dispute["created"], UTC) < as_of


def case(name: str) -> tuple[Any, Any, Any]:
    """(dispute, charge, order) of a named case."""
    key = next(k for k, trap in traps()["disputes"].items() if trap["case"] == name)
    charge = charges()[disputes()[key]["charge"]]
    return disputes()[key], charge, retail()["orders"][charge["metadata"]["order_id"]]


def test_compelling_evidence_holds_for_exactly_the_case_that_claims_it() -> None:
    claimed = {key for key, trap in traps()["disputes"].items() if trap["trap"] == "ce3_eligible"}
    disputed = {dispute["charge"] for dispute in disputes().values()}
    eligible: set[str] = set()
    for key, dispute in disputes().items():
        if dispute["payment_method_details"]["card"]["network_reason_code"] != "10.4":
            continue
        charge = charges()[dispute["charge"]]
        priors = [
            other
            for other in charges().values()
            if other["id"] not in disputed
            and other["payment_method_details"]["card"]["fingerprint"]
            == charge["payment_method_details"]["card"]["fingerprint"]
            and 120 <= (charge["created"] - other["created"]) // 86_400 <= 364
            and all(other["metadata"][k] == charge["metadata"][k] for k in ("ip", "device_id"))
        ]
        if len(priors) >= 2:
            eligible.add(key)
    assert eligible == claimed


def test_fraud_cases_differ_in_what_protects_them() -> None:
    secure = case("fraud-3ds")[1]["payment_method_details"]["card"]["three_d_secure"]
    assert (secure["result"], secure["electronic_commerce_indicator"]) == ("authenticated", "02")
    _, bare, order = case("fraud-nothing")
    checks = bare["payment_method_details"]["card"]["checks"]
    assert checks["address_postal_code_check"] == "fail"
    others = [o for o in retail()["orders"].values() if o["user_id"] == order["user_id"]]
    assert [o["order_id"] for o in others if o["ip"] == order["ip"]] == [order["order_id"]]
    assert order["address"] != retail()["users"][order["user_id"]]["address"]


def test_non_receipt_cases_rest_on_the_scans_that_their_advice_says() -> None:
    rows = scans()
    _, charge, order = case("not-received-signed")
    tracking = aftership()[number_of(order["order_id"])]
    assert tracking["signed_by"] == charge["billing_details"]["name"].upper()
    assert tracking["destination_raw_location"].startswith(order["address"]["address1"])
    for name, same in (("not-received-zip", True), ("not-received-other-city", False)):
        _, charge, order = case(name)
        last = rows[number_of(order["order_id"])][-1]
        assert last[1].lower() == "delivered"
        assert (last[3] == order["address"]["zip"]) is same
        assert charge["payment_method_details"]["card"]["checks"]["address_postal_code_check"] == (
            "pass"
        )
    lost = rows[number_of(case("not-received-lost")[2]["order_id"])]
    assert not any(row[1].lower() == "delivered" for row in lost)


def test_credit_and_duplicate_cases_have_their_other_half() -> None:
    dispute, charge, _ = case("credit-refunded")
    assert charge["amount_refunded"] == charge["amount"]
    assert charge["refunds"]["data"][0]["created"] < dispute["created"]
    _, _, order = case("duplicate")
    key = next(k for k, trap in traps()["disputes"].items() if trap["case"] == "duplicate")
    other = retail()["orders"][traps()["disputes"][key]["other_order"]]
    assert other["user_id"] == order["user_id"]
    assert other["placed_at"][:10] == order["placed_at"][:10]
    mine = {item["item_id"] for item in order["items"]}
    assert mine.isdisjoint(item["item_id"] for item in other["items"])
    _, _, order = case("credit-policy")
    delivered = scans()[number_of(order["order_id"])][-1][0]
    asked = [m for m in load("messages.json")["messages"] if m["order_id"] == order["order_id"]]
    window = int(policy_facts("returns")["return_window_days"])
    assert (time_of(asked[0]["at"]) - delivered).days > window


def policy(name: str) -> tuple[dict[str, Any], str]:
    """(front matter, text)."""
    _, front, text = (SAMPLE / "policies" / f"{name}.md").read_text("utf-8").split("+++\n", 2)
    return tomllib.loads(front), text


def policy_facts(name: str) -> dict[str, str]:
    return policy(name)[0]["facts"]


@pytest.mark.parametrize("name", sorted(p.stem for p in (SAMPLE / "policies").glob("*.md")))
def test_a_policys_prose_states_its_facts_and_no_other_figure(name: str) -> None:
    front, text = policy(name)
    facts = front["facts"]
    for key, value in facts.items():
        if value not in ("true", "false"):
            assert value in text, key
        if key.endswith("_money"):
            assert re.fullmatch(r"\d+(\.\d\d)? [A-Z]{3}", value)
        if key.endswith(("_days", "_hours", "_percent", "_months", "_years")):
            assert value.isdigit()
    figures = set(re.findall(r"\d+(?:\.\d+)?", " ".join(facts.values())))
    told_elsewhere = {"14"} if name == "returns-eu" else set[str]()
    assert set(re.findall(r"\d+(?:\.\d+)?", text)) <= figures | told_elsewhere
    assert front["market"] == name.partition("-")[2].upper()
    assert front["topic"] == name.partition("-")[0]


def test_the_faq_says_what_the_policies_say() -> None:
    rows = list(csv.DictReader((SAMPLE / "faq.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 40
    assert len({row["question"] for row in rows}) == 40
    known = {
        figure
        for path in (SAMPLE / "policies").glob("*.md")
        for value in policy_facts(path.stem).values()
        for figure in re.findall(r"\d+(?:\.\d+)?", value)
    }
    for row in rows:
        assert set(re.findall(r"\d+(?:\.\d+)?", row["answer"])) <= known, row["question"]


def test_products_are_described_and_their_warranty_is_the_policys() -> None:
    allowed = {policy_facts("warranty")[f"{kind}warranty_months"] for kind in ("", "electronics_")}
    for product in retail()["products"].values():
        assert len(product["description"]) > 80
        months = product["attributes"]["warranty"].removesuffix(" months")
        assert months in allowed
        assert f"The warranty is {months} months." in product["description"]
        if product["type"] == "Electronics":
            assert months == policy_facts("warranty")["electronics_warranty_months"]
        for variant in product["variants"].values():
            assert (variant["stock"] > 0) == variant["available"]
        for image in product["images"]:
            assert (SAMPLE / image).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert sum(len(product["images"]) for product in retail()["products"].values()) == 8


def test_messages_belong_to_their_order_and_speak_twelve_languages() -> None:
    messages = load("messages.json")["messages"]
    buyers = [message for message in messages if message["sender"] == "buyer"]
    assert len(buyers) == 60
    assert len({message["language"] for message in buyers}) == 12
    assert len(traps()["messages"]) == 5
    ids = {message["id"] for message in messages}
    assert set(traps()["messages"]) <= ids
    assert len(ids) == len(messages)
    for message in messages:
        order = retail()["orders"][message["order_id"]]
        assert order["user_id"] == message["customer_id"]
        assert order["placed_at"] < message["at"] < traps()["as_of"]
        assert not re.search(r"\{(order|product|tracking)\}", message["text"])


def passes_luhn(digits: str) -> bool:
    odd = sum(int(d) for d in digits[-1::-2])
    even = sum(sum(map(int, str(int(d) * 2))) for d in digits[-2::-2])
    return (odd + even) % 10 == 0


def test_there_is_no_card_number_and_no_real_address() -> None:
    for path in SAMPLE.rglob("*"):
        if path.suffix in (".json", ".csv", ".md"):
            text = path.read_text("utf-8")
            found = re.findall(r"(?<![0-9A-Za-z])[2-6](?:[ -]?\d){12,18}(?![0-9A-Za-z])", text)
            assert not [n for n in found if passes_luhn(re.sub(r"\D", "", n))], path.name
            for mail in re.findall(r"[\w.+-]+@[\w.-]+\w", text):
                assert mail.endswith((".example", "@example.com")), mail


def test_the_notice_and_licence_are_kept_and_the_shop_is_compact() -> None:
    assert "Sierra Research" in (SAMPLE / "LICENSE.retail").read_text("utf-8")
    assert "MIT" in (SAMPLE / "NOTICE.md").read_text("utf-8")
    sizes = {path: path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < 4_000_000
    assert (SAMPLE / "retail.json").stat().st_size < 1_200_000
    assert sum(n for path, n in sizes.items() if path.suffix == ".png") < 600_000
