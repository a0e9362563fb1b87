"""Notes and scores of support are sealed, and each is readable by the roles in the access table."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli import servers
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

MARKER = "Zebrafinch-4417, fictitious"
NOTE = {"kind": "assessment", "text": f"Ioana said: {MARKER}"}
SCORED = {"type": "initial", "domains": {"mental_health": {"need": 3, "risk": 2, "priority": 5}}}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


def texts(reply: dict[str, Any]) -> list[str]:
    return [each["text"] for each in reply["notes"]]


def test_counselling_stays_with_counsellors_and_the_rest_with_the_team(support: Harness) -> None:
    counsellor, worker = support.member("counsellor"), support.member("support_worker")
    counsellor.told("POST", "notes", {**NOTE, "kind": "counselling", "text": "in confidence"}, 201)
    worker.told("POST", "notes", NOTE, 201)
    assert texts(counsellor.told("GET", "notes")) == ["in confidence", NOTE["text"]]
    assert texts(worker.told("GET", "notes")) == [NOTE["text"]]
    refused = worker.told("POST", "notes", {**NOTE, "kind": "counselling"}, 422)
    assert refused["errors"][0]["rule"] == "kind_of_the_role"


def test_personal_notes_of_a_counsellor_are_hidden_from_other_counsellors(support: Harness) -> None:
    counsellor, another = support.member("counsellor"), support.member("counsellor")
    own = {"kind": "counsellor_own", "text": f"to think about: {MARKER}"}
    note = counsellor.told("POST", "notes", own, 201)["id"]
    assert texts(counsellor.told("GET", "notes")) == [own["text"]]
    assert texts(another.told("GET", "notes")) == []
    assert another.ask("POST", "notes", {**own, "corrects": note}).status_code == 422
    counsellor.told("POST", "notes", {**own, "corrects": note}, 201)
    assert MARKER not in support.everything()


def test_nobody_else_reads_or_writes_one(support: Harness) -> None:
    counsellor = support.member("counsellor")
    counsellor.told("POST", "notes", NOTE, 201)
    emergency = support.staff("counsellor", "supervisor")
    support.break_glass(emergency)
    others = (
        *(support.member(role) for role in ("caseworker", "legal_adviser", "supervisor", "outreach_worker")),
        support.supervisor_of(counsellor),
        support.staff("data_protection_officer"),
        support.staff("counsellor"),
        emergency,
    )
    for each in others:
        # Readers of the case learn which role to ask. Other staff learn nothing.
        refused = 403 if each.ask("GET", "").status_code == 200 else 404
        assert each.ask("GET", "notes").status_code == refused, each.roles
        assert each.ask("POST", "notes", NOTE).status_code == refused, each.roles
    assert "notes" not in counsellor.told("GET", "")


def test_a_note_is_corrected_by_a_new_one_and_by_who_may_read_it(support: Harness) -> None:
    counsellor, worker = support.member("counsellor"), support.member("support_worker")
    first = counsellor.told("POST", "notes", {**NOTE, "kind": "counselling"}, 201)["id"]
    refused = worker.told("POST", "notes", {**NOTE, "corrects": first}, 422)
    assert refused["errors"][0]["rule"] == "of_the_same_case"
    second = counsellor.told("POST", "notes", {**NOTE, "kind": "counselling", "corrects": first}, 201)["id"]
    old, new = counsellor.told("GET", "notes")["notes"]
    assert (old["id"], old["superseded_by"], new["id"], new["superseded_by"]) == (first, second, second, None)
    refused = counsellor.told("POST", "notes", {**NOTE, "corrects": first}, 422)
    assert refused["errors"][0]["rule"] == "corrects_what_stands"


def test_scores_come_back_to_who_assesses_and_to_nobody_else(support: Harness) -> None:
    worker = support.member("support_worker")
    worker.told("POST", "assessments", SCORED, 201)
    [shown] = worker.told("GET", "")["assessments"]
    assert shown["domains"] == SCORED["domains"]
    emergency = support.staff("counsellor")
    support.break_glass(emergency)
    for other in (support.member("caseworker"), support.supervisor_of(worker), emergency):
        reply = other.told("GET", "")
        assert "domains" not in reply["assessments"][0]
        assert "privileged" in reply["withheld"]


def test_neither_a_note_nor_a_score_stands_in_a_row_event_log_or_audit(
    support: Harness, capfd: pytest.CaptureFixture[str]
) -> None:
    worker = support.member("support_worker")
    worker.told("POST", "notes", NOTE, 201)
    worker.told("POST", "assessments", SCORED, 201)
    worker.told("GET", "notes")
    worker.ask("POST", "notes", {**NOTE, "kind": "gossip"})
    found = support.everything()
    for hidden in (MARKER, MARKER.encode().hex(), "Zebrafinch", '"priority"', "'priority'", b'"priority"'.hex()):
        assert hidden not in found
    said = "".join(capfd.readouterr())
    assert MARKER not in said
    assert "priority" not in said
    [(name, data)] = support.announced()
    assert name == "assessment.completed"
    assert not {"need", "risk", "priority", "domains", "scores"} & set(json.dumps(data).replace('"', " ").split())
