"""From an outreach session to a closed case: the counts of each session match the journeys played."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from deploy.cli.installation import CHECKOUT, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

#: `make progression` plays 1,000, from the CTDC's file if CASEPATH_CTDC_FILE is set.
JOURNEYS = int(os.environ.get("CASEPATH_PROGRESSION_JOURNEYS", "60"))
FILE = os.environ.get("CASEPATH_CTDC_FILE")


def test_the_counts_of_every_session_add_up_to_what_was_played(
    running_installation: Installation, tmp_path: Path
) -> None:
    rows = ["--from", FILE] if FILE else []
    played = subprocess.run(
        [str(CHECKOUT / "casepath"), "journey", "--outreach", "--count", str(JOURNEYS), "--seed", "7", *rows, "--json"],
        cwd=tmp_path,
        env=dict(running_installation.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stderr
    found = json.loads(played.stdout)
    ended = dict(Counter(each["reach"] for each in found["journeys"]))
    sys.stdout.write(f"{found['complete']} of {found['of']} journeys in {found['seconds']} s, ended at {ended}\n")
    assert (found["complete"], found["of"], found["differing"]) == (JOURNEYS, JOURNEYS, [])
    assert set(ended) == {"contact", "detected", "case", "closed"}
    assert {each["jurisdiction"] for each in found["journeys"]} == {"GB-EAW", "GB-SCT", "GB-NIR", "NL", "RO"}
