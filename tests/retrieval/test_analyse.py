"""What becomes of a text before it is indexed or searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analyse import MAX_CHARACTERS, fold, key, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Crème", "cafe creme"),
        ("ＷＨ－１０００", "wh-1000"),
        ("İSTANBUL ışık", "istanbul isik"),
        ("Straße", "STRASSE"),
        ("ещё", "еще"),
        ("إرجاع مُنتَج", "ارجاع منتج"),
        ("شاشة ٤٥", "شاشه 45"),
        ("カﾞラス", "ガラス"),
        ("batteries wallets boxes", "battery wallet boxe"),
        ("mens", "men's"),
    ],
)
def test_variants_meet(one: str, other: str) -> None:
    assert set(terms(one)) <= set(terms(other))
    assert terms(one)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WH-1000XM4", ["wh1000xm4", "wh", "1000xm4"]),
        ("退货政策", ["退货", "货政", "政策"]),
        ("买 手机壳", ["买", "手机", "机壳"]),
        ("배송은 언제", ["배송", "송은", "언제"]),
        ("iPhone手机15", ["iphone", "手机", "15"]),
        ("мой йод", ["мой", "йод"]),
        ("glass bus is", ["glass", "bus", "is"]),
        ("", []),
        ("—!? …", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


def test_short_i_keeps_its_breve_and_others_lose_it() -> None:
    assert fold("й") == "й"
    assert fold("Ğ") == "g"


def test_keys_compare_codes_whole() -> None:
    assert key("wh 1000-XM4") == key("WH-1000XM4") == "wh1000xm4"
    assert key("?!") == ""


def test_only_the_beginning_of_a_huge_text_is_read() -> None:
    assert len(terms("word " * MAX_CHARACTERS)) == MAX_CHARACTERS // 5


@given(st.text(max_size=200))
def test_folding_is_stable_and_terms_are_plain(text: str) -> None:
    assert terms(text) == terms(text.strip())
    for term in terms(text):
        assert term
        assert not any(sign.isspace() for sign in term)


@given(st.text(alphabet="abcXYZ019-./ éß", max_size=60))
def test_case_never_matters(text: str) -> None:
    assert terms(text.upper()) == terms(text.lower())
