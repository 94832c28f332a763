"""Search: is the record that answers a query among the first three?"""

from evals.reading import read_cases
from evals.records import SearchCase, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from models.language import identify
from tradewind.base import Record
from tradewind.ports.search import SearchQuery

LOOKED_AT = 3


class Hits(Record):
    """The sources found, best first, and the query as it was translated for searching."""

    sources: tuple[str, ...]
    english: str = ""


def search_suite() -> Suite[SearchCase, Hits]:
    cases = read_cases("search", SearchCase)
    return Suite(name="search", cases=cases, outcome=Hits, carry_out=find, judge=judge)


async def find(world: World, case: SearchCase) -> Hits:
    """Search as `tradewind search` does."""
    language, _ = identify(case.query)
    english = ""
    if world.english_only and language not in ("en", "unknown"):
        who = world.session("merchant")
        english = await world.assistant.translate(who, world.open_shop(), case.query)
    query = SearchQuery(
        text=case.query, language=language, english=english, kinds=case.kinds, k=8
    )  # fmt: skip
    hits = world.index().search(query)
    return Hits(sources=tuple(dict.fromkeys(hit.source for hit in hits)), english=english)


def judge(world: World, case: SearchCase, found: Hits) -> Verdict:
    ranks = [n for n, source in enumerate(found.sources, start=1) if source in case.sources]
    rank = ranks[0] if ranks else None
    metrics = {
        "hit_at_1": float(rank == 1),
        "hit_at_3": float(rank is not None and rank <= LOOKED_AT),
        "mrr": 1 / rank if rank else 0.0,
    }
    passed = metrics["hit_at_3"] == 1.0
    problem = f"{found.sources[:LOOKED_AT]} for {case.sources}, as {found.english!r}"
    return Verdict(passed=passed, metrics=metrics, problems=() if passed else (problem,))
