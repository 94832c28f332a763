"""A classifier whose scores are written down: what a message wants is no matter of training."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.classifier import MessageClassifier, Scores
from agents.kit import Kit
from agents.reading import Reader

YES, NO = 1 - 1e-6, 1e-6

BUYER_WORDS = {
    "2611340": ("order_status",),
    "where": ("order_status",),
    "return": ("return_refund",),
    "dishwasher": ("product_question",),
    "stock": ("stock_price",),
    "ignore all": ("attack",),
    "poem": ("off_topic",),
    "person": ("human_agent",),
    "invoice": ("payment_invoice",),
    "cancel": ("cancel_order",),
}
MERCHANT_WORDS = {
    "fight": ("agent.chargeback", "scenario.chargeback.defend"),
    "which disputes": ("agent.chargeback", "scenario.chargeback.list"),
    "the evidence": ("agent.chargeback",),
    "parcel": ("agent.service", "scenario.service.order_status"),
    "return": ("agent.service", "scenario.service.policy_question"),
    "refund": ("agent.service",),
    "cancel order": ("agent.service", "scenario.service.cancel_order"),
    "write to the buyer": ("agent.service", "scenario.service.reply_buyer"),
    "title": ("agent.studio", "scenario.studio.title"),
    "help": ("kind.vague",),
    "poem": ("kind.out_of_scope",),
}


class KeywordClassifier(MessageClassifier):
    """Gives YES to the labels of the words that a text holds, NO to all others."""

    def __init__(self, like: MessageClassifier, words: Mapping[str, Sequence[str]]) -> None:
        self.labels = like.labels
        self.wishes = like.wishes
        self._words = words

    @property
    def reads_hidden(self) -> bool:
        return False

    def score(self, text: str, language: str, hidden: Sequence[float] | None) -> Scores:
        low = text.casefold()
        wanted = {label for word, told in self._words.items() if word in low for label in told}
        assert wanted <= set(self.labels)
        return Scores(
            by_label={label: YES if label in wanted else NO for label in self.labels},
            wishes={wish: YES if wish == _wish_of(wanted) else NO for wish in self.wishes},
        )


def _wish_of(labels: set[str]) -> str:
    agents = sorted(label.removeprefix("agent.") for label in labels if label.startswith("agent."))
    kinds = [label.removeprefix("kind.") for label in labels if label.startswith("kind.")]
    return "+".join(agents) or "".join(kinds)


def with_keywords(
    kit: Kit,
    buyer: Mapping[str, Sequence[str]] = BUYER_WORDS,
    merchant: Mapping[str, Sequence[str]] = MERCHANT_WORDS,
) -> Kit:
    """The kit with both readers' classifiers replaced."""
    return replace(
        kit,
        buyer_reader=_reader(kit.buyer_reader, buyer),
        merchant_reader=_reader(kit.merchant_reader, merchant),
    )


def _reader(reader: Reader, words: Mapping[str, Sequence[str]]) -> Reader:
    return replace(reader, classifier=KeywordClassifier(reader.classifier, words))
