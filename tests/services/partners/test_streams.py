"""Agency streams: events need an agreement and a ground, positions have no gaps, and each read decides again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.partners.agencies.agency.actions import generations
from services.partners.streams.ground.actions import PROJECTIONS, project_exclusions, project_grounds
from services.partners.streams.stream.actions.own_events import put_new
from services.partners.streams.stream.actions.placing import leaving
from shared.events.contract import Received
from shared.events.outside import catalogue
from shared.exchange import eventlog
from shared.exchange.rebuild import shadow_tables
from tests.kit.builders import an_event
from tests.kit.harness import harness
from tests.kit.hearing import apply
from tests.kit.told_agencies import NOW, Told

pytestmark = pytest.mark.integration
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
REOPENED = {"reason": "new_information", "reopened_on": "2026-03-02"}


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def decisions(told: Told, agency: str, case: UUID) -> set[tuple[str, bool, str]]:
    path = f"/v1/agencies/{agency}/decisions"
    listed = told.officer.ask("GET", path, query={"case": str(case)}).get_json()["decisions"]
    return {(each["type"], each["told"], each["because"]) for each in listed}


def test_without_consent_an_agency_hears_nothing_of_a_person_and_why_is_kept(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.hear(case, "case.closed", CLOSED)
    assert shelter.feed() == []
    assert ("intake.case.closed", False, "no_ground") in decisions(told, shelter.id, case)


def test_an_agency_receives_covered_events_under_its_own_ids_without_gaps(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    consent = told.consent(case, shelter)
    closing = told.hear(case, "case.closed", CLOSED)
    granted, closed = shelter.feed()
    assert [each["sequence"] for each in (granted, closed)] == [f"{1:020}", f"{2:020}"]
    assert closed["data"] == CLOSED
    assert granted["subject"] == closed["subject"] != str(case)
    assert granted["data"]["consent"] not in (str(consent), None)
    assert closed["id"] != str(closing.id)
    assert closed["time"] == "2026-03-02T09:00:00Z", "to the hour"
    assert granted["data"]["agency"] == shelter.id, "its own id is no secret to it"
    assert {"traceparent"} & closed.keys() == set()


@pytest.mark.hazard("H-AGENCY-5", control="pseudonyms")
def test_two_agencies_know_one_person_by_names_that_nothing_connects(told: Told) -> None:
    one, other, case = told.agency(), told.agency(), told.case()
    for agency in (one, other):
        told.consent(case, agency)
    told.hear(case, "case.closed", CLOSED)
    theirs = [{value for event in each.feed() for value in _identifiers(event)} for each in (one, other)]
    assert theirs[0]
    assert theirs[0].isdisjoint(theirs[1])


def _identifiers(event: dict[str, object]) -> set[str]:
    values = [*event.values(), *dict(event["data"]).values()]  # type: ignore[call-overload]  # JSON, as it came
    return {str(value) for value in values if _is_uuid(value)}


def _is_uuid(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


@pytest.mark.hazard("H-AGENCY-4", control="consent-gate")
def test_consent_withdrawn_stops_what_was_not_read_yet_and_leaves_its_position_empty(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    consent = told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    told.withdraw(case, shelter, consent)
    told.hear(case, "case.reopened", REOPENED)
    assert shelter.types() == ["partners.position.emptied", "partners.position.emptied", "intake.consent.withdrawn"]
    assert "subject" not in shelter.feed()[1]
    assert ("intake.case.closed", False, "no_ground") in decisions(told, shelter.id, case)


def test_consent_given_anew_does_not_bring_back_what_was_told_before_it(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.withdraw(case, shelter, told.consent(case, shelter))
    told.partners.move_clock(NOW + timedelta(days=3))
    told.consent(case, shelter, granted_on="2026-03-05")
    told.hear(case, "case.closed", CLOSED)
    assert shelter.types() == [
        "partners.position.emptied",
        "intake.consent.withdrawn",
        "intake.consent.granted",
        "intake.case.closed",
    ]


@pytest.mark.parametrize(
    ("name", "data", "because"),
    [
        ("case.restricted", {"request": str(uuid4())}, "restricted"),
        ("exclusion.recorded", {"exclusion": str(uuid4()), "kind": "agency", "member": None}, "excluded"),
    ],
)
def test_restriction_and_exclusion_stand_against_every_consent(
    told: Told, name: str, data: dict[str, object], because: str
) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    is_exclusion = name == "exclusion.recorded"
    told.hear(
        case, name, {**data, **({"agency": shelter.id} if is_exclusion else {})}, version=2 if is_exclusion else 1
    )
    told.hear(case, "case.closed", CLOSED)
    assert shelter.types() == ["partners.position.emptied"]
    assert ("intake.case.closed", False, because) in decisions(told, shelter.id, case)


def test_suspending_an_agreement_or_an_agency_stops_all_delivery_at_once(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    [agreement] = told.officer.ask("GET", f"/v1/agencies/{shelter.id}/agreements").get_json()["agreements"]
    told.operator.told(
        "POST", f"/v1/agencies/{shelter.id}/agreements/{agreement['id']}/suspension", {"reason": "data_breach"}
    )
    assert shelter.ask("/v1/feed").status_code == 403
    told.hear(case, "case.reopened", REOPENED)
    assert ("intake.case.reopened", False, "no_agreement") in decisions(told, shelter.id, case)


def test_of_an_agency_that_has_ended_nothing_is_decided_any_more(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    before = decisions(told, shelter.id, case)
    told.operator.told("POST", f"/v1/agencies/{shelter.id}/ending", {"reason": "closed_down"})
    told.hear(case, "case.closed", CLOSED)
    assert decisions(told, shelter.id, case) == before != set()


def test_what_was_not_agreed_on_or_not_asked_for_is_not_told(told: Told) -> None:
    narrow, case = told.agency(agreed={"purposes": ["medical_care"]}), told.case()
    elsewhere = told.agency(jurisdictions=["RO"])
    quiet = told.agency(types=["intake.referral.*"])
    for agency in (narrow, elsewhere, quiet):
        told.consent(case, agency)
    told.hear(case, "case.closed", CLOSED)
    assert [agency.feed() for agency in (narrow, elsewhere, quiet)] == [[], [], []]
    assert ("intake.case.closed", False, "not_agreed_on") in decisions(told, narrow.id, case)


def test_a_thin_event_has_no_data_and_its_details_need_the_same_access(told: Told) -> None:
    shelter, case = told.agency(form="thin"), told.case()
    consent = told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    closed = shelter.feed()[1]
    assert closed["data"] == {}
    assert shelter.ask(f"/v1/events/{closed['id']}").get_json()["data"] == CLOSED
    told.withdraw(case, shelter, consent)
    assert shelter.ask(f"/v1/events/{closed['id']}").get_json()["type"].endswith("position.emptied.v1")
    assert shelter.ask(f"/v1/events/{uuid4()}").status_code == 404


def test_an_event_that_comes_again_has_one_position_alone(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    closing = told.hear(case, "case.closed", CLOSED)
    apply(told.partners, [closing])
    assert len(shelter.feed()) == 2


def test_of_an_erased_person_only_empty_positions_are_left(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    name = shelter.feed()[0]["subject"]
    told.hear(case, "erasure.ordered", {"request": str(uuid4()), "reason": "person_asked"})
    assert shelter.types() == ["partners.position.emptied", "partners.position.emptied", "partners.subject.erased"]
    assert shelter.feed()[2]["subject"] == name, "so that it knows what to delete"
    assert decisions(told, shelter.id, case) == set()


def test_a_legal_hold_is_published_only_to_those_who_conduct_its_claims(told: Told) -> None:
    lawyer, shelter, case, request = told.agency(), told.agency(), told.case(), str(uuid4())
    told.consent(case, lawyer, purposes=["legal_representation"])
    told.consent(case, shelter)
    told.hear(case, "case.restricted", {"request": request})
    told.hear(case, "case.closed", CLOSED)
    kept = {"bases": ["civil_proceedings"], "until": "2027-03-02"}
    order = {"request": request, "reason": "person_asked", "holders": ["support"], **kept}
    told.hear(case, "erasure.held", order)
    assert lawyer.types() == ["partners.position.emptied", "intake.erasure.held"]
    assert lawyer.feed()[1]["data"] == kept
    assert shelter.types() == ["partners.position.emptied", "partners.subject.erased"]
    told.hear(case, "erasure.ordered", {"request": request, "reason": "person_asked"})
    assert lawyer.types() == ["partners.position.emptied", "partners.position.emptied", "partners.subject.erased"]


@pytest.mark.hazard("H-AGENCY-22", control="own-entry-only")
def test_an_agency_hears_what_the_register_and_agreements_say_of_itself_only(told: Told) -> None:
    mechanism, shelter = told.agency(), told.agency()
    path = f"/v1/agencies/{shelter.id}"
    told.operator.told("PATCH", path, {"regions": ["NL-ZH"]}, If_Match=etag(told, path))
    told.operator.told("POST", f"{path}/suspension", {"reason": "other"})
    told.operator.told("POST", f"{path}/resumption", If_Match=etag(told, path))
    put_own_events(told)
    changes = [f"partners.agency.{what}" for what in ("registered", "changed", "suspended", "resumed")]
    assert [each for each in shelter.types() if ".agency." in each] == changes
    assert mechanism.types() == ["partners.agency.registered", "partners.agreement.began"]
    assert {each["data"]["agency"] for each in mechanism.feed()} == {mechanism.id}


def etag(told: Told, path: str) -> str:
    return told.operator.ask("GET", path).headers["ETag"]


def put_own_events(told: Told) -> None:
    with told.partners.database.transaction() as session:
        eventlog.number(session)
    with told.partners.database.transaction() as session:
        put_new(session)


def test_names_are_resolved_with_a_reason_and_made_anew_after_a_breach(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    before = shelter.feed()[0]["subject"]
    path = f"/v1/agencies/{shelter.id}"
    asked = {"pseudonym": before, "reason": "safeguarding"}
    assert told.officer.told("POST", f"{path}/pseudonym-resolutions", asked) == {"real": str(case)}
    made_up = {"pseudonym": str(uuid4()), "reason": "safeguarding"}
    assert told.officer.ask("POST", f"{path}/pseudonym-resolutions", made_up).status_code == 404
    assert shelter.ask("/v1/agency/renamed").get_json()["names"] == []
    told.officer.told("POST", f"{path}/pseudonym-rotations", {"reason": "breach"})
    since = shelter.feed()[0]["subject"]
    assert since != before
    assert shelter.ask("/v1/agency/renamed").get_json()["names"] == [{"before": before, "now": since}]
    assert told.officer.told("POST", f"{path}/pseudonym-resolutions", asked) == {"real": str(case)}


def test_an_agency_that_stays_with_an_older_version_is_handed_that(told: Told) -> None:
    shelter, case = told.agency(pinned=["intake.referral.sent.v2"]), told.case()
    assert told.operator.ask("GET", f"/v1/agencies/{shelter.id}/subscription").get_json()["pinned"] == [
        "intake.referral.sent.v2"
    ]
    authority = told.agency_of_law("NL.POLICE", pinned=["intake.consent.granted.v1"])
    told.consent(case, authority)
    [granted] = authority.feed()
    assert granted["type"] == "org.casepath.intake.consent.granted.v1"
    assert granted["data"]["agency"] == "NL.POLICE"


def test_grounds_are_built_again_in_whichever_batches(told: Told) -> None:
    shelter, case, consent, exclusion = told.agency(), uuid4(), uuid4(), uuid4()
    view = {"consent": consent, "agency": UUID(shelter.id), "purposes": [], "data_categories": []}
    granted = {**view, "granted_on": NOW.date(), "expires_on": NOW.date()}
    excluded = {"exclusion": exclusion, "kind": "agency", "member": None, "agency": UUID(shelter.id)}
    with told.partners.database.transaction() as session:
        shadow_tables.create(session, [table for each in PROJECTIONS for table in each.tables])
        with shadow_tables.inside(session):
            project_grounds(session, [Received(an_event(name="consent.granted", subject=case), granted)])
            project_grounds(session, [Received(an_event(name="consent.withdrawn", subject=case), view)])
            project_exclusions(session, [Received(an_event(name="exclusion.recorded", subject=case), excluded)])
        shadow_tables.drop(session)
        assert generations.read(session, UUID(shelter.id)) == 0, "what is built again ends nothing"


def test_of_an_event_nothing_is_kept_that_leaves_for_no_agency() -> None:
    staying = 0
    for kind in (kind for kind in catalogue().values() if kind.audience.leaves):
        asked = {kind.audience.by, kind.audience.agency, kind.audience.record}
        stays = {name for name, field in kind.fields.items() if field.stays}
        assert not leaving(kind, dict.fromkeys(kind.fields, "a value")).keys() & (stays - asked)
        staying += len(stays)
    assert staying, "some fields never leave"


def test_an_excluded_officer_finds_no_decision_about_the_person_and_no_pseudonym(told: Told) -> None:
    shelter, case, other = told.agency(), told.case(), told.case()
    for each in (case, other):
        told.consent(each, shelter)
        told.hear(each, "case.closed", CLOSED)
    closing = shelter.feed()[1]
    assert decisions(told, shelter.id, case)
    member = {"exclusion": str(uuid4()), "kind": "worker", "member": str(told.officer.subject), "agency": None}
    told.hear(case, "exclusion.recorded", member, version=2)
    assert decisions(told, shelter.id, case) == set()
    assert decisions(told, shelter.id, other)
    listed = told.officer.ask("GET", f"/v1/agencies/{shelter.id}/decisions").get_json()["decisions"]
    assert {each["case"] for each in listed} == {str(other)}
    for name in (closing["subject"], closing["id"]):
        asked = {"pseudonym": name, "reason": "safeguarding"}
        path = f"/v1/agencies/{shelter.id}/pseudonym-resolutions"
        assert told.officer.ask("POST", path, asked).status_code == 404
        assert told.partners.staff("data_protection_officer").ask("POST", path, asked).status_code == 200


def test_which_kinds_of_data_went_to_whom_is_recorded_once_for_the_persons_copy(told: Told) -> None:
    shelter, police, case = told.agency(), told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    told.hear(case, "case.reopened", REOPENED)
    told.hear(case, "case.closed", CLOSED)
    recorded = [data for name, data in told.partners.announced() if name == "telling.recorded"]
    assert {data["agency"] for data in recorded} == {shelter.id}, police.id
    assert [data["data_categories"] for data in recorded] == [[], ["account"]]
    assert {data["told_on"] for data in recorded} == {"2026-03-02"}
    assert {data["because"] for data in recorded} == {"covered"}


@pytest.mark.hazard("H-AGENCY-31", control="position-ahead")
def test_a_position_beyond_the_stream_is_refused_with_its_epochs(told: Told) -> None:
    agency, case = told.agency(), told.case()
    told.consent(case, agency)
    head = len(agency.feed())
    assert agency.ask("/v1/feed", after=head).status_code == 200
    refused = agency.ask("/v1/feed", after=head + 1)
    problem = refused.get_json()
    assert (refused.status_code, problem["errors"][0]["rule"], problem["head"]) == (409, "is_in_stream", head)
    assert refused.headers["Casepath-Head"] == str(head)
    written = ", ".join(f"{epoch['epoch']}@{epoch['after']}" for epoch in problem["epochs"])
    assert refused.headers["Casepath-Epochs"] == written == agency.ask("/v1/feed").headers["Casepath-Epochs"]
    assert agency.ask("/v1/feed", after=head + 1, wait=1).status_code == 409


@pytest.mark.hazard("H-AGENCY-5", control="hours-only")
def test_a_stream_is_read_from_an_hour_and_no_finer(told: Told) -> None:
    agency, case = told.agency(), told.case()
    told.consent(case, agency)
    before = len(agency.feed())
    told.partners.move_clock(NOW + timedelta(hours=1))
    told.consent(case, agency)

    def since(text: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(agency.ask("/v1/feed", since=text).get_data(as_text=True))
        return found

    later = agency.feed(after=before)
    assert later != []
    for minute in ("00:00", "41:00", "59:59"):
        assert since(f"2026-03-02T10:{minute}Z") == later
    assert since("2026-03-02T11:59:00+01:00") == later
    assert since("2026-03-02T09:59:00Z") == agency.feed()
    assert since("2026-03-02T11:00:00Z") == []


def test_a_reader_begins_at_a_position_or_at_a_time(told: Told) -> None:
    agency = told.agency()
    assert agency.ask("/v1/feed", since="2026-03-02T09:00:00Z", after=0).status_code == 400
    assert agency.ask("/v1/feed", since="2026-03-02").status_code == 400


def test_a_page_has_at_least_one_and_at_most_so_many_events(told: Told) -> None:
    agency = told.agency()
    assert agency.ask("/v1/feed", limit=0).status_code == 400
    assert agency.ask("/v1/feed", limit=201).status_code == 200
