"""The checks bite: solutions pass, wrong answers are rejected each with its own message, nothing
breaks them.
"""

import importlib
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from slt_course import checks, tickets
from slt_course.checks import CheckFailed, check, judge
from slt_course.checks.progress import passed, progress_file, record
from slt_course.subset_sum import sample, solve, subset_sums
from tests.checks.solutions import solutions

CHECKS = checks.exercises()
LESSONS = sorted({name.split(".")[0] for name in CHECKS})
WRONG = {}  # name -> pairs (wrong answer, words of what it is told)
for lesson in LESSONS:
    module = importlib.import_module(f"tests.checks.wrong_answers.lesson_{lesson}")
    for name in checks.exercises(lesson):
        mistakes = CHECKS[name].mistakes.items()
        WRONG[name] = [
            (mistake, re.escape(" ".join(reason.split()))) for reason, mistake in mistakes
        ]
        WRONG[name] += module.WRONG.get(name, [])


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SLT_PROGRESS", str(tmp_path / "deep" / "progress.json"))
    monkeypatch.delenv("SLT_STRICT", raising=False)


def test_every_exercise_has_a_solution_and_three_wrong_answers():
    assert set(solutions()) == set(CHECKS) == set(WRONG)
    assert min(len(answers) for answers in WRONG.values()) >= 3


@pytest.mark.parametrize("name", CHECKS)
def test_solutions_pass(name, capsys):
    check(name, solutions()[name])
    assert capsys.readouterr().out.startswith(f"{name}  ✓ Right. ") and passed() == {name}


@pytest.mark.parametrize(
    "name, answer, words", [(name, *pair) for name, pairs in WRONG.items() for pair in pairs]
)
def test_wrong_answers_are_rejected_with_their_own_message(name, answer, words):
    outcome = judge(name, answer)
    assert outcome.status == checks.WRONG and re.search(words, outcome.text, re.DOTALL), outcome
    assert "On the input" in outcome.text or "Without input" in outcome.text


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_messages_differ_and_stubs_are_not_attempted(name):
    texts = [judge(name, answer).text for answer, _ in WRONG[name]]
    assert len(set(texts)) == len(texts)

    def stub(*arguments):
        raise NotImplementedError()

    assert judge(name, stub).status == checks.NOT_ATTEMPTED
    assert "without parentheses" in judge(name, 3.0).text
    assert "you returned None" in judge(name, lambda *a: None).text
    tensor = torch.ones(3, requires_grad=True)
    answers = (
        "word",
        1j,
        np.nan,
        np.inf,
        [[1], [2, 3]],
        (np.ones(3), 2),
        tensor,
        tensor[0],
        {"a": 1},
        [],
    )
    for useless in (lambda: 1, *(lambda *a, value=value: value for value in answers)):
        assert judge(name, useless).status == checks.WRONG


def by_bisection(left, right, target):
    """For every left sum the two right ones around what is missing."""
    place = np.searchsorted(right, target - left)
    pairs = [
        (i, min(max(j, 0), len(right) - 1))
        for i, near in enumerate(place)
        for j in (near - 1, near)
    ]
    return min(pairs, key=lambda pair: abs(float(left[pair[0]]) + float(right[pair[1]]) - target))


OTHER_STYLES = {
    "00.best_mask": lambda x, z: max(
        itertools.product([False, True], repeat=len(x)), key=lambda m: -abs(z - sum(x[list(m)]))
    ),
    "00.pruned_output": lambda x, a, b, m: [
        sum(b[k] * max(a[k] * v, 0) for k in range(len(a)) if m[k]) for v in x
    ],
    "03.covered_share": lambda x, eps, p: torch.tensor(
        (abs(p[:, None] - subset_sums(x[None])[0]).min(1) <= eps).mean()
    ),
    "03.product_density": lambda t: -np.log(abs(np.float64(t))) / 2,
    "03.predicted_error": lambda n, s: np.log(2) / 2 * np.sqrt(2 * np.pi * n * s**2 / 12) / 2.0**n,
    "05.sorted_sums": lambda x: sorted(float(s) for s in subset_sums(x[None])[0]),
    "05.two_pointers": by_bisection,
    "05.scale_bits": lambda n: (
        60 - int(np.ceil(np.log2(n))) if n & (n - 1) == 0 else int(np.floor(61 - np.log2(n)))
    ),
    "05.float32_fails": lambda: ([1 + 2**-25, 1.0], 1 + 2**-25),
    "03.failing_law": lambda n, seed: [0.1 * (-1) ** k * (k % 9 + 1) for k in range(n)],
}


OTHER_STYLES |= {
    "06.gap_identity": lambda x, v, c, A, b, u: (
        c @ (v - x) - u @ (b - A @ x),
        float(u @ (b - A @ x)),
    ),
    "06.repair": lambda use, cost, slack, price: min(
        (m for m in itertools.product([0, 1], repeat=len(use)) if slack >= m @ use),
        key=lambda m: m @ cost - price * (m @ use),
    ),
    "06.degenerate": lambda c, A, b: float(max(A @ (c > 0) - b)) <= 0,
    "07.gadget": lambda w, A, B: sum(
        np.arange(len(A)) == np.where(side, (w - A * B) ** 2, 9).argmin()
        for side in (A > 0, A < 0)
        if side.any()
    ),
    "07.sign_split": lambda A, B, mask, x: (
        [sum(B[k] * max(A[k] * v, 0) for k in np.flatnonzero(mask)) for v in x],
        *(sum(A[k] * B[k] for k in np.flatnonzero(mask) if A[k] * sign > 0) for sign in (1, -1)),
    ),
    "07.kept_weights": lambda sizes, width, signed: np.array(
        [
            (s * i * o, i * min(s * o, width))
            for s, i, o in zip([1 + signed] + [1] * 9, sizes, sizes[1:])
        ]
    ).sum(0),
    "07.error_bound": lambda norms, errors, radius: (
        radius * (np.prod(norms + errors) - np.prod(norms))
    ),
    "08.failure": lambda p, i, o: [min(1, 2 * i * o * p), -np.expm1(2 * i * o * np.log1p(-p))],
    "08.lower_bound": lambda eps: max(0, int(np.ceil(np.log2(1 / eps))) - 1),
    "08.break_it": lambda A, B, w, eps: next(
        (
            mask
            for mask in (np.array(bits) for bits in itertools.product([True, False], repeat=len(A)))
            if abs((A * B * mask)[A > 0].sum() - w) <= eps
            and abs((A * B * mask)[A < 0].sum() - w) >= abs(w) / 2
        ),
        None,
    ),
    "10.pair_shapes": lambda s, n, bias: [
        [(s[1] + bias) * n, s[1], 1, 1],
        [(s[1] + bias) * n] if bias else None,
        [s[0], (s[1] + bias) * n, *s[2:]],
    ],
    "10.safe_taps": lambda size, kernel, stride, padding: {
        tap
        for tap in range(padding, kernel)
        if (size + 2 * padding - kernel) // stride * stride + tap - padding < size
    },
}


@pytest.mark.parametrize("name", OTHER_STYLES)
def test_right_answers_in_other_styles_pass(name):
    assert judge(name, OTHER_STYLES[name]).status == checks.RIGHT, judge(name, OTHER_STYLES[name])


STATED = [  # what the statements of the exercises expect
    ("07.hit_probability", (0.5, 0.1), 0.00125),
    ("07.kept_weights", ((4, 3, 2), 4, True), (30, 22)),
    ("07.kept_weights", ((20, 12, 5), 100, True), (540, 540)),
    ("07.kept_weights", ((20, 12, 5), 1000, True), (540, 540)),
    ("07.kept_weights", ((20, 12, 5), 12, True), (540, 300)),
    ("07.kept_weights", ((784, 500, 10), 1000, False), (397_000, 397_000)),
    ("07.error_bound", (np.array([3.0, 0.5]), np.array([0.1, 0.2]), 2.0), 1.34),
    ("07.error_bound", (np.ones(10), np.full(10, 0.01), 1.0), 0.105),
    ("07.error_bound", (np.full(10, 2.0), np.full(10, 0.01), 1.0), 52.4),
    ("08.uniform_weight", (0.5,), np.log(2) / 4),
    ("08.failure", (0.001, 5, 4), (0.04, 0.0392)),
    ("08.budget", ((784, 300, 100, 10), 0.01, False), (7.09e-9, 5.56e-8, 1.67e-6)),
    ("08.budget", ((784, 300, 100, 10), 0.01, True), (7.08e-9, 5.54e-8, 1.65e-6)),
    ("08.lower_bound", (0.1,), 3),
    ("08.lower_bound", (1 / 8,), 2),
    ("10.random_parameters", ([(4, 2, 1, 3)], 5, True), (225, 45)),
    ("10.random_parameters", ([(4, 2, 1, 3)], 5, False), (140, 20)),
]


@pytest.mark.parametrize("name, arguments, expected", STATED)
def test_statements_expect_what_the_solutions_give(name, arguments, expected):
    assert solutions()[name](*arguments) == pytest.approx(expected, rel=0.004)


@pytest.mark.parametrize("construction", ["malach", "malach_product"])
@pytest.mark.parametrize("width", [8, 60])
def test_a_malach_ticket_keeps_at_most_what_kept_weights_says(construction, width):
    """Less where a path would be worse than none: then the weight itself is the error, on that
    side.
    """
    torch.manual_seed(3)
    sizes = (9, 7, 4)
    target = torch.nn.Sequential(
        torch.nn.Linear(9, 7, bias=False), torch.nn.ReLU(), torch.nn.Linear(7, 4, bias=False)
    ).eval()
    for signed in (True, False):
        ticket = tickets.build(
            target, width=width, tolerance=0.1, construction=construction, signed_input=signed
        )
        report, bounds = ticket.report(), solutions()["07.kept_weights"](sizes, width, signed)
        second = (report.kept_per_weight * report.target_parameters).sum()
        assert (
            second <= bounds[0] + 1e-9 and report.kept_parameters.sum() - second <= bounds[1] + 1e-9
        )
        for (positive, negative), layer in zip(ticket.effective_weights(), (target[0], target[2])):
            sides = (positive, negative) if signed and layer is target[0] else (positive,)
            errors = [(side - layer.weight).abs() / layer.weight.abs() for side in sides]
            assert max(error.max() for error in errors) <= 1  # no kept path is worse than none


def test_the_law_behind_predicted_error_is_the_measured_one():
    """0.378·s·sqrt(n)·2^-n against simulated medians: within 12 %, twenty thousand draws each."""
    for n in (8, 10, 12, 15, 18):
        items = sample("uniform", (20_000, n), seed=n)
        median = np.median(solve(items, np.full(len(items), 0.01)).error)
        assert median * 2.0**n / n**0.5 == pytest.approx(0.378, rel=0.12)


def test_arguments_are_copies():
    def spoils(items, target):
        items[:] = 0
        return np.zeros(len(items), bool)

    first = judge("00.best_mask", spoils)
    assert first == judge("00.best_mask", spoils) and "[0.5, -0.2, 0.7]" in first.text


def test_a_learner_s_exception_is_reported_with_its_line():
    def broken(items, target):
        ratio = 1 / 0
        return ratio

    text = judge("00.best_mask", broken).text
    assert "ZeroDivisionError: division by zero" in text and "of broken: ratio = 1 / 0" in text


def test_strict_mode_raises(monkeypatch, capsys):
    monkeypatch.setenv("SLT_STRICT", "1")
    check("00.best_mask", solutions()["00.best_mask"])
    for wrong in (lambda items, target: items, WRONG["00.best_mask"][0][0]):
        with pytest.raises(CheckFailed, match="Not yet"):
            check("00.best_mask", wrong)

    def stub(items, target):
        raise NotImplementedError()

    with pytest.raises(CheckFailed, match="Not attempted"):
        check("00.best_mask", stub)


def test_unknown_names():
    with pytest.raises(ValueError, match="no exercise is called '99.x'"):
        check("99.x", print)


def test_progress(capsys):
    assert passed() == set()
    record("00.best_mask")
    record("00.best_mask")
    assert json.loads(progress_file().read_text()) == ["00.best_mask"]
    checks.progress()
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "lesson 00  █░  1 of 2  to do: pruned_output" and second.startswith(
        "lesson 01  ░░░░░  0 of 5"
    )


@pytest.mark.parametrize("content", [b"", b"{not json", b"\xff\xfe", b'{"a": 1}', b"[1, null]"])
def test_a_corrupt_progress_file_never_breaks_a_check(content, capsys):
    progress_file().parent.mkdir(parents=True)
    progress_file().write_bytes(content)
    assert passed() == set()
    check("00.best_mask", solutions()["00.best_mask"])
    assert passed() == {"00.best_mask"}


def test_an_unwritable_progress_file_never_breaks_a_check(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("not a folder")
    for place in (tmp_path / "file" / "progress.json", tmp_path):
        monkeypatch.setenv("SLT_PROGRESS", str(place))
        check("00.best_mask", solutions()["00.best_mask"])
        assert "Right" in capsys.readouterr().out
    assert (tmp_path / "file").read_text() == "not a folder"


@pytest.mark.slow
def test_works_in_plain_python(tmp_path):
    program = (
        "from slt_course.checks import check\n"
        "check('03.failing_law', lambda n, seed: [0.5, -0.5] * (n // 2))"
    )
    environment = os.environ | {"SLT_PROGRESS": str(tmp_path / "p.json")}
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert "✓ Right." in run.stdout.decode("utf-8"), run.stderr.decode()
