"""Which checks were passed on this machine: one JSON file, never sent anywhere, never in the way of
a check.
"""

import json
import os
from pathlib import Path

import platformdirs

_VARIABLE = "SLT_PROGRESS"  # environment variable with the path of another file


def progress_file():
    """The file that holds the names of passed checks."""
    return Path(
        os.environ.get(_VARIABLE)
        or Path(platformdirs.user_data_dir("slt_course", False)) / "progress.json"
    )


def passed():
    """Names of the passed checks: a set, empty when the file is missing or unreadable."""
    try:
        names = json.loads(progress_file().read_text(encoding="utf-8"))
        return (
            {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
        )
    except (OSError, ValueError):
        return set()


def record(name):
    """Remember a passed check. A file that cannot be written is left alone."""
    names, path = passed(), progress_file()
    if name in names:
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(sorted(names | {name}), indent=1), encoding="utf-8")
        os.replace(part, path)
    except OSError:
        pass


def progress_bars(names):
    """A bar per lesson for the checks `names`, as text."""
    done = passed()
    lessons = sorted({name.split(".")[0] for name in names})
    lines = []
    for lesson in lessons:
        own = [name for name in names if name.startswith(f"{lesson}.")]
        count = sum(name in done for name in own)
        missing = ", ".join(name.split(".", 1)[1] for name in own if name not in done)
        bar = "█" * count + "░" * (len(own) - count)
        lines.append(
            f"lesson {lesson}  {bar}  {count} of "
            f"{len(own)}" + (f"  to do: {missing}" if missing else "")
        )
    return "\n".join(lines)
