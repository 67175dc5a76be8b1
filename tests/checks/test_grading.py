"""The way of docs/teaching.md through nbgrader, for real: generate, autograde two submissions,
export.

Runs where nbgrader is installed: pip install -e .[lab,grading]
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.exercises import BEGIN, END, EXERCISES, ROOT, SOLUTIONS

pytest.importorskip("nbgrader")
NAME = "03_random_subset_sum.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder with the released assignment."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "source" / "set_03").mkdir(parents=True)
    shutil.copy(SOLUTIONS / NAME, folder / "source" / "set_03")
    shutil.copy(ROOT / "docs" / "nbgrader_config.py", folder)
    nbgrader(folder, "generate_assignment", "set_03")
    return folder


def nbgrader(folder, *arguments):
    """nbgrader calls `alembic` by name, and the tests' environment need not be activated."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {
        "SLT_PROGRESS": str(folder / "progress.json"),
        "SLT_STRICT": "0",
        "PATH": path,
    }
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=folder, check=True, env=environment
    )


def submit(folder, student, answers, change=None):
    """A submission: the released notebook with the cells `answers` (grade_id -> source) filled in,
    and changed further.
    """
    book = nbformat.read(folder / "release" / "set_03" / NAME, as_version=4)
    for cell in book.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    if change:
        change(book.cells)
    (folder / "submitted" / student / "set_03").mkdir(parents=True)
    nbformat.write(book, folder / "submitted" / student / "set_03" / NAME)


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def place(cells, name):
    return next(place for place, cell in enumerate(cells) if name in (grade_id(cell), cell.id))


def test_nbgrader_makes_the_same_exercises(course):
    released, ours = (
        nbformat.read(path, as_version=4)
        for path in (course / "release" / "set_03" / NAME, EXERCISES / NAME)
    )
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]


CODE = "covered-share-code"
TRICKS = "import os\nos.environ['SLT_STRICT'] = '0'\ncheck = grade = print"


def tricks(cells):
    """No import that a check could rely on, other checks, and before each a cell that spoils what
    it could rely on.
    """
    cells[place(cells, "imports")].source = "import numpy as np\nfrom slt_course import subset_sum"
    for position in reversed(range(len(cells))):
        if cells[position].metadata.get("nbgrader", {}).get("grade"):
            cells[position].source = "pass"
            cells.insert(position, nbformat.v4.new_code_cell(TRICKS))


def copies(cells):
    """Ctrl-C, Ctrl-V: the same grade_id twice.

    Of one answer the first try was left, broken; of another all below again.
    """
    answer = cells[place(cells, CODE)]
    cells.insert(
        place(cells, CODE),
        nbformat.from_dict(answer | {"id": "first-try", "source": "def covered_share(:"}),
    )
    for name in ("product-density-check", "product-density-code"):
        below = place(cells, "product-density-check") + 1
        cells.insert(
            below, nbformat.from_dict(cells[place(cells, name)] | {"id": f"copy-of-{name}"})
        )
    cells[place(cells, "product-density-code")].source = "def product_density(t):\n    return 2"


def test_submissions_get_their_points_whatever_other_cells_do(course):
    solved = {
        grade_id(cell): "\n".join(
            line for line in cell.source.split("\n") if BEGIN not in line and END not in line
        )
        for cell in nbformat.read(SOLUTIONS / NAME, as_version=4).cells
        if cell.cell_type == "code" and BEGIN in cell.source
    }
    two = {name: solved[name] for name in (CODE, "product-density-code")}
    wrong = {
        "failing-law-code": "def failing_law(n, seed):\n    return "
        "np.random.default_rng(seed).uniform(-1, 1, n)"
    }
    points = {  # student -> answers, change, points
        "all_right": (solved, None, 7.0),
        "two_right_one_wrong": (two | wrong, None, 2.0),
        "copies": (two, copies, 2.0),
        "tricks": (two | wrong, tricks, 2.0),
        "z_last_in_the_alphabet": (two, None, 2.0),
    }
    for student, (answers, change, _) in points.items():
        submit(course, student, answers, change)
    nbgrader(course, "autograde", "set_03")
    nbgrader(course, "export")
    with open(course / "grades.csv", newline="") as file:
        scores = {
            row["student_id"]: (float(row["score"]), float(row["max_score"]))
            for row in csv.DictReader(file)
        }
    assert len(solved) == 7 and scores == {
        student: (right, 7.0) for student, (_, _, right) in points.items()
    }
