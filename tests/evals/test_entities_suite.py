"""The judge of entities: what is missed, wrong or too many is counted, by kind."""

from pathlib import Path
from typing import cast

import pytest

from evals.records import EntityCase, LabelledMessage
from evals.suites.entities import COUNTS, Found, entities_suite, figures, judge, read_labels, same
from evals.worlds import World
from tradewind.base import LANGUAGES
from tradewind.errors import SpecError

NOWHERE = cast(World, None)
MESSAGE = LabelledMessage(
    id="m", text="order 1042, 50 euro", entities={"order_id": "1042", "amount": "50"}
)
CASE = EntityCase(id="c", set="labels", messages=(MESSAGE,))


def told(**read: str) -> dict[str, float]:
    return figures(judge(NOWHERE, CASE, Found(entities=(read,))).metrics)


def test_every_label_of_every_language_is_a_case() -> None:
    cases = entities_suite().cases
    for name, least in (("labels", 4000), ("kept_aside", 300)):
        chosen = [case for case in cases if case.set == name]
        assert {case.language for case in chosen} == set(LANGUAGES)
        assert sum(len(case.messages) for case in chosen) >= least


def test_all_right_is_exact() -> None:
    found = told(order_id="#1042", amount="50")
    assert (found["labels_micro_f1"], found["labels_exact"]) == (1.0, 1.0)
    assert judge(NOWHERE, CASE, Found(entities=({"order_id": "1042", "amount": "50"},))).passed


def test_what_is_missed_lowers_recall_alone() -> None:
    found = told(order_id="1042")
    assert (found["labels_order_id_precision"], found["labels_amount_recall"]) == (1.0, 0.0)
    assert found["labels_micro_f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["labels_exact"] == 0.0


def test_a_wrong_value_and_one_too_many_lower_precision() -> None:
    found = told(order_id="1043", amount="50", phone="12345678")
    assert found["labels_order_id_precision"] == 0.0
    assert found["labels_phone_precision"] == 0.0
    assert found["labels_micro_f1"] == pytest.approx(2 / 5, abs=1e-4)


def test_kinds_that_no_rule_reads_are_not_counted() -> None:
    assert told(order_id="1042", amount="50", product="lamp", market="DE")["labels_exact"] == 1.0
    assert not any("product" in name for name in COUNTS)


def test_a_country_is_the_same_in_any_case_of_its_name() -> None:
    assert same("country", "Казахстане", "Казахстан", "ru")
    assert not same("country", "Китае", "Казахстан", "ru")


def test_a_line_that_is_no_message_is_named(tmp_path: Path) -> None:
    (tmp_path / "buyer").mkdir()
    (tmp_path / "buyer" / "x.jsonl").write_text('{"id": "1", "lang": "en"}\n')
    with pytest.raises(SpecError, match=r"x\.jsonl:1"):
        list(read_labels("labels", tmp_path))
