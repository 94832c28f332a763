"""Files that a merchant attaches to a dispute: what is known of each, beside the original."""

from typing import Literal, get_args

from tradewind.base import Record, Time

OF_ORDER = "order/"
"""What the place of a buyer's photo begins with, before its order; a dispute's id has none."""

Role = Literal[
    "receipt", "customer_communication", "customer_signature", "shipping_documentation",
    "service_documentation", "refund_policy", "cancellation_policy",
    "duplicate_charge_documentation", "supplier_invoice", "uncategorized_file",
]  # fmt: skip
"""What a file is to show. `data/disputes/uploads.toml` says what each counts as."""

ROLES: tuple[Role, ...] = get_args(Role)


class Attachment(Record):
    """One file of a dispute, told by the SHA-256 of its original.

    `name` is safe to write to a disk, `size` is in bytes, `chosen` names the pages to show (empty:
    all). `notes` say what was removed from what is shown, `warnings` what the merchant has to know.
    `reason` and `remedy` stand where the file is kept but cannot be shown. `text` was found in it:
    an outsider's, never a record; `hidden`: a reader of the file does not see all of it.
    `vouched_by` is who of the shop said that it is what `role` says.
    """

    dispute_id: str
    order_id: str = ""
    sha256: str
    role: Role
    name: str
    media: str = ""
    size: int
    pages: int = 0
    chosen: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    remedy: str = ""
    text: str = ""
    hidden: bool = False
    language: str = "en"
    given_by: str
    given_at: Time
    vouched_by: str = ""
    vouched_at: Time | None = None

    @property
    def id(self) -> str:
        """What stands for it in letters and commands."""
        return f"FILE-{self.sha256[:10].upper()}"

    @property
    def shown(self) -> bool:
        """Whether it can stand in a packet."""
        return not self.reason
