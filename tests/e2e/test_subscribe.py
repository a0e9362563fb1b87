"""The developer pages for agencies, followed as written: from nothing to events in a fresh virtual environment."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from deploy.cli.installation import CHECKOUT, Installation
from deploy.cli.servers import free_ports
from tests.kit.agency_kit import LANGUAGES, following
from tests.kit.reporting import REFERRAL
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

PAGES = CHECKOUT / "docs" / "guides" / "agencies"
LAST = "org.casepath.intake.referral.sent.v2"


def blocks(page: str) -> list[str]:
    """Return the code blocks of a page."""
    return [block.strip() for block in (PAGES / page).read_text(encoding="utf-8").split("```")[1::2]]


def said_by(command: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euc", command], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running(command: str, environment: Mapping[str, str], out: Path) -> Iterator[Callable[[], str]]:
    """Run a command until the block ends; yield a function that returns its output so far."""
    with out.open("w") as file:
        process = subprocess.Popen(["bash", "-euc", f"exec {command}"], cwd=CHECKOUT, env=environment, stdout=file)
    try:
        yield lambda: out.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def environment(running_installation: Installation) -> dict[str, str]:
    url = running_installation.address("partners")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**running_installation.variables, "CASEPATH_PARTNERS_URL": url, "PATH": path}


@pytest.fixture(scope="module")
def began(environment: dict[str, str]) -> float:
    """Return the time at which a developer starts from nothing."""
    return time.monotonic()


@pytest.fixture(scope="module")
def sandbox(environment: dict[str, str], began: float) -> str:
    """Return the output of the page's first command."""
    return said_by(blocks("agencies.md")[0], environment)


@pytest.fixture(scope="module")
def with_key(environment: dict[str, str], sandbox: str) -> dict[str, str]:
    [key] = re.findall(r"CASEPATH_KEY=(cpk_\w+)", sandbox)
    return {**environment, "CASEPATH_KEY": key}


def feed_status(with_key: dict[str, str]) -> int:
    headers = {"Authorization": f"Bearer {with_key['CASEPATH_KEY']}"}
    return requests.get(f"{with_key['CASEPATH_PARTNERS_URL']}/v1/feed", headers=headers, timeout=30).status_code


def test_a_developer_subscribes_by_the_page_alone(
    began: float,
    sandbox: str,
    with_key: dict[str, str],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    # The feed answers 503 while partners has just started, and clients must retry.
    wait_until(lambda: feed_status(with_key) == 200, "the feed is there")
    for command in re.findall(r"^(?:curl|\./casepath) .*$", sandbox, re.MULTILINE):
        said = said_by(command.replace("curl ", "curl -sf "), with_key)
        assert said or command.startswith("./casepath"), f"{command} printed nothing"
    follow = blocks("agencies.md")[2].replace("state.json", str(tmp_path / "state.json"))
    follow = follow.replace("http://127.0.0.1:8104", with_key["CASEPATH_PARTNERS_URL"])
    with running(follow, with_key, tmp_path / "printed") as printed:
        wait_until(lambda: "\n" in printed(), "the first event arrives", 60)
        record_property("seconds from nothing to the first event", round(time.monotonic() - began))
        wait_until(lambda: LAST in printed(), "the whole path arrives", 60)
    assert sequences(printed()) == list(range(1, len(sequences(printed())) + 1))


def sequences(printed: str) -> list[int]:
    return [int(line.split()[1]) for line in printed.splitlines()]


def test_a_developer_reports_by_the_page_alone(with_key: dict[str, str], tmp_path: Path) -> None:
    url = with_key["CASEPATH_PARTNERS_URL"]
    report, report_file = (block.replace("http://127.0.0.1:8104", url) for block in blocks("agencies.md")[5:7])
    reported = said_by(report.replace("curl ", "curl -sf "), with_key)
    assert reported.count('"state":"waiting"') == 2, reported
    lines, rejects = tmp_path / "reports.jsonl", tmp_path / "rejects.jsonl"
    lines.write_text("\n".join(json.dumps(each) for each in (referral(), referral(age="old"), answer(), referral())))
    files = report_file.replace("reports.jsonl", str(lines)).replace("rejects.jsonl", str(rejects))
    for _ in range(2):
        said_by(files, with_key)
        refused = [json.loads(line) for line in rejects.read_text().splitlines()]
        assert [(each["line"], each["field"]) for each in refused] == [(2, "reports.1.age"), (3, "about")]
        assert {each["type"] for each in refused} == {"urn:casepath:problem:check-the-fields"}
    listed = said_by(f'curl -sf -H "Authorization: Bearer $CASEPATH_KEY" {url}/v1/agency/reports', with_key)
    assert len(json.loads(listed)["reports"]) == 3


def referral(**different: str) -> dict[str, object]:
    return {"id": str(uuid4()), **REFERRAL, **different}


def answer() -> dict[str, object]:
    return {"id": str(uuid4()), "kind": "referral_answer", "about": str(uuid4()), "step": "accept"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_kit_in_each_language_continues_where_it_was(
    language: str, with_key: dict[str, str], tmp_path: Path
) -> None:
    url, key, state = with_key["CASEPATH_PARTNERS_URL"], with_key["CASEPATH_KEY"], tmp_path / "state.json"
    with following(language, url, tmp_path, key) as program:
        wait_until(lambda: LAST in program.out.read_text() and state.exists(), "the whole path arrives", 60)
        before = program.handled()
    with following(language, url, tmp_path, key) as program:
        said_by(another_person(with_key), with_key)
        wait_until(lambda: program.handled()[-1][1] > before[-1][1], "it goes on", 60)
    places = [at for _, at in program.handled()]
    assert sorted(set(places)) == list(range(1, places[-1] + 1))
    assert len(places) - len(set(places)) <= 1, "at most the last event is repeated"


def another_person(with_key: dict[str, str]) -> str:
    """Return the command that plays the case of one more fictitious person."""
    headers = {"Authorization": f"Bearer {with_key['CASEPATH_KEY']}"}
    agency = requests.get(f"{with_key['CASEPATH_PARTNERS_URL']}/v1/agency", headers=headers, timeout=30).json()["id"]
    return f"./casepath agencies play referral {agency}"


def test_a_developer_is_posted_a_stream_on_their_own_machine_by_the_page_alone(
    running_installation: Installation, environment: dict[str, str], tmp_path: Path
) -> None:
    _, opening, commands, resume = blocks("webhooks.md")[:4]
    assert set(re.findall(r"CASEPATH_\w+", opening)) <= running_installation.variables.keys()
    make_sandbox, add, receive = commands.splitlines()
    [agency] = re.findall(r'"id": "([0-9a-f-]{36})"', said_by(make_sandbox, environment))
    port = str(free_ports(1)[0])
    added = said_by(add.replace("<sandbox>", agency).replace("8500", port), environment)
    [secret], [webhook] = re.findall(r"whsec_[\w+/=]+", added), re.findall(r'"id": "([0-9a-f-]{36})"', added)
    assignment, _, command = receive.replace("8500", port).partition(" ")
    assert assignment == "CASEPATH_SECRET=whsec_..."
    with running(command, {**environment, "CASEPATH_SECRET": secret}, tmp_path / "printed") as printed:
        wait_until(lambda: is_listening(int(port)), "it listens", 30)
        # If the receiver listened before the first retry, this request is refused and not needed.
        again = resume.replace("<sandbox>", agency).replace("<webhook>", webhook)
        said_by(f"{again} || true", environment)
        wait_until(lambda: LAST in printed(), "the whole path is posted, and verified", 60)
    assert sequences(printed()) == sorted(sequences(printed()))
    assert sequences(printed())[0] == 1


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
