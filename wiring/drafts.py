"""A dossier on its way to files: where its packet goes, what it is made of, set and packed, with
the target's form filled."""

from collections.abc import Mapping

from pydantic import Field

from agents.chargeback.case import Case, read_case
from agents.chargeback.facts import text_of
from agents.chargeback.form import form_entries
from agents.chargeback.packet import Defence, left_out, make_packet
from agents.chargeback.rules import Rules
from agents.engines.dossier import Dossier
from agents.kit import Kit
from packets.faults import Fault, faults
from packets.forms import Cut, Entry, Filled
from packets.limits import Target
from packets.pack import Packed, Packer
from packets.records import Packet, Upload
from packets.uploads import Unread
from tradewind.base import Record, digest
from tradewind.errors import InvalidInput
from wiring.packets import read_form, read_limits

Files = Mapping[str, Upload | Unread]
"""Attached files by id, as far as they can be read."""


class Goal(Record):
    """Where a packet goes, and why there."""

    target: Target
    why: str


class Draft(Record):
    """A dossier's packet before it is set, and what goes into the form beside its files; `left_out`
    are attached files that it does not show, with the reason."""

    goal: Goal
    packet: Packet
    entries: tuple[Entry, ...] = ()
    left_out: Mapping[str, str] = Field(default_factory=dict)

    @property
    def basis(self) -> str:
        """Marks what the packet shows, whatever the day it was written on: records that say the
        same under another digest are the same."""
        letter = self.packet.letter.model_dump(
            mode="json", exclude={"written_on", "sections", "closing"}
        )
        exhibits = [
            [e.title, e.source, e.excerpt, e.field, e.translation and e.translation.text,
             e.upload and e.upload.sha256]
            for e in self.packet.exhibits
        ]  # fmt: skip
        rows = [[row.at, row.text] for row in self.packet.timeline]
        form = [[entry.field, entry.value] for entry in self.entries]
        return digest([self.goal.target.id, letter, rows, exhibits, form, self.packet.paper])


class Finished(Record):
    """A packed draft; `evidence` is the filled form's, None where the target has none. `refused`
    and `remedy` say why it could not be set."""

    draft: Draft
    packed: Packed
    filled: Filled | None = None
    faults: tuple[Fault, ...] = ()
    refused: str = ""
    remedy: str = ""

    @property
    def cuts(self) -> tuple[Cut, ...]:
        return self.filled.cuts if self.filled else ()


def goal_named(target: str) -> Goal:
    """Raises NotFound for a target that does not exist."""
    found = read_limits().find(target)
    return Goal(target=found, why=f"{found.title} was chosen.")


def goal_of(made: Dossier, rules: Rules) -> Goal:
    """Where the dispute's processor or network wants its packet."""
    table, case = read_limits(), _case(made)
    route = table.route_of(
        text_of(case.dispute, "processor").casefold(), rules.codes.network(case.network)
    )
    return Goal(target=table.find(route.target), why=route.why)


def defence_of(made: Dossier, merchant: str, files: Files | None = None) -> Defence:
    """What the packet of a dossier with a letter is made from."""
    return Defence(
        case=_case(made), assessed=made.advice.assessment, letter=made.letter,
        evidence=made.evidence, merchant=merchant, written_on=made.written_on,
        translated=made.translated,
        uploads={id_: one for id_, one in (files or {}).items() if isinstance(one, Upload)},
    )  # fmt: skip


def draft_of(made: Dossier, merchant: str, kit: Kit, goal: Goal, files: Files) -> Draft:
    """Raises InvalidInput where the dispute tells no amount."""
    form = None if goal.target.manual else read_form(goal.target.form)
    defence = defence_of(made, merchant, files)
    packet = make_packet(defence, kit.rules, kit.letters, form)
    ce3, rules, letters = made.advice.ce3, kit.rules, kit.letters
    entries = form_entries(defence, packet, {}, ce3, rules, letters, form) if form else ()
    return Draft(goal=goal, packet=packet, entries=tuple(entries), left_out=dict(left_out(defence)))


def finish(draft: Draft, packer: Packer) -> Finished:
    """The packed files, and the form filled with their names. What cannot be set is told with its
    remedy: no letter is lost without a word, and the form is there without files."""
    target, refused, remedy = draft.goal.target, "", ""
    try:
        packed = packer.pack(draft.packet, target.id)
    except InvalidInput as error:
        packed, refused, remedy = Packed(target=target.id), error.message, error.hint
    done = Finished(draft=draft, packed=packed, refused=refused, remedy=remedy)
    if target.manual:
        return done
    form = read_form(target.form)
    files = [Entry(field=f.field, kind="file", value=f.name) for f in packed.files]
    filled = form.fill([*draft.entries, *files])
    return done.model_copy(update={
        "filled": filled, "faults": tuple(faults(form, filled.evidence)),
    })  # fmt: skip


def _case(made: Dossier) -> Case:
    case = read_case(made.evidence)
    assert case is not None  # it has a letter
    return case
