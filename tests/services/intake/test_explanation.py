"""A detection explains itself, and decides nothing."""

import pytest

from tests.services.intake.asking import opened, told
from tests.shared.test_edge import Client

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
    assert "2 of the ILO's 11 indicators" in found["explanation"]
    assert "decides nothing" in found["says"]
    assert found["dimensions"]
    assert all(each["explanation"] for each in found["dimensions"])


def test_a_detection_of_another_case_is_not_explained(worker: Client) -> None:
    case, other = opened(worker), opened(worker)
    made = told(worker.ask("POST", f"/v1/cases/{case}/detections", SEEN), 201)["id"]
    assert worker.ask("GET", f"/v1/cases/{other}/detections/{made}/explanation").status_code == 404
