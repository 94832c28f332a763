"""The outside by its URL: where a tenant's effects land.

`sandbox:<file>` keeps them on this machine, `sandbox+http://host:port` in a sandbox that is served
elsewhere. `?keyed=no` and `?asked=no` make it one that honours no keys or cannot be asked.
"""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from connectors.sandbox import Sandbox
from connectors.sandbox_server import RemoteSandbox
from tradewind.errors import SpecError
from tradewind.ports.outside import Outside


def open_outside(url: str, tenant: str) -> Outside:
    """The outside of a tenant. Raises SpecError for a URL that is none."""
    where, _, query = url.partition("?")
    keyed, asked = (parse_qs(query).get(name, ["yes"])[0] != "no" for name in ("keyed", "asked"))
    scheme, _, rest = where.partition(":")
    if scheme == "sandbox" and rest:
        return Sandbox(Path(rest), tenant, keyed=keyed, asked=asked)
    if scheme == "sandbox+http" and urlsplit(where).hostname:
        return RemoteSandbox(where.removeprefix("sandbox+"), tenant, keyed=keyed, asked=asked)
    raise SpecError(f"TRADEWIND_OUTSIDE={url!r} names no outside.", "Write sandbox:<file>.")
