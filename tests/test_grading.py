"""The way of docs/teaching.md through nbgrader, for real: generate, autograde two submissions, export.

Runs where nbgrader is installed: pip install -e .[lab,grading]
"""

import csv
import os
import shutil
import subprocess
import sys

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
    environment = os.environ | {"SLT_PROGRESS": str(folder / "progress.json")}
    subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=folder, check=True, env=environment)


def submit(folder, student, answers):
    """A submission: the released notebook with the cells `answers` (grade_id -> source) filled in."""
    book = nbformat.read(folder / "release" / "set_03" / NAME, as_version=4)
    for cell in book.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    (folder / "submitted" / student / "set_03").mkdir(parents=True)
    nbformat.write(book, folder / "submitted" / student / "set_03" / NAME)


def test_nbgrader_makes_the_same_exercises(course):
    released, ours = (nbformat.read(path, as_version=4) for path in (course / "release" / "set_03" / NAME, EXERCISES / NAME))
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]


def test_two_submissions_get_their_points(course):
    solved = {
        cell.metadata.nbgrader.grade_id: "\n".join(
            line for line in cell.source.split("\n") if BEGIN not in line and END not in line
        )
        for cell in nbformat.read(SOLUTIONS / NAME, as_version=4).cells
        if cell.cell_type == "code" and BEGIN in cell.source
    }
    two = {name: solved[name] for name in ("covered-share-code", "product-density-code")}
    wrong = {"failing-law-code": "def failing_law(n, seed):\n    return np.random.default_rng(seed).uniform(-1, 1, n)"}
    submit(course, "all_right", solved)
    submit(course, "two_right_one_wrong", two | wrong)
    nbgrader(course, "autograde", "set_03")
    nbgrader(course, "export")
    with open(course / "grades.csv", newline="") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert len(solved) == 7 and scores == {"all_right": (7.0, 7.0), "two_right_one_wrong": (2.0, 7.0)}
