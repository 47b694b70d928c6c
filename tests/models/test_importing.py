"""What importing the models does to a process that nobody prepared for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
import json, sys, threadpoolctl, models.outturn
print(json.dumps({"libraries": threadpoolctl.threadpool_info(), "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def imported() -> dict:
    free = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    two = {**free, "OPENBLAS_NUM_THREADS": "2"}
    return json.loads(
        subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=two, capture_output=True, check=True).stdout
    )


def test_linear_algebra_has_one_thread(imported: dict) -> None:
    found = [one["num_threads"] for one in imported["libraries"] if one["user_api"] == "blas"]
    assert found == [1, 1]  # numpy's and scipy's own


@pytest.mark.parametrize("module", ["statsmodels.api", "statsmodels.tsa", "plotly"])
def test_a_forecast_does_not_wait_for_what_it_does_not_use(imported: dict, module: str) -> None:
    assert module not in imported["modules"]
