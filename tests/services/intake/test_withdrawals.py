"""Before a withdrawal, the person learns which agencies have which data. After it, staff track each agency's answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.intake.agencies.consent.rules import keeps
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http import RequestPipeline
from shared.reference import profile
from shared.store.database import Database
from tests.kit.agencies import id_of
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.referrals import consented, drafted, sent, take
from tests.kit.intake.sharings import AT_ONCE


def test_only_of_who_decides_on_the_official_path_is_anything_known() -> None:
    assert keeps("GB.SCA", profile("GB-EAW")) == "official_file"
    assert keeps("NL.COMENSHA", profile("NL")) == "unknown"


def consent_of(client: Client, case: str) -> str:
    return str(told(client.ask("GET", f"/v1/cases/{case}"))["consents"][0]["id"])


def preview(client: Client, case: str, consent: str) -> list[dict[str, Any]]:
    return list(told(client.ask("GET", f"/v1/cases/{case}/consents/{consent}/withdrawal-preview"))["holders"])


@pytest.mark.integration
@pytest.mark.hazard("H-AGENCY-12", control="counts-reveal-no-sharing")
def test_deliveries_are_not_counted_while_the_person_does_not_know_of_a_sharing(worker: Client) -> None:
    def counts(case: str) -> bool:
        path = f"/v1/cases/{case}/consents/{consent_of(worker, case)}/withdrawal-preview"
        return bool(told(worker.ask("GET", path))["counts_deliveries"])

    case, _ = sent(worker)
    assert counts(case)
    sharing = told(worker.ask("POST", f"/v1/cases/{case}/sharings", AT_ONCE), 201)["id"]
    assert not counts(case)
    done(worker, case, f"sharings/{sharing}/told", {}, status=200)
    assert counts(case)


def answer(client: Client, case: str, consent: str, status: int = 201, **body: Any) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{case}/consents/{consent}/answers", body), status)


def withdraw(client: Client, case: str, consent: str, *, erase: bool = True) -> None:
    done(client, case, f"consents/{consent}/withdrawal", {"erase_requested": erase})


@pytest.mark.integration
def test_the_person_hears_what_an_agency_has_got_and_what_still_reaches_it(worker: Client) -> None:
    unsent = opened(worker)
    nothing = consented(worker, unsent)
    take(worker, unsent, drafted(worker, unsent), "revoke")
    assert preview(worker, unsent, nothing) == []
    case, referral = sent(worker)
    consent = consent_of(worker, case)
    [holder] = preview(worker, case, consent)
    assert holder == {
        "agency": id_of("NL.COMENSHA"),
        "agency_code": "NL.COMENSHA",
        "data_categories": ["contact_safe", "health"],
        "referrals": [referral],
        "still_covered": [],
        "keeps": "unknown",
        "verify": True,
    }
    consented(worker, case, data_categories=["health"])
    assert preview(worker, case, consent)[0]["still_covered"] == ["health"]
    # The person is informed about sharing without consent once that is safe.
    told(worker.ask("POST", f"/v1/cases/{case}/sharings", {**AT_ONCE, "data_categories": ["contact_safe"]}), 201)
    assert preview(worker, case, consent) == []
    told(worker.ask("GET", f"/v1/cases/{unsent}/consents/{consent}/withdrawal-preview"), 404)


@pytest.mark.integration
@pytest.mark.hazard("H-DESK-15", control="kept-part-has-a-ground")
def test_an_agency_answers_once_the_consent_is_taken_back_and_names_its_basis(
    worker: Client, database: Database
) -> None:
    case, _ = sent(worker)
    consent = consent_of(worker, case)
    assert rule_of(answer(worker, case, consent, 409, answer="deleted")) == "answer_follows_withdrawal"
    withdraw(worker, case, consent)
    for without, keeps_data in (("kept", "partly_kept"), ("partly_kept", "kept")):
        assert rule_of(answer(worker, case, consent, 422, answer=without)) == "kept_on_a_basis"
        assert rule_of(answer(worker, case, consent, 422, answer=keeps_data, basis="consent")) == "consent_is_gone"
    assert rule_of(answer(worker, case, consent, 422, answer="stopped", basis="public_task")) == "kept_on_a_basis"
    answer(worker, case, consent, answer="kept", basis="public_task")
    answer(worker, case, consent, answer="partly_kept", basis="legal_obligation")
    answer(worker, case, consent, answer="deleted")
    assert rule_of(answer(worker, case, consent, 409, answer="stopped")) == "deleted_is_final"
    with database.transaction() as session:
        of_kind = "select data - 'consent' from event_log where name = :name order by serial"
        found = text(of_kind).bindparams(name="consent.withdrawal_answered")
        said = list(session.execute(found).scalars())
    kept = [{"answer": "kept", "basis": "public_task"}, {"answer": "partly_kept", "basis": "legal_obligation"}]
    assert said == [*kept, {"answer": "deleted", "basis": None}]
    shown = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert [each["answer"] for each in shown["withdrawal_answers"]] == ["kept", "partly_kept", "deleted"]
    assert shown["consents"][0]["erase_requested"] is True
    assert shown["consents"][0]["explained_by"] == str(worker.subject)


def move(database: Database, ahead: timedelta) -> None:
    """Move the clock: the list uses the day in UTC, which begins up to two hours after the day of a case."""
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + ahead)


@pytest.mark.integration
def test_what_no_agency_has_answered_in_a_month_is_listed_to_who_answers_for_it(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    supervisor, other, officer = (
        Client(door, each) for each in ("supervisor", "supervisor", "data_protection_officer")
    )
    led = {"supervisor": str(supervisor.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", led))
    late, answered, unsent = sent(worker)[0], sent(worker)[0], opened(worker)
    withdraw(worker, late, consent_of(worker, late), erase=False)
    withdraw(worker, unsent, consented(worker, unsent), erase=False)
    withdraw(worker, answered, consent_of(worker, answered))
    answer(worker, answered, consent_of(worker, answered), answer="stopped")

    def listed(who: Client, **query: str) -> list[str]:
        return [each["case"] for each in told(who.ask("GET", "/v1/consents/unanswered", query=query))["consents"]]

    assert listed(officer) == []
    move(database, timedelta(hours=3))
    assert listed(officer, days="0") == listed(supervisor, days="0") == [late]
    move(database, timedelta(days=31))
    assert listed(officer) == listed(supervisor) == [late]
    assert listed(other) == []
    assert worker.ask("GET", "/v1/consents/unanswered").status_code == 403


@pytest.mark.integration
def test_an_officer_whom_the_person_excluded_is_told_of_their_case_by_no_list(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    officer, other = (Client(door, "data_protection_officer") for _ in range(2))
    case = sent(worker)[0]
    withdraw(worker, case, consent_of(worker, case))
    move(database, timedelta(hours=3))
    done(worker, case, "exclusions", {"kind": "worker", "member": str(officer.subject)}, 201)
    listed = [told(each.ask("GET", "/v1/consents/unanswered", query={"days": "0"})) for each in (officer, other)]
    assert [[each["case"] for each in found["consents"]] for found in listed] == [[], [case]]


@pytest.mark.integration
@pytest.mark.parametrize("days", ["-1", "366", "1_0", "9" * 5000])
def test_days_that_are_none_are_refused(door: RequestPipeline, days: str) -> None:
    officer = Client(door, "data_protection_officer")
    for path in ("/v1/consents/unanswered", "/v1/erasures/overdue"):
        assert officer.ask("GET", path, query={"days": days}).status_code == 400


@pytest.mark.integration
def test_research_needs_that_the_person_was_told_of_it(worker: Client) -> None:
    case = opened(worker)
    body: dict[str, Any] = {
        "agency": "NL.COMENSHA",
        "purposes": ["research_statistics"],
        "data_categories": ["account"],
        "language": "bg",
        "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        "expires_on": "2090-01-01",
    }
    refused = told(worker.ask("POST", f"/v1/cases/{case}/consents", body), 422)
    assert rule_of(refused) == "consent_is_informed"
    assert "told_research_use" in str(refused)
    body["checklist"] = [*body["checklist"], "told_research_use"]
    told(worker.ask("POST", f"/v1/cases/{case}/consents", body), 201)
