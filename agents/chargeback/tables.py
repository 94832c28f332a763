"""The rulebook as data: what each file of `data/disputes/` holds."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tradewind.base import Money, Record
from tradewind.commerce import DisputeCategory
from tradewind.disputes import Confidence
from tradewind.uploads import Role

StripeField = Literal[
    "access_activity_log", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
    "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "enhanced_evidence", "product_description", "receipt", "refund_policy",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date",
    "service_documentation", "shipping_address", "shipping_carrier", "shipping_date",
    "shipping_documentation", "shipping_tracking_number", "uncategorized_file",
    "uncategorized_text", "",
]  # fmt: skip

Grade = Literal["required", "compelling", "weak", "against"]
Proof = Literal["A", "B", "C", "D", "E"]
Check = Literal["pass", "fail", "unavailable", "unchecked"]
Weight = Annotated[float, Field(ge=0)]
Sign = Literal[
    "admitted", "received", "defect", "cancelled", "return_offered", "return_asked", "handed_over"
]


class Dated(Record):
    """What every file says of itself."""

    version: int
    as_of: date
    source: str


class ElementRule(Record):
    """One thing that records can show; see rulebook.toml."""

    title: str
    group: str
    stripe: StripeField = ""
    stripe_file: StripeField = ""
    braintree: str = ""
    instead_of: tuple[str, ...] = ()
    settles: bool = False


class CategoryRule(Record):
    """What answers a claim of one category, for some networks or codes; see rulebook.toml."""

    category: DisputeCategory
    networks: tuple[str, ...]
    codes: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...]
    compelling: tuple[str, ...]
    weak: tuple[str, ...]
    against: tuple[str, ...]
    signature_above: Money | None = None
    loses: str
    confidence: Confidence

    def grade(self, element: str) -> Grade | None:
        """What an element is here; None: nothing."""
        if any(element in way for way in self.ways):
            return "required"
        if element in self.compelling:
            return "compelling"
        if element in self.weak:
            return "weak"
        return "against" if element in self.against else None

    def wanted(self) -> tuple[str, ...]:
        """Every element that would help, the required ones first."""
        told = [element for way in self.ways for element in way]
        return tuple(dict.fromkeys((*told, *self.compelling, *self.weak)))


class ContradictionRule(Record):
    """In which categories a contradiction bars a fight, or has to be asked about; "*" is all."""

    title: str
    bars: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


class Near(Record):
    """What counts as near or alike."""

    duplicate_days: int
    digital_marks: int
    prior_least: int
    prior_marks: int


class RefundWords(Record):
    done: tuple[str, ...]


class PolicyWords(Record):
    """Topics of policies that bear on a dispute; the fact that holds the days for a return."""

    topics: tuple[str, ...]
    window_fact: str


class PacketRule(Record):
    """How much of the records a packet tells, and how much an exhibit counts (0 to 100) where
    something has to be left out: the case's own records, an element's, the timeline's. How sure it
    must be in which language a message is before that stands against the record's word."""

    records_each: int = Field(gt=0)
    scans: int = Field(gt=0)
    own: int
    elements: Mapping[Grade, int]
    timeline: int
    language_sure: float = Field(gt=0, le=1)


class RoleRule(Record):
    """What a file of one role shows once somebody of the shop has vouched for it; `words`: what is
    written in it may speak against the shop."""

    title: str
    element: str
    words: bool = False


class KeptRule(Record):
    """How many files, and bytes, a dispute may hold; how many characters of a file's text."""

    files: int = Field(gt=0)
    bytes: int = Field(gt=0)
    text: int = Field(gt=0)


class UploadRules(Dated):
    unvouched: str
    roles: Mapping[Role, RoleRule]
    kept: KeptRule


class Rulebook(Dated):
    elements: Mapping[str, ElementRule]
    rule: tuple[CategoryRule, ...]
    contradictions: Mapping[str, ContradictionRule]
    near: Near
    refunds: RefundWords
    policies: PolicyWords
    packet: PacketRule

    def rule_for(self, category: DisputeCategory, network: str, code: str) -> CategoryRule | None:
        """The code's own rule, else the network's, else the one of all networks."""
        fitting = [rule for rule in self.rule if rule.category == category]
        ours = [rule for rule in fitting if network in rule.networks]
        named = [rule for rule in ours if code in rule.codes]
        whole = [rule for rule in ours if not rule.codes]
        rest = [rule for rule in fitting if "*" in rule.networks and not rule.codes]
        return next(iter((*named, *whole, *rest)), None)


class Eci(Record):
    networks: tuple[str, ...]
    eci: str
    shift: bool
    meaning: str
    confidence: Confidence


class AvsLetter(Record):
    line1: Check
    postcode: Check


class Checks(Dated):
    eci: tuple[Eci, ...]
    three_ds: Mapping[str, bool]
    avs: Mapping[str, AvsLetter]
    cvv: Mapping[str, Check]
    words: Mapping[str, Check]

    def liability(self, network: str, eci: str) -> Eci | None:
        """The row of an indicator; None for one that is not in the table."""
        wanted = eci.strip().upper().lstrip("0")
        rows = (r for r in self.eci if r.eci.lstrip("0") == wanted and network in r.networks)
        return next(rows, None)

    def shifted(self, network: str, eci: str, three_ds: str) -> bool:
        """Whether the issuer carries the liability: the indicator decides where there is one."""
        if eci.strip():
            row = self.liability(network, eci)
            return row is not None and row.shift
        return self.three_ds.get(three_ds.strip().casefold(), False)

    def address(self, line1: str, postcode: str) -> AvsLetter:
        """What the check of street and postcode gave, told by words or by one letter."""
        for told in (postcode, line1):
            letter = self.avs.get(told.strip().upper())
            if letter:
                return letter
        return AvsLetter(line1=self._word(line1), postcode=self._word(postcode))

    def security_code(self, told: str) -> Check:
        return self.cvv.get(told.strip().upper()) or self._word(told)

    def _word(self, told: str) -> Check:
        return self.words.get(told.strip().casefold(), "unchecked")


class ProofGrade(Record):
    id: Proof
    needs: tuple[Literal["delivered", "handed", "postcode", "city", "signed"], ...]
    defends: bool
    title: str


class DeliveryRules(Dated):
    grade: tuple[ProofGrade, ...]
    confidence: Confidence

    def grade_of(self, facts: frozenset[str]) -> ProofGrade:
        """The first grade whose conditions all hold."""
        return next(grade for grade in self.grade if facts.issuperset(grade.needs))


class Bound(Record):
    network: str
    latest_days: int
    confidence: Confidence
    note: str


class Deadlines(Dated):
    bound: tuple[Bound, ...]

    def bound_of(self, network: str) -> Bound | None:
        """The network's, else that of all."""
        rows = {row.network: row for row in self.bound}
        return rows.get(network) or rows.get("*")


class Programme(Record):
    """A monitoring programme's limit since a day; `counts` "both": fraud reports and disputes."""

    id: str
    network: str
    title: str
    counts: Literal["both", "disputes"]
    ratio: float
    least: int
    since: date = Field(alias="from")
    confidence: Confidence


class MeterRule(Record):
    warn_share: float
    months: int = Field(gt=0)


class Monitoring(Dated):
    programme: tuple[Programme, ...]
    meter: MeterRule

    def of(self, network: str) -> tuple[Programme, ...]:
        """The network's programmes, of all times."""
        return tuple(row for row in self.programme if row.network == network)


class Fee(Record):
    processor: str
    currency: str
    received: int
    countered: int
    countered_back: bool
    confidence: Confidence


class ArbitrationFee(Record):
    network: str
    currency: str
    fee: int
    confidence: Confidence


class Labour(Record):
    currency: str
    minutes: int
    hour: int
    confidence: Confidence


class Economics(Dated):
    minutes_of_hour: int
    fee: tuple[Fee, ...]
    arbitration: tuple[ArbitrationFee, ...]
    labour: tuple[Labour, ...]


class CalibrationRule(Record):
    outcomes_least: int
    won_least: int
    lost_least: int
    prior_weight: float = Field(gt=0)
    rounds: int
    tolerance: float


class StrengthModel(Dated):
    """How elements become a probability; see strength.toml. Weights are log-odds; those of what
    speaks against are taken away."""

    confidence: Confidence
    assumptions: tuple[str, ...] = Field(min_length=1)
    least: float = Field(gt=0, lt=1)
    most: float = Field(gt=0, lt=1)
    fight_from: float = Field(gt=0, lt=1)
    complete: Weight
    base: Mapping[DisputeCategory, float]
    places: int
    grades: Mapping[Grade | Literal["contradiction"], Weight]
    elements: Mapping[str, Weight]
    caps: Mapping[str, Weight]
    calibration: CalibrationRule


class Ce3Rule(Dated):
    """Visa Compelling Evidence 3.0; days are counted back from the disputed payment."""

    confidence: Confidence
    note: str
    network: str
    code: str
    priors: int
    first_day: int
    last_day: int
    borderline_day: int
    shared_least: int
    elements: tuple[Literal["account", "ip", "address", "device"], ...]
    anchors: tuple[Literal["account", "ip", "address", "device"], ...]
    device_id_least: int
    fingerprint_least: int
