"""An event that arrives before the consent that opens it is delivered after that consent, in order.

A later consent does not open it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.cli import servers
from services.partners.streams.stream.models import EarlyEvent
from shared.exchange.holds import holds
from tests.kit.builders import an_event
from tests.kit.harness import harness
from tests.kit.told_agencies import NOW, OPENED, Told, ToldAgency

pytestmark = pytest.mark.integration
EMPTIED = "partners.position.emptied"
NOTED = {"needs": ["medical_emergency"], "noted_on": "2026-03-02"}
PLAN = {
    "plan": str(uuid4()),
    "goal_types": ["housing"],
    "review_on": "2026-04-02",
    "person_has_copy": True,
    "agreed_on": "2026-03-02",
    "revision": 1,
}
AGREED: dict[str, Any] = {"data_categories": ["contact_safe", "health", "account"]}


@pytest.fixture(scope="module")
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture(scope="module")
def shelter(told: Told) -> ToldAgency:
    return told.agency(agreed=AGREED)


@dataclass(frozen=True)
class Happening:
    """An event that a source recorded about the case, `at` seconds after the opening."""

    source: str
    name: str
    at: int
    data: dict[str, Any]
    version: int = 1


def consent(shelter: ToldAgency, at: int, which: UUID, *categories: str) -> Happening:
    data = {
        "consent": str(which),
        "agency": shelter.id,
        "purposes": ["referral_for_support"],
        "data_categories": list(categories),
        "language": "en",
        "granted_on": "2026-03-02",
        "expires_on": "2026-09-01",
    }
    return Happening("intake", "consent.granted", at, data, 2)


def withdrawal(shelter: ToldAgency, at: int, which: UUID) -> Happening:
    data = {
        "consent": str(which),
        "agency": shelter.id,
        "purposes": ["referral_for_support"],
        "erase_requested": False,
        "withdrawn_on": "2026-03-02",
    }
    return Happening("intake", "consent.withdrawn", at, data, 2)


def arrive(told: Told, case: UUID, *happenings: Happening) -> list[UUID]:
    """Apply these events at partners, one after another; return their ids."""
    ids = []
    for place, each in enumerate(happenings, start=1):
        about = {"source": each.source, "name": each.name, "version": each.version, "subject": case}
        when = {"time": NOW + timedelta(seconds=each.at), "position": each.at * 100 + place}
        event = an_event(id=uuid4(), data=each.data, **about, **when)
        told.arrive(event)
        ids.append(event.id)
    return ids


def opened(at: int = 0) -> Happening:
    return Happening("intake", "contact.opened", at, {**OPENED})


def noted(at: int) -> Happening:
    return Happening("support", "urgent_need.noted", at, NOTED)


def heard(shelter: ToldAgency, before: int) -> list[str]:
    return [each["type"].removeprefix("org.casepath.").rpartition(".v")[0] for each in shelter.feed(before)]


def head(shelter: ToldAgency) -> int:
    events = shelter.feed()
    return int(events[-1]["sequence"]) if events else 0


def kept(told: Told, case: UUID) -> int:
    with told.partners.database.transaction() as session:
        return len(session.scalars(select(EarlyEvent.id).where(EarlyEvent.case_id == case)).all())


def test_what_overtook_its_consent_is_told_once_that_has_come(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), uuid4()
    arrive(told, case, noted(20))
    assert (heard(shelter, before), kept(told, case)) == ([], 1)
    arrive(told, case, opened(0))
    assert heard(shelter, before) == [], "under a law, and without a ground yet"
    arrive(told, case, consent(shelter, 10, uuid4(), "health"))
    assert heard(shelter, before) == ["intake.consent.granted", "support.urgent_need.noted"]
    arrive(told, case, consent(shelter, 30, uuid4(), "health"))
    assert heard(shelter, before) == ["intake.consent.granted", "support.urgent_need.noted", "intake.consent.granted"]
    assert kept(told, case) == 0, "what intake has been heard beyond is kept no longer"


def test_a_consent_that_came_after_it_opens_it_from_its_sources_log(told: Told, shelter: ToldAgency) -> None:
    before, case = head(shelter), uuid4()
    arrive(told, case, opened(0), noted(20), consent(shelter, 30, uuid4(), "health"))
    assert heard(shelter, before) == ["intake.consent.granted", "support.urgent_need.noted"]
    assert kept(told, case) == 0


def test_what_was_withdrawn_again_before_it_came_is_not_told(told: Told, shelter: ToldAgency) -> None:
    before, case, which = head(shelter), uuid4(), uuid4()
    arrive(told, case, noted(20), opened(0), consent(shelter, 10, which, "health"), withdrawal(shelter, 15, which))
    assert "support.urgent_need.noted" not in heard(shelter, before)


def test_events_of_other_cases_let_it_go_once_intake_has_been_heard_beyond_it(told: Told, shelter: ToldAgency) -> None:
    case, held_case = uuid4(), uuid4()
    arrive(told, case, noted(20))
    arrive(told, held_case, noted(20))
    with told.partners.database.transaction() as session:
        about = {"name": "contact.opened", "version": 1, "attempts": 1, "reason": "LookupError"}
        session.execute(holds.insert().values(source="intake", subject=held_case, position=1, **about))
    arrive(told, uuid4(), opened(60))
    assert kept(told, case) == 1, "what was recorded at about the same time may come yet"
    arrive(told, uuid4(), opened(600))
    assert (kept(told, case), kept(told, held_case)) == (0, 1)


CATEGORIES = (("health",), ("account",), ("health", "account"))
OF_INTAKE = st.lists(
    st.one_of(st.tuples(st.just("granted"), st.sampled_from(CATEGORIES)), st.tuples(st.just("withdrawn"), st.none())),
    max_size=4,
)
OF_SUPPORT = st.lists(st.sampled_from(("urgent_need.noted", "plan.agreed")), min_size=1, max_size=4)
NEEDED = {"urgent_need.noted": "health", "plan.agreed": "account"}


@dataclass
class Course:
    """All events in the order in which they happened, and the grounds that were valid after each."""

    happenings: list[Happening]
    standing: list[frozenset[str]]


def course(shelter: ToldAgency, intakes: list[Any], supports: list[str], order: list[bool]) -> Course:
    """Merge the records of the two sources into one sequence."""
    made, standing = [opened(0)], [frozenset[str]()]
    grounds: dict[UUID, tuple[str, ...]] = {}
    left, right = list(intakes), list(supports)
    for turn in [*order, *([True] * len(intakes)), *([False] * len(supports))]:
        at = len(made) * 10
        if turn and left:
            what, categories = left.pop(0)
            if what == "granted":
                grounds[which := uuid4()] = categories
                made.append(consent(shelter, at, which, *categories))
            elif grounds:
                which = next(iter(grounds))
                del grounds[which]
                made.append(withdrawal(shelter, at, which))
            else:
                continue
        elif not turn and right:
            name = right.pop(0)
            made.append(Happening("support", name, at, NOTED if name == "urgent_need.noted" else PLAN))
        else:
            continue
        standing.append(frozenset(category for each in grounds.values() for category in each))
    return Course(made, standing)


@settings(max_examples=20)
@given(OF_INTAKE, OF_SUPPORT, st.lists(st.booleans(), max_size=8), st.lists(st.booleans(), max_size=12))
def test_covered_events_are_delivered_in_order_whichever_source_arrives_first(
    told: Told, shelter: ToldAgency, intakes: list[Any], supports: list[str], order: list[bool], arrival: list[bool]
) -> None:
    before, case, whole = head(shelter), uuid4(), course(shelter, intakes, supports, order)
    queues = {source: [each for each in whole.happenings if each.source == source] for source in ("intake", "support")}
    for turn in [*arrival, *([True] * len(whole.happenings)), *([False] * len(whole.happenings))]:
        if queue := queues["intake" if turn else "support"]:
            arrive(told, case, queue.pop(0))
    of_support = [each for each in whole.happenings if each.source == "support"]
    feed = shelter.feed(before)
    types = [name for each in feed if (name := each["type"].split(".", 3)[-1].rpartition(".v")[0]) in NEEDED]
    assert len(types) <= len(of_support)
    assert is_part_in_order(types, [each.name for each in of_support])
    needed_in_the_end = whole.standing[-1]
    assert all(NEEDED[name] in needed_in_the_end for name in types), "what is not covered in the end is emptied"
    if len({each.data.get("consent") for each in whole.happenings if each.name.startswith("consent.")} - {None}) < 2:
        must = [
            each.name
            for place, each in enumerate(whole.happenings)
            if each.source == "support" and all(NEEDED[each.name] in after for after in whole.standing[place:])
        ]
        assert is_part_in_order(must, types), "what was covered from when it happened to the end is told"


def is_part_in_order(part: list[str], whole: list[str]) -> bool:
    """Return whether the first list is a subsequence of the second."""
    rest = iter(whole)
    return all(each in rest for each in part)
