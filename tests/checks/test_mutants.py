"""The checks bite: every single change of a right answer that makes it wrong is refused."""

import signal
import warnings

import numpy as np
import pytest

from slt_course import checks
from slt_course.checks.engine import judge_cases
from slt_course.checks.outcome import NotAttempted, WrongAnswer
from tests.checks.mutants import mutants
from tests.checks.solutions import solutions

DRAWS = 40
SECONDS = 2  # a changed loop may never end


def is_refused(exercise, answer, drawn=None):
    """Whether an answer is refused, on the exercise's own cases or on drawn ones."""
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(SECONDS)
    try:
        judge_cases(exercise, answer, drawn)
    except (WrongAnswer, NotAttempted, TimeoutError):
        return True
    except Exception:  # a value that the check's own code cannot read
        return True
    finally:
        signal.alarm(0)
    return False


def out_of_time(*_):
    raise TimeoutError


def tried(exercise, answer):
    """(mutants that are wrong somewhere, those among them that the check accepts)."""
    rng = np.random.default_rng(0)
    drawn, wrong, missed = [exercise.draw(rng) for _ in range(DRAWS)], 0, []
    for what, mutant in mutants(answer):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            refused = is_refused(exercise, mutant)
            slips_through = not refused and is_refused(exercise, mutant, drawn)
        wrong += refused or slips_through
        if slips_through:
            missed.append(what)
    return wrong, missed


@pytest.mark.slow
@pytest.mark.parametrize("name", checks.exercises())
def test_no_wrong_mutant_of_the_right_answer_passes(name):
    wrong, missed = tried(checks.exercises()[name], solutions()[name])
    print(f"{name}: {wrong} wrong mutants, {len(missed)} accepted")
    assert not missed and wrong >= 3
