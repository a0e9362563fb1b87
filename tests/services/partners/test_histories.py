"""When an agency gains access, it receives earlier records once, in their order, and only while it is covered."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.cli import servers
from services.partners.streams.history.models import HistoryToTell
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.actions.history import PAGE
from shared.events.envelope import Event
from tests.kit.builders import an_event
from tests.kit.harness import harness
from tests.kit.told_agencies import NOW, OPENED, Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
NOTED = {"needs": ["medical_emergency"], "noted_on": "2026-03-02"}
REQUEST = {"request": str(uuid4()), "reason": "person_asked"}
SOURCES = {"intake": ("case.closed", CLOSED), "support": ("urgent_need.noted", NOTED)}


@pytest.fixture(scope="module")
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture
def shelter(told: Told) -> Iterator[ToldAgency]:
    yield told.agency()
    told.looks_back = True
    told.logs.away.clear()


def types(shelter: ToldAgency) -> list[str]:
    return [each.partition(".")[2] for each in shelter.types()]


def waiting(told: Told, case: UUID) -> set[str]:
    """Return the sources that have history of a case still to be delivered."""
    with told.partners.database.transaction() as session:
        return set(session.scalars(select(HistoryToTell.source).where(HistoryToTell.case_id == case)))


def opened(told: Told) -> UUID:
    """Open a case whose opening event is in the source's log."""
    case = uuid4()
    told.hear(case, "contact.opened", OPENED)
    return case


def need(told: Told, case: UUID) -> Event:
    return told.hear(case, "urgent_need.noted", NOTED, source="support")


HEALTH: dict[str, Any] = {"data_categories": ["health", "account"]}


def test_a_consent_opens_what_was_recorded_before_it_in_its_order(told: Told, shelter: ToldAgency) -> None:
    case = opened(told)
    need(told, case)
    told.hear(case, "case.closed", CLOSED)
    assert types(shelter) == []
    told.consent(case, shelter, **HEALTH)
    assert types(shelter) == ["contact.opened", "case.closed", "consent.granted", "urgent_need.noted"]
    told.hear(case, "case.closed", CLOSED)
    assert types(shelter)[4:] == ["case.closed"]
    assert waiting(told, case) == set()


def test_it_opens_nothing_beyond_its_purposes_and_categories_nor_to_anybody_else(
    told: Told, shelter: ToldAgency
) -> None:
    other, case = told.agency(), opened(told)
    need(told, case)
    told.consent(case, shelter, data_categories=["contact_safe"])
    assert types(shelter) == ["consent.granted"]
    assert types(other) == []


def test_a_named_ground_opens_what_was_before_it_as_well(told: Told, shelter: ToldAgency) -> None:
    case = opened(told)
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
    assert types(shelter) == ["contact.opened", "sharing.without_consent"]


def test_new_events_follow_the_earlier_records_also_in_one_batch_with_the_consent(
    told: Told, shelter: ToldAgency
) -> None:
    case, told.looks_back = opened(told), False
    told.hear(case, "case.closed", CLOSED)
    told.consent(case, shelter)
    told.hear(case, "case.reopened", {"reason": "new_information", "reopened_on": "2026-03-02"})
    assert types(shelter) == [], "left to what is told of before"
    told.look_back()
    assert types(shelter) == ["contact.opened", "case.closed", "consent.granted", "case.reopened"]


def test_a_source_that_is_away_delays_its_own_events_alone(told: Told, shelter: ToldAgency) -> None:
    case = opened(told)
    need(told, case)
    told.logs.away = {"support"}
    told.consent(case, shelter, **HEALTH)
    need(told, case)
    told.hear(case, "case.closed", CLOSED)
    assert types(shelter) == ["contact.opened", "consent.granted", "case.closed"]
    assert waiting(told, case) == {"support"}
    told.logs.away.clear()
    told.look_back()
    assert types(shelter)[3:] == ["urgent_need.noted", "urgent_need.noted"]


def test_for_an_agency_that_asked_for_nothing_no_log_is_read(told: Told, shelter: ToldAgency) -> None:
    entry = {"name": "Fictitious Pier", "type": "Shelter", "country": "NL"}
    silent = str(told.operator.told("POST", "/v1/agencies", entry, 201)["id"])
    case = opened(told)
    told.logs.away = {"intake", "legal", "support"}
    told.looks_back = False
    told.consent(case, replace(shelter, id=silent))
    assert waiting(told, case) == {"intake", "legal", "support"}
    told.histories().tell_all()
    assert waiting(told, case) == set()


def test_many_pages_are_told_page_by_page_whoever_tells_them(told: Told, shelter: ToldAgency) -> None:
    case, told.looks_back = opened(told), False
    told.arrive(*(_closing(told, case) for _ in range(2 * PAGE)))
    told.consent(case, shelter)
    told.histories().tell_all()
    assert shelter.ask("/v1/feed", after=0, limit=1).headers["Casepath-Head"] == str(PAGE), "one page at once"
    replicas = [told.histories() for _ in range(2)]
    racing = [threading.Thread(target=each.run) for each in replicas]
    for each in racing:
        each.start()
    wait_until(lambda: not waiting(told, case), "both together have told all")
    for replica, each in zip(replicas, racing, strict=True):
        replica.stop()
        each.join()
    stream = [*shelter.feed(), *shelter.feed(after=PAGE), *shelter.feed(after=2 * PAGE)]
    ids = {each["id"] for each in stream}
    assert len(ids) == 2 * PAGE + 2
    assert shelter.ask("/v1/feed", after=0, limit=1).headers["Casepath-Head"] == str(len(ids)), "each is told once"


def _closing(told: Told, case: UUID) -> Event:
    told._position += 1
    return an_event(id=uuid4(), name="case.closed", subject=case, position=told._position, data=CLOSED)


def test_what_an_agency_was_told_of_later_lets_nothing_of_before_come_behind_it(
    told: Told, shelter: ToldAgency
) -> None:
    case = opened(told)
    told.consent(case, shelter, data_categories=["contact_safe"])
    told.consent(case, shelter, data_categories=["account"])
    assert types(shelter) == ["consent.granted", "consent.granted"], "in order, or not at all"


def test_given_anew_a_consent_opens_what_came_meanwhile_and_brings_nothing_twice(
    told: Told, shelter: ToldAgency
) -> None:
    case = opened(told)
    consent = told.consent(case, shelter)
    told.withdraw(case, shelter, consent)
    told.hear(case, "case.closed", CLOSED)
    told.partners.move_clock(NOW)
    told.consent(case, shelter)
    found = shelter.feed()
    assert len({each["id"] for each in found}) == len(found)
    assert types(shelter)[2:] == ["consent.withdrawn", "case.closed", "consent.granted"]


def test_a_withdrawal_before_it_is_told_lets_nothing_of_it_be_told(told: Told, shelter: ToldAgency) -> None:
    case, told.looks_back = opened(told), False
    consent = told.consent(case, shelter)
    told.withdraw(case, shelter, consent)
    told.look_back()
    assert types(shelter) == ["consent.withdrawn"]


@pytest.mark.parametrize(
    ("name", "data", "version"),
    [
        ("case.restricted", {"request": str(uuid4())}, 1),
        ("exclusion.recorded", {"exclusion": str(uuid4()), "kind": "agency", "member": None}, 2),
    ],
)
def test_a_restriction_and_an_exclusion_stand_against_it(
    told: Told, shelter: ToldAgency, name: str, data: dict[str, Any], version: int
) -> None:
    case, told.looks_back = opened(told), False
    told.consent(case, shelter)
    own = {**data, "agency": shelter.id} if name.startswith("exclusion") else data
    told.hear(case, name, own, version=version)
    told.look_back()
    assert types(shelter) == []


def test_while_somebody_is_missing_it_waits_and_comes_in_its_order(told: Told, shelter: ToldAgency) -> None:
    case, freeze = opened(told), {"freeze": str(uuid4())}
    told.hear(case, "case.closed", CLOSED)
    told.hear(case, "sharing.frozen", freeze)
    told.consent(case, shelter)
    assert types(shelter) == []
    told.hear(case, "sharing.resumed", freeze)
    assert types(shelter) == ["contact.opened", "case.closed", "consent.granted"]


def test_with_an_erased_person_goes_what_is_still_to_be_told(told: Told, shelter: ToldAgency) -> None:
    case, told.looks_back = opened(told), False
    told.consent(case, shelter)
    told.hear(case, "erasure.ordered", REQUEST)
    told.look_back()
    assert types(shelter) == []
    assert waiting(told, case) == set()


def test_what_its_source_has_emptied_is_not_told(told: Told, shelter: ToldAgency) -> None:
    case = opened(told)
    told.logs.recorded = [
        an_event(name=each.name, subject=case, position=each.position, data={}, classification="erased")
        if each.subject == case
        else each
        for each in told.logs.recorded
    ]
    told.consent(case, shelter)
    assert types(shelter) == ["consent.granted"]


def test_where_a_log_was_put_back_meanwhile_it_is_read_anew(told: Told, shelter: ToldAgency) -> None:
    case, told.looks_back = opened(told), False
    told.consent(case, shelter)
    whole = told.logs.recorded
    told.logs.recorded = [each for each in whole if each.subject != case]
    told.histories().tell_all()
    assert waiting(told, case) == {"intake"}
    told.logs.recorded = whole
    told.look_back()
    assert types(shelter) == ["contact.opened", "consent.granted"]


def test_whoever_holds_a_stream_is_not_waited_for(told: Told, shelter: ToldAgency) -> None:
    case = opened(told)
    told.consent(case, shelter)
    told.looks_back = False
    told.consent(case, shelter)
    with told.partners.database.transaction() as session:
        session.execute(select(HistoryToTell).where(HistoryToTell.case_id == case).with_for_update())
        loop = told.histories()
        beside = threading.Thread(target=loop.run)
        beside.start()
        beside.join(timeout=0.6)
        assert beside.is_alive(), "it tries again, and ends for nothing of the moment"
        loop.stop()
    beside.join()
    told.look_back()
    assert types(shelter) == ["contact.opened", "consent.granted", "consent.granted"]


STEPS = st.lists(
    st.sampled_from(("intake", "intake", "support", "support", "consent", "withdraw", "look", "look", "away", "back")),
    max_size=16,
)


@dataclass
class Course:
    """A case on which two sources record events while a consent is granted and withdrawn, and the events delivered."""

    told: Told
    shelter: ToldAgency
    case: UUID
    consent: UUID | None = None
    #: The recorded events, by source, in their order.
    recorded: dict[str, list[Event]] = field(default_factory=lambda: {"intake": [], "support": []})
    #: Whether a consent was withdrawn: an event delivered earlier is not delivered again at another position.
    began_anew: bool = False

    def take(self, step: str) -> None:
        """Take the next step."""
        if step in SOURCES:
            name, data = SOURCES[step]
            self.recorded[step].append(self.told.hear(self.case, name, data, source=step))
        elif step == "consent" and self.consent is None:
            self.consent = self.told.consent(self.case, self.shelter, **HEALTH)
        elif step == "withdraw" and self.consent is not None:
            self.told.withdraw(self.case, self.shelter, self.consent)
            self.consent, self.began_anew = None, True
        elif step == "look":
            self.told.look_back()
        elif step in ("away", "back"):
            self.told.logs.away = {"support"} if step == "away" else set()


@pytest.mark.promise("REL-23")
@settings(max_examples=25)
@given(STEPS)
def test_in_any_order_each_covered_event_is_delivered_once_in_order_and_no_other(
    told: Told, shelter: ToldAgency, steps: list[str]
) -> None:
    before = int(shelter.ask("/v1/feed", after=0, limit=1).headers["Casepath-Head"])
    case, told.looks_back = told.case(), False
    course = Course(told, shelter, case)
    for step in [*steps, "back", "look"]:
        course.take(step)
    covered = course.consent is not None
    found = [UUID(each["id"]) for each in shelter.feed(before) if "emptied" not in each["type"]]
    assert len(found) == len(set(found)), "nothing is told twice"
    with told.partners.database.transaction() as session:
        called = pseudonyms.of_agency(session, UUID(shelter.id), NOW)
    for source, events in course.recorded.items():
        names = [called.of(event.id) for event in events]
        heard = [each for each in found if each in names]
        assert heard == [each for each in names if each in heard], f"in the order of {source}"
        assert covered or not heard, "nothing without cover"
        if covered and not course.began_anew:
            assert heard == names, f"all of {source}, also of before the consent"
    assert waiting(told, case) == set()
