"""A draft as a mail that a person opens in their own program and sends (RFC 5322)."""

from email.message import EmailMessage
from email.policy import SMTP

from agents.letters.records import Draft
from tradewind.errors import InvalidInput

MOST_REFERENCES = 20


def as_mail(draft: Draft) -> bytes:
    """The mail, an answer in its thread, without a sender: the program that sends it knows who it
    is. Raises InvalidInput for a draft that is no mail's."""
    if draft.channel != "email" or not draft.text:
        raise InvalidInput(
            f"the draft to {draft.message} is no mail.", "Write it into a text file."
        )
    mail = EmailMessage(policy=SMTP)
    if draft.to:
        mail["To"] = draft.to
    mail["Subject"] = draft.subject or "Re:"
    if draft.ref:
        mail["In-Reply-To"] = draft.ref
        mail["References"] = " ".join((*draft.thread[-MOST_REFERENCES:], draft.ref))
    mail["X-Unsent"] = "1"
    mail.set_content(draft.text)
    return mail.as_bytes()
