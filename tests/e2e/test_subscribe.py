"""The page for agencies' developers, followed as it stands: from nothing to events in a fresh virtual environment."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.cli.installation import CHECKOUT, Installation
from tests.kit.reporting import REFERRAL
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

PAGE = CHECKOUT / "docs" / "integrate" / "agencies.md"


def blocks() -> list[str]:
    """Return the commands of the page, block by block."""
    return [block.strip() for block in PAGE.read_text(encoding="utf-8").split("```")[1::2]]


def said_by(command: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euc", command], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_developer_subscribes_by_the_page_alone(running_installation: Installation, tmp_path: Path) -> None:
    sandbox, _key, subscribe, _wants, report, report_file = blocks()
    url = running_installation.address("partners")
    environment = {**running_installation.variables, "CASEPATH_PARTNERS_URL": url, "PAUSE": "0.1"}
    printed = said_by(sandbox, environment)
    [key] = re.findall(r"CASEPATH_KEY=(cpk_\w+)", printed)
    environment |= {"CASEPATH_KEY": key, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in re.findall(r"^curl .*$", printed, re.MULTILINE):
        assert said_by(command.replace("curl ", "curl -sf "), environment)

    make, install, follow = (put_into(tmp_path, line) for line in subscribe.splitlines())
    for command in (make, install):
        said_by(command, environment)
    out = tmp_path / "printed"
    with out.open("w") as file:
        process = subprocess.Popen(
            ["bash", "-euc", "exec " + follow.replace("http://127.0.0.1:8104", url)],
            cwd=CHECKOUT,
            env=environment,
            stdout=file,
        )
    try:
        wait_until(lambda: "org.casepath.intake.clock.started.v1" in out.read_text(), "it hears the whole path", 60)
    finally:
        process.kill()
        process.wait()
    sequences = [int(line.split()[0]) for line in out.read_text().splitlines()]
    assert sequences == list(range(1, len(sequences) + 1))

    reported = said_by(report.replace("http://127.0.0.1:8104", url).replace("curl ", "curl -sf "), environment)
    assert reported.count('"state": "accepted"') == 2, reported
    lines, rejects = tmp_path / "reports.jsonl", tmp_path / "rejects.jsonl"
    lines.write_text("\n".join(json.dumps(each) for each in (referral(), referral(age="old"), answer(), referral())))
    files = report_file.replace("http://127.0.0.1:8104", url).replace("reports.jsonl", str(lines))
    for _ in range(2):
        said_by(files.replace("rejects.jsonl", str(rejects)), environment)
        refused = [json.loads(line) for line in rejects.read_text().splitlines()]
        assert [(each["line"], each["field"]) for each in refused] == [(2, "reports.1.age"), (3, "about")]
        assert {each["type"] for each in refused} == {"urn:casepath:problem:check-the-fields"}
    listed = said_by(f'curl -sf -H "Authorization: Bearer $CASEPATH_KEY" {url}/v1/agency/reports', environment)
    assert len(json.loads(listed)["reports"]) == 3


def referral(**different: str) -> dict[str, object]:
    return {"id": str(uuid4()), **REFERRAL, **different}


def answer() -> dict[str, object]:
    return {"id": str(uuid4()), "kind": "referral_answer", "about": str(uuid4()), "step": "accept"}


def put_into(folder: Path, command: str) -> str:
    """Return a command of the page with its files in a folder."""
    return command.replace("subscriber-venv", str(folder / "venv")).replace(" position", f" {folder / 'position'}")
