"""Copy the README's picture out of the executed tour notebook, so that it shows what the notebook
computed.

python tools/readme_picture.py
"""

import base64
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
NOTEBOOK, CALL = ROOT / "notebooks" / "00_the_five_minute_tour.ipynb", "plots.receptive_fields"
DESTINATION = ROOT / "docs" / "readme.png"


def picture():
    """The PNG bytes of the figure that the notebook's cell with CALL displays."""
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code" and CALL in cell.source:
            return next(
                base64.b64decode(output.data["image/png"])
                for output in cell.outputs
                if "image/png" in output.get("data", {})
            )
    raise SystemExit(f"no executed cell with {CALL} in {NOTEBOOK.name}: run the notebook first")


if __name__ == "__main__":
    DESTINATION.parent.mkdir(exist_ok=True)
    DESTINATION.write_bytes(picture())
