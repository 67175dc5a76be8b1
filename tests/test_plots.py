"""What a drawing must not get wrong even if nobody looks: the animation's set arithmetic and its
freedom from networks.
"""

import re
import sys

import numpy as np
import pytest

from slt_course import plots
from slt_course.plots import animation
from slt_course.plots.subset_sums import near_a_sum
from slt_course.subset_sum import sample


def test_union_of_old_set_and_shifted_copy_is_the_new_set():
    items, grid = np.random.default_rng(0).uniform(-1, 1, 8), np.linspace(-1, 1, 501)
    for n in range(8):
        old, copy = near_a_sum(items[:n], 0.02, grid), near_a_sum(items[:n], 0.02, grid - items[n])
        assert ((old | copy) == near_a_sum(items[: n + 1], 0.02, grid)).all()


def test_animation_is_self_contained(monkeypatch):
    pages = []
    monkeypatch.setattr(animation, "display", lambda page: pages.append(page.data))
    plots.animate_coverage([0.5, -0.3, 0.4], tolerance=0.05)
    (page,) = pages
    assert not re.search(r"https?://", page) and "fa-" not in page
    assert len(set(re.findall(r"frames\[\d+\]", page))) == 4  # no item, then one frame per item
    assert re.search(r'<img alt="Animation: [^"]+" src="data:image/png;base64,', page)
    assert "getElementById(img_id)) { setTimeout(start" in page and "start();" in page


def drawn(monkeypatch, draw, *arguments, **options):
    """The figure that a drawing function shows, and its description."""
    shown = []
    monkeypatch.setattr(plots.style, "show", lambda figure, alt: shown.append((figure, alt)))
    draw(*arguments, **options)
    return shown[0]


def test_accuracy_curves_draw_means_and_bands(monkeypatch):
    curves = {f"method {k}": ([0.5, 0.1], [[0.9, 0.7], [0.8, 0.5]]) for k in range(6)}
    figure, alt = drawn(
        monkeypatch,
        plots.accuracy_curves,
        curves,
        [("dense", [0.9, 0.95]), ("a", [0.1]), ("b", [0.2])],
    )
    axes = figure.axes[0]
    lines = [
        line
        for line in axes.lines
        if len(line.get_xdata()) == 2 and line.get_label().startswith("method")
    ]
    assert (
        len(lines) == 6
        and np.allclose(lines[0].get_ydata(), [0.85, 0.6])
        and len(axes.get_legend().texts) == 9
    )
    assert axes.xaxis_inverted() and "method 0: 60.0% at 0.1" in alt


def test_hump_width_and_maps(monkeypatch):
    figure, alt = drawn(
        monkeypatch, plots.hump, [0.1, 0.5, 1.0], {"a": [[0.3, 0.9, 0.1]]}, {"chance": 0.1}
    )
    assert "a is highest (90.0%) at 0.5" in alt and np.allclose(
        figure.axes[0].lines[0].get_ydata(), [0.3, 0.9, 0.1]
    )
    figure, alt = drawn(monkeypatch, plots.width_curve, [10, 100], {"m": [[0.5, 0.7], [0.7, 0.9]]})
    assert "m 60.0% to 80.0%" in alt
    mask = np.zeros((3, 784), bool)
    mask[:, 14 * 28 + 14] = True
    figure, alt = drawn(
        monkeypatch, plots.mask_maps, {"one pixel": mask, "none": np.zeros((3, 784), bool)}
    )
    assert (
        "one pixel: 100% of them" in alt
        and "none: 0%" in alt
        and figure.axes[0].images[0].get_array()[14, 14] == 3
    )


def test_construction_colours_every_entry_by_mask_and_sign(monkeypatch):
    generator = np.random.default_rng(0)
    first, second = generator.uniform(-1, 1, (6, 2, 1, 1)), generator.uniform(-1, 1, (3, 6, 2, 2))
    masks = first > 0.2, second < 0.5
    figure, alt = drawn(monkeypatch, plots.construction, first, second, *masks)
    top, bottom = (axes.images[0].get_array() for axes in figure.axes)
    assert top.shape == (2, 6) and (top == plots.convolutions.PLUS).sum() == masks[0].sum()
    assert (
        (bottom == plots.convolutions.PLUS) | (bottom == plots.convolutions.MINUS)
    ).sum() == masks[1].sum()
    assert bottom[3, 0] == (
        plots.convolutions.GONE if not masks[1][1, 0, 0, 0] else 2 + (second[1, 0, 0, 0] < 0)
    )
    assert f"{masks[1].sum()} entries kept" in alt


def test_errors_against_items_shows_quantiles_and_zeros(monkeypatch):
    errors = [np.linspace(1, 3, 101) * 10.0**-k for k in (1, 2, 3)]
    figure, alt = drawn(
        monkeypatch,
        plots.errors_against_items,
        [5, 10, 15],
        errors,
        [1, 0.1, 0.01],
        ("p", [0.2, 0.0, 0.0]),
        ("o", [1, 1, 1]),
        spacing=0.05,
    )
    axes = figure.axes[0]
    assert (
        any(set(line.get_ydata()) == {0.05} for line in axes.lines)
        and "One step of Float32 is 0.05." in alt
    )
    assert np.allclose(axes.lines[0].get_ydata(), [0.2, 0.02, 0.002]) and axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.texts] == ["0", "0"] and "p: 0.2, 0, 0" in alt
    figure, alt = drawn(monkeypatch, plots.kernels, np.eye(3)[None], np.eye(3)[None] + 1e-3)
    assert "differ by at most 0.001" in alt


def test_feature_maps_name_every_error(monkeypatch):
    target = np.array([[0.5, -1.0], [0.0, 0.25]])
    figure, alt = drawn(
        monkeypatch, plots.feature_maps, target, target, {"good": target, "bad": target + 0.125}
    )
    assert "good is off by at most 0;" in alt and "bad is off by at most 0.1" in alt
    assert len(figure.axes) == 4 and figure.axes[3].images[0].get_clim() == (-1, 1)


def test_growing_set_never_exceeds_doubling(monkeypatch):
    """The dashed line is a bound: the drawn shares are exact, not counted on a grid as coarse as
    the tolerance.
    """
    for tolerance in (0.1, 0.01, 0.001):
        for seed in range(10):
            figure, _ = drawn(
                monkeypatch, plots.growing_set, sample("uniform", 12, seed=seed), tolerance
            )
            share, doubling = (line.get_xdata() for line in figure.axes[1].lines)
            assert (share <= doubling * (1 + 1e-9)).all() and share[0] == pytest.approx(tolerance)
            assert (np.diff(share) >= -1e-12).all()


def test_story_draws_networks_that_compute(monkeypatch):
    """Every pruned network in the picture has paths, and the third road's computes nearly the given
    one.
    """
    module = sys.modules["slt_course.plots.story"]
    first, second = module.masks_without_dead_ends()
    paths = second.astype(int) @ first.astype(int)
    assert paths.any(0).all() and paths.any(1).all() and (first.any(1) == second.any(0)).all()

    weights, outgoing, first, second = module.gadget()
    # a unit hangs on one input, if it is used
    assert (first.sum(1) <= 1).all() and (first.any(1) == second.any(0)).all()
    assert 0 < first.sum() < first.size / 2 and 0 < second.sum() < second.size
    x = np.random.default_rng(0).uniform(0, 1, (2, 200))
    network = (outgoing * second) @ np.maximum((weights * first) @ x, 0)
    assert abs(network - module.GIVEN @ x).max() < 0.08 < abs(module.GIVEN).min()

    figure, _ = drawn(monkeypatch, plots.story)
    blue = [
        line.get_xdata()[0] for line in figure.axes[0].lines if line.get_color() == plots.style.KEPT
    ]
    kept = sum(mask.sum() for mask in (*module.masks_without_dead_ends(), first, second))
    assert len(blue) == kept
