"""nbgrader's settings for this course: room for training, and cells that a student has copied do
not stop the grading.
"""

import os

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
)


class UnmarkCopies(DeduplicateIds):
    """Of cells that carry the same grade_id, only the last one keeps nbgrader's marks; the others
    run as plain cells.

    nbgrader itself leaves empty marks behind, takes them for those of an old version and stops
    before the next student.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.metadata.get("nbgrader") == {}:
            del cell.metadata["nbgrader"]
        return cell, resources


os.environ["SLT_STATIC"] = "1"

c = get_config()  # noqa: F821 (defined by nbgrader)
c.CourseDirectory.course_id = "slt_course"
c.ExecutePreprocessor.timeout = 300
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    UnmarkCopies,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
