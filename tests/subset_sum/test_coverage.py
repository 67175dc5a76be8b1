"""Coverage against a fine grid, and against reference figures of the random subset-sum problem."""

import numpy as np
import pytest
import torch

from slt_course.subset_sum import DISTRIBUTIONS, coverage, sample, subset_sums


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("interval", [(-1.0, 1.0), (-0.3, 2.0), (5.0, 6.0), (-9.0, -3.0)])
def test_agrees_with_a_grid(distribution, interval):
    """A fine grid of the interval: distances to all sums give radius and fraction up to the grid's
    step.
    """
    items = sample(distribution, (6, 9), seed=1)
    grid = np.linspace(*interval, 20_001)
    step = grid[1] - grid[0]
    found = coverage(items, tolerance=0.01, interval=interval)
    for row in range(6):
        sums = np.sort(subset_sums(items[row : row + 1])[0])
        place = np.searchsorted(sums, grid).clip(1, len(sums) - 1)
        distance = np.minimum(abs(grid - sums[place - 1]), abs(grid - sums[place]))
        assert (
            distance.max() <= found.radius[row] + 1e-12
            and found.radius[row] <= distance.max() + step
        )
        assert found.fraction[row] == pytest.approx(
            (distance <= 0.01).mean(), abs=2 * step * len(sums)
        )


def test_radius_and_fraction_agree_on_full_coverage():
    items = sample("uniform", (200, 10), seed=2)
    radius = coverage(items).radius
    for eps in (0.02, 0.05, 0.1):
        assert ((coverage(items, eps).fraction > 1 - 1e-12) == (radius <= eps)).all()


def test_cases_known_by_hand():
    powers = 2.0 ** -np.arange(1, 11)  # all multiples of 2^-10 in [0, 1)
    assert coverage(powers, interval=(0, 1)).radius == pytest.approx(2**-10)
    assert coverage(powers, tolerance=2**-12, interval=(0, 1)).fraction == pytest.approx(
        0.5, abs=2**-10
    )
    nothing = coverage(np.empty((3, 0)), tolerance=0.25)
    assert (nothing.radius == 1).all() and (nothing.fraction == 0.25).all()
    assert coverage(np.zeros((2, 5))).fraction is None and coverage(
        np.empty((0, 5)), 0.1
    ).radius.shape == (0,)


def test_torch_and_shapes():
    items = sample("product", (2, 3, 7))
    found, expected = coverage(torch.as_tensor(items), 0.05), coverage(items, 0.05)
    assert isinstance(found.radius, torch.Tensor) and found.radius.shape == (2, 3)
    np.testing.assert_allclose(found.fraction.numpy(), expected.fraction)


# P(covering radius of [-1, 1] <= 0.01), and of [-1/2, 1/2], for n = 14, 16 (from 200 draws) and 18,
# 20 (from 60)
REFERENCE = {
    "uniform": [(0.89, 0.99), (0.95, 0.99), (1.0, 1.0), (0.98, 1.0)],
    "symmetric_product": [(0.60, 0.91), (0.80, 0.98), (0.95, 0.97), (0.97, 1.0)],
    "product": [(0.63, 0.92), (0.76, 0.97), (0.87, 1.0), (0.97, 0.98)],
    "half_zero": [(0.01, 0.07), (0.02, 0.20), (0.08, 0.32), (0.12, 0.40)],
    "gaussian": [(0.93, 0.97), (0.99, 1.0), (1.0, 1.0), (1.0, 1.0)],
}


@pytest.mark.slow
@pytest.mark.parametrize("column, n, draws", [(0, 14, 400), (1, 16, 400), (2, 18, 60), (3, 20, 30)])
@pytest.mark.parametrize("distribution", REFERENCE)
def test_coverage_probabilities(distribution, column, n, draws):
    """Ours against the reference, within four joint standard errors."""
    # U[-1,1]·U[-1,1] and U[0,1]·U[-1,1] are the same distribution: two columns of the reference
    # for one of ours
    items = sample(distribution.removeprefix("symmetric_"), (draws, n), seed=3)
    for probability, interval in zip(REFERENCE[distribution][column], ((-1, 1), (-0.5, 0.5))):
        found = (coverage(items, interval=interval).radius <= 0.01).mean()
        error = (
            max(probability * (1 - probability), 0.02) * (1 / (200 if n <= 16 else 60) + 1 / draws)
        ) ** 0.5
        assert abs(found - probability) <= 4 * error


@pytest.mark.parametrize("arguments, words", [
    (dict(items=np.ones(25)), "2\\^25 sums"),
    (dict(items=np.ones(5), tolerance=-1), "tolerance is -1"),
    (dict(items=np.ones(5), interval=(1, 1)), "interval is"), (dict(items=[np.nan]), "NaN"),
    (dict(items=1.0), "last axis"),
])  # fmt: skip
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        coverage(**arguments)


def test_unknown_law():
    with pytest.raises(ValueError, match="unknown distribution 'cauchy'"):
        sample("cauchy", 3)
