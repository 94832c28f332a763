"""Made disputes over all categories, networks, stages and traps; each is labelled by rule."""

import random
from collections.abc import Iterator, Mapping, Sequence

from evals.disputes.label import label
from evals.disputes.planting import CATEGORIES, CODES, OTHERWISE
from evals.disputes.plot import TINY, Plot

SEED = 20261123
EACH = 8
"""Disputes for each category of each network."""
MOST_TRIES = 4000

Choices = Mapping[str, Sequence[object]]

ANSWERS: Mapping[str, Choices] = {
    "fraudulent": {
        "shift": ("authenticated", "attempted", "not", "none"),
        "before": ("ce3", "known", "disputed", "stranger", "none"),
        "checks": ("pass", "pass", "none"), "delivery": ("signed", "postcode", "none"),
    },
    "product_not_received": {
        "delivery": (
            "signed", "postcode", "family", "postcode", "none", "moving", "lost", "stranger",
            "wrong_city", "early", "city_only", "neighbour", "redirected", "taken_back",
            "one_of_two",
        ),
        "refunded": ("none", "none", "none", "full", "after", "part", "failed"),
    },
    "product_unacceptable": {
        "listing": ("sold", "later", "none"), "terms": ("published", "accepted", "later", "none"),
        "words": ("none", "none", "defect", "return_asked", "admitted", "denied"),
        "back": ("none", "none", "received"), "refunded": ("none", "none", "full", "part"),
        "delivery": ("signed", "postcode", "taken_back"),
    },
    "credit_not_processed": {
        "terms": ("accepted", "accepted", "published", "later"),
        "back": ("none", "late", "in_time", "received"), "delivery": ("signed", "postcode", "none"),
        "refunded": ("none", "none", "full", "after", "failed"), "cancelled": (False, False, True),
        "words": ("none", "none", "return_asked", "cancelled_before", "admitted"),
    },
    "subscription_canceled": {
        "terms": ("accepted", "published", "none"),
        "words": ("none", "none", "cancelled_before"), "second": ("none", "twice", "other_order"),
        "refunded": ("none", "none", "full"),
    },
    "duplicate": {
        "second": ("none", "other_order", "twin", "twice"),
        "paid_otherwise": (False, False, True), "refunded": ("none", "none", "full"),
    },
    "general": {
        "checks": ("pass", "none", "fail"), "delivery": ("signed", "postcode", "none"),
        "link": ("sound", "sound", "cheaper"), "refunded": ("none", "none", "full"),
    },
}  # fmt: skip
TRAPS: Choices = {
    "code": ("unknown", "vague"),
    "link": ("missing", "two", "cheaper", "other_currency"),
    "disputed": ("part", "above", "other_currency"),
    "due": ("passed", "absent", "far"),
    "state": ("won", "under_review"),
    "words": ("instructions", "admitted", "received"),
    "amount": (TINY,),
    "delivery": ("wrong_city", "early", "stranger"),
    "billing_elsewhere": (True,),
    "second": ("twice", "twin"),
}
STAGES = ("chargeback", "chargeback", "inquiry", "pre_arbitration", "arbitration")


def made_plots(each: int = EACH, seed: int = SEED) -> list[Plot]:
    """So many of each category and network, whose advice follows by rule; always the same."""
    dice = random.Random(seed)
    return [
        plot
        for category in CATEGORIES
        for network in CODES
        for plot in _some(category, network, each, dice)
    ]


def _some(category: str, network: str, each: int, dice: random.Random) -> Iterator[Plot]:
    """Half of them are to be fought or answered, as far as they can be found."""
    found: list[Plot] = []
    for n in range(MOST_TRIES):
        plot = _drawn(f"{category}-{network}-{len(found)}", category, network, n, dice)
        act = label(plot).act if plot else None
        if plot is None or act is None:
            continue
        wins = sum(label(p).act in ("fight", "answer") for p in found)
        wanted = wins < (len(found) + 1) // 2
        if wanted == (act in ("fight", "answer")):
            found.append(plot)
        if len(found) == each:
            break
    yield from found


def _drawn(id_: str, category: str, network: str, n: int, dice: random.Random) -> Plot | None:
    """One plot; None where the network or the category has no such thing."""
    told: dict[str, object] = {k: dice.choice(v) for k, v in ANSWERS[category].items()}
    traps = dice.sample(sorted(TRAPS), dice.choice((0, 0, 1, 1, 2)))
    told |= {name: dice.choice(TRAPS[name]) for name in traps}
    stage = dice.choice(STAGES)
    usual = 300000 + dice.randrange(900) if "arbitration" in stage else 15000 + n * 13 % 50000
    if network == "visa" and "arbitration" in stage and dice.random() < 0.3:
        usual = 2500
    told = {"amount": usual, **told, "stage": stage}
    plot = Plot.model_validate({"id": id_, "category": category, "network": network, **told})
    return plot if _can_be(plot) else None


def _can_be(plot: Plot) -> bool:
    """Whether the network has such codes, and the parts do not speak of what is not there."""
    if plot.code == "vague" and (
        plot.network != "mastercard" or plot.category not in CATEGORIES[1:5]
    ):
        return False
    if plot.code == "unknown" and plot.category == "general":
        return False
    if plot.paid_otherwise and (plot.network not in OTHERWISE or plot.code != "known"):
        return False
    return not (plot.link == "missing" and plot.second != "none")
