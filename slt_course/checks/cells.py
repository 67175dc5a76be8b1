"""Whether a function comes from the latest cell of its notebook: a cell that failed to run leaves
an older one in place.
"""

import inspect
import linecache
import re
import sys
import textwrap


def older_function(answer):
    """A sentence where a later cell defines this function anew but did not get that far, otherwise
    nothing.
    """
    try:
        shell = sys.modules["IPython"].get_ipython()
        return (
            ""
            if _is_latest(inspect.unwrap(answer), shell.history_manager)
            else (
                f"Note: this judges an older {answer.__name__}, for the last cell that defines "
                "it failed to run."
            )
        )
    # no notebook, or one that keeps its cells elsewhere: a check never fails for want of this note
    except Exception:
        return ""


def _is_latest(function, history):
    """Whether no cell after the one that made the function defines its name.

    True also where that cell is unknown.

    Cells are told apart by their text, which IPython keeps for its tracebacks: names and numbers of
    cells differ between versions and front ends.
    """
    own = "".join(linecache.getlines(function.__code__.co_filename)).rstrip()
    definition = re.compile(rf"^(async )?def {re.escape(function.__name__)}\b", re.MULTILINE)
    cells = list(zip(history.input_hist_raw, history.input_hist_parsed))
    made = [
        number
        for number, texts in enumerate(cells)
        if own and own in [text.rstrip() for text in texts]
    ]
    defining = [
        number for number, (raw, _) in enumerate(cells) if definition.search(textwrap.dedent(raw))
    ]
    return not made or not defining or defining[-1] in made
