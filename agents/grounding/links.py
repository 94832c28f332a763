"""Links in a text, however they are written: what a reader could click, or type."""

import re

_LINK = re.compile(
    r"(?:https?|hxxps?|ftp|javascript|data|vbscript|file):[^\s<>\"'”»」)\]]+"
    r"|www\.[^\s<>\"'”»」)\]]+"
    r"|(?:[\w.+-]+@)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|net|org|info|biz|shop|store|online|site|app|dev|io|co|me|xyz|top|click|link|ly|gl|example|test"
    r"|us|uk|de|fr|it|es|pt|br|ru|cn|jp|kr|tr|sa|ae|eu|in|nl|pl|mx|ca|au|ch)(?![\w-])(?:[/:?#][^\s<>\"'”»」)\]]*)?",
    re.I | re.A,
)
_HOST = re.compile(r"^(?:[a-z]+:)?(?://)?(?:[^/@\s]*@)?([^/:?#\s]+)", re.I)
_SPACES = re.compile(r"[\u200b-\u200f\u2060\ufeff]")


def find_links(text: str) -> tuple[str, ...]:
    """Every link of a text as written, addresses of e-mail among them."""
    if not _might_link(text):
        return ()
    return tuple(match[0].rstrip(".,;:!?") for match in _LINK.finditer(text))


def host_of(link: str) -> str:
    """The host that a link leads to, lower case and without "www."; the scheme's own for none."""
    scheme = link.partition(":")[0].casefold()
    if scheme in ("javascript", "data", "vbscript", "file"):
        return f"{scheme}:"
    match = _HOST.match(_SPACES.sub("", link))
    return match[1].casefold().removeprefix("www.").rstrip(".") if match else link.casefold()


def _might_link(text: str) -> bool:
    """Cheap: most texts hold none of these."""
    return ":" in text or "@" in text or _DOTTED.search(text) is not None


_DOTTED = re.compile(r"\.[A-Za-z]{2}")
