"""The program behind what lessons say about training: its table is right, and an interrupted run
goes on.
"""

import torch

from benchmarks.training_claims import lesson_01, report
from slt_course import models, pruning


def test_the_table_counts_seeds_and_medians_of_triples(capsys):
    report.print_claims("title", [("margin", [3, 0, 1, 2], 1), ("one seed", [5], 6)])
    title, _, _, margin, one = capsys.readouterr().out.splitlines()
    assert title == "title"
    assert margin.split() == ["margin", "0.00", "0.15", "1.50", "3.00", "1.00", "75.0%", "100.0%"]
    assert one.split()[-3:] == ["6.00", "0.0%", "nan%"]


def test_seeds_are_measured_once(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    calls = []

    def measure(seed, instructions):
        calls.append(seed)
        return {"square": seed**2}

    assert report.measured(measure, range(2)) == [{"square": 0}, {"square": 1}]
    assert report.measured(measure, range(3))[2] == {"square": 4} and calls == [0, 1, 2]


def test_controls_keep_what_they_say():
    fresh, initial = models.lenet_300_100(seed=1), models.lenet_300_100(seed=2)
    sizes = fresh[1].weight.detach().abs().clone()
    signed = lesson_01.with_signs(fresh, initial)
    assert torch.equal(signed[1].weight.abs(), sizes) and torch.equal(
        signed[1].weight.sign(), initial[1].weight.sign()
    )
    masks = pruning.masks(pruning.random(models.lenet_300_100(), 0.1, "layer"))
    moved = lesson_01.shuffled_within_pixels(masks, seed=0)
    assert all(torch.equal(moved[name].sum(0), mask.sum(0)) for name, mask in masks.items())
    assert not torch.equal(moved["1"], masks["1"])
