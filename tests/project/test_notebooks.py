"""What every lesson has in common. That the lessons run is nbval's part (`make test`)."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    book = nbformat.read(request.param, as_version=4)
    nbformat.validate(book)
    book.path, book.code = request.param, [cell for cell in book.cells if cell.cell_type == "code"]
    return book


def test_first_code_cell_finds_the_package(lesson):
    """The same cell everywhere: import, or install in Colab from the repository of pyproject.toml,
    or say what to run.
    """
    reference = next(
        cell for cell in nbformat.read(LESSONS[0], as_version=4).cells if cell.cell_type == "code"
    )
    assert lesson.code[0].source == reference.source
    assert f"--no-deps git+{REPOSITORY}\n" in reference.source and "make lab" in reference.source


@pytest.mark.parametrize("folder", ["notebooks", "exercises", "solutions"])
def test_opening_a_notebook_does_not_change_it(folder):
    """JupyterLab writes the kernel's display name into a notebook that has another one, and saves
    that as a change.
    """
    for path in (ROOT / folder).glob("*.ipynb"):
        assert (
            nbformat.read(path, as_version=4).metadata.kernelspec.display_name
            == "Python 3 (ipykernel)"
        ), path.name


def test_header_and_footer(lesson):
    header, footer = lesson.cells[0].source, lesson.cells[-1].source
    assert (
        re.match(r"# \d\d · .+\n\n\*\*Goal:\*\*", header) and "After this lesson you can" in header
    )
    repository = REPOSITORY.removeprefix("https://github.com/")
    assert (
        f"https://colab.research.google.com/github/{repository}/blob/main/notebooks/{lesson.path.name}"
        in header
    )
    for folder in ("exercises", "solutions"):
        assert f"(../{folder}/{lesson.path.name})" in header
    assert all(word in footer for word in ("## Recap", "**References.**", "**Next:**"))


def test_executed_in_order_and_without_errors(lesson):
    assert [cell.execution_count for cell in lesson.code] == list(range(1, len(lesson.code) + 1))
    assert any(cell.outputs for cell in lesson.code)
    outputs = [output for cell in lesson.code for output in cell.outputs]
    assert not any(
        output.output_type == "error" or output.get("name") == "stderr" for output in outputs
    )


def test_figures_are_described_and_small(lesson):
    figures = [o for cell in lesson.code for o in cell.outputs if "image/png" in o.get("data", {})]
    assert figures
    for figure in figures:
        assert len(figure.metadata.get("image/png", {}).get("alt", "")) > 30
        assert len(figure.data["image/png"]) < 150_000


def test_outputs_need_no_network(lesson):
    """Pages shown from stored outputs, animations above all, load nothing."""
    pages = [
        o.data["text/html"]
        for cell in lesson.code
        for o in cell.outputs
        if "text/html" in o.get("data", {})
    ]
    assert not any(re.search(r"(src|href)\s*=\s*.?(https?:)?//", page) for page in pages)
    assert sum(map(len, pages)) < 600_000


def test_cells_are_short(lesson):
    assert max(len(cell.source.splitlines()) for cell in lesson.code) <= 20
    assert len({cell.id for cell in lesson.cells}) == len(lesson.cells)


def test_links_lead_somewhere(lesson):
    for cell in lesson.cells:
        for link in re.findall(
            r"\]\((?!https?:)([^)#]+)\)", cell.source if cell.cell_type == "markdown" else ""
        ):
            assert (lesson.path.parent / link).exists(), link
