"""What an answer costs, in counts that are the same on every machine: lines run, numbers read."""

import sys

import numpy as np


class _Counted(np.ndarray):
    """An array that counts the numbers taken out of it, and those that numpy makes from it.

    The count is in `work`, a list of one.
    """

    work: list[int]

    def __array_finalize__(self, origin):
        self.work = getattr(origin, "work", [0])

    def __getitem__(self, place):
        part = super().__getitem__(place)
        self.work[0] += np.size(part)
        return part

    def __iter__(self):
        return (self[k] for k in range(len(self)))

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        plain = [x.view(np.ndarray) if isinstance(x, _Counted) else x for x in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        self.work[0] += max(np.size(result), *map(np.size, plain))
        if isinstance(result, np.ndarray):
            counted = result.view(_Counted)
            counted.work = self.work
            return counted
        return result


def counted(array, work):
    """A Counted copy of an array."""
    copy = np.array(array).view(_Counted)
    copy.work = work
    return copy


def lines_run(function, *arguments):
    """How many lines of Python run inside function(*arguments), without installed packages."""
    count, before = 0, sys.gettrace()

    def trace(frame, event, _):
        nonlocal count
        count += event == "line"
        return None if "site-packages" in frame.f_code.co_filename else trace

    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count
