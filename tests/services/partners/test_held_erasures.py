"""In an erasure under a legal hold, agencies that need the held data are notified, and all other data is deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.cli import servers
from services.partners.agencies.agency.models import Record
from services.partners.channels.report.models import AgencyReport
from services.partners.streams.ground.actions import PROJECTIONS, project_grounds
from shared.access.case_restrictions import restrictions
from shared.events.envelope import Event
from shared.exchange import tombstones
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower.apply import Application
from shared.exchange.rebuild import shadow_tables
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness
from tests.kit.told_agencies import NOW, Told, ToldAgency

pytestmark = pytest.mark.integration
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
REOPENED = {"reason": "new_information", "reopened_on": "2026-03-02"}
UNTIL = {"bases": ["civil_proceedings"], "until": "2027-03-02"}
EMPTIED, HELD, ERASED = "partners.position.emptied", "intake.erasure.held", "partners.subject.erased"
LEGAL = ["legal_representation"]


@dataclass
class Follower(Told):
    """Partners as it follows intake's log, one event or one batch at a time, with the request for erasure."""

    request: str = ""
    log: list[Event] = field(default_factory=list)
    together: list[Event] | None = None

    @property
    def application(self) -> Application:
        return Application(self.partners.database, self.partners.parts.following)

    def recorded(self, case: UUID, name: str, data: dict[str, Any], version: int = 1) -> Event:
        """Record an event at intake that partners has not received yet."""
        place = {"subject": case, "position": len(self.log) + 1}
        self.log.append(an_event(name=name, version=version, data=data, **place))
        return self.log[-1]

    def hear(self, case: UUID, name: str, data: dict[str, Any], *, source: str = "intake", version: int = 1) -> Event:
        assert source == "intake"
        event = self.recorded(case, name, data, version)
        if self.together is None:
            self.take(event)
        else:
            self.together.append(event)
        return event

    def take(self, *events: Event) -> None:
        """Apply the next events in one batch."""
        with self.partners.database.transaction(ORIGIN.holding(Origin(self.partners.parts.following.emits))) as session:
            self.application.take_in(session, "intake", events)
        self.logs.recorded = [event for event in self.log if event.name != "contact.opened"]
        self.look_back()

    def take_ahead(self, event: Event) -> None:
        """Apply the events that protect the person ahead of their turn."""
        with self.partners.database.transaction(ORIGIN.holding(Origin(self.partners.parts.following.emits))) as session:
            self.application.apply_ahead(session, event)

    @contextmanager
    def in_one_batch(self) -> Iterator[None]:
        self.together = []
        yield
        batch, self.together = self.together, None
        self.take(*batch)

    def restrict(self, case: UUID) -> None:
        self.request = str(uuid4())
        self.hear(case, "case.restricted", {"request": self.request})

    def hold(self, case: UUID) -> None:
        """Order the erasure of everything that is not under a legal hold."""
        self.hear(case, "erasure.held", self.held())

    def held(self, *holders: str) -> dict[str, Any]:
        return {"request": self.request, "reason": "person_asked", "holders": [*holders] or ["support"], **UNTIL}

    def order(self, case: UUID) -> None:
        """Order the erasure of the rest: the last hold has ended."""
        self.hear(case, "erasure.ordered", {"request": self.request, "reason": "person_asked"})

    def lift(self, case: UUID) -> None:
        """Cancel the erasure: the remaining data stays, and work on the case continues."""
        self.hear(case, "case.unrestricted", {"request": self.request})

    def kept(self, case: UUID) -> dict[str, set[str]]:
        """Return the agencies in the rows of a case, by table; the empty string for a row without an agency."""
        with self.partners.database.transaction() as session:
            named = {
                table.name: {
                    str(row.agency) if "agency" in table.c else ""
                    for row in session.execute(select(table).where(table.c["case_id"] == case))
                }
                for table in Record.metadata.sorted_tables
                if "case_id" in table.c
            }
        return {table: agencies for table, agencies in named.items() if agencies}

    def is_erased(self, case: UUID) -> bool:
        with self.partners.database.transaction() as session:
            return case in tombstones.among(session, {case})


@pytest.fixture(scope="module")
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as service:
        yield service


@pytest.fixture(scope="module")
def follower(partners: Harness) -> Follower:
    return Follower(partners)


@pytest.fixture
def told(follower: Follower) -> Follower:
    follower.take(*follower.log)  # rows left by a test that failed
    return follower


@dataclass
class Scene:
    """A case about which a lawyer and a shelter received events."""

    told: Follower
    lawyer: ToldAgency
    shelter: ToldAgency
    case: UUID
    consents: dict[str, UUID]


@pytest.fixture
def scene(told: Follower) -> Scene:
    lawyer, shelter, case = told.agency(), told.agency(), told.case()
    consents = {"lawyer": told.consent(case, lawyer, purposes=LEGAL), "shelter": told.consent(case, shelter)}
    told.hear(case, "case.closed", CLOSED)
    told.restrict(case)
    return Scene(told, lawyer, shelter, case, consents)


@pytest.mark.promise("RIGHT-4")
def test_a_hold_notifies_those_who_conduct_claims_and_erases_the_person_for_others(
    scene: Scene,
) -> None:
    told, lawyer, shelter, case = scene.told, scene.lawyer, scene.shelter, scene.case
    name = shelter.feed()[0]["id"]
    told.hold(case)
    assert lawyer.types() == [EMPTIED, EMPTIED, HELD]
    assert lawyer.feed()[2]["data"] == UNTIL
    assert shelter.types() == [EMPTIED, EMPTIED, ERASED]
    assert shelter.feed()[0]["id"] == name
    told.order(case)
    assert lawyer.types() == [EMPTIED, EMPTIED, EMPTIED, ERASED]
    assert lawyer.feed()[3]["subject"] != str(case)
    assert shelter.types() == [EMPTIED, EMPTIED, ERASED], "it is told so once"
    assert told.kept(case) == {}
    assert told.is_erased(case)


@pytest.mark.promise("RIGHT-4")
def test_what_is_kept_meanwhile_is_what_the_hold_is_told_by_and_names_nobody_else(scene: Scene) -> None:
    told, lawyer, case = scene.told, scene.lawyer, scene.case
    mixed = told.consent(case, lawyer, purposes=["referral_for_support"])
    told.hear(case, "referral.sent", {"referral": str(uuid4()), "agency": scene.shelter.id}, version=2)
    assert "frozen_events" not in told.kept(case)
    told.hold(case)
    kept = told.kept(case)
    assert {table: kept.get(table) for table in ("grounds", "parties", "told_categories")} == {
        "grounds": {lawyer.id},
        "parties": {lawyer.id},
        "told_categories": {lawyer.id},
    }
    with told.partners.database.transaction() as session:
        tables = Record.metadata.tables
        grounds = set(session.scalars(select(tables["grounds"].c.id).where(tables["grounds"].c.case_id == case)))
        events = set(
            session.scalars(select(tables["told_events"].c.name).where(tables["told_events"].c.case_id == case))
        )
        decided = set(
            session.scalars(select(tables["gate_decisions"].c.type).where(tables["gate_decisions"].c.case_id == case))
        )
    assert grounds == {scene.consents["lawyer"]}
    assert mixed not in grounds, "a ground for other work goes, whoever has it"
    assert events == {"erasure.held"}
    assert decided == {"intake.erasure.held"}
    assert not told.is_erased(case), "the rest is to be ordered yet, and answered for then"


def test_a_hold_that_lists_partners_as_an_erasing_service_keeps_the_held_part(scene: Scene) -> None:
    scene.told.hear(scene.case, "erasure.held", scene.told.held("partners", "support"))
    assert scene.lawyer.types()[-1] == HELD
    assert scene.shelter.types()[-1] == ERASED
    assert not scene.told.is_erased(scene.case)


@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
def test_a_hold_that_needs_no_legal_file_erases_the_person_for_lawyers_too(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hear(case, "erasure.held", told.held("legal"))
    assert [agency.types() for agency in (scene.lawyer, scene.shelter)] == [[EMPTIED, EMPTIED, ERASED]] * 2
    assert not {"grounds", "parties", "told_categories"} & told.kept(case).keys()
    told.order(case)
    assert scene.lawyer.types().count(ERASED) == 1


def test_what_agencies_reported_of_the_person_goes_at_once(scene: Scene) -> None:
    told, report = scene.told, uuid4()
    row = {"id": report, "agency": UUID(scene.lawyer.id), "kind": "progress", "about": None, "case_id": scene.case}
    more = {"as_sent": {"note": "x"}, "made_with": uuid4(), "made_at": NOW, "state": "settled", "asked": []}
    with told.partners.database.transaction() as session:
        session.add(AgencyReport(**row, **more))
    told.hold(scene.case)
    assert "agency_reports" not in told.kept(scene.case)
    assert told.is_erased(report)


def test_the_lawyer_hears_of_the_hold_also_where_all_comes_in_one_batch(told: Follower) -> None:
    lawyer, shelter = told.agency(), told.agency()
    with told.in_one_batch():
        case = told.case()
        told.consent(case, lawyer, purposes=LEGAL)
        told.consent(case, shelter)
        told.restrict(case)
        told.hold(case)
    assert lawyer.types() == [HELD]
    assert shelter.types() == [], "it was told of nothing yet"


@pytest.mark.promise("RIGHT-5")
def test_a_hold_closes_access_early_and_is_published_after_all_earlier_events(told: Follower) -> None:
    lawyer, shelter, case = told.agency(), told.agency(), told.case()
    told.consent(case, shelter)
    told.consent(case, lawyer)
    with told.in_one_batch():
        told.consent(case, lawyer, purposes=LEGAL)
        told.restrict(case)
        told.hold(case)
        before, told.together = told.together, []
    assert before is not None
    told.take_ahead(before[-1])
    assert (lawyer.types(), shelter.types()) == ([EMPTIED], [EMPTIED])
    told.take(*before[:-1])
    with told.partners.database.transaction() as session:
        rows = session.execute(select(restrictions.c.held).where(restrictions.c.case_id == case)).scalars().all()
    assert rows == [True], "what came later of before it changes nothing"
    told.take(before[-1])
    assert lawyer.types()[-1] == HELD
    assert ERASED not in lawyer.types()
    assert shelter.types() == [EMPTIED, ERASED]


@pytest.mark.parametrize("is_ahead", [True, False])
def test_an_order_that_arrives_first_tells_every_agency_of_the_erasure_and_no_hold(
    scene: Scene, is_ahead: bool
) -> None:
    told, case = scene.told, scene.case
    held = told.recorded(case, "erasure.held", told.held())
    order = told.recorded(case, "erasure.ordered", {"request": told.request, "reason": "person_asked"})
    if is_ahead:
        told.take_ahead(order)
    told.take(held, order)
    assert scene.lawyer.types()[-1] == scene.shelter.types()[-1] == ERASED
    assert HELD not in scene.lawyer.types()
    assert [agency.types().count(ERASED) for agency in (scene.lawyer, scene.shelter)] == [1, 1]
    assert told.kept(case) == {}
    assert told.is_erased(case)


def test_what_comes_again_changes_nothing(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hold(case)
    before, kept = (scene.lawyer.feed(), scene.shelter.feed()), told.kept(case)
    told.take(told.log[-1])
    told.take_ahead(told.log[-1])
    assert (scene.lawyer.feed(), scene.shelter.feed()) == before
    assert told.kept(case) == kept


def test_built_again_the_grounds_of_others_do_not_come_back(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hold(case)
    following = told.partners.parts.following
    of_grounds = next(projection for projection in PROJECTIONS if projection.name == "grounds")
    opened = [received for event in told.log if (received := following.reads.open(event)) is not None]
    received = [each for each in opened if each.key in of_grounds.reads and each.subject == case]
    tables = Record.metadata.tables
    with told.partners.database.transaction() as session:
        shadow_tables.create(session, [table for each in PROJECTIONS for table in each.tables])
        for size in (1, len(received)):
            with shadow_tables.inside(session):
                for at in range(0, len(received), size):
                    project_grounds(session, received[at : at + size])
                rows = [set(session.scalars(select(tables[name].c.id))) for name in ("grounds", "parties")]
            assert rows == [{scene.consents["lawyer"]}, {scene.consents["lawyer"]}]
        shadow_tables.drop(session)


def test_a_lifted_hold_resumes_delivery_to_lawyers_and_to_others_by_new_consent(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hold(case)
    told.lift(case)
    told.hear(case, "case.reopened", REOPENED)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, HELD, "intake.case.reopened"]
    assert scene.shelter.types() == [EMPTIED, EMPTIED, ERASED]
    told.consent(case, scene.shelter)
    told.hear(case, "case.closed", CLOSED)
    assert scene.shelter.types()[3:] == ["intake.case.reopened", "intake.consent.granted", "intake.case.closed"]


def test_a_second_order_under_a_hold_is_told_as_the_first_was(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hold(case)
    told.lift(case)
    told.consent(case, scene.shelter)
    told.restrict(case)
    told.hold(case)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, EMPTIED, HELD]
    assert scene.shelter.types() == [EMPTIED, EMPTIED, ERASED, EMPTIED, ERASED]
    told.order(case)
    assert scene.lawyer.types().count(ERASED) == 1
    assert scene.shelter.types().count(ERASED) == 2


def test_whoever_takes_the_consent_back_meanwhile_is_obeyed_before_it_is_read(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hold(case)
    told.withdraw(case, scene.lawyer, scene.consents["lawyer"])
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, EMPTIED, "intake.consent.withdrawn"]
    told.order(case)
    assert scene.lawyer.types()[3:] == [EMPTIED, ERASED]


def test_an_agency_whom_the_person_excluded_is_told_that_they_are_erased(scene: Scene) -> None:
    told, case = scene.told, scene.case
    data = {"exclusion": str(uuid4()), "kind": "agency", "member": None, "agency": scene.lawyer.id}
    told.hear(case, "exclusion.recorded", data, version=2)
    told.hold(case)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, ERASED]


def test_a_ground_for_legal_work_that_is_over_conducts_nothing(told: Follower) -> None:
    lawyer, case = told.agency(), told.case()
    told.consent(case, lawyer, purposes=LEGAL, expires_on="2026-03-03")
    told.restrict(case)
    told.partners.move_clock(NOW + timedelta(days=2))
    try:
        told.hold(case)
        assert lawyer.types() == [EMPTIED, ERASED]
    finally:
        told.partners.move_clock(NOW)


def test_a_suspended_agency_that_conducts_claims_deletes_only_after_the_hold(scene: Scene) -> None:
    told, case, path = scene.told, scene.case, f"/v1/agencies/{scene.lawyer.id}"
    told.operator.told("POST", f"{path}/suspension", {"reason": "safeguarding_concern"})
    told.hold(case)
    assert scene.lawyer.ask("/v1/feed", after=0, limit=9).status_code in (401, 403)
    told.operator.told("POST", f"{path}/resumption", If_Match=told.operator.ask("GET", path).headers["ETag"])
    assert scene.lawyer.types() == [EMPTIED, EMPTIED]
    told.order(case)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, ERASED]


def test_while_the_person_is_missing_the_hold_waits_with_what_goes_by_consent(scene: Scene) -> None:
    told, case, freeze = scene.told, scene.case, {"freeze": str(uuid4())}
    told.hear(case, "sharing.frozen", freeze)
    told.hold(case)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED]
    assert scene.shelter.types() == [EMPTIED, EMPTIED, ERASED]
    told.hear(case, "sharing.resumed", freeze)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, HELD]


def test_an_erasure_during_a_freeze_notifies_agencies_that_received_events(scene: Scene) -> None:
    told, case = scene.told, scene.case
    told.hear(case, "sharing.frozen", {"freeze": str(uuid4())})
    told.hold(case)
    told.order(case)
    assert scene.lawyer.types() == [EMPTIED, EMPTIED, ERASED]
    assert told.kept(case) == {}
