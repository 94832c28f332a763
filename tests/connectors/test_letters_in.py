"""What was written to the shop, read in: mails, mailboxes, reviews, messages; hostile ones too."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mail import read_many, read_one
from connectors.open import open_source
from connectors.quoted import newest
from connectors.reader import Context, Row
from tradewind.commerce import Message, Rejected, SourceRow
from tradewind.errors import InvalidInput
from tradewind.letters import Letter

HEAD = (
    "Message-ID: <a1@mail.example.com>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
    "From: {}\r\nTo: shop@example.com\r\nSubject: {}\r\n"
)
HERE = Context("test")


def mail(
    body: str = "Where is my parcel?", sender: str = "Anna <anna@example.com>", *, more: str = "",
    subject: str = "Hello",
) -> bytes:  # fmt: skip
    plain = "" if "Content-Type" in more else "Content-Type: text/plain; charset=utf-8\r\n"
    return f"{HEAD.format(sender, subject)}{more}{plain}\r\n{body}".encode()


def only(rows: list[Row]) -> tuple[Message, Letter]:
    assert len(rows) == 1
    row = rows[0]
    assert isinstance(row, SourceRow), row
    assert isinstance(row.record, Message)
    assert row.record.letter is not None
    return row.record, row.record.letter


def read(data: bytes) -> tuple[Message, Letter]:
    return only(list(read_one(data, HERE)))


def refused(data: bytes) -> str:
    rows = list(read_one(data, HERE))
    assert len(rows) == 1
    assert isinstance(rows[0], Rejected)
    return rows[0].field


def saved(folder: Path, name: str, data: bytes) -> list[Row]:
    path = folder / name
    path.write_bytes(data)
    return list(open_source(path).rows())


def test_a_mail_is_recognised_by_its_content(tmp_path: Path) -> None:
    message, letter = only(saved(tmp_path, "x.bin", mail()))
    assert (message.text, message.sender) == ("Where is my parcel?", "buyer")
    assert message.at.isoformat() == "2026-11-23T09:00:00+00:00"
    assert (letter.address, letter.name) == ("anna@example.com", "Anna")
    assert (letter.subject, letter.ref) == ("Hello", "<a1@mail.example.com>")
    assert message.order_id == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes please.\n\nOn Mon, 2 Nov 2026 at 10:00, Shop <s@x.y> wrote:\n> Hi", "Yes please."),
        ("Ja.\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Shop <s@x.y>:\n> Hallo", "Ja."),
        ("Oui.\n\nLe lun. 2 nov. 2026 à 10:00, Shop <s@x.y> a écrit :\n> Bonjour", "Oui."),
        ("Sí.\n\nEl lun, 2 nov 2026 a las 10:00, Shop (<s@x.y>) escribió:\n> Hola", "Sí."),
        ("Sim.\n\nEm seg., 2 de nov. de 2026, Shop <s@x.y> escreveu:\n> Olá", "Sim."),
        ("Sì.\n\nIl giorno lun 2 nov 2026 Shop <s@x.y> ha scritto:\n> Ciao", "Sì."),
        ("Evet.\n\nShop <s@x.y>, 2 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:\n> Merhaba", "Evet."),
        ("Да.\n\nпн, 2 нояб. 2026 г. в 10:00, Shop <s@x.y> написал:\n> Привет", "Да."),
        ("好的。\n\nShop <s@x.y> 于2026年11月2日周一 10:00写道：\n> 您好", "好的。"),
        ("はい。\n\n2026年11月2日(月) 10:00 Shop <s@x.y>のメール:\n> こんにちは", "はい。"),
        ("네.\n\n2026년 11월 2일 (월) 오전 10:00, Shop <s@x.y>님이 작성:\n> 안녕", "네."),
        ("نعم.\n\nفي الاثنين، 2 نوفمبر 2026 كتب Shop <s@x.y>:\n> مرحبا", "نعم."),
        ("Yes.\n\n-----Original Message-----\nFrom: Shop\nHi", "Yes."),
        ("Ja.\n\nVon: Shop\nGesendet: Montag\nAn: Anna\n\nHallo", "Ja."),
        ("Yes.\n-- \nAnna Berg\nSome Street 1", "Yes."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("On Mon, Shop <s@x.y> wrote:\n> is it blue?\n\nNo, red.", "No, red."),
        ("> is it blue?\nNo, red.", "No, red."),
        ("From: what I read it is blue", "From: what I read it is blue"),
    ],
)
def test_quoted_history_and_signatures_are_cut_off(text: str, kept: str) -> None:
    said, cut = newest(text)
    assert said == kept
    assert cut == (said != text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_what_is_kept_was_written(text: str) -> None:
    said, _ = newest(text)
    lines = {line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")}
    assert {line.strip() for line in said.split("\n")} <= lines | {""}


def test_a_mail_in_html_alone_tells_its_text_and_fetches_no_picture() -> None:
    page = (
        "<html><head><style>p{}</style></head><body><p>Is it blue?</p><script>x()</script>"
        '<img width=1 height=1 src="https://track.example/p.gif?u=1"></body></html>'
    )
    message, letter = read(mail(page, more="Content-Type: text/html; charset=utf-8\r\n"))
    assert message.text == "Is it blue?"
    assert set(letter.notes) == {"html_only", "remote_pictures"}


def test_attachments_are_named_and_not_opened() -> None:
    body = (
        '--b\r\nContent-Type: text/plain\r\n\r\nSee the photo.\r\n'
        '--b\r\nContent-Type: application/zip\r\n'
        'Content-Disposition: attachment; filename="../../etc/bo\tmb.zip"\r\n\r\nPK\x03\x04\r\n'
        '--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nignore me\r\n--b--\r\n'
    )  # fmt: skip
    message, letter = read(mail(body, more='Content-Type: multipart/mixed; boundary="b"\r\n'))
    assert message.text == "See the photo."
    assert letter.attachments == ("bomb.zip", "message/rfc822")


@pytest.mark.parametrize(
    "sender",
    ["a@x.y, b@x.y", "nobody", "", "a@x.y\r\nFrom: b@x.y", "<a b@x.y>", "a@x.y <b@x.y"],
)
def test_a_sender_that_is_not_one_address_is_none(sender: str) -> None:
    _, letter = read(mail(sender=sender))
    assert letter.address in ("", "b@x.y")
    assert "," not in letter.address


def test_an_encoded_header_begins_no_other() -> None:
    told = "=?utf-8?q?Hi=0D=0ABcc:_eve=40evil.example?="
    _, letter = read(mail(subject=told))
    assert letter.subject == "Hi Bcc: eve@evil.example"


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "Precedence: bulk",
                                    "List-Unsubscribe: <x>"])  # fmt: skip
def test_a_machines_mail_is_told(header: str) -> None:
    _, letter = read(mail(more=f"{header}\r\n"))
    assert "automatic" in letter.notes


def test_what_the_shop_sent_is_the_shops() -> None:
    message, _ = read(mail(more="X-Gmail-Labels: Sent,Important\r\n"))
    assert message.sender == "shop"


def test_a_mail_without_a_date_is_set_aside() -> None:
    assert (
        refused(mail().replace(b"Date: Mon, 23 Nov 2026 10:00:00 +0100", b"Date: soon")) == "Date"
    )


def test_a_borrowed_message_id_replaces_no_other_mail() -> None:
    first, _ = read(mail())
    second, _ = read(mail("Something else", "Eve <eve@evil.example>"))
    assert first.id != second.id


def nested(depth: int) -> bytes:
    open_ = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth)
    )
    return HEAD.format("a@x.y", "x").encode() + open_.encode() + b"\r\nhello"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (nested(5000), "parts"),
        (mail("--b\r\n\r\n" * 200_000, more='Content-Type: multipart/mixed; boundary="b"\r\n'),
         "parts"),
        (mail("x" * (51 * 1024 * 1024)), "size"),
    ],
    ids=["nested", "many", "giant"],
)  # fmt: skip
def test_a_mail_that_would_take_too_much_is_set_aside(data: bytes, field: str) -> None:
    began = time.perf_counter()
    assert refused(data) == field
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "rot13", "x" * 999])
def test_a_charset_that_is_none_costs_nothing(charset: str) -> None:
    more = f"Content-Type: text/plain; charset={charset}\r\n"
    message, _ = read(mail("a-" * 20_000 + "é", more=more))
    assert message.text.startswith("a-a-")


def test_a_long_mail_is_cut_and_says_so() -> None:
    message, letter = read(mail("word " * 20_000))
    assert len(message.text) <= 20_000
    assert "cut" in letter.notes


def test_card_numbers_are_masked() -> None:
    message, letter = read(mail("My card is 4111 1111 1111 1111.", subject="4111111111111111"))
    assert "4111 1111 1111 1111" not in message.text
    assert "4111111111111111" not in letter.subject


def test_a_mailbox_is_read_mail_by_mail(tmp_path: Path) -> None:
    line = b"From a@b.c Mon Nov 23 10:00:00 2026\n"
    first = mail("One.\n>From here on it is blue.")
    second = mail("Two.").replace(b"<a1@", b"<a2@")
    broken = b"Subject: nothing else\n\nno date"
    rows = saved(tmp_path, "box", b"\n\n".join(line + one for one in (first, second, broken)))
    told = [row.record for row in rows if isinstance(row, SourceRow)]
    assert [one.text for one in told if isinstance(one, Message)] == [
        "One.\nFrom here on it is blue.", "Two.",
    ]  # fmt: skip
    assert [row.row for row in rows if isinstance(row, Rejected)] == [3]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600), st.booleans())
def test_any_bytes_are_a_message_or_a_rejection(data: bytes, after_head: bool) -> None:
    whole = HEAD.format("a@x.y", "x").encode() + data if after_head else data
    for rows in (read_one(whole, HERE), read_many(b"From x 2026\n" + whole, HERE)):
        assert all(isinstance(row, SourceRow | Rejected) for row in rows)


# ---- reviews and messages

AMAZON = (
    "marketplace\tcustomer_id\treview_id\tproduct_id\tproduct_title\tstar_rating\t"
    "review_headline\treview_body\treview_date\n"
    "US\t1\tR1\tB00\tTea Cup\t5\tGreat\tI love it\t2026-11-01\n"
)
JUDGEME = (
    "title,body,rating,review_date,reviewer_name,reviewer_email,product_id,product_handle,reply,"
    "picture_urls\nNice,Good cup,4,2026-11-02 10:00:00 UTC,Al,al@x.y,77,tea-cup,Thanks!,\n"
)
ETSY = (
    '[{"reviewer":"Ben","date_reviewed":"11/20/2026","star_rating":2,"message":"Broken",'
    '"order_id":9}]'
)
EBAY = (
    '{"FeedbackDetail":[{"CommentingUser":"b***n","CommentText":"late",'
    '"CommentTime":"2026-11-01T00:00:00.000Z","CommentType":"Negative","ItemID":"1",'
    '"FeedbackID":"9"}]}'
)


@pytest.mark.parametrize(
    ("data", "place", "stars", "product"),
    [
        (AMAZON, "amazon", 5, "B00"), (JUDGEME, "judgeme", 4, "77"), (ETSY, "etsy", 2, ""),
        (EBAY, "ebay", 1, "1"),
    ],
    ids=["amazon", "judgeme", "etsy", "ebay"],
)  # fmt: skip
def test_reviews_are_read_as_places_export_them(
    tmp_path: Path, data: str, place: str, stars: int, product: str
) -> None:
    message, letter = only(saved(tmp_path, "reviews", data.encode()))
    assert (letter.channel, letter.place, letter.stars) == ("review", place, stars)
    assert letter.product == product
    assert message.text
    assert ("answered" in letter.notes) == (place == "judgeme")


def test_a_review_table_of_unknown_columns_is_mapped(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Sterne;Was;Wann;Wer\n★★☆☆☆;Zu klein;2026-11-01;Ina\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        open_source(path)
    named = {"Sterne": "stars", "Was": "text", "Wann": "at", "Wer": "name"}
    source = open_source(path, "reviews_csv", mapping=named)
    message, letter = only(list(source.rows()))
    assert (message.text, letter.stars, letter.name) == ("Zu klein", 2, "Ina")


@pytest.mark.parametrize("stars", ["6", "0", "great", "4.5"])
def test_a_rating_that_is_none_sets_the_review_aside(tmp_path: Path, stars: str) -> None:
    data = f"rating,body,date\n{stars},Nice,2026-11-01\n"
    rows = saved(tmp_path, "x.csv", data.encode())
    assert [type(row) for row in rows] == [Rejected]


def test_a_marketplace_message_tells_its_place(tmp_path: Path) -> None:
    data = (
        "at,sender,text,order_id,marketplace,subject\n"
        "2026-11-01T10:00:00Z,buyer,Where is it?,#W1,eBay,My order\n"
    )
    message, letter = only(saved(tmp_path, "x.csv", data.encode()))
    assert (message.order_id, letter.channel, letter.place) == ("#W1", "marketplace", "ebay")


def test_a_message_that_tells_no_place_is_as_it_was(tmp_path: Path) -> None:
    data = b"at,sender,text\n2026-11-01T10:00:00Z,buyer,Where is it?\n"
    (row,) = saved(tmp_path, "x.csv", data)
    assert isinstance(row, SourceRow)
    assert isinstance(row.record, Message)
    assert row.record.letter is None
