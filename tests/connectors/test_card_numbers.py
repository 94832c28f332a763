"""Card numbers in free text never reach a record or its raw row; ids stay whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.privacy import mask_object
from tradewind.cards import mask_cards, passes_luhn

CARDS = ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005",
         "6011111111111117", "４１１１１１１１１１１１１１１１"]  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("around", ["my card is {}!", "{}", "卡号{}请退款", "card:{}, exp 12/29"])
def test_cards_keep_four_digits(card: str, around: str):
    masked = mask_cards(around.format(card))
    assert "••••" in masked
    assert "1111 1111" not in masked
    assert sum(char.isdigit() for char in masked.replace("12/29", "")) == 4


@pytest.mark.parametrize(
    "text",
    ["9400110200881234567890123", "1741168800000", "LP4111111111111111CN", "4111111111111112"],
)
def test_other_numbers_stay(text: str):
    assert mask_cards(text) == text


@settings(derandomize=True)
@given(st.sampled_from((12, 15, 18)), st.data())
def test_every_luhn_number_of_a_card_is_masked(size: int, data: st.DataObject):
    stem = "4" + data.draw(st.text("0123456789", min_size=size - 1, max_size=size - 1))
    card = next(stem + str(digit) for digit in range(10) if passes_luhn(stem + str(digit)))
    assert card not in mask_cards(f"pay {card} now")


def test_ids_stay_and_notes_do_not():
    card = "4111111111111111"
    source = {"order_id": card, "trackingNumber": card, "note": f"call me {card}",
              "deep": [{"message": card, "sku": card}], "credit_card_number": card, "amount": 12,
              "memo": int(card)}  # fmt: skip
    masked = mask_object(source)
    assert masked["order_id"] == masked["trackingNumber"] == card
    assert card not in json.dumps({k: masked[k] for k in ("note", "credit_card_number", "memo")})
    assert masked["deep"] == [{"message": "•••• 1111", "sku": card}]


def test_a_message_and_its_raw_row_are_clean(opened):
    text = "id,order_id,at,sender,text\nm1,#1,2025-01-01T00:00:00Z,buyer,use 4111 1111 1111 1111\n"
    (row,) = opened(text).rows
    assert "4111 1111" not in row.model_dump_json()
    assert "•••• 1111" in row.model_dump_json()


def test_a_policy_is_clean(opened):
    (row,) = opened("# Returns\n\nPay with 4111111111111111.").rows
    assert "4111111111111111" not in row.model_dump_json()
