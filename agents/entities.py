"""Ids, amounts, dates and addresses found in a message, by rule.

The value is always a substring of the text, as written. A string of digits is an order number
only where a word or a sign says so, or where its form is a marketplace's own.
"""

import re
from collections.abc import Iterator, Sequence

ORDER_WORDS = (
    r"order|pedido|orden|bestell\w*|auftrag\w*|commande|ordine|encomenda|заказ\w*|"
    r"sipariş\w*|siparis\w*|注文(?:番号|no\.?)?|订单(?:号|编号)?|訂單(?:號|編號)?|单号|주문\s*번호|주문|"
    r"الطلب|طلبي|طلب|الطلبية"
)
_NUMBER_WORDS = r"(?:\s*(?:number|no\.?|nr\.?|num\.?|n[°ºo]\.?|№|id|番号|号|號|번호|رقم|numarası|numaram|numara\w*|nummer|numero|número|numéro|номер))?"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("url", re.compile(r"https?://\S+|www\.\S+", re.I)),
    ("dispute_id", re.compile(
        r"(?<![A-Za-z0-9])(?:(?:dp|du|dis|case|chb|cb)_[A-Za-z0-9]{4,}|PP-[A-Z]-[A-Z0-9]{3,}|PP-\d{3}-\d{3}-\d{3}-\d{3})"
    )),
    ("tracking_no", re.compile(
        r"(?<![A-Za-z0-9])(?:1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2}|LP\d{10,16}(?:[A-Z]{2})?|JD\d{16,18}|"
        r"JJD\d{16,20}|YT\d{16}|SF\d{12,15}|4PX\d{10,}[A-Z]{0,2}|EZ\d{10}|CNG?\d{12,}|UUS\d{10,}|H\d{15,})(?![A-Za-z0-9])"
    )),
    ("order_id", re.compile(
        r"(?<![A-Za-z0-9])(?:#?W\d{7}|\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5}|#[A-Za-z]{0,4}-?\d{3,16}|"
        r"[A-Z]{2,4}-\d{4,10})(?![A-Za-z0-9-])"
    )),
    ("order_id", re.compile(rf"(?:{ORDER_WORDS}){_NUMBER_WORDS}\s*[:：#]*\s*(?P<v>#?[A-Z]{{0,3}}-?\d{{4,20}})(?!\d)", re.I)),
    ("order_id", re.compile(r"(?<!\d)(?P<v>\d{4,20})\s*(?:号|番|번|numaralı|nolu)?(?:の)?\s*(?:订单|注文|주문|sipariş)")),
    ("tracking_no", re.compile(r"(?<![\d#-])(?:\d{12}|\d{14,15}|\d{20,22})(?!\d)")),
    ("date", re.compile(r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}月\d{1,2}[日号]|\d{1,2}월\s?\d{1,2}일)(?!\d)")),
)  # fmt: skip

_ID_PATTERNS = tuple((kind, pattern) for kind, pattern in _PATTERNS if kind != "date")

_CURRENCY = (
    r"US\$|R\$|C\$|A\$|HK\$|NT\$|MX\$|[$€£¥￥₩₺₽₴₹₫฿]|"
    r"(?:USD|EUR|GBP|JPY|CNY|RMB|KRW|TRY|RUB|BRL|MXN|AED|SAR|CAD|AUD|CHF|PLN)\b|"
    r"euros?|dollars?|dólares|dolares|Dollar|доллар\w*|руб\w*|евро|元|块|円|유로|달러|원|دولار|يورو|ريال|درهم|reais|lira|dolar|avro"
)
_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?P<c1>{_CURRENCY})\s?(?P<n1>{_NUMBER})|(?<![\dA-Za-z#-])(?P<n2>{_NUMBER})\s?(?P<c2>{_CURRENCY})",
    re.I,
)
_PERCENT = re.compile(r"(?<![\d#])\d{1,3}(?:[.,]\d+)?\s?[%％٪]")
_POSTCODE_WORDS = (
    r"\b(?:zip|post\s?code|postal\s+code|postleitzahl|plz|cep|code\s+postal|c[oó]digo\s+postal|posta\s+kodu\w*|индекс\w*)|"
    r"\bcap(?=[\s:è]*\d{5}(?!\d))|邮编|邮政编码|郵便番号|〒|우편\s*번호|الرمز\s+البريدي"
)
_IS = r"(?:\s*(?:\b(?:code|number|is|ist|lautet|es|est|é)\b|[:：=è是为は는은]|هو))*"
_POSTCODE = re.compile(
    rf"(?:{_POSTCODE_WORDS}){_IS}\s*(?P<v>[A-Z0-9][A-Z0-9-]{{2,9}}(?: \d[A-Z]{{2}}| \d[A-Z]\d)?)(?![A-Z0-9])",
    re.I,
)

_SIGN = re.compile(r"[\d@_]|PP-")
"""Every entity holds one of these; most sentences hold none."""

_ARABIC_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "012345678901234567890123456789"
)


def find_entities(text: str) -> dict[str, str]:
    """The first value of each kind, as written: order_id, dispute_id, tracking_no, email,
    postcode, amount, currency, percent, date."""
    found: dict[str, str] = {}
    for kind, value in iterate_entities(text):
        found.setdefault(kind, value)
    return found


def find_all(text: str, kind: str) -> tuple[str, ...]:
    """All values of one kind, in the order of the patterns, each once."""
    return tuple(dict.fromkeys(value for k, value in iterate_entities(text) if k == kind))


def iterate_entities(text: str) -> Iterator[tuple[str, str]]:
    """Every (kind, value) found; a span is given to one kind only."""
    plain = text.translate(_ARABIC_DIGITS)
    if _SIGN.search(plain) is None:
        return
    taken: list[tuple[int, int]] = []
    yield from _matched(_PATTERNS, text, plain, taken)
    for match in _POSTCODE.finditer(plain):
        if any(c.isdigit() for c in match["v"]) and _free(match.span("v"), taken):
            yield "postcode", text[slice(*match.span("v"))]
    for match in _PERCENT.finditer(plain):
        if _free(match.span(), taken):
            yield "percent", text[slice(*match.span())]
    for match in _AMOUNT.finditer(plain):
        if _free(match.span(), taken):
            number, currency = ("n1", "c1") if match["n1"] else ("n2", "c2")
            yield "amount", text[slice(*match.span(number))]
            yield "currency", text[slice(*match.span(currency))]


def id_spans(text: str, kind: str) -> list[tuple[int, int]]:
    """Where ids of a kind stand."""
    found: list[tuple[int, int]] = []
    for number in find_all(text, kind):
        for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(number)}(?![A-Za-z0-9])", text):
            found.append(match.span())
    return found


def iterate_ids(text: str) -> Iterator[tuple[str, str]]:
    """As `iterate_entities`, ids and e-mail addresses only: a third of the time."""
    plain = text.translate(_ARABIC_DIGITS)
    if _SIGN.search(plain) is not None:
        yield from _matched(_ID_PATTERNS, text, plain, [])


def _matched(
    patterns: Sequence[tuple[str, re.Pattern[str]]], text: str, plain: str,
    taken: list[tuple[int, int]],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    for kind, pattern in patterns:
        for match in pattern.finditer(plain):
            group = "v" if "v" in pattern.groupindex else 0
            if _free(match.span(group), taken) and kind != "url":
                yield kind, text[slice(*match.span(group))]


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    """Whether no earlier match holds a part of the span; from now on this one does."""
    start, end = span
    if any(start < e and s < end for s, e in taken):
        return False
    taken.append(span)
    return True


def order_key(order_id: str) -> str:
    """One form for an order number however it is written: no sign, no blanks, upper case."""
    return re.sub(r"[#\s]", "", order_id.translate(_ARABIC_DIGITS)).upper()
