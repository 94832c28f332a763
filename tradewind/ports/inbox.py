"""The store of handovers, opened for one tenant; they are opened by `RunStore.finish`."""

from collections.abc import Sequence
from typing import Protocol

from tradewind.base import Time
from tradewind.handover import Contact, FaqDraft, FaqStatus, Handover, HandoverStep


class InboxStore(Protocol):
    """Changes are compare-and-set: of two people who take at once one has it.

    What says something in a thread queues with the thread's runs by their lease: it raises Busy
    while one is at work.
    """

    def queue(self, closed: bool = False, limit: int = 200) -> Sequence[Handover]:
        """Those that are not closed, oldest first; or the closed ones, newest first."""
        ...

    def handover(self, handover_id: str) -> Handover | None: ...
    def steps(self, handover_id: str) -> Sequence[HandoverStep]:
        """Oldest first."""
        ...

    def standing(self, thread: str) -> Handover | None:
        """The thread's newest handover."""
        ...

    def take(self, handover_id: str, by: str, now: Time, until: Time) -> Handover:
        """Hold the thread for a person until then; again by the same person holds it longer.

        Raises NotFound; InvalidInput for one that is closed or held by somebody else, Busy.
        """
        ...

    def reply(
        self, handover_id: str, by: str, text: str, key: str, now: Time, until: Time
    ) -> tuple[Handover, bool]:
        """Append the person's words to the thread and hold it longer; False for a `key` that was
        there already: nothing is said twice.

        Raises NotFound; InvalidInput for who does not hold it, or another text under the key, Busy.
        """
        ...

    def give_back(self, handover_id: str, by: str, now: Time) -> Handover:
        """Let the assistant go on: closed where a person has answered, else back in the queue.

        Raises as `take`.
        """
        ...

    def close(self, handover_id: str, by: str, now: Time) -> Handover:
        """End it; one that nobody holds may be closed by anybody. Raises as `take`."""
        ...

    def lapse(self, now: Time) -> int:
        """Bring back what was taken and forgotten; how many were."""
        ...

    def contact(self, thread: str, contact: Contact, language: str, now: Time) -> Handover:
        """Keep what somebody left in the contact form, as a handover of its thread; one that is
        open there gets it added. Raises Busy."""
        ...

    def all(self) -> Sequence[tuple[Handover, Sequence[HandoverStep]]]:
        """Every handover with its steps, oldest first."""
        ...

    def put_draft(self, draft: FaqDraft) -> None:
        """Keep a new draft. Raises InvalidInput for a known id."""
        ...

    def draft(self, draft_id: str) -> FaqDraft | None: ...
    def drafts(self) -> Sequence[FaqDraft]:
        """Newest first."""
        ...

    def move_draft(self, draft: FaqDraft, of: FaqStatus) -> FaqDraft:
        """Put the draft in its new state, from `of` alone. Raises NotFound, InvalidInput."""
        ...
