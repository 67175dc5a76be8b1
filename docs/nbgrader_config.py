"""nbgrader's settings for this course: wrong and missing answers raise, so that they score no point."""

import os

os.environ["SLT_STRICT"] = "1"
os.environ["SLT_STATIC"] = "1"

c = get_config()  # noqa: F821 (defined by nbgrader)
c.CourseDirectory.course_id = "slt_course"
c.ExecutePreprocessor.timeout = 300
