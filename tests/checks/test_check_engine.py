"""What all checks share: nothing that comes back breaks them, messages are readable, lines named
are the learner's.
"""

import importlib
import json
import re
import statistics
import subprocess
import sys

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from slt_course import checks, subset_sum
from slt_course.checks import CheckFailed, Exercise, check, exercises, grade, judge
from slt_course.checks.outcome import WIDTH, Outcome, show, wrapped


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SLT_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setenv("SLT_STRICT", "0")


class Refuses:
    """Raises on whatever is asked of it."""

    def refuse(self, *arguments):
        raise OSError("no")

    __getattr__ = __repr__ = __len__ = __iter__ = __bool__ = __eq__ = __array__ = __float__ = refuse
    __hash__ = None


def endless():
    items = []
    items.append(items)
    return items


JUNK = {
    "sparse": torch.eye(3).to_sparse(), "sparse pair": (torch.eye(2).to_sparse(),) * 2,
    "meta": torch.ones(3, device="meta"),
    "bfloat16": torch.ones(3).bfloat16(), "masked": np.ma.masked,
    "masked array": np.ma.array([1.0, 2.0], mask=[1, 0]),
    "refuses": Refuses(), "refusing pair": (Refuses(), Refuses()), "holds itself": endless(),
    "big": 10**400,
    "nan": [np.nan] * 3, "nothing inside": np.array(None), "empty": np.zeros((2, 0)),
    "iterator": iter([1]),
    "class": object, "pair of None": (None, None),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("junk", JUNK)
def test_no_answer_breaks_any_check(junk):
    for name in exercises():
        outcome = judge(name, lambda *arguments: JUNK[junk])
        assert outcome.status == checks.WRONG and len(str(outcome)) > 60, name


@pytest.mark.parametrize(
    "error", [SystemExit(2), MemoryError(), RecursionError("deep"), KeyError(), StopIteration()]
)
def test_no_exception_of_the_learner_breaks_a_check(error):
    def raises(items, target):
        raise error

    assert f"your code raised {type(error).__name__}" in judge("00.best_mask", raises).text
    check("00.best_mask", raises)


def test_an_exception_that_cannot_be_printed():
    class Silent(Exception):
        def __str__(self):
            raise ValueError

    def raises(items, target):
        raise Silent

    assert "Silent: <exception str() failed>, in line" in judge("00.best_mask", raises).text


def ours(cases=lambda: [{"x": np.ones(2), "size": 3}], **fields):
    """An exercise of our own making, with a fault."""
    return Exercise(cases=cases, answer=lambda x, size: 0, draw=None, insight="", **fields)


def test_our_own_faults_are_not_hidden(monkeypatch):
    monkeypatch.setitem(exercises("00"), "00.ours", ours(cases=lambda: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        judge("00.ours", lambda x: x)
    fault = ours(read=lambda got, inputs: np.ones(2) @ np.ones(3), accept=lambda *_, **__: None)
    monkeypatch.setitem(exercises("00"), "00.ours", fault)
    outcome = judge("00.ours", lambda x, size: Refuses())
    # so that tests of right answers, which ask for RIGHT, fail
    assert outcome.status == checks.WRONG
    first, came, expected, met = outcome.text.split("\n    ")
    assert (
        first == "On the input x = [1, 1], size = 3"
        and came == "you returned an object of type Refuses"
    )
    assert "could not read this one" in expected and met.startswith("it met ValueError: matmul")
    # which has no signature
    assert "On the input arguments = ([1, 1], 3)" in judge("00.ours", slice).text


@pytest.mark.slow
@pytest.mark.parametrize("lesson", sorted({name.split(".")[0] for name in exercises()}))
def test_planted_wrong_answers_get_a_reason_not_that_excuse(lesson):
    for name, pairs in importlib.import_module(
        f"tests.checks.wrong_answers.lesson_{lesson}"
    ).WRONG.items():
        for answer, _ in pairs:
            assert "could not read" not in judge(name, answer).text


def in_our_package(items, target):
    return subset_sum.solve(np.ones((3, 2)), np.ones(7)).mask


def in_the_standard_library(items, target):
    return statistics.mean([])


def in_compiled_code(items, target):
    return np.random.default_rng(0).choice(items, size=99, replace=False)


def in_a_callback(items, target):
    return sorted(items, key=lambda item: item.nonsense)


@pytest.mark.parametrize("answer, words", [
    (in_our_package, "ValueError: shapes do not broadcast: .*last axis of items .*of "
                     "in_our_package: return subset_sum"),
    (in_the_standard_library, "StatisticsError: mean requires .*of in_the_standard_library: "
                              "return statistics.mean"),
    (in_compiled_code, "ValueError: Cannot take a larger sample .*of in_compiled_code: return "
                       "np.random"),
    (in_a_callback, "AttributeError: .*nonsense.*of <lambda>: return sorted"),
])  # fmt: skip
def test_the_line_is_the_learner_s_and_the_message_is_whole(answer, words):
    with pytest.raises(Exception) as raised:
        answer(np.ones(3), 0.5)
    text = judge("00.best_mask", answer).text
    assert re.search(words, text) and " ".join(str(raised.value).split()) in text


def test_a_torch_error_is_no_missing_attempt():
    def attempted(items, target):
        return torch.eye(2).to_sparse().storage()

    with pytest.raises(NotImplementedError):
        attempted(None, None)
    assert (
        "your code raised NotImplementedError: Cannot access storage"
        in judge("00.best_mask", attempted).text
    )

    def stub(items, target):
        raise NotImplementedError("later")

    assert judge("00.best_mask", stub).status == checks.NOT_ATTEMPTED


def test_lines_break_between_words_and_short_ones_stay():
    short = "On the input x = 3\n    you returned   4\n        expected   5"
    assert wrapped(short) == short
    long = (
        "On the input "
        + "item, " * 60
        + "\n    usual reason: "
        + "a well-known one " * 30
        + "\n    "
        + "x" * 200
    )
    lines = wrapped(long).split("\n")
    assert " ".join(wrapped(long).split()) == " ".join(long.split())
    assert all(len(line) <= WIDTH for line in lines if "xxx" not in line)
    starts = [len(line) - len(line.lstrip()) for line in lines]
    assert starts[:2] == [0, 4] and starts[-3:] == [8, 8, 4]
    for exercise in exercises().values():
        printed = str(Outcome("00.x", checks.RIGHT, exercise.insight))
        assert max(map(len, printed.split("\n"))) <= WIDTH


def test_showing_never_fails_and_stays_short():
    for value in (*JUNK.values(), np.zeros((9, 9, 9)), {"a": np.zeros((9, 9, 9))}, "word " * 99):
        assert 0 < len(show(value)) <= 240 and "\n" not in show(value)


def test_grade_raises_whatever_the_environment_says(monkeypatch, capsys):
    for name, answer in (
        ("00.best_mask", lambda items, target: items),
        ("03.product_density", lambda t: None),
    ):
        monkeypatch.setenv("SLT_STRICT", "0")
        check(name, answer)
        with pytest.raises(CheckFailed, match="Not yet"):
            grade(name, answer)
    monkeypatch.setenv("SLT_STRICT", "0")
    grade("03.failing_law", lambda n, seed: [0.5, -0.5] * (n // 2))
    assert "✓ Right." in capsys.readouterr().out


CELLS = {  # cells -> whether the last one, a check, judges an older function
    "one": (["{f}"], False),
    "the same cell again": (["{f}", "{f}"], False),
    "mended": (["{f}", "{g}"], False),
    "syntax error": (["{f}", "{g}\n    return ("], True),
    "in the line of the name": (["{f}", "def failing_law(n, seed:\n    return 1"], True),
    "bad indentation": (["{f}", "def failing_law(n, seed):\nreturn 1"], True),
    "exception before it": (["{f}", "import nothing_like_this\n{g}"], True),
    "exception after it": (["{f}", "{g}\n1 / 0"], False),
    "mended after an error": (["{f}", "import nothing_like_this\n{g}", "{g}"], False),
    "the older cell run again": (["{f}", "{g}\n    return (", "{f}"], False),
    "failed, then another one": (["{f}", "{g}\n    return (", "y = 1", "1 / 0"], True),
    "a magic in the cell": (["{f}", "%precision 3\n{g}"], False),
    "a magic in a cell that fails": (["{f}", "%precision 3\n1 / 0\n{g}"], True),
    "timed": (["%%time\n{f}"], False),
    "decorated": (["import functools", "@functools.lru_cache\n{f}"], False),
    "a helper of the same name": (["{f}", "def outer():\n    def failing_law():\n        "
                                          "pass"], False),
    "blank lines around": (["\n\n{f}\n\n\n", "\n{g}\n   \n"], False),
    "not from a cell": (["exec('''{f}''')", "x = 'def failing_law(n, seed): pass'"], False),
    "a lambda": (["failing_law = lambda n, seed: [0.5, -0.5] * (n // 2)"], False),
}  # fmt: skip
F = "def failing_law(n, seed):\n    return [0.5, -0.5] * (n // 2)"
PROGRAM = """
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
found = {}
for name, cells in json.load(sys.stdin).items():
    shell.reset()
    shell.history_manager.reset(new_session=False)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        last = "from slt_course.checks import check\\ncheck('03.failing_law', failing_law)"
        for cell in [*cells, last]:
            shell.run_cell(cell, store_history=True)
    found[name] = printed.getvalue()
print("FOUND" + json.dumps(found))
"""


NOTE = "Note: this judges an older failing_law, for the last cell that defines it failed to run."
CHECK = "from slt_course.checks import check\ncheck('03.failing_law', failing_law)"


def notes_of(cells):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(cells),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.split("FOUND")[1])


@pytest.mark.slow
def test_a_cell_that_failed_is_noticed():
    g = F.replace("n // 2", "(n // 2)")
    printed = notes_of(
        {name: [cell.format(f=F, g=g) for cell in cells] for name, (cells, _) in CELLS.items()}
    )
    for name, (_, older) in CELLS.items():
        assert "✓ Right." in printed[name], (name, printed[name])
        assert (NOTE in printed[name]) == older, (name, printed[name])


@pytest.mark.slow
def test_a_cell_that_failed_is_noticed_in_a_notebook():
    cells = [
        F,
        CHECK,
        F.replace("return", "return ("),
        CHECK,
        F.replace("n // 2", "(n // 2)"),
        CHECK,
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(book, allow_errors=True, timeout=600).execute()
    printed = [
        "".join(output.get("text", "") for output in cell.outputs)
        for cell in book.cells
        if cell.source == CHECK
    ]
    assert all("✓ Right." in text for text in printed) and [NOTE in text for text in printed] == [
        False,
        True,
        False,
    ]
