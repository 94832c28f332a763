"""CPU time shared among runs: what all get together is what was spent while any was under way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cpu import CpuShare


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=60))
def test_the_shares_sum_up_to_what_was_spent_while_any_ran(steps: list[tuple[int, int]]) -> None:
    now = 0.0
    cpu = CpuShare(lambda: now)
    running: dict[int, float] = {}
    spent = told = 0.0
    for seconds, run in steps:
        now += seconds
        spent += seconds if running else 0
        if run in running:
            told += cpu.end(running.pop(run))
        else:
            running[run] = cpu.begin()
    told += sum(cpu.end(began) for began in running.values())
    assert told == pytest.approx(spent)


def test_two_at_once_get_half_each() -> None:
    now = 0.0
    cpu = CpuShare(lambda: now)
    first, second = cpu.begin(), cpu.begin()
    now = 4.0
    assert cpu.end(first) == 2.0
    now = 5.0
    assert cpu.end(second) == 3.0
