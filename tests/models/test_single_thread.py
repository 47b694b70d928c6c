"""Importing the models holds linear algebra to one thread, in a process that nobody prepared for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = "import models, json, threadpoolctl; print(json.dumps(threadpoolctl.threadpool_info()))"


def test_the_models_use_one_thread_for_linear_algebra() -> None:
    free = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    two = {**free, "OPENBLAS_NUM_THREADS": "2"}
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=two, capture_output=True, check=True)
    found = [one for one in json.loads(asked.stdout) if one["user_api"] == "blas"]
    assert len(found) == 2  # numpy's and scipy's own
    assert [one["num_threads"] for one in found] == [1, 1]
