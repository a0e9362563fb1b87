"""While a person is missing, consent-based events wait; they are delivered in their order once the person is found."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from deploy.cli import servers
from services.partners.agencies.agency.actions import generations
from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agreement.rules import AGREED, Agreement
from services.partners.streams.ground.actions import PROJECTIONS, project_freezes
from services.partners.streams.ground.models import Freeze
from services.partners.streams.ground.rules import Decision, Person, Side, Span, decide, weigh
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.actions.reading import read
from services.partners.streams.stream.models import FrozenEvent, ToldEvent
from shared.events.contract import Received
from shared.events.outside import OutsideType, outside_type
from shared.exchange.rebuild import shadow_tables
from tests.kit.builders import an_event
from tests.kit.harness import harness
from tests.kit.told_agencies import NOW, Told, ToldAgency
from tests.kit.waiting import wait_until

CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
NOTED = {"needs": ["medical_emergency"], "noted_on": "2026-03-02"}
EMPTIED = "partners.position.emptied"
TODAY = date(2026, 3, 2)
AGENCY = UUID(int=7)


@dataclass
class Freezes:
    """A case whose sharing is frozen and resumed."""

    told: Told
    case: UUID
    freeze: UUID = field(default_factory=uuid4)

    def begin(self) -> None:
        self.freeze = uuid4()
        self.told.hear(self.case, "sharing.frozen", {"freeze": str(self.freeze)})

    def end(self) -> None:
        self.told.hear(self.case, "sharing.resumed", {"freeze": str(self.freeze)})


def kind(source: str, name: str, version: int = 1) -> OutsideType:
    found = outside_type(source, name, version)
    assert found is not None
    return found


def decision(event_type: OutsideType, data: dict[str, Any], *spans: Span, is_frozen: bool = True) -> Decision:
    """Return the gate's decision about an event of a person with these grounds."""
    asked = {"purposes": frozenset({"referral_for_support"}), "data_categories": frozenset({"account", "health"})}
    agreement = Agreement(
        id=UUID(int=1),
        jurisdictions=frozenset({"NL"}),
        first_day=TODAY,
        last_day=TODAY + timedelta(days=30),
        step=AGREED,
        asked_by=UUID(int=2),
        asked_at=NOW,
        **asked,
    )
    side = Side(AGENCY, ACTIVE, (agreement,), **asked, agency_type="NGO")
    person = Person("NL", spans, is_excluded=False, is_restricted=False, today=TODAY, is_frozen=is_frozen)
    return decide(event_type, data, side, weigh(side, person, told_on=TODAY), party=AGENCY, today=TODAY)


def span(*categories: str, by_consent: bool) -> Span:
    purposes = frozenset({"referral_for_support"})
    return Span(purposes, frozenset(categories), None, TODAY + timedelta(days=9), by_consent=by_consent)


@pytest.mark.parametrize(
    ("spans", "is_told", "because"),
    [
        ((span("health", by_consent=True),), False, "frozen"),
        ((span("health", by_consent=False),), True, "covered"),
        ((span("account", by_consent=True),), False, "category_missing"),
        ((span("account", by_consent=False), span("health", by_consent=True)), False, "frozen"),
        ((span("health", by_consent=False), span("account", by_consent=True)), True, "covered"),
        ((span("account", by_consent=False), span("account", by_consent=True)), False, "category_missing"),
        ((), False, "no_ground"),
    ],
)
def test_a_named_ground_counts_and_a_consent_waits(spans: tuple[Span, ...], is_told: bool, because: str) -> None:
    found = decision(kind("support", "urgent_need.noted"), NOTED, *spans)
    assert (found.is_told, found.because) == (is_told, because)
    assert decision(kind("support", "urgent_need.noted"), NOTED, *spans, is_frozen=False).because != "frozen"


def test_what_ends_an_agencys_part_goes_and_what_else_is_its_own_waits() -> None:
    consent = span("account", by_consent=True)
    withdrawn = decision(kind("intake", "consent.withdrawn", 2), {}, consent)
    assert (withdrawn.is_told, withdrawn.because) == (True, "concerns_it")
    assert decision(kind("intake", "referral.accepted"), {}, consent).because == "frozen"
    both = decision(kind("intake", "referral.accepted"), {}, consent, span("health", by_consent=False))
    assert (both.is_told, both.data_categories) == (True, frozenset({"health"})), "no more than the ground covers"


@pytest.fixture(scope="module")
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture(scope="module")
def shelter(told: Told) -> ToldAgency:
    return told.agency()


def head(shelter: ToldAgency) -> int:
    return int(shelter.ask("/v1/feed", after=0, limit=1).headers["Casepath-Head"])


def names(events: list[dict[str, Any]]) -> list[str]:
    return [each["type"].removeprefix("org.casepath.").rpartition(".v")[0] for each in events]


def rows(told: Told, case: UUID) -> tuple[int, int, int]:
    """Return the number of freezes, of waiting events, and of all events of a case."""
    with told.partners.database.transaction() as session:
        kinds = (Freeze, FrozenEvent, ToldEvent)
        freezes, waiting, kept = (
            len(session.scalars(select(each).where(each.case_id == case)).all())  # type: ignore[attr-defined]
            for each in kinds
        )
        return freezes, waiting, kept


def need(told: Told, case: UUID) -> None:
    told.hear(case, "urgent_need.noted", NOTED, source="support")


@pytest.mark.integration
def test_events_during_a_freeze_are_delivered_afterwards_in_order(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), told.case()
    told.consent(case, shelter, data_categories=["account", "contact_safe", "health"])
    need(told, case)
    read = shelter.feed(before)
    freezes = Freezes(told, case)
    freezes.begin()
    told.hear(case, "case.closed", CLOSED)
    need(told, case)
    assert shelter.feed(before + 2) == []
    path = f"/v1/agencies/{shelter.id}/decisions"
    listed = told.officer.ask("GET", path, query={"case": str(case)}).get_json()["decisions"]
    assert {each["type"] for each in listed if each["because"] == "frozen"} == {
        "intake.case.closed",
        "support.urgent_need.noted",
    }
    freezes.end()
    assert names(shelter.feed(before + 2)) == ["intake.case.closed", "support.urgent_need.noted"]
    assert shelter.feed(before)[:2] == read
    assert rows(told, case)[:2] == (0, 0)


@pytest.mark.integration
def test_a_frozen_event_is_a_placeholder_with_another_id_and_arrives_later(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    as_told = shelter.feed(before)
    freezes = Freezes(told, case)
    freezes.begin()
    ended = endings_of(told, shelter)
    [first] = shelter.feed(before, limit=1)
    assert names([first]) == [EMPTIED]
    assert first["id"] != as_told[0]["id"]
    assert shelter.feed(before, limit=1) == [first], "whoever reads it again finds the same"
    assert shelter.ask(f"/v1/events/{as_told[1]['id']}").status_code == 404
    told.officer.told(
        "POST",
        f"/v1/agencies/{shelter.id}/pseudonym-resolutions",
        {"pseudonym": as_told[0]["subject"], "reason": "safeguarding"},
    )
    freezes.end()
    after = shelter.feed(before)
    assert names(after) == [EMPTIED, EMPTIED, "intake.consent.granted", "intake.case.closed"]
    assert [each["id"] for each in after[2:]] == [each["id"] for each in as_told]
    assert shelter.ask(f"/v1/events/{as_told[1]['id']}").get_json()["data"] == CLOSED
    assert endings_of(told, shelter) > ended


def endings_of(told: Told, shelter: ToldAgency) -> int:
    with told.partners.database.transaction() as session:
        return generations.read(session, UUID(shelter.id))


@pytest.mark.integration
def test_what_waited_comes_before_what_is_heard_in_one_batch_with_its_end(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), told.case()
    told.consent(case, shelter)
    freezes = Freezes(told, case)
    freezes.begin()
    told.hear(case, "case.closed", CLOSED)
    reopened = {"reason": "new_information", "reopened_on": "2026-03-02"}
    batch = [("case.reopened", reopened), ("sharing.resumed", {"freeze": str(freezes.freeze)})]
    told.arrive(*(an_event(id=uuid4(), name=name, subject=case, data=data) for name, data in batch))
    assert names(shelter.feed(before)) == ["intake.consent.granted", "intake.case.closed", "intake.case.reopened"]


@pytest.mark.integration
def test_what_is_being_read_just_as_it_goes_on_is_told_as_well(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), told.case()
    told.consent(case, shelter)
    freezes = Freezes(told, case)
    freezes.begin()
    goes_on = threading.Thread(target=freezes.end)
    with told.partners.database.transaction() as session:
        [item] = read(session, UUID(shelter.id), after=before, limit=1).items
        goes_on.start()
        wait_until(lambda: is_waited_for(told) or not goes_on.is_alive(), "the end of the freeze waits for the reader")
    goes_on.join()
    assert item.is_empty
    assert names(shelter.feed(before)) == [EMPTIED, "intake.consent.granted"]


def is_waited_for(told: Told) -> bool:
    waits = text("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
    with told.partners.database.transaction() as session:
        return bool(session.scalar(waits))


@pytest.mark.integration
def test_what_stands_behind_what_was_read_meanwhile_comes_behind_it(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    freezes = Freezes(told, case)
    freezes.begin()
    assert names(shelter.feed(before, limit=1)) == [EMPTIED]
    freezes.end()
    assert names(shelter.feed(before)) == [EMPTIED, EMPTIED, "intake.consent.granted", "intake.case.closed"]


@pytest.mark.integration
def test_what_was_withdrawn_meanwhile_is_never_told_and_the_withdrawal_is_at_once(
    told: Told, shelter: ToldAgency
) -> None:
    before, case = head(shelter), told.case()
    consent = told.consent(case, shelter)
    freezes = Freezes(told, case)
    freezes.begin()
    told.hear(case, "case.closed", CLOSED)
    assert names(shelter.feed(before)) == [EMPTIED]
    told.withdraw(case, shelter, consent)
    assert names(shelter.feed(before)) == [EMPTIED, "intake.consent.withdrawn"]
    passed_on = {"consent": str(consent), "agency": shelter.id}
    assert ("withdrawal.passed_on", passed_on) in told.partners.announced(), "it had been told of them before"
    freezes.end()
    found = names(shelter.feed(before))
    assert "intake.case.closed" not in found
    assert "intake.consent.granted" not in found
    assert rows(told, case)[1] == 0
    assert rows(told, case)[2] == 2, "what nobody was told of is kept no longer"


@pytest.mark.integration
def test_a_freeze_passes_events_under_a_ground_and_a_later_consent_opens_no_others(
    told: Told, shelter: ToldAgency
) -> None:
    before, case = head(shelter), told.case()
    consent = told.consent(case, shelter, data_categories=["health"])
    need(told, case)
    freezes = Freezes(told, case)
    freezes.begin()
    need(told, case)
    sharing = {
        "sharing": str(uuid4()),
        "agency": shelter.id,
        "purpose": "referral_for_support",
        "data_categories": ["account"],
        "reason": "child_at_risk",
        "approved": True,
        "until": "2026-03-20",
    }
    told.hear(case, "sharing.without_consent", sharing, version=2)
    told.hear(case, "case.closed", CLOSED)
    goes = ["intake.sharing.without_consent", "intake.case.closed"]
    assert names(shelter.feed(before)) == ["intake.consent.granted", EMPTIED, *goes]
    told.withdraw(case, shelter, consent)
    told.partners.move_clock(NOW + timedelta(days=3))
    told.consent(case, shelter, granted_on="2026-03-05", data_categories=["health"])
    freezes.end()
    need(told, case)
    found = names(shelter.feed(before))
    told.partners.move_clock(NOW)
    assert found.count("support.urgent_need.noted") == 1, "what came with the consent of now, and not what came before"
    assert found[-1] == "support.urgent_need.noted"
    assert found.count("intake.case.closed") == 1, "what was read in its place is not told again"


@pytest.mark.integration
def test_one_that_came_before_its_consent_waits_too_once_that_has_come(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), told.case()
    freezes = Freezes(told, case)
    freezes.begin()
    need(told, case)
    told.consent(case, shelter, data_categories=["health"])
    assert shelter.feed(before) == []
    freezes.end()
    assert names(shelter.feed(before)) == ["intake.consent.granted", "support.urgent_need.noted"]


@pytest.mark.integration
def test_an_erasure_deletes_frozen_events_and_notifies_agencies_that_received_others(
    told: Told, shelter: ToldAgency
) -> None:
    before, case = head(shelter), told.case()
    told.consent(case, shelter)
    name = shelter.feed(before)[0]["subject"]
    freezes = Freezes(told, case)
    freezes.begin()
    assert names(shelter.feed(before)) == [EMPTIED]
    told.hear(case, "case.closed", CLOSED)
    told.hear(case, "erasure.ordered", {"request": str(uuid4()), "reason": "person_asked"})
    assert names(shelter.feed(before)) == [EMPTIED, "partners.subject.erased"]
    assert shelter.feed(before)[-1]["subject"] == name
    assert rows(told, case) == (0, 0, 0)


@pytest.mark.integration
def test_freezes_are_built_again_and_end_nothing_then(told: Told, shelter: ToldAgency) -> None:
    case, first, second = uuid4(), uuid4(), uuid4()
    before = endings_of(told, shelter)
    with told.partners.database.transaction() as session:
        shadow_tables.create(session, [table for each in PROJECTIONS for table in each.tables])
        with shadow_tables.inside(session):
            for name, which in (("frozen", first), ("frozen", first), ("resumed", first), ("frozen", second)):
                event = an_event(name=f"sharing.{name}", subject=case)
                project_freezes(session, [Received(event, {"freeze": which})])
            assert session.scalars(select(Freeze.id)).all() == [second]
        shadow_tables.drop(session)
    assert endings_of(told, shelter) == before


STEPS = st.lists(st.sampled_from(("need", "need", "freeze", "resume", "read", "withdraw", "consent")), max_size=14)


@dataclass
class Course:
    """A case whose agency reads while events happen: the events read and recorded, and the state of access."""

    told: Told
    shelter: ToldAgency
    case: UUID
    place: int
    freezes: Freezes = field(init=False)
    is_frozen: bool = False
    consent: UUID | None = None
    happened: list[UUID | None] = field(default_factory=list)
    seen: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.freezes = Freezes(self.told, self.case)

    def take(self, step: str) -> None:
        """Take the next step."""
        if step == "need":
            event = self.told.hear(self.case, "urgent_need.noted", NOTED, source="support")
            self.happened.append(None if self.consent is None else event.id)
        elif step == "freeze" and not self.is_frozen:
            self.is_frozen = True
            self.freezes.begin()
        elif step == "resume" and self.is_frozen:
            self.is_frozen = False
            self.freezes.end()
        elif step == "read":
            self.read()
        elif step == "withdraw" and self.consent is not None:
            self.told.withdraw(self.case, self.shelter, self.consent)
            self.consent, self.happened = None, []
        elif step == "consent" and self.consent is None:
            self.consent = self.told.consent(self.case, self.shelter, data_categories=["health"])

    def read(self) -> None:
        """Read one more event, and check that no consent-based event is delivered during a freeze."""
        with self.told.partners.database.transaction() as session:
            page = read(session, UUID(self.shelter.id), after=self.place, limit=1)
        for item in page.items:
            self.place = item.sequence
            if not item.is_empty and "urgent_need" in item.type:
                assert not self.is_frozen
                self.seen.append(item.id)


@pytest.mark.integration
@settings(max_examples=12)
@given(STEPS)
def test_in_whatever_order_it_happens_nothing_goes_meanwhile_and_nothing_is_missed(
    told: Told, shelter: ToldAgency, steps: list[str]
) -> None:
    began = head(shelter)
    course = Course(told, shelter, told.case(), began)
    for step in ["consent", *steps, "resume"]:
        course.take(step)
    while course.place < head(shelter):
        course.read()
    assert len(course.seen) == len(set(course.seen)), "whoever has read one is not handed it again"
    with told.partners.database.transaction() as session:
        called = pseudonyms.of_agency(session, UUID(shelter.id), NOW)
    standing = [called.of(event) for event in course.happened if event is not None]
    assert is_part_in_order(standing, course.seen), "all that stands is read, in its order"


def is_part_in_order(part: list[UUID], whole: list[UUID]) -> bool:
    """Return whether the first list is a subsequence of the second."""
    rest = iter(whole)
    return all(each in rest for each in part)
