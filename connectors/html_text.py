"""HTML to plain text in linear time: blocks become lines, scripts and styles go.

Own scanner: the standard library's parser takes minutes for 100 kB of `<a b="<a b="...`.
"""

import html as entities
import re
from collections.abc import Iterator

_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6",
     "section", "article", "header", "footer", "main", "nav", "blockquote", "pre", "dl", "dt",
     "dd", "hr", "form", "fieldset", "figure", "figcaption"}
)  # fmt: skip
_LINES = frozenset({"li", "tr", "br", "dt", "dd"})
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset(
    {"script", "style", "template", "noscript", "svg", "iframe", "object", "title"}
)  # fmt: skip
_MARKS = {"li": "- ", **{f"h{level}": f"{'#' * level} " for level in range(1, 7)}}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]*)", re.IGNORECASE)
# int() refuses thousands of digits; no character has more than seven.
_ENDLESS_REFERENCE = re.compile(r"&#\d{8,};?")


def html_text(html: str) -> str:
    """The text that a reader sees. Headings keep their level as #, list items get a dash."""
    if "<" not in html and "&" not in html:
        return html.strip()
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in _joined(html).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read_html(html: str) -> tuple[str, str]:
    """(title, text) of a page or a fragment; the title is <title>, else the first heading."""
    text = html_text(html)
    found = _TITLE.search(html)
    title = _plain(found[1]).strip() if found else ""
    headings = (line.lstrip("# ") for line in text.split("\n") if line.startswith("#"))
    return re.sub(r"\s+", " ", title or next(headings, "")), text


def _joined(html: str) -> str:
    return "".join(_pieces(html))


def _pieces(html: str) -> Iterator[str]:
    """Text between tags, and a line break for each block."""
    unclosed: set[str] = set()
    place = 0
    while place < len(html):
        start = html.find("<", place)
        yield _plain(html[place : start if start >= 0 else len(html)])
        if start < 0:
            return
        tag = _TAG.match(html, start)
        if tag is None:
            mark, place = _other(html, start)
            yield mark
            continue
        name, closing = tag[2].lower(), bool(tag[1])
        place = _tag_end(html, tag.end())
        if name in _BLOCKS:
            yield "" if closing and name in _LINES else "\n" + _MARKS.get(name, "") * (not closing)
        elif name in _CELLS:
            yield " "
        elif name in _HIDDEN and not closing and name not in unclosed:
            place = _after_hidden(html, name, place, unclosed)


def _other(html: str, start: int) -> tuple[str, int]:
    """What `<` begins when it is no tag: (text of it, where it ends)."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return "", end + 3 if end >= 0 else len(html)
    if html.startswith(("<!", "<?", "</"), start):
        return "", _tag_end(html, start)
    return "<", start + 1


def _tag_end(html: str, place: int) -> int:
    """Where a tag ends: at the first > outside double quotes; a tag without end takes the rest."""
    end, seen, quotes = place, place, 0
    while (end := html.find(">", end)) >= 0:
        quotes += html.count('"', seen, end)
        if quotes % 2 == 0:
            return end + 1
        end, seen = end + 1, end
    first = html.find(">", place)
    return first + 1 if first >= 0 else len(html)


def _after_hidden(html: str, name: str, place: int, unclosed: set[str]) -> int:
    """Behind the end tag of a hidden element; one that never ends hides nothing but scripts."""
    found = re.compile(f"</{name}", re.IGNORECASE).search(html, place)
    if found is not None:
        return _tag_end(html, found.end())
    unclosed.add(name)
    return len(html) if name in ("script", "style") else place


def _plain(text: str) -> str:
    return entities.unescape(_ENDLESS_REFERENCE.sub("", text)) if "&" in text else text
