"""`make lab` serves the whole project: the command of the Makefile is started and asked for what
the lessons link to.
"""

import json
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOKEN = "for-this-test"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server that runs what `make lab` runs, without a browser."""
    options = f"LAB_OPTIONS=--no-browser --allow-root --port=0 --IdentityProvider.token={TOKEN}"
    dry = subprocess.run(
        ["make", "--dry-run", "lab", options], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (line,) = [line for line in dry.stdout.splitlines() if "jupyter lab" in line]
    runtime, command = tmp_path_factory.mktemp("runtime"), shlex.split(line)
    command[:2] = [sys.executable, "-m", "jupyter", "lab"]
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(runtime),
        "JUPYTER_RUNTIME_DIR": str(runtime),
    }
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            time.sleep(0.2)
            assert process.poll() is None, "the server of `make lab` stopped"
            if found := list(runtime.glob("jpserver-*.json")):
                yield json.loads(found[0].read_text())["url"]
                return
        pytest.fail("the server of `make lab` did not start within two minutes")
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["notebooks", "exercises", "solutions"])
def test_lab_serves_lessons_exercises_and_solutions(server, folder):
    address = f"{server}api/contents/{folder}/00_the_five_minute_tour.ipynb?content=0"
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    for _ in range(50):  # the file with the address is written just before the server answers
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                assert json.load(answer)["type"] == "notebook"
                return
        except (urllib.error.URLError, json.JSONDecodeError) as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.2)
    pytest.fail("the server of `make lab` does not answer")
