"""Counts buyers' turns, letters and reviews one by one: nothing is held but the counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from agents.conversation import goods_of
from agents.insights.attributes import Attributes
from agents.insights.masking import example_of
from agents.insights.naming import Naming
from agents.insights.records import Asked, Gap, InsightRules, Rated, Week
from agents.letters.card import KEY as DRAFT
from agents.letters.records import Draft
from agents.reading import LONGEST, Reader
from agents.reception import NO_RECORD
from tradewind.base import Time
from tradewind.commerce import Message
from tradewind.trace import Run, is_erased

NO_QUESTION = frozenset(("attack", "off_topic", "human_agent", ""))
"""Intents that ask nothing of the records."""
LOW = 2
_Key = tuple[str, str]


class AskedCounter:
    """Takes runs first, then messages. `naming` tells of which product a text speaks."""

    def __init__(
        self, rules: InsightRules, attributes: Attributes, naming: Naming, reader: Reader,
        since: Time, until: Time,
    ) -> None:  # fmt: skip
        self._rules, self._attributes, self._naming = rules, attributes, naming
        self._reader, self._since, self._until = reader, since, until
        self._questions = self._unanswered = self._unread = 0
        self._letters: Counter[str] = Counter()
        self._intents: Counter[str] = Counter()
        self._missing: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._weeks: dict[date, Counter[str]] = defaultdict(Counter)
        self._gaps: Counter[_Key] = Counter()
        self._about: Counter[str] = Counter()
        self._examples: dict[_Key, list[str]] = defaultdict(list)
        self._stars: dict[str, Counter[str]] = defaultdict(Counter)
        self._drafted: set[str] = set()

    def take_run(self, run: Run) -> None:
        """A buyer's turn, or a draft to a letter; others and what was erased tell nothing."""
        answer = run.answer
        if answer is None or is_erased(answer) or is_erased(run.request):
            return
        if run.audience == "buyer":
            self._take_turn(run, answer)
        elif run.request.get("letter"):
            self._take_draft(run, answer)

    def _take_turn(self, run: Run, answer: Mapping[str, object]) -> None:
        intent, language = str(answer.get("intent") or ""), str(answer.get("language") or "")
        text = str(run.request.get("text", ""))
        missing = answer.get("handover") == NO_RECORD and intent not in NO_QUESTION
        self._ask(run.started_at, intent, language)
        if intent in NO_QUESTION:
            return
        product = goods_of(_sources(answer)) or self._naming.product(text, language)
        self._about[product] += 1
        if missing:
            self._miss(product, intent, text, language)

    def _take_draft(self, run: Run, answer: Mapping[str, object]) -> None:
        details = answer.get("details")
        told = details.get(DRAFT) if isinstance(details, dict) else None
        if not isinstance(told, dict):
            return
        draft = Draft.model_validate(told)
        if draft.message in self._drafted:
            return
        self._drafted.add(draft.message)
        for part in draft.parts:
            self._ask(run.started_at, part.intent, draft.language)
            if part.intent in NO_QUESTION:
                continue
            product = self._naming.product(part.asked, draft.language)
            self._about[product] += 1
            if part.why == "no_record":
                self._miss(product, part.intent, part.asked, draft.language)

    def take_message(self, message: Message) -> None:
        """A letter of the days: a review by its stars; one that no reply was drafted to by what its
        words ask."""
        letter = message.letter
        if letter is None or message.sender != "buyer" or not self._within(message.at):
            return
        self._letters[letter.channel] += 1
        if letter.channel == "review":
            self._rate(letter.product, letter.stars, message)
        elif message.id not in self._drafted and message.text:
            self._unread += 1
            language = self._reader.language_of(message.text[:LONGEST], "en")
            scores = self._reader.classifier.score(message.text[:LONGEST], language, None).by_label
            self._ask(message.at, max(scores, key=scores.__getitem__), language, counted=False)

    def _rate(self, product: str, stars: int | None, message: Message) -> None:
        rated = self._stars[product]
        rated["reviews"] += 1
        if stars is not None and stars <= LOW:
            rated["low"] += 1
            language = message.language or self._reader.language_of(message.text[:LONGEST], "en")
            rated[f"about {self._attributes.find(message.text, language)}"] += 1

    def _ask(self, at: Time, intent: str, language: str, *, counted: bool = True) -> None:
        if intent not in NO_QUESTION:
            self._questions += counted
            self._intents[intent] += 1
            self._weeks[at.date() - timedelta(days=at.weekday())][intent] += 1
            self._languages[language] += 1

    def _miss(self, product: str, intent: str, text: str, language: str) -> None:
        self._unanswered += 1
        self._missing[intent] += 1
        key = (product, self._attributes.find(text, language))
        self._gaps[key] += 1
        held = self._examples[key]
        if len(held) < self._rules.examples:
            made = example_of(text, language, self._rules.example_length)
            held += [made] if made and made not in held else []

    def _within(self, at: Time) -> bool:
        return self._since <= at <= self._until

    def result(self) -> Asked:
        return Asked(
            since=self._since, until=self._until, questions=self._questions,
            unanswered=self._unanswered, letters=dict(self._letters), unread=self._unread,
            intents=_ranked(self._intents), languages=_ranked(self._languages),
            unanswered_intents=_ranked(self._missing),
            weeks=tuple(
                Week(begins=day, intents=_ranked(n)) for day, n in sorted(self._weeks.items())
            ),
            gaps=tuple(self._gap(key, n) for key, n in _by_size(self._gaps)),
            rated=tuple(self._rated(product) for product in self._by_low()),
            few=self._questions < self._rules.few,
        )  # fmt: skip

    def _gap(self, key: _Key, count: int) -> Gap:
        product, attribute = key
        return Gap(
            product=product, title=self._naming.title(product), attribute=attribute, count=count,
            asked=self._about[product], examples=tuple(self._examples[key]),
            few=count < self._rules.least_gap,
        )  # fmt: skip

    def _by_low(self) -> Iterable[str]:
        return sorted(self._stars, key=lambda p: (-self._stars[p]["low"], p))

    def _rated(self, product: str) -> Rated:
        told = self._stars[product]
        about = {k.removeprefix("about "): n for k, n in told.items() if k.startswith("about ")}
        return Rated(
            product=product, title=self._naming.title(product), reviews=told["reviews"],
            low=told["low"], attributes=dict(sorted(about.items())),
            few=told["reviews"] < self._rules.few,
        )  # fmt: skip


def _sources(answer: Mapping[str, object]) -> list[str]:
    cited = answer.get("citations")
    return (
        [str(one.get("source", "")) for one in cited if isinstance(one, dict)]
        if isinstance(cited, list)
        else []
    )


def _by_size(counts: Counter[_Key]) -> list[tuple[_Key, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
