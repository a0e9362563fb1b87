"""The duty to notify: only a body under it reports, after informing the person, and no report identifies a person."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.facts.case.rules import SMALLEST
from services.intake.path.identification.rules import notification as notifying
from services.intake.path.identification.rules.notification import Seen
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import JURISDICTIONS, profile
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened, rule_of

SEEN = st.builds(
    Seen,
    st.sampled_from([("ForcedLabour",), ("SexualExploitation",), ("ForcedLabour", "Other")]),
    st.sampled_from(["adult", "child"]),
    st.dates(date(2025, 11, 1), date(2026, 2, 28)),
)
DETECTION = {
    "indicators": ["deception"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["FalsePromises"],
    "sectors": [],
    "detector": "ngo",
}


def fits(told: Any, seen: Seen) -> bool:
    """Return whether the report fits this person from the point of view of a reader who knows the person."""
    kinds, age, when = told.get("exploitation_types"), told.get("age"), told.get("detected", "")
    return (
        (kinds is None or tuple(kinds) == seen.exploitation_types)
        and (age is None or age == seen.age)
        and seen.detected_on.isoformat().startswith(when)
    )


@given(st.lists(SEEN, min_size=1, max_size=60), st.data())
def test_a_report_fits_as_many_as_any_published_number(everybody: list[Seen], data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(everybody))
    found = notifying.report(own, everybody)
    assert fits(found.told, own)
    assert sum(fits(found.told, each) for each in everybody) >= SMALLEST or found.told == {}


def test_a_report_is_no_coarser_than_it_has_to_be() -> None:
    own = Seen(("ForcedLabour",), "adult", date(2026, 2, 3))
    assert notifying.report(own, [own] * SMALLEST).told == {
        "exploitation_types": ["ForcedLabour"],
        "age": "adult",
        "detected": "2026-02",
    }
    others = [Seen(("Other",), "child", date(2026, 5, 1))] * SMALLEST
    assert notifying.report(own, [own, *others]).told == {"detected": "2026"}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_only_a_body_under_the_duty_reports_and_in_romania_any_institution_is(jurisdiction: str) -> None:
    found = profile(jurisdiction)
    if jurisdiction == "RO":
        notifying.check_under_duty("salvation_army", found)
    else:
        with pytest.raises(FactRefused):
            notifying.check_under_duty("salvation_army", found)
    for body in found.duty_to_notify.bodies if found.duty_to_notify else ():
        notifying.check_under_duty(body, found)


@pytest.mark.parametrize("jurisdiction", ["GB-SCT", "GB-NIR"])
def test_where_no_duty_is_kept_that_is_not_told_as_there_being_none(jurisdiction: str) -> None:
    with pytest.raises(FactRefused) as refused:
        notifying.check_under_duty("police", profile(jurisdiction))
    assert (refused.value.rule, jurisdiction in str(refused.value)) == ("body_under_the_duty", True)


@pytest.mark.hazard("H-CONFIDENTIALITY-34", control="early-report-by-law")
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_only_some_laws_have_a_report_before_the_person_decides(jurisdiction: str) -> None:
    law = profile(jurisdiction)
    for decision in (None, "undecided"):
        if jurisdiction in ("NL", "RO"):
            notifying.check_may_report(decision, law)
        else:
            with pytest.raises(StepForbidden) as refused:
                notifying.check_may_report(decision, law)
            assert refused.value.rule == "entry_decision_first"
    notifying.check_may_report("decline", law)
    with pytest.raises(StepForbidden) as entered:
        notifying.check_may_report("enter", law)
    assert entered.value.rule == "referral_reports"


@pytest.mark.hazard("H-CONFIDENTIALITY-34", control="early-report-by-law")
@pytest.mark.integration
@pytest.mark.parametrize(
    ("jurisdiction", "body", "receiver"), [("NL", "NL.KMAR", "NL.COMENSHA"), ("RO", "RO.DGASPC", "RO.ANITP")]
)
def test_an_early_report_has_no_identity_and_its_event_only_codes(
    worker: Client, database: Database, jurisdiction: str, body: str, receiver: str
) -> None:
    path = f"/v1/cases/{opened(worker, jurisdiction=jurisdiction)}"
    told(worker.ask("POST", f"{path}/detections", DETECTION), 201)
    shown = told(worker.ask("GET", f"{path}/notification-preview", query={"body": body}))
    assert (shown["receiver"], shown["anonymous"], shown["told"]) == (receiver, True, {})
    told(worker.ask("POST", f"{path}/notifications", {"body": body}), 201)
    with database.transaction() as session:
        found = session.execute(text("select data from event_log where name = 'duty_to_notify.met'")).scalar_one()
    assert {**found, "reported_on": None} == {
        "body": body,
        "receiver": receiver,
        "anonymous": True,
        "reported_on": None,
    }


@pytest.mark.integration
def test_a_declined_case_is_reported_as_previewed_and_no_event_says_what(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    path, body = f"/v1/cases/{case}", {"body": "police"}
    assert rule_of(told(worker.ask("GET", f"{path}/notification-preview", query=body), 409)) == "entry_decision_first"
    told(worker.ask("POST", f"{path}/detections", DETECTION), 201)
    told(worker.ask("POST", f"{path}/entry-decisions", {"decision": "decline", "advice": "given"}), 201)
    shown = told(worker.ask("GET", f"{path}/notification-preview", query=body))
    assert (shown["anonymous"], shown["told"]) == (True, {}), "the only case there is: nothing of it may be told"
    told(worker.ask("POST", f"{path}/notifications", body), 201)
    assert rule_of(told(worker.ask("POST", f"{path}/notifications", body), 409)) == "reported_once"
    with database.transaction() as session:
        found = session.execute(text("select data from event_log where name = 'duty_to_notify.met'")).scalar_one()
    assert set(found) == {"body", "receiver", "anonymous", "reported_on"}


@pytest.mark.integration
def test_a_report_that_was_recorded_wrongly_is_taken_back_and_the_body_may_report(
    worker: Client, database: Database
) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    path = f"/v1/cases/{case}"
    told(worker.ask("POST", f"{path}/detections", DETECTION), 201)
    told(worker.ask("POST", f"{path}/entry-decisions", {"decision": "decline", "advice": "given"}), 201)
    made = told(worker.ask("POST", f"{path}/notifications", {"body": "police", "happened": "2026-03"}), 201)["id"]
    corrected = {"reason": "more_exact_date", "happened": "2026-03-09"}
    told(worker.ask("POST", f"{path}/notifications/{made}/correction", corrected), 201)
    told(worker.ask("POST", f"{path}/notifications/{made}/correction", {"reason": "not_so"}), 201)
    told(worker.ask("POST", f"{path}/notifications", {"body": "police"}), 201)
    first, second = told(worker.ask("GET", path))["notifications"]
    assert (first["reported_on"], first["taken_back_at"] is None) == ("2026-03-09", False)
    assert (second["taken_back_at"], second["recorded_by"]) == (None, str(worker.subject))
    with database.transaction() as session:
        reported = text("select data->>'reported_on' from event_log where name = 'duty_to_notify.met' order by serial")
        assert session.execute(reported).scalars().all()[:2] == ["2026-03-01", "2026-03-09"]
