"""Sliders live, frames when static, and clear words when the two do not fit."""

import pytest
from matplotlib import pyplot as plt

from slt_course import interact, plots


def record(calls):
    return lambda n, law: calls.append((n, law))


def test_static_frames(monkeypatch):
    monkeypatch.setenv("SLT_STATIC", "1")
    calls = []
    interact.explore(record(calls), start={"n": 5}, n=range(4, 8), law=["a", "b", "c"])
    assert calls == [(4, "b"), (5, "b"), (7, "b")]


def test_live_sliders_redraw(monkeypatch):
    monkeypatch.delenv("SLT_STATIC", raising=False)
    shown, calls = [], []
    monkeypatch.setattr(
        interact, "view_of", lambda box: shown.append(box) or {"text/plain": "sliders"}
    )
    interact.explore(record(calls), n=[4, 5, 6], law=["a", "b", "c"])
    assert calls == [(5, "b")]
    slider = shown[0].children[0]
    assert slider.description == "n" and slider.continuous_update is False
    slider.value = 6
    assert calls[-1] == (6, "b")


@pytest.mark.parametrize("arguments, words", [
    (dict(), "at least one argument"),
    (dict(n=[], law=["a"]), "need a sequence"),
    (dict(n=[1], law=["a"], start={"m": 1}), "need a sequence"),
    (dict(n=[1], law=["a"], start={"n": 2}), "not among its choices"),
    (dict(n=[1]), "do not fit"), (dict(n=[1], law=[1], x=[1]), "do not fit"),
])  # fmt: skip
def test_misfits_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        interact.explore(record([]), **arguments)


def test_show_publishes_alt_text_and_closes(monkeypatch):
    published = []
    monkeypatch.setattr(plots.style, "display", lambda figure, metadata: published.append(metadata))
    figure, _ = plt.subplots()
    plots.show(figure, "a description")
    assert published == [{"image/png": {"alt": "a description"}}] and not plt.get_fignums()
