"""Build the sample shop: `python scripts/build_sample_shop.py --source FOLDER --out data/sample`.

FOLDER holds the retail data (`db.json`, `LICENSE`). The same seed gives the same bytes.
"""

import argparse
import json
from pathlib import Path

from sample.course import AS_OF, TRAPS
from sample.pictures import pictures
from sample.retail import read_retail
from sample.shop import Shop, build, check_times
from sample.stripe import charge_id, charges, dispute_id, disputes
from sample.texts import faq_table, policy_page, read_policies
from sample.trackings import aftership, easypost, read_steps, service_of, seventeentrack

_TEXTS = Path(__file__).parent / "sample"
_NOTICE = """# Tradewind Sample Store

A shop that does not exist. All people, orders, payments and parcels are made up.

Made by `scripts/build_sample_shop.py` (seed {seed}, as of {as_of}) from the retail domain of
tau2-bench (sierra-research/tau2-bench, `data/tau2/domains/retail`), which is under the MIT
licence: see `LICENSE.retail`. Taken from it: the products with their variants, about 300 of the
users, and all orders of these users, with their ids, items, prices and statuses.

Changed: some users and their orders live in other countries; parcel numbers have the form of
their carrier; the cards of {brands} users are American Express.
Added: product texts and pictures, size charts, stock, order times, languages, IPs and devices,
parcels, charges, disputes, policies, questions, messages. These are under the repository's licence.

IP addresses are from the ranges kept for documentation (RFC 5737), mail addresses from
example domains. Card numbers occur nowhere; the last four digits are made up.
`traps.json` names what is meant to mislead; the product never reads it.
"""


def main() -> None:
    """Read the source, build, check, write, and say what was written."""
    options = _options()
    shop = build(read_retail(options.source), _TEXTS, options.seed)
    check_times(shop)
    files = _files(shop, options.seed)
    files["LICENSE.retail"] = (options.source / "LICENSE").read_bytes()
    for name, data in files.items():
        path = options.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    total = sum(map(len, files.values()))
    print(f"{len(files)} files, {total / 1e6:.2f} MB, below {options.out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build the sample shop from the retail data.")
    parser.add_argument("--source", type=Path, required=True, help="folder of the retail data")
    parser.add_argument("--out", type=Path, default=Path("data/sample"), help="where to write")
    parser.add_argument(
        "--seed",
        type=int,
        default=2026,
        help="another seed, another shop; refused where no order fits a message",
    )
    return parser.parse_args()


def _files(shop: Shop, seed: int) -> dict[str, bytes]:
    """Name -> content of every file but the licence."""
    steps = read_steps(_TEXTS)
    by_service = {name: [p for p in shop.parcels.values() if service_of(p) == name]
                  for name in ("aftership", "17track", "easypost")}  # fmt: skip
    documents: dict[str, object] = {
        "retail.json": shop.retail.model_dump(exclude_none=True),
        "trackings_aftership.json": aftership(by_service["aftership"], steps, shop.dice),
        "trackings_17track.json": seventeentrack(by_service["17track"], steps),
        "trackings_easypost.json": easypost(by_service["easypost"], steps, shop.dice),
        "stripe_charges.json": charges(shop.card_orders(), shop.dice),
        "stripe_disputes.json": disputes(shop.script.dispute, shop.retail.orders, shop.dice),
        "messages.json": {"messages": _messages(shop)},
    }
    files = {name: _json(value) for name, value in documents.items()}
    files["traps.json"] = _json(_traps(shop), indent=1)
    policies = read_policies(_TEXTS)
    for name, policy in policies.items():
        files[f"policies/{name}.md"] = policy_page(name, policy).encode()
    files["faq.csv"] = faq_table(_TEXTS, policies).encode()
    files |= {f"images/{name}": data for name, data in pictures().items()}
    brands = sum(case.brand == "amex" for case in shop.script.dispute)
    files["NOTICE.md"] = _NOTICE.format(
        seed=seed, as_of=f"{AS_OF:%Y-%m-%d}", brands=brands
    ).encode()
    return files


def _messages(shop: Shop) -> list[dict[str, str]]:
    return [
        {
            "id": message.id,
            "order_id": message.order.order_id,
            "customer_id": message.order.user_id,
            "at": message.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sender": message.sender,
            "language": message.language,
            "text": message.text,
        }
        for message in shop.messages
    ]


def _traps(shop: Shop) -> dict[str, object]:
    """What later tests expect of disputes, parcels and messages."""
    cases = {
        dispute_id(case, shop.dice): {
            "case": case.key, "category": case.category, "order_id": case.order,
            "charge_id": charge_id(case.order, shop.dice), "advice": case.advice,
            "trap": case.trap, "why": case.why, "other_order": case.other_order,
        }
        for case in shop.script.dispute
    }  # fmt: skip
    parcels = {
        parcel.number: {"order_id": key, "trap": parcel.fate}
        for key, parcel in shop.parcels.items()
        if parcel.fate in TRAPS
    }
    sent = {message.id: {"order_id": message.order.order_id, "trap": message.trap}
            for message in shop.messages if message.trap}  # fmt: skip
    return {"as_of": AS_OF.isoformat(), "disputes": cases, "parcels": parcels, "messages": sent}


def _json(value: object, indent: int | None = None) -> bytes:
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return f"{text}\n".encode()


if __name__ == "__main__":
    main()
