"""exercises/ is what tools.exercises makes of solutions/; sources that cannot work are refused."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import exercises
from tools.exercises import (
    CHECK,
    EXERCISES,
    LOCKED,
    SOLUTIONS,
    STUB,
    TEACHING,
    ExerciseError,
    exercise_from,
    heads_of,
    lock,
    with_table,
)

SETS = sorted(SOLUTIONS.glob("*.ipynb"))
HEAD = new_markdown_cell("## 1 · Name\n\n*Difficulty 2 of 5 · importance 4 of 5 · 10 minutes*")
FUNCTION = "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION"


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_exercises_are_up_to_date(path):
    made = exercise_from(nbformat.read(path, as_version=4), path.name)
    assert made == nbformat.read(EXERCISES / path.name, as_version=4), (
        "run python -m tools.exercises build"
    )
    nbformat.validate(made)
    for cell in made.cells:
        assert cell.cell_type != "code" or (cell.outputs, cell.execution_count) == ([], None)
    assert [cell.id for cell in made.cells] == [
        cell.id for cell in nbformat.read(path, as_version=4).cells
    ]
    assert "../solutions/" in made.cells[0].source


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_locked_cells_trust_no_other_cell(path):
    """Each imports what it uses, and nbgrader's hidden line makes it raise; learners see the import
    and the check.
    """
    book, made = (
        nbformat.read(path, as_version=4),
        nbformat.read(EXERCISES / path.name, as_version=4),
    )
    assert lock(nbformat.read(path, as_version=4)) == book, "run python -m tools.exercises build"
    graded = [
        place
        for place, cell in enumerate(book.cells)
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert (
        len(graded)
        == len(heads_of(book))
        == sum("check(" in cell.source for cell in book.cells if cell.cell_type == "code")
    )
    for place in graded:
        source = book.cells[place].source
        assert source.startswith(LOCKED) and CHECK.fullmatch(source.removeprefix(LOCKED))
        assert (
            made.cells[place].source
            == f"from slt_course.checks import check\n\n{source.removeprefix(LOCKED)}"
        )
        assert made.cells[place].metadata.nbgrader == book.cells[place].metadata.nbgrader


def test_a_new_check_is_locked_and_counts_one_point():
    book = lock(notebook(FUNCTION, 'check("00.f", f)', "print(1)"))
    assert (
        book.cells[2].source == LOCKED + 'check("00.f", f)'
        and "nbgrader" not in book.cells[3].metadata
    )
    marks = book.cells[2].metadata.nbgrader
    assert marks.grade and marks.locked and marks.points == 1 and marks.grade_id == book.cells[2].id
    assert lock(nbformat.from_dict(book)) == book


def test_nothing_else_is_there():
    assert {path.name for path in EXERCISES.glob("*")} == {path.name for path in SETS}
    assert TEACHING.read_text() == with_table(TEACHING.read_text())


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_solutions_are_executed_and_hints_are_folded(path):
    book = nbformat.read(path, as_version=4)
    assert not any(
        o.output_type == "error"
        for cell in book.cells
        if cell.cell_type == "code"
        for o in cell.outputs
    )
    for cell in book.cells:
        assert cell.source.count("<details>") == cell.source.count("</details>")
        if cell.cell_type == "markdown" and "Difficulty" in cell.source:
            assert "<details><summary>Hint: " in cell.source
    assert len(heads_of(book)) == sum("BEGIN SOLUTION" in cell.source for cell in book.cells)


def notebook(*cells):
    return new_notebook(cells=[HEAD, *(new_code_cell(source) for source in cells)])


def test_stub_replaces_the_solution():
    made = exercise_from(notebook(FUNCTION, 'check("00.f", f)'), "x.ipynb")
    assert made.cells[1].source.splitlines() == ["def f(x):", *(f"    {line}" for line in STUB)]
    assert made.cells[2].source == 'check("00.f", f)'


@pytest.mark.parametrize("cells, words", [
    (["def f(x):\n    ### BEGIN SOLUTION\n    return x"], "cell 2, line 2: .*never closed"),
    (["def f(x):\n    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n    ### END "
      "SOLUTION"], "cell 2, line 3: a second"),
    (["def f(x):\n    return x\n    ### END SOLUTION"], "cell 2, line 3: .*without"),
    (["### BEGIN SOLUTION\nx = 1\n### END SOLUTION"], "cell 2, line 1: .*inside a function"),
    ([FUNCTION, "y = 1\nprint(f(y))"], "cell 3, line 2: uses f"),
    ([FUNCTION, "check('00.f', f)\nf"], "cell 3, line 2: uses f"),
    ([FUNCTION, FUNCTION.replace("f(x)", "g(x)")], "cell 3, line 1: 0 heads"),
])  # fmt: skip
def test_sources_that_cannot_work_are_refused(cells, words):
    with pytest.raises(ExerciseError, match=f"^solutions/x.ipynb, {words}"):
        exercise_from(notebook(*cells), "solutions/x.ipynb")


def test_build_refuses_before_it_writes(tmp_path, monkeypatch):
    nbformat.write(notebook(FUNCTION, "f(1)"), tmp_path / "00_x.ipynb")
    monkeypatch.setattr(exercises, "SOLUTIONS", tmp_path)
    monkeypatch.setattr(exercises, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr("sys.argv", ["exercises", "build"])
    with pytest.raises(SystemExit, match="solutions/00_x.ipynb, cell 3, line 1"):
        exercises.main()
    assert not list((tmp_path / "exercises").glob("*"))
