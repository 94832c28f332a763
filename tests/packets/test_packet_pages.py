"""The pages of a packet: what is written is what is read, whatever was written."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_pdfs import acting, ink_of_colours, sizes_of, smallest_text, text_of

from packets.layout import Part
from packets.press import Pages, Press
from packets.records import LetterSection, Packet, Translation
from packets.text import elided, plain, shown
from tradewind.errors import InvalidInput
from tradewind.evidence import Claim

INJECTIONS = [
    '#panic("taken")', "#import \"/etc/passwd\"", "$ x^2 $", "@ref <label>", "*bold* _it_ `raw`",
    "= Heading", "- item\n+ item\n/ term: x", "\\u{41} \\ \\#", "#sys.inputs #read(\"data.json\")",
    "// comment /* x */", "]#(1+1)[", "{{ x }} {% x %}", "https://evil.example/a?b=c",
    "'quoted' \"double\" -- --- ...", "#set text(size: 1pt)", "~ a~b", "\u202egnp.exe",
]  # fmt: skip


def part(packet: Packet) -> Part:
    return Part(name="Packet", front=True, numbers=tuple(range(1, len(packet.exhibits) + 1)))


def with_excerpt(packet: Packet, text: str, language: str = "en") -> Packet:
    one = packet.exhibits[0].model_copy(update={"excerpt": text, "language": language})
    return packet.model_copy(update={"exhibits": (one,)})


def made(press: Press, packet: Packet) -> Pages:
    return press.set(packet, part(packet))


def signs(text: str) -> Counter[str]:
    """Visible signs, however a reader orders them."""
    return Counter(sign for sign in text if not sign.isspace() and sign not in "\u200b\u200c\u200d")


def test_a_letter_says_what_it_was_given_and_cites_its_exhibits(
    press: Press, packet: Packet
) -> None:
    text = text_of(made(press, packet).pdf)
    for wanted in ("dp_1Pxyz", "Visa 13.1, product not received", "46.66 USD", "1 October 2026",
                   "The parcel was delivered on 5 November 2026. [Exhibit 1]",
                   "Delivered, signed by J. Doe.", "Page 1 of"):  # fmt: skip
        assert wanted in text


def test_the_table_tells_the_page_of_every_exhibit(press: Press, packet: Packet) -> None:
    many = [
        packet.exhibits[0].model_copy(update={"title": f"Scan {n}", "excerpt": "Text. " * 90})
        for n in range(12)
    ]
    pages = made(press, packet.model_copy(update={"exhibits": tuple(many)}))
    assert sorted(pages.places) == list(range(1, 13))
    assert pages.places[12] <= pages.pages
    assert text_of(pages.pdf).count(f"page {pages.places[12]}") >= 1


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_pages_are_portrait_black_large_and_without_links(
    press: Press, packet: Packet, paper: str
) -> None:
    pdf = made(press, packet.model_copy(update={"paper": paper})).pdf
    assert sizes_of(pdf) == {(595, 842) if paper == "a4" else (612, 792)}
    assert smallest_text(pdf) >= 11.99
    assert not ink_of_colours(pdf)
    assert not acting(pdf)


def test_the_same_packet_gives_the_same_bytes(press: Press, packet: Packet) -> None:
    assert made(press, packet) == made(press, packet)


@pytest.mark.parametrize("hostile", INJECTIONS)
def test_what_looks_like_a_command_is_text(press: Press, packet: Packet, hostile: str) -> None:
    exhibit = packet.exhibits[0].model_copy(
        update={"title": hostile, "source": hostile, "excerpt": hostile, "outsider": True,
                "translation": Translation(text=hostile, by=hostile)}
    )  # fmt: skip
    claim = Claim(text=hostile, evidence=("ev_scan",))
    letter = packet.letter.model_copy(
        update={"merchant": hostile, "subject": hostile, "dispute": hostile,
                "sections": (LetterSection(heading=hostile, claims=(claim,)),)}
    )  # fmt: skip
    pdf = made(press, packet.model_copy(update={"letter": letter, "exhibits": (exhibit,)})).pdf
    assert not acting(pdf)
    found = signs(text_of(pdf))
    assert all(found[sign] >= 6 for sign in set(signs(shown(plain(hostile), {}))))
    assert smallest_text(pdf) >= 11.99


LATIN = st.sampled_from("aZ09 .,:;-–—'\"()[]{}#$@*_=~`\\/<>%&!?+|^€£¥éüñßøçğışİÇŁžőæ\n")
ALPHABET = st.one_of(
    LATIN, st.sampled_from("абвгдежзЖЮЯёіїєў"), st.sampled_from("αβγδΩλ"),
    st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهوي٠١٢ "),
    st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=("Cc", "Cf", "Zs")),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(text=st.text(ALPHABET, min_size=1, max_size=250))
def test_any_text_is_read_as_it_was_written(press: Press, packet: Packet, text: str) -> None:
    _check_round_trip(press, packet, text)


@pytest.mark.usefixtures("cjk")
@settings(max_examples=15, deadline=None)
@given(
    text=st.text(
        st.one_of(
            LATIN, st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
            st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
            st.sampled_from("あいうアイウー、。「」（）"),
        ),
        min_size=1, max_size=200,
    )
)  # fmt: skip
def test_any_text_of_east_asia_is_read_as_it_was_written(
    press: Press, packet: Packet, text: str
) -> None:
    _check_round_trip(press, packet, text)


def _check_round_trip(press: Press, packet: Packet, text: str) -> None:
    def page(excerpt: str) -> Counter[str]:
        front = Part(name="P", front=False, numbers=(1,))
        return signs(text_of(press.set(with_excerpt(packet, excerpt), front).pdf))

    assert page("Q" + text) == page("Q") + signs(shown(plain(text), {}))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "İstanbul'a ulaştı, teşekkürler: ığüşöç IĞÜŞÖÇ"),
        ("ru", "Посылка получена, спасибо."),
        ("ar", "وصل الطرد أمس"),
    ],
)
def test_every_shipped_script_is_set(
    press: Press, packet: Packet, language: str, text: str
) -> None:
    pages = made(press, with_excerpt(packet, text, language))
    assert signs(text) <= signs(text_of(pages.pdf))
    assert pages.spelled == ()


def test_signs_without_a_font_are_written_out(press: Press, packet: Packet) -> None:
    pages = made(press, with_excerpt(packet, "Thanks 😀👍🏽 \u0007 \ue000"))
    text = text_of(pages.pdf)
    assert "Thanks [grinning face][thumbs up sign]" in text
    assert "[U+0007] [U+E000]" in " ".join(text.split())
    assert "written out by name" in text
    assert "😀" in pages.spelled


def test_a_text_cannot_turn_the_reading_order(press: Press, packet: Packet) -> None:
    text = text_of(made(press, with_excerpt(packet, "paid \u202e46.66\u202c USD")).pdf)
    assert "paid [U+202E]46.66[U+202C] USD" in text


def test_letters_without_a_font_stop_the_packet(press: Press, packet: Packet) -> None:
    with pytest.raises(InvalidInput, match="cuneiform"):
        made(press, with_excerpt(packet, "𒀀𒀁"))


def test_a_sentence_whose_evidence_no_exhibit_shows_is_refused(
    press: Press, packet: Packet
) -> None:
    other = packet.exhibits[0].model_copy(update={"evidence": ("ev_other",)})
    with pytest.raises(InvalidInput, match="ev_scan, which no exhibit shows"):
        made(press, packet.model_copy(update={"exhibits": (other,)}))


def test_long_ids_are_cut_in_their_middle(press: Press, packet: Packet) -> None:
    dispute = f"dp_{'a1B2' * 20}_END"
    letter = packet.letter.model_copy(update={"dispute": dispute, "merchant": "株式会社" * 12})
    one = packet.exhibits[0].model_copy(update={"excerpt": "x"})
    name = f"{dispute}-shipping_documentation.pdf"
    long = Part(name=name, front=False, numbers=(1,))
    with_id = letter.model_copy(update={"merchant": "Harbour & Hearth"})
    text = text_of(press.set(packet.model_copy(update={"letter": with_id, "exhibits": (one,)}),
                             long).pdf)  # fmt: skip
    assert "Dispute dp_a1B2" in text
    assert "…" in text
    assert "Harbour & Hearth" in text
    assert "documentation.pdf" in text
    for told in (dispute, letter.merchant, "short", f"{dispute}{letter.merchant}"):
        assert elided(told, 390).startswith(told[:5])
        assert elided(told, 390).endswith(told[-5:])
        assert len(elided(told, 390)) <= 78
    assert elided("short", 390) == "short"


def test_an_id_keeps_its_number_sign_before_it_in_arabic() -> None:
    assert shown("الطلب #W1", {}) == "الطلب \u200e#W1"
    assert shown("Order #W1", {}) == "Order #W1"


def test_no_run_of_letters_leaves_the_page() -> None:
    for text in ("W" * 500, "\ufdfd" * 20, "http://" + "x" * 200):
        runs = shown(plain(text), {}).split("\u200b")
        assert max(map(len, runs)) <= 32
        assert "".join(runs) == text
