"""What a person reads: no mark-up, no picture, no strange link, no sign that turns a line round;
and the same text back where there is nothing of the kind."""

import asyncio
import re
import time
from types import SimpleNamespace
from typing import Any

import pytest
from agent_world import session_of
from hypothesis import example, given
from hypothesis import strategies as st
from limit_world import limited

from agents.events import Answer
from agents.grounding.links import find_links, host_of
from agents.journal import Journal
from agents.outgoing import GONE, clean_text, outgoing, shown
from agents.run import Run
from agents.vetting import is_own
from tradewind.commerce import Policy
from tradewind.tool import ToolContext

HOSTS = frozenset(("shop.example",))

SENTENCES = {
    "en": "Your parcel left Boston on 3 Nov. and weighs 1.5 kg; it comes in 3–5 days!",
    "zh": "您的包裹已于11月3日寄出，重1.5公斤，预计3至5天送达。",
    "es": "Su pedido n.º 4 sale de EE.UU. el 3/11; pesa 1,5 kg. ¿Algo más?",
    "pt": "O pedido chega em 3 a 5 dias úteis (às 14h05); não há custos extras.",
    "ko": "주문하신 상품은 11월 3일에 발송되었습니다. 무게는 1.5kg입니다.",
    "ja": "ご注文の品は11月3日に発送しました。重さは1.5kgです。",
    "ru": "Посылка вышла 3 ноября и весит 1,5 кг. Ждать 3–5 дней.",
    "ar": "غادر الطرد في ٣ نوفمبر ووزنه ١٫٥ كغ، ويصل خلال ٣ إلى ٥ أيام.",
    "de": "Ihr Paket (Nr. 12) wiegt 1,5 kg und kommt z. B. am 3.11. um 14:05 Uhr.",
    "fr": "Votre colis n° 4 pèse 1,5 kg ; il arrive d'ici 3 à 5 jours.",
    "it": "Il pacco n. 4 pesa 1,5 kg e arriva tra 3–5 giorni: tutto qui.",
    "tr": "Paketiniz 3 Kasım'da yola çıktı, 1,5 kg; 3-5 günde gelir.",
}

PIECES = st.sampled_from([
    "<b>", "</a>", "<img src=x onerror=alert(1)>", "<!-- x -->", "<script", "<", ">", "&lt;",
    "![p](https://evil.example/p.png)", "![p][1]", "[here](https://evil.example)", "[a](", "](",
    "[ours](https://shop.example/r)", "https://evil.example/a?b=c", "www.evil.top", "evil.vip",
    "evil。com", "ｅｖｉｌ．ｃｏｍ", "evil[.]com", "help@evil.shop", "оплата.рф", "支付.中国",
    "203.0.113.9/x", "javascript:alert(1)", "data:text/html,x", "tel:123", "shop.example",
    "https://shop.example/r", "ev\u200bil.com", "\u202e", "\u2066", "\u2069", "\u00ad", "\ufeff",
    "\U000e0041", "\u200f", ".", ":", "/", "@", " ", "\n", "a", "1", *SENTENCES.values(),
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=60)
HIDDEN = re.compile("[\u200b\u2060\ufeff\u00ad\u202a-\u202e\U000e0000-\U000e007f]")


def clean(text: str) -> str:
    return clean_text(text, HOSTS, [])


@given(TEXTS)
@example("![a](https://evil.example/![b](c)")
@example("<<b>script>alert(1)<</b>/script>")
@example("ev<b>il.vip")
@example("evil.<!-- -->vip")
@example("[https://shop.example](https://shop.example@evil.example)")
def test_nothing_that_could_be_clicked_loaded_or_hidden_survives(text: str) -> None:
    told = clean(text)
    assert HIDDEN.search(told) is None
    assert re.search(r"<[A-Za-z!?/]", told) is None
    assert re.search(r"!\[[^\]]*\][(\[]", told) is None
    assert [link for link in find_links(told) if not is_own(link, HOSTS)] == []
    assert len(re.findall("[\u2066-\u2069]", told)) % 2 == 0


@given(TEXTS)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(TEXTS)
def test_what_is_taken_out_is_told(text: str) -> None:
    taken: list[str] = []
    told = clean_text(text, HOSTS, taken)
    assert taken or told == text or "](" in text


@pytest.mark.parametrize("language", SENTENCES)
def test_an_honest_sentence_comes_back_unchanged(language: str) -> None:
    taken: list[str] = []
    assert clean_text(SENTENCES[language], HOSTS, taken) == SENTENCES[language]
    assert taken == []


@pytest.mark.parametrize("text", [
    "Cotton.It is soft. The end.In a box.", "by J.K. Rowling, at 9 a.m.", "12.5 x 3.25 cm, v1.2",
    "Write us: we answer at once.", "Mr. Smith Co.Ltd", "3 < 5 and 7 > 2",
    "ip 203.0.113.78, v1.2.3.4", "S.A. de C.V.",
    "\u2068#W2611340\u2069 ist unterwegs.", "AT&T [blue] (large)",
])  # fmt: skip
def test_what_only_looks_like_a_link_is_none(text: str) -> None:
    taken: list[str] = []
    assert clean_text(text, HOSTS, taken) == text
    assert taken == []


@pytest.mark.parametrize("text", [
    "see kuaidi-pay.vip now", "сайт оплата-заказа.рф", "打开 ｅｖｉｌ－ｐａｙ．ｃｏｍ／ａ",
    "请看evil。com吧",
    "203.0.113.77/confirm", "hxxps://a-b[.]info/a", "mode(.)info", "help@a.support", "支付.中国",
    "ev\u200bil-vid\u00adeo.com", "EVIL.CO", "evil.foo/abc", "x javascript:alert(1)", "tel:900",
])  # fmt: skip
def test_a_link_in_disguise_is_one(text: str) -> None:
    assert GONE in clean(text)


@pytest.mark.parametrize("link", [
    "shop.example", "https://shop.example/returns", "help@shop.example", "www.shop.example/a",
    "请看shop.example！",
])  # fmt: skip
def test_the_shops_own_links_stay(link: str) -> None:
    assert clean(f"See {link}") == f"See {link}"


@pytest.mark.parametrize("link", [
    "shop.example.evil.com", "https://shop.example@evil.com/", "evil-shop.example",
    "https://evil.com/shop.example", "ѕhop.example",
])  # fmt: skip
def test_a_host_that_only_resembles_the_shops_is_none(link: str) -> None:
    assert GONE in clean(f"See {link}")


@given(TEXTS)
def test_what_a_person_decides_on_shows_all_and_does_nothing(text: str) -> None:
    told = shown(text)
    assert HIDDEN.search(told) is None
    assert "<" not in told or told == text
    assert [link for link in find_links(told) if "[.]" not in link and "[:]" not in link] == []


@pytest.mark.parametrize("piece", [
    "a", "a.", "a-", "@", "a@", "1.", "http:", "[.]", "a[.]", "www.", "支", "支付.", "ａ．", "<",
    "![", "](", "\u200b", "![a](", "<<b>",
])  # fmt: skip
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    """CPU time of this thread for a text, and for one that is eight times as long."""

    def seconds(times: int) -> float:
        began = time.thread_time()
        clean(piece * times)
        return time.thread_time() - began

    short = min(seconds(500) for _ in range(3))
    assert min(seconds(4000) for _ in range(2)) < 32 * short + 0.05


def test_a_host_is_told_whatever_it_is_dressed_in() -> None:
    assert host_of("https://user:pw@www.Evil.com:8080/a?b") == "evil.com"
    assert host_of("ｅｖｉｌ．ｃｏｍ／ａ") == "evil.com"
    assert host_of("JavaScript:alert(1)") == "javascript:"


@pytest.mark.parametrize(("steps", "left"), [(1, "https://shop.example/r"), (0, GONE)])
def test_in_a_run_that_may_take_no_step_no_host_is_vouched_for(steps: int, left: str) -> None:
    returns = Policy.model_validate({
        "id": "returns", "topic": "returns", "title": "Returns", "version": "1",
        "language": "en", "text": "See https://shop.example/r",
    })  # fmt: skip
    reader: Any = SimpleNamespace(policies=lambda: [returns], products=list)
    context = ToolContext(session=session_of("buyer"), shop=reader)
    run = Run(Journal("run_test"), limited(steps=steps), context, lambda _: None)
    answer = Answer(text="See https://shop.example/r", language="en")
    assert asyncio.run(outgoing(run, answer)).text == f"See {left}"
