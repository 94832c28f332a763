"""Links in a text, however they are written: what a reader could click, or type."""

import re

_DOT = r"(?:\.|\[\.\]|\(\.\))"
_REST = r"[^\s<>\"'”»」)]+"
_UNSPACED = r"\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af"
"""Scripts without blanks between words: there a host may follow a word at once."""
_SPACED = rf"[^\W_{_UNSPACED}]"
_LABEL = rf"{_SPACED}(?:{_SPACED}|[-_]){{0,62}}+"
_LABELS = rf"(?:{_LABEL}{_DOT}){{1,20}}"
_START = rf"(?<!{_SPACED})(?<![@_-])"
_ENDINGS = (
    "com net org info biz name pro mobi asia cat jobs tel travel xxx aero coop museum edu gov "
    "mil int app dev page cloud site website online store shop shopping market boutique "
    "fashion sale deals discount bargains promo gift gifts cheap buy tech digital media "
    "agency email live news blog wiki xyz top vip club click link download review reviews "
    "support services help center zone world global network systems solutions company "
    "business ltd inc llc finance bank money cash credit pay loan loans insure capital "
    "ventures express delivery parts supply tools win bid trade webcam date party science "
    "stream racing accountant men work fit rest bar icu cyou buzz monster quest sbs cfd lol "
    "fun space tokyo london nyc berlin paris ink wang ren kim red blue pink black green ninja "
    "guru expert tips today run life love one zip mov new foo example test invalid localhost "
    "onion"
).split()
_FAR_ENDINGS = (
    "рф рус онлайн сайт дети москва орг ком бел укр срб бг мкд қаз "
    "中国 中國 公司 网络 網絡 网址 在线 中文网 商店 商城 我爱你 集团 公益 香港 台湾 台灣 新加坡 "
    "コム みんな ストア 한국 닷컴 닷넷 السعودية امارات موقع شبكة مصر قطر عمان "
    "المغرب بازار भारत ไทย"
).split()
"""How a host's name ends, beside any two letters, where no scheme is needed to see it as one: our
own choice of the IANA's list."""
_WORDS = frozenset(
    (
        "world one life live new work best fit fun win sale gift gifts tips space style "
        "zone center link name pro men red blue pink black green help pay money cash jobs "
        "travel delivery services support ltd inc llc"
    ).split()
)
"""Endings that may also begin a sentence after a full stop without a blank: "cotton.Pink"."""
_HOST_NAME = rf"{_LABELS}(?P<end>{'|'.join(_ENDINGS)}|[a-z]{{2}})"
_LINK = re.compile(
    rf"{_START}(?:https?|hxxps?|ftp|javascript|data|vbscript|file|tel|sms|mailto):(?=\S*\w){_REST}"
    rf"|{_START}www{_DOT}(?=\S*\w){_REST}"
    rf"|{_START}(?:{_SPACED}|[.+_-]){{1,64}}+@{_LABELS}{_SPACED}{{2,63}}+"
    rf"|{_START}{_LABELS}[a-z]{{2,24}}+/{_REST}"
    rf"|{_START}(?P<bare>{_HOST_NAME})(?!{_SPACED}|[_-])(?:[/:?#]{_REST})?"
    rf"|(?<![\d.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:/|:\d)(?:{_REST})?",
    re.I,
)
_FAR = re.compile(
    rf"[\w-]{{1,63}}{_DOT}(?:{'|'.join(_FAR_ENDINGS)})"
    rf"(?!{_SPACED})(?:[/:?#]{_REST})?",
)
_ABBREVIATED = re.compile(r"[A-Z]{1,3}\.[A-Z]{2}")
_HOST = re.compile(r"^(?:[a-z]+:)?(?://)?(?:[^/@\s]*@)?([^/:?#\s]+)", re.I)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MIGHT = re.compile(
    r"[A-Za-z]:\S|\S[@＠]\S|[.\])][^\W\d_]{2}|\d\.\d+[/:]|[A-Za-z0-9]。[A-Za-z]|[．｡\uff10-\uff19\uff21-\uff3a"
    r"\uff41-\uff5a\u00ad\u200b-\u200f\u2060\ufeff]"
)
"""Cheap: most texts hold none of these."""
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: "."}
"""Wide letters, digits and signs, which browsers read as the plain ones; one sign for one."""


def find_links(text: str) -> tuple[str, ...]:
    """Every link of a text as written, addresses of e-mail among them."""
    if _MIGHT.search(text) is None:
        return ()
    if text.isascii():
        return tuple(_trimmed(match[0]) for match in _matches(text))
    seen = [at for at, sign in enumerate(text) if _UNSEEN.match(sign) is None]
    plain = "".join(text[at] for at in seen).translate(_PLAIN)
    spans = [match.span() for match in (*_matches(plain), *_FAR.finditer(plain))]
    return tuple(_trimmed(text[seen[start] : seen[end - 1] + 1]) for start, end in spans)


def _matches(text: str) -> list[re.Match[str]]:
    return [match for match in _LINK.finditer(text) if not _ends_a_sentence(match)]


def _trimmed(link: str) -> str:
    return link.rstrip(".,;:!?．。，；：！？")


def _ends_a_sentence(match: re.Match[str]) -> bool:
    """Whether what looks like a host is two sentences without a blank between them, or short for
    something ("EE.UU.")."""
    if match["bare"] != match[0]:
        return False
    end = match["end"]
    if _ABBREVIATED.fullmatch(match[0]):
        return True
    return end.istitle() and (len(end) == 2 or end.casefold() in _WORDS)


def host_of(link: str) -> str:
    """The host that a link leads to, lower case and without "www."; the scheme's own for none."""
    link = _UNSEEN.sub("", link).translate(_PLAIN)
    scheme = link.partition(":")[0].casefold()
    if scheme in ("javascript", "data", "vbscript", "file", "tel", "sms"):
        return f"{scheme}:"
    match = _HOST.match(link)
    return match[1].casefold().removeprefix("www.").rstrip(".") if match else link.casefold()
