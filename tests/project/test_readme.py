"""The README's example runs and prints what the README says, up to the rounding of another
machine's training.
"""

import contextlib
import io
import re
from pathlib import Path

import pytest

from tools.readme_picture import DESTINATION, picture

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
NUMBER = r"\d[\d,]*(?:\.\d+)?"


@pytest.mark.slow
def test_example_prints_the_numbers_shown():
    (example,) = re.findall(r"\*\*Ten lines:.*?```python\n(.*?)```", README, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    assert len([line for line in example.splitlines() if line]) == 10
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert re.sub(NUMBER, "#", printed.getvalue()) == re.sub(NUMBER, "#", shown)
    numbers = [
        [float(n.replace(",", "")) for n in re.findall(NUMBER, text)]
        for text in (printed.getvalue(), shown)
    ]
    # training may round differently elsewhere
    assert numbers[0] == pytest.approx(numbers[1], rel=0.005)


def test_links_lead_somewhere():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (Path(__file__).parents[2] / link).exists(), link


def test_picture_is_the_notebook_s():
    assert DESTINATION.read_bytes() == picture()
