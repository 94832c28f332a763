"""Policy documents, FAQ, messages and ad reports."""

import io
import json
from datetime import date

import pytest
from pypdf import PdfWriter

from connectors.html_text import html_text
from tradewind.base import Money
from tradewind.commerce import AdStatistic, Faq, Message, Policy
from tradewind.errors import InvalidInput

TOML = """+++
title = "Returns"
topic = "returns"
market = "DE"
language = "en"
version = 3
effective_from = 2025-01-01
[facts]
return_window_days = 30
+++
# Our returns

You have 30 days.
"""
YAML = """---
topic: returns
market: NO
effective_from: "2025-01-01"
facts:
  return_window_days: 30
---
## Rückgabe

30 Tage.
"""


def test_markdown_with_toml(opened):
    (policy,) = opened(TOML, "returns-de.md").of(Policy)
    assert (policy.id, policy.topic, policy.market, policy.version) == (
        "returns-de",
        "returns",
        "DE",
        "3",
    )
    assert policy.effective_from == date(2025, 1, 1)
    assert policy.facts == {"return_window_days": "30"}
    assert policy.text.startswith("# Our returns")


def test_markdown_with_yaml_like_front_matter_keeps_norway(opened):
    (policy,) = opened(YAML.replace("\n", "\r\n")).of(Policy)
    assert (policy.market, policy.title, policy.facts) == (
        "NO",
        "Rückgabe",
        {"return_window_days": "30"},
    )


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Shipping and delivery", "shipping"),
        ("退货政策", "returns"),
        ("Política de devoluciones", "returns"),
        ("Customs & duties", "customs"),
        ("About us", "general"),
        ("返品について", "returns"),
        ("Widerruf", "returns"),
        ("Payment", "payment"),
    ],
)
def test_topic_from_the_title(opened, title: str, topic: str):
    assert opened(f"# {title}\n\ntext").of(Policy)[0].topic == topic


def test_html_page(opened):
    html = (
        "<!DOCTYPE html><html><head><title>Shipping &amp; delivery</title><style>p{}</style></head>"
        "<body><h1>Shipping</h1><script>alert('x')</script><p>5 to 7<br>days</p>"
        "<table><tr><td>US</td><td>$5</td></tr></table></body></html>"
    )
    (policy,) = opened(html, "shipping.html").of(Policy)
    assert (policy.topic, policy.title) == ("shipping", "Shipping & delivery")
    assert "alert" not in policy.text
    assert "5 to 7\ndays" in policy.text


def pdf(text: str) -> bytes:
    """A one-page PDF by hand, its cross-reference table included."""
    lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
    stream = f"BT /F1 12 Tf 72 720 Td 14 TL {lines} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{place:010d} 00000 n \n" for place in places)
    return (out + f"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF").encode()


def test_pdf_text(opened):
    result = opened(pdf("Return policy\nYou have 30 days."), "rules.pdf")
    (policy,) = result.of(Policy)
    assert (result.kind, policy.topic, policy.title) == ("policy_pdf", "returns", "Return policy")
    assert "30 days" in policy.text


def test_encrypted_empty_and_broken_pdf_are_refused(opened):
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    with pytest.raises(InvalidInput, match="only pictures"):
        opened(out.getvalue())
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(InvalidInput, match="encrypted"):
        opened(out.getvalue())
    with pytest.raises(InvalidInput, match="broken"):
        opened(b"%PDF-1.7\n" + bytes(range(200)))


def test_broken_front_matter_is_refused(opened):
    with pytest.raises(InvalidInput, match="front matter"):
        opened("+++\ntopic = \n+++\n# x\n")
    with pytest.raises(InvalidInput, match="effective_from"):
        opened("---\neffective_from: soon\n---\n# x\n")
    with pytest.raises(InvalidInput, match="no text"):
        opened("---\ntopic: returns\n---\n")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Question,Answer", "en"),
        ("Pregunta,Respuesta", "en"),
        ("Frage,Antwort", "en"),
        ("質問,回答", "en"),
        ("Вопрос,Ответ", "en"),
        ("Soru,Cevap,Dil", "tr"),
    ],
)
def test_faq_headers(opened, header: str, language: str):
    (faq,) = opened(f"{header}\nHow long?,5 days" + (",TR" if "Dil" in header else "")).of(Faq)
    assert (faq.question, faq.language) == ("How long?", language)


def test_faq_rows_without_answer_are_set_aside(opened):
    result = opened("question;answer;market\nA?;a;us\nB?;;\n")
    assert result.of(Faq)[0].market == "US"
    assert [(bad.row, bad.field, bad.reason) for bad in result.rejected] == [
        (2, "answer", "is missing")
    ]


def test_messages(opened):
    item = {
        "id": "m1",
        "order_id": "#1",
        "at": 1741168800,
        "sender": "customer",
        "text": "где посылка?",
    }
    (message,) = opened(json.dumps({"messages": [item]})).of(Message)
    assert (message.sender, message.language, message.at.year) == ("buyer", "ru", 2025)
    table = "order_id,at,sender,text\n#1,2025-01-01T00:00:00Z,shop,hi\n#1,2025-01-01,robot,hi\n"
    result = opened(table)
    assert (result.kind, result.of(Message)[0].sender) == ("messages_csv", "shop")
    assert result.rejected[0].field == "sender"


def test_ad_reports(opened):
    amazon = (
        "Date,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,"
        "Clicks,Spend,7 Day Total Sales,7 Day Total Orders (#)\n"
        'Jan 05 2025,C,G,mug,EXACT,blue mug,"1,200",10,$5.50,$20.00,2\n'
    ).replace("Jan 05 2025", "2025-01-05")
    (row,) = opened(amazon).of(AdStatistic)
    assert (row.spend, row.impressions, row.orders) == (Money(minor=550, currency="USD"), 1200, 2)
    google = (
        "Search terms report\nJanuary 2025\n"
        "Day,Search term,Campaign,Ad group,Currency code,Impr.,Clicks,Cost,Conversions,"
        "Conv. value\n"
        "2025-01-05,mug,C,G,EUR,100,3,1.50,1.00,9.99\nTotal,,,,,100,3,1.50,1,9.99\n"
    )
    result = opened(google)
    (row,) = result.of(AdStatistic)
    assert (row.search_term, row.sales, result.rejected) == (
        "mug",
        Money(minor=999, currency="EUR"),
        (),
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a < b &amp; <b>c</b>", "a < b & c"),
        ('<p title="x > y">in</p>', "in"),
        ("<!-- no --><h2>Head</h2><p>one<br/>two", "## Head\n\none\ntwo"),
        ("<SCRIPT>x</SCRIPT >ok<svg>kept", "okkept"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("&#99999999999;&#x41;", "A"),
    ],
)
def test_html_to_text(html: str, text: str):
    assert html_text(html) == text


@pytest.mark.parametrize("unit", ["<a", '<a b="', "<!--", "<svg>", "&#9", '<a ">', "<script>"])
def test_hostile_html_is_read_in_one_pass(unit: str):
    assert isinstance(html_text(unit * 50_000 + "<"), str)
