"""A restricted case: other staff cannot find out that it exists, and changes to other cases do not change it."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from shared.audit.trail import audit_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened

pytestmark = pytest.mark.integration


def restricted(worker: Client) -> str:
    case = opened(worker)
    told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", {}), 201)
    return case


@pytest.mark.parametrize("role", ["caseworker", "supervisor"])
def test_break_glass_on_a_restricted_case_answers_as_for_an_unknown_case(
    role: str, worker: Client, door: RequestPipeline
) -> None:
    there, stranger = restricted(worker), Client(door, role)
    replies = [
        stranger.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}) for case in (there, uuid4())
    ]
    first, second = ({**json.loads(each.data), "instance": ""} for each in replies)
    assert (replies[0].status_code, first) == (404, second)


def test_its_own_workers_are_told_that_it_is_restricted_and_that_they_tried_is_noted(
    worker: Client, database: Database
) -> None:
    case = restricted(worker)
    assert told(worker.ask("GET", f"/v1/cases/{case}"), 403)["type"] == "urn:casepath:problem:restricted"
    with database.transaction() as session:
        assert 403 in session.scalars(select(audit_log.c.status)).all()


@pytest.mark.parametrize("way", ["merges", "links", "moves"])
def test_it_is_changed_from_no_other_case_either(way: str, worker: Client) -> None:
    case, other = restricted(worker), opened(worker)
    body = {
        "merges": {"case": case},
        "links": {"case": case, "kind": "family"},
        "moves": {"record_class": "detection", "record": str(uuid4()), "to_case": case},
    }[way]
    refused = told(worker.ask("POST", f"/v1/cases/{other}/{way}", body), 403)
    assert refused["type"] == "urn:casepath:problem:restricted"


@pytest.mark.promise("SEC-112")
def test_a_danger_is_told_of_it_too(worker: Client) -> None:
    danger = {"danger_type": "trafficker_contact", "urgency": "immediate"}
    told(worker.ask("POST", f"/v1/cases/{restricted(worker)}/alerts", danger), 201)
