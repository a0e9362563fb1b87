"""A detection explains its result, and makes no decision."""

import json
import re

import pytest
from sqlalchemy import select

from shared.exchange.eventlog import event_log
from shared.reference.indicators import JUDGEMENT
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened

pytestmark = pytest.mark.integration

SEEN = {
    "indicators": ["deception", "debt_bondage", "not_asked"],
    "exploitation_types": [],
    "means_of_control": [],
    "detector": "self",
}


def test_a_detection_explains_itself_and_decides_nothing(worker: Client) -> None:
    case = opened(worker)
    made = told(worker.ask("POST", f"/v1/cases/{case}/detections", SEEN), 201)["id"]
    found = told(worker.ask("GET", f"/v1/cases/{case}/detections/{made}/explanation"))["explained"]
    assert (found["seen"], found["strength"]) == (2, "medium")
    assert re.search(r"\b2\b.*\b11\b", found["explanation"])
    assert found["says"] == JUDGEMENT
    assert found["dimensions"]
    assert all(each["explanation"] for each in found["dimensions"])


def test_a_detection_of_another_case_is_not_explained(worker: Client) -> None:
    case, other = opened(worker), opened(worker)
    made = told(worker.ask("POST", f"/v1/cases/{case}/detections", SEEN), 201)["id"]
    assert worker.ask("GET", f"/v1/cases/{other}/detections/{made}/explanation").status_code == 404


def test_operational_indicators_are_explained_by_dimension_and_never_published(
    worker: Client, database: Database
) -> None:
    case = opened(worker)
    seen = ["deceptive_recruitment.nature_of_job_or_employer", "deceptive_recruitment.wages"]
    made = told(worker.ask("POST", f"/v1/cases/{case}/detections", {**SEEN, "operational": seen}), 201)["id"]
    found = told(worker.ask("GET", f"/v1/cases/{case}/detections/{made}/explanation"))["explained"]
    enough = {each["dimension"] for each in found["dimensions"] if each["enough"]}
    assert enough == {"deceptive_recruitment"}
    assert found["verify"], "the strengths are still to be checked"
    with database.transaction() as session:
        events = session.scalars(select(event_log.c.data)).all()
    assert "deceptive_recruitment" not in json.dumps(events)


def test_an_operational_indicator_of_no_list_is_refused(worker: Client) -> None:
    body = {**SEEN, "operational": ["deceptive_recruitment.weather"]}
    assert worker.ask("POST", f"/v1/cases/{opened(worker)}/detections", body).status_code == 422
