"""Encodings and separators are found by content, on short files too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.encoding import detect_encoding
from tradewind.commerce import Faq
from tradewind.errors import InvalidInput

TEXTS = {
    "gb18030": ["中", "红色", "标题,价格", "T恤,12", "题,answer\n你,hi", "手机壳 iPhone 15", "鞋",
                "问题;答案\n多久发货?;三天", "丝绸围巾 100% 桑蚕丝，手工卷边"],
    "cp932": ["シャツ", "東京", "日本", "大", "桜", "表,裏", "ﾃｽﾄ商品です", "商品名,価格",
              "返品できますか？", "Title\nスマホケース"],
    "cp1252": ["É", "Größe;Preis", "prêt", "Ação", "Camisón;Niño", "Crème brûlée 12 €", "20 °C",
               "“Hello”", "naïve – test", "PROMOÇÃO", "L’été", "¿Cuándo?", "Título\nCafé,3"],
    "cp949": ["질문,답변\n배송은 언제 되나요"],
    "utf-8": ["Größe", "é", "Привет", "سؤال", "질문", "10 kΩ", "Ürün, İstanbul", "中文"],
    "utf-8-sig": ["Handle,Title", "中"],
    "utf-16": ["Handle;Títle", "中文,价格"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "text"), [(codec, text) for codec, texts in TEXTS.items() for text in texts]
)
def test_short_texts_are_read_as_written(codec: str, text: str):
    data = text.encode(codec)
    assert data.decode(detect_encoding(data).codec) == text


@settings(derandomize=True)
@given(st.text(min_size=1))
def test_utf8_with_mark_is_never_taken_for_another(text: str):
    data = text.encode("utf-8-sig", "ignore")
    assert detect_encoding(data).codec == "utf-8-sig"


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x01\x02\x03\x04" * 100])
def test_binary_is_refused(data: bytes):
    with pytest.raises(InvalidInput):
        detect_encoding(data)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_separator_and_encoding_together(opened, separator: str, codec: str):
    lines = [["问题", "答案"], ["什么时候发货？", "三天内发货，节假日除外"]]
    result = opened("\r\n".join(separator.join(line) for line in lines).encode(codec))
    (faq,) = result.of(Faq)
    assert (faq.question, faq.answer) == ("什么时候发货？", "三天内发货，节假日除外")
    assert faq.language == "zh"


def test_rows_with_broken_utf8_are_set_aside_and_others_land(opened):
    good = "".join(f"¿Dónde está {n}? ñáé,Aquí está\n" for n in range(20))
    data = f"question,answer\n{good}".encode() + b"broken \xff cell,yes\n"
    result = opened(data)
    assert len(result.rows) == 20
    assert [(bad.row, bad.field) for bad in result.rejected] == [(21, "(encoding)")]
