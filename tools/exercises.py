"""Make exercises/ from solutions/, the one hand-written source of every exercise set.

python -m tools.exercises build

A solution notebook uses nbgrader's region markers: what stands between `### BEGIN SOLUTION` and
`### END SOLUTION` becomes a stub that raises NotImplementedError, and hidden tests go, exactly as
nbgrader would do it. Cells that check an answer are brought into their one form in solutions/, too.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
SOLUTIONS, EXERCISES, TEACHING = (
    ROOT / "solutions",
    ROOT / "exercises",
    ROOT / "docs" / "teaching.md",
)
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
CHECK = re.compile(r'^check\("\d\d\.\w+", \w+\)$', re.MULTILINE)
# A graded cell trusts no other: it imports its own names, and under nbgrader a wrong answer raises
# whatever came before.
LOCKED = f"""from slt_course.checks import check

{BEGIN_HIDDEN}
from slt_course.checks import grade as check

{END_HIDDEN}
"""
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")  # nbgrader's own
HEAD = re.compile(
    r"Difficulty (?P<difficulty>[1-5]) of 5 · importance (?P<importance>[1-5]) of 5 · "
    r"(?P<minutes>\d+) minutes"
)


class ExerciseError(ValueError):
    """A solution notebook that cannot become an exercise notebook; the message names file, cell and
    line.
    """


def exercise_from(notebook, name):
    """The exercise notebook of a solution notebook: solutions replaced by stubs, no outputs, the
    same cell ids.
    """
    check_heads(notebook, name)
    exercise = nbformat.from_dict(notebook)
    for place, cell in enumerate(exercise.cells):
        if cell.cell_type == "code":
            cell.source = clear_solution(clear_hidden(cell.source), name, place)
            cell.outputs, cell.execution_count = [], None
    check_dependencies(exercise, name)
    return exercise


def clear_hidden(source):
    """The source of a cell without hidden tests, which nbgrader puts back when it grades."""
    return re.sub(rf"(?ms)^{BEGIN_HIDDEN}$.*?^{END_HIDDEN}\n", "", source)


def lock(notebook):
    """Bring every cell that checks an answer into its one form: a locked test of one point.

    Returns the notebook.
    """
    for cell in notebook.cells:
        call = CHECK.search(cell.source) if cell.cell_type == "code" else None
        if call:
            cell.source = LOCKED + call[0]
            marks = {
                "grade": True,
                "locked": True,
                "points": 1,
                "schema_version": 3,
                "solution": False,
                "task": False,
            }
            cell.metadata.setdefault("nbgrader", nbformat.from_dict(marks | {"grade_id": cell.id}))
    return notebook


def clear_solution(source, name, place):
    """The source of a cell with every solution region replaced by the stub, at the region's
    indentation.
    """
    lines, opened = [], None
    for number, line in enumerate(source.split("\n"), 1):
        if BEGIN in line:
            if opened:
                refuse(
                    name, place, number, f"a second {BEGIN!r} before the {END!r} of line {opened}"
                )
            indent = line[: len(line) - len(line.lstrip())]
            if not indent:
                refuse(
                    name,
                    place,
                    number,
                    "the solution must stand inside a function, so that the stub raises only when "
                    "called",
                )
            lines += [indent + stub for stub in STUB]
            opened = number
        elif END in line:
            if not opened:
                refuse(name, place, number, f"{END!r} without {BEGIN!r}")
            opened = None
        elif not opened:
            lines.append(line)
    if opened:
        refuse(name, place, opened, f"{BEGIN!r} is never closed by {END!r}")
    return "\n".join(lines)


def check_heads(notebook, name):
    """Refuse an exercise without its head: difficulty, importance and minutes, in a text cell of
    its own before it.
    """
    heads = 0
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            heads += len(HEAD.findall(cell.source))
        elif BEGIN in cell.source:
            if heads != 1:
                words = "Difficulty 2 of 5 · importance 4 of 5 · 10 minutes"
                refuse(
                    name,
                    place,
                    1,
                    f"{heads} heads before this exercise; it needs one, in a text cell: {words!r}",
                )
            heads = 0


def check_dependencies(notebook, name):
    """Refuse a cell that uses the result of an earlier exercise elsewhere than in a `check(…)`:
    unsolved, it would fail.
    """
    unsolved = set()
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", cell.source))
        checked = {id(n) for call in ast.walk(tree) if is_check(call) for n in ast.walk(call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in unsolved and id(node) not in checked:
                refuse(
                    name,
                    place,
                    node.lineno,
                    f"uses {node.id}, the result of an exercise that may be unsolved",
                )
        if STUB[1] in cell.source:
            unsolved |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def is_check(node):
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check"
    )


def refuse(name, place, line, problem):
    raise ExerciseError(f"{name}, cell {place + 1}, line {line}: {problem}")


def heads_of(notebook):
    """The (title, difficulty, importance, minutes) of every exercise of a notebook."""
    found = []
    for cell in notebook.cells:
        head = HEAD.search(cell.source) if cell.cell_type == "markdown" else None
        if head:
            found.append((cell.source.splitlines()[0].lstrip("# "), *map(int, head.groups())))
    return found


def teaching_table():
    """The table of docs/teaching.md: sessions with their minutes, from the heads."""
    lines = ["| set | exercise | difficulty | importance | minutes |", "|---|---|---|---|---|"]
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        heads = heads_of(nbformat.read(path, as_version=4))
        lines += [f"| {path.stem[:2]} | {title} | {d} | {i} | {m} |" for title, d, i, m in heads]
        lines.append(
            f"| **{path.stem[:2]}** | **whole set** | | | **{sum(head[-1] for head in heads)}** |"
        )
    return "\n".join(lines)


def with_table(text):
    """The text of docs/teaching.md with its generated table brought up to date."""
    return re.sub(
        r"(?s)(<!-- table -->\n).*?(\n<!-- end of table "
        r"-->)",
        lambda m: m[1] + teaching_table() + m[2],
        text,
    )


def build():
    """Lock the checks in every solution notebook; write every exercise notebook, and the table of
    docs/teaching.md.
    """
    EXERCISES.mkdir(exist_ok=True)
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        solution = nbformat.read(path, as_version=4)
        exercise = exercise_from(lock(solution), f"solutions/{path.name}")
        nbformat.write(solution, path)
        nbformat.write(exercise, EXERCISES / path.name)
        print(f"exercises/{path.name}")
    TEACHING.write_text(with_table(TEACHING.read_text(encoding="utf-8")), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["build"])
    parser.parse_args()
    try:
        build()
    except ExerciseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
