"""What a drawing must not get wrong even if nobody looks: the animation's set arithmetic and its freedom from networks."""

import re

import numpy as np

from slt_course import plots
from slt_course.plots import animation
from slt_course.plots.subset_sums import near_a_sum


def test_union_of_old_set_and_shifted_copy_is_the_new_set():
    items, grid = np.random.default_rng(0).uniform(-1, 1, 8), np.linspace(-1, 1, 501)
    for n in range(8):
        old, copy = near_a_sum(items[:n], 0.02, grid), near_a_sum(items[:n], 0.02, grid - items[n])
        assert ((old | copy) == near_a_sum(items[: n + 1], 0.02, grid)).all()


def test_animation_is_self_contained(monkeypatch):
    pages = []
    monkeypatch.setattr(animation, "display", lambda page: pages.append(page.data))
    plots.filling([0.5, -0.3, 0.4], tolerance=0.05)
    (page,) = pages
    assert not re.search(r"https?://", page) and "fa-" not in page
    assert len(set(re.findall(r"frames\[\d+\]", page))) == 4  # no item, then one frame per item
    assert re.search(r'<img alt="Animation: [^"]+" src="data:image/png;base64,', page)
    assert "getElementById(img_id)) { setTimeout(start" in page and "start();" in page
