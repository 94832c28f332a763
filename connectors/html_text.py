"""HTML to plain text: blocks become lines, scripts and styles go."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6",
     "section", "article", "header", "footer", "main", "nav", "blockquote", "pre", "dl", "dt",
     "dd", "hr", "form", "fieldset", "figure", "figcaption"}
)  # fmt: skip
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "iframe", "object"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def html_text(html: str) -> str:
    """The text that a reader sees. Headings keep a leading #, list items a dash."""
    return read_html(html)[1] if "<" in html or "&" in html else html.strip()


def read_html(html: str) -> tuple[str, str]:
    """(title, text) of a page or a fragment; the title is <title>, else the first heading."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.pieces)
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n")]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    title = "".join(reader.title).strip() or next(
        (line.lstrip("# ") for line in lines if line.startswith("# ")), ""
    )
    return re.sub(r"\s+", " ", title), body


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.title: list[str] = []
        self._hidden: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._in_title = True
        elif tag == "body":
            self._hidden.clear()
        elif tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append("\n" + _MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag in _BLOCKS and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._hidden:
            self.pieces.append(data)


_MARKS = {"li": "- ", **{tag: f"{'#' * int(tag[1])} " for tag in _HEADINGS}}
