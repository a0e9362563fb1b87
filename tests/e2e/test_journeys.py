"""Whole journeys through running services: every jurisdiction, every way, and the records that they leave."""

import datetime as dt
import itertools
import json
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.cli.api import Api, Targets
from deploy.cli.exchange import wait_until_drained
from deploy.cli.installation import CHECKOUT, HOLDERS, Installation
from deploy.cli.journey import play
from deploy.cli.journey.batch import journeys_of, play_one
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.person import COLUMNS
from deploy.cli.journey.planning import Way
from deploy.cli.journey.proof import all_events, name_of
from shared.reference import JURISDICTIONS

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

ROW = dict.fromkeys(COLUMNS, 0) | {"Age Band": 5, "isForcedLabour": 1, "Trafficking Duration": 1}


def played(targets: Targets, jurisdiction: str, way: Way) -> tuple[Desk, str]:
    """Play one journey to its end; return its desk and its case."""
    desk = Desk(targets)
    today = dt.date.fromisoformat(desk.today())
    [plan] = itertools.islice(journeys_of([ROW], [jurisdiction], today, seed=11, way=way), 1)
    outcome = play_one(plan, desk, today)
    assert outcome.missing == []
    return desk, outcome.case


def command(installation: Installation, *arguments: str, cwd: Path) -> "subprocess.Popen[str]":
    # A shell's background process ignores interrupts, and its child processes would inherit this.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [str(CHECKOUT / "casepath"), *arguments],
            cwd=cwd,
            env=dict(installation.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def test_every_way_of_every_jurisdiction_comes_to_its_end_and_nothing_waits(installation: Targets) -> None:
    assert play(installation, JURISDICTIONS, 3 * len(JURISDICTIONS), seed=5)
    found = wait_until_drained(Api(installation, roles=["operator"]), 120)
    assert (found.waiting, found.stuck) == ([], [])


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_who_declines_the_mechanism_is_advised_and_counselled_all_the_same(
    installation: Targets, jurisdiction: str
) -> None:
    desk, case = played(installation, jurisdiction, "declined")
    intake = desk.read("caseworker", "intake", case)
    assert intake["identification"] == []
    assert intake["consents"] == []
    assert intake["entry_decisions"][-1]["decision"] == "decline"
    assert "given" in [each["status"] for each in desk.read("legal_adviser", "legal", case)["advice"]]
    assert desk.read("counsellor", "support", case)["counselling"]


def test_a_negative_decision_is_reconsidered_and_legal_knows_the_window_for_it(installation: Targets) -> None:
    desk, case = played(installation, "GB-EAW", "negative")
    steps = [(each["stage"], each["outcome"]) for each in desk.read("caseworker", "intake", case)["identification"]]
    assert ("reasonable_grounds", "negative") in steps
    assert ("reconsideration", "positive") in steps
    legal = desk.read("legal_adviser", "legal", case)
    assert [each["stage"] for each in legal["reconsiderations"]] == ["reasonable_grounds"]
    assert "GB.RECONSIDER" in [each["code"] for each in legal["clocks"]]


def test_what_other_services_did_names_the_event_that_caused_it(installation: Targets) -> None:
    desk, case = played(installation, "NL", "accepted")
    events = {service: all_events(desk, service, case) for service in HOLDERS}
    ids: Mapping[str, str] = {each["id"]: name_of(each) for found in events.values() for each in found}
    caused = {(name_of(each), ids[each["causationid"]]) for each in events["legal"] if "causationid" in each}
    assert ("clock.started", "detection.recorded") in caused


def test_a_file_with_a_row_that_can_not_be_read_plays_the_rest(
    running_installation: Installation, tmp_path: Path
) -> None:
    good = ",".join(str(value) for value in ROW.values())
    tmp_path.joinpath("rows.csv").write_text("\n".join([",".join(COLUMNS), good, "not,a,row", good]))
    playing = command(running_installation, "journey", "--from", "rows.csv", "--json", cwd=tmp_path)
    said, complained = playing.communicate(timeout=300)
    assert playing.returncode == 0, complained
    assert (json.loads(said)["complete"], json.loads(said)["of"]) == (2, 2)
    heading, rejected = tmp_path.joinpath("rows.csv.rejects.csv").read_text().splitlines()
    assert heading == "line,reason"
    assert re.match(r"3,.*\b3\b.*\b19\b", rejected)


def test_watch_prints_one_event_per_line_and_exits_cleanly_on_interrupt(
    running_installation: Installation, installation: Targets, tmp_path: Path
) -> None:
    _, case = played(installation, "NL", "accepted")
    watching = command(running_installation, "watch", "--case", case, "--json", cwd=tmp_path)
    assert watching.stdout is not None
    lines = [json.loads(watching.stdout.readline()) for _ in range(20)]
    watching.send_signal(signal.SIGINT)
    _, complained = watching.communicate(timeout=120)
    assert watching.returncode == 0, complained
    assert {each["subject"] for each in lines} == {case}
    assert lines[0]["type"] == "org.casepath.intake.contact.opened.v1"
