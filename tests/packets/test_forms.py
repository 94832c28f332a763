"""Evidence forms: only what the processor takes, within its limits, and no word cut unsaid."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packets.cutting import cut, length
from packets.faults import faults
from packets.forms import Entry, EvidenceForm, Kind
from tradewind.errors import InvalidInput


def text(field: str, value: str) -> Entry:
    return Entry(field=field, kind="text", value=value)


def test_stripes_fields_are_those_of_its_library(stripe: EvidenceForm) -> None:
    kinds = [kind for field in stripe.field for kind in field.kinds]
    assert (len(stripe.field), kinds.count("text"), kinds.count("file")) == (29, 18, 9)
    assert (stripe.text_characters, stripe.combined_characters) == (20_000, 150_000)


def test_a_filled_stripe_form_is_its_entries(stripe: EvidenceForm) -> None:
    enhanced = {"visa_compelling_evidence_3": {"disputed_transaction": {}}}
    filled = stripe.fill(
        [
            text("product_description", " A lamp. "),
            Entry(field="receipt", kind="file", value="file_1"),
            Entry(field="enhanced_evidence", kind="object", value=enhanced),
        ]
    )
    assert filled.evidence == {
        "product_description": "A lamp.", "receipt": "file_1", "enhanced_evidence": enhanced,
    }  # fmt: skip
    assert filled.cuts == ()
    assert faults(stripe, filled.evidence) == []


@pytest.mark.parametrize(
    ("field", "kind", "word"),
    [
        ("shiping_date", "text", "Is shipping_date"),
        ("receipt", "text", "It takes file"),
        ("product_description", "file", "It takes text"),
        ("enhanced_evidence", "text", "It takes object"),
    ],
)
def test_a_wrong_field_names_the_right_one(
    stripe: EvidenceForm, field: str, kind: Kind, word: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        stripe.fill([Entry(field=field, kind=kind, value="x")])
    assert word in caught.value.hint


def test_a_field_takes_one_file(stripe: EvidenceForm) -> None:
    with pytest.raises(InvalidInput, match="receipt has two values"):
        stripe.fill([Entry(field="receipt", kind="file", value=n) for n in ("file_1", "file_2")])


def test_long_texts_end_at_a_sentence_and_the_rest_is_told(stripe: EvidenceForm) -> None:
    sentence = "The parcel was delivered to Mr. Doe at 5. Avenue on 5 November 2026! "
    filled = stripe.fill([text("uncategorized_text", sentence * 400)])
    (made,) = filled.cuts
    assert isinstance(filled.evidence, dict)
    kept = str(filled.evidence["uncategorized_text"])
    assert kept.endswith("2026!")
    assert (made.at, made.kept, made.of) == ("sentence", len(kept), 400 * len(sentence) - 1)
    assert f"{kept} {made.left_out}" == (sentence * 400).strip()
    assert faults(stripe, filled.evidence) == []


def test_all_texts_together_keep_the_limit(stripe: EvidenceForm) -> None:
    names = [field.name for field in stripe.field if "text" in field.kinds][:9]
    filled = stripe.fill([text(name, "A sentence of words. " * 900) for name in names])
    assert faults(stripe, filled.evidence) == []
    found = [(one.field, one.kept > 0) for one in filled.cuts]
    assert found == [(names[7], True), (names[8], False)]
    assert set(filled.evidence) == set(names[:8])  # type: ignore[arg-type]


SENTENCES = st.lists(
    st.sampled_from(
        ["It arrived. ", "Yes! ", "St. Ives is far. ", "包裹已送达。", "وصل الطرد؟ ", "😀 fine… ",
         "no end ", "line\n", "x" * 40, "e\u0301" * 9, "👩\u200d👧"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(given=SENTENCES, limit=st.integers(1, 200))
def test_a_cut_keeps_the_limit_and_loses_nothing(given: str, limit: int) -> None:
    kept, rest, at = cut(given, limit)
    assert length(kept) <= limit
    assert given.startswith(kept)
    assert given.endswith(rest)
    assert not given[len(kept) : len(given) - len(rest)].strip()
    if rest and at == "word":
        assert given[len(kept)].isspace()
    if rest and at == "sentence":
        assert not kept or kept[-1] in ".!?…؟。" or given[len(kept)].isspace()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_filled_in_may_be_sent(
    stripe: EvidenceForm, paypal: EvidenceForm, data: st.DataObject
) -> None:
    for form in (stripe, paypal):
        able = [field.name for field in form.field if "text" in field.kinds]
        names = data.draw(st.lists(st.sampled_from(able), max_size=12, unique=True))
        sizes = data.draw(st.lists(st.integers(0, 30_000), min_size=12, max_size=12))
        pairs = zip(names, sizes, strict=False)
        entries = [text(name, ("Wort. 词。" * size)[:size]) for name, size in pairs]
        filled = form.fill(entries)
        assert faults(form, filled.evidence) == []
        json.dumps(filled.evidence)


@pytest.mark.parametrize(
    ("evidence", "problem"),
    [
        ({"shiping_date": "x"}, "does not exist"),
        ({"receipt": {"id": "file_1"}}, "is no file"),
        ({"receipt": "two words"}, "is no file id"),
        ({"product_description": ""}, "is no text"),
        ({"product_description": "x" * 20_001}, "20001 characters, more than 20000"),
        ({"enhanced_evidence": "x"}, "is no object"),
        ([], "is no object"),
    ],
)
def test_what_stripe_would_refuse_is_found(
    stripe: EvidenceForm, evidence: object, problem: str
) -> None:
    assert problem in " ".join(fault.problem for fault in faults(stripe, evidence))  # type: ignore[arg-type]


def test_paypal_evidence_is_a_list_by_type(paypal: EvidenceForm) -> None:
    tracking = {"carrier_name": "DHL", "tracking_number": "RX1"}
    filled = paypal.fill(
        [
            Entry(field="PROOF_OF_FULFILLMENT", kind="tracking", value=tracking),
            Entry(field="PROOF_OF_REFUND", kind="refund", value="1AB"),
            text("OTHER", "The letter."),
            Entry(field="OTHER", kind="file", value="dp_1.pdf"),
        ]
    )
    assert filled.evidence == [
        {"evidence_type": "PROOF_OF_FULFILLMENT", "evidence_info": {"tracking_info": [tracking]}},
        {"evidence_type": "PROOF_OF_REFUND", "evidence_info": {"refund_ids": ["1AB"]}},
        {"evidence_type": "OTHER", "notes": "The letter.", "documents": [{"name": "dp_1.pdf"}]},
    ]  # fmt: skip
    assert faults(paypal, filled.evidence) == []


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"evidence_type": "PROOF"}, "is no type of evidence"),
        ({"evidence_type": "OTHER"}, "holds nothing"),
        ({"evidence_type": "OTHER", "notes": "x" * 2001}, "2001 characters, more than 2000"),
        ({"evidence_type": "OTHER", "colour": "red", "notes": "x"}, "takes no colour"),
        ({"evidence_type": "PROOF_OF_REFUND", "notes": "x"}, "takes no such notes"),
        ({"evidence_type": "OTHER", "documents": [{"name": "a.tar.gz"}]}, "no name of a document"),
        ({"evidence_type": "OTHER", "evidence_info": {"refund_ids": ["a"]}}, "no such evidence_"),
        (
            {"evidence_type": "PROOF_OF_RETURN",
             "evidence_info": {"tracking_info": [{"carrier_name": "OTHER"}]}},
            "does not belong into tracking_info",
        ),
    ],
)  # fmt: skip
def test_what_paypal_would_refuse_is_found(
    paypal: EvidenceForm, item: dict[str, object], problem: str
) -> None:
    assert problem in " ".join(fault.problem for fault in faults(paypal, [item]))  # type: ignore[list-item]
