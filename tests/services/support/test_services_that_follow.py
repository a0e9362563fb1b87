"""Practical help, placements and sessions create services, which follow their records and meet needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.cli import servers
from services.support.help.delivery.events import SERVICES
from services.support.help.delivery.models import Delivery, UrgentNeed
from services.support.help.placement import rules as placement
from services.support.overview.case_file.actions import file_of
from shared.access.permissions import ALL, Sight
from shared.events.openings import COUNSELLING, MONEY, STAY
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
TODAY, EARLIER, TOMORROW = "2025-12-04", "2025-12-02", "2025-12-05"
OF_SERVICES = ("service.delivered", "service.withdrawn", "urgent_need.met", "urgent_need.reopened")


@dataclass(frozen=True)
class Kind:
    """A kind of record that creates a service: how to create it on a day, and how to correct it."""

    service_type: str
    #: Creates a record on a day, and returns its path.
    give: Callable[[Client, str], str]
    #: The field of its day, and the correction that ends its service, with the reason.
    day: str
    no_longer: dict[str, Any]


def _made(client: Client, path: str, body: dict[str, Any]) -> str:
    return f"{path}/{client.told('POST', path, body, 201)['id']}"


def help_given(client: Client, day: str, service_type: str = "money_subsistence") -> str:
    asked = _made(client, "practical-help", {"service_type": service_type, "asked_on": "2025-12-01"})
    client.told("POST", f"{asked}/progress", {"state": "given", "ended_on": day}, 201)
    return asked


def moved_in(client: Client, day: str, kind: str = "safe_house", **more: Any) -> str:
    offered = _made(client, "placements", {"accommodation_type": kind, "region": "NL-ZH", "offered_on": "2025-12-01"})
    client.told("POST", f"{offered}/move-in", {"moved_in_on": day, **more}, 201)
    return offered


def attended(client: Client, day: str, attendance: str = "came", course: str | None = None) -> str:
    which = course or _made(client, "counselling", {"modality": "one_to_one", "started_on": "2025-12-01"})
    body = {"course": which.rpartition("/")[2], "attendance": attendance, "held_on": day}
    return _made(client, "counselling-sessions", body)


HELP = Kind("money_subsistence", help_given, "ended_on", {"reason": "not_so"})
STAYS = Kind(
    "accommodation_emergency", moved_in, "moved_in_on", {"reason": "wrong_code", "accommodation_type": "street"}
)
SESSION = Kind("counselling", attended, "held_on", {"reason": "wrong_code", "attendance": "did_not_come"})
KINDS = pytest.mark.parametrize("kind", [HELP, STAYS, SESSION], ids=["help", "placement", "session"])


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("counsellor", lead=True)


def services(worker: Client) -> list[dict[str, Any]]:
    return [each for each in worker.told("GET", "")["services"] if each["taken_back_at"] is None]


def met(worker: Client, service_type: str) -> Any:
    needs = worker.told("GET", "")["urgent_needs"]
    [met_on] = [need["met_on"] for need in needs if need["service_type"] == service_type]
    return met_on


def need(worker: Client, service_type: str, day: str = "2025-12-01") -> None:
    worker.told("POST", "needs", {"service_type": service_type, "noted_on": day}, 201)


def told(support: Harness) -> list[tuple[str, Any]]:
    events = [(name, data) for name, data in support.announced() if name in OF_SERVICES]
    return [(name, data.get("delivered_on") or data.get("met_on")) for name, data in events]


@KINDS
def test_one_call_records_a_service_that_meets_the_need_and_is_announced(
    support: Harness, worker: Client, kind: Kind
) -> None:
    need(worker, kind.service_type)
    record = kind.give(worker, EARLIER)
    [service] = services(worker)
    assert record.endswith(service["record"])
    shown = {name: service[name] for name in ("service_type", "delivered_on", "urgent", "ended_on", "recorded_by")}
    assert shown == {
        "service_type": kind.service_type,
        "delivered_on": EARLIER,
        "urgent": True,
        "ended_on": None,
        "recorded_by": str(worker.subject),
    }
    assert met(worker, kind.service_type) == EARLIER
    assert told(support) == [("service.delivered", EARLIER), ("urgent_need.met", EARLIER)]
    [data] = [data for name, data in support.announced() if name == "service.delivered"]
    assert (data["service"], data["service_type"], data["met_urgent_need"]) == (service["id"], kind.service_type, True)


@KINDS
def test_a_corrected_day_is_the_service_s_day_and_the_need_s(support: Harness, worker: Client, kind: Kind) -> None:
    need(worker, kind.service_type)
    record = kind.give(worker, TODAY)
    worker.told("POST", f"{record}/correction", {"reason": "wrong_date", kind.day: EARLIER}, 201)
    [service] = services(worker)
    assert (service["delivered_on"], service["revision"]) == (EARLIER, 2)
    assert met(worker, kind.service_type) == EARLIER
    assert told(support)[2:] == [("service.delivered", EARLIER), ("urgent_need.met", EARLIER)]


@KINDS
@pytest.mark.parametrize("taken_back", [True, False])
def test_a_record_that_gives_no_service_any_more_takes_it_back_and_reopens_the_need(
    support: Harness, worker: Client, kind: Kind, taken_back: bool
) -> None:
    need(worker, kind.service_type)
    record = kind.give(worker, EARLIER)
    body = {"reason": "wrong_person"} if taken_back else kind.no_longer
    worker.told("POST", f"{record}/correction", body, 201)
    assert services(worker) == []
    assert met(worker, kind.service_type) is None
    assert told(support)[2:] == [("service.withdrawn", None), ("urgent_need.reopened", None)]
    [data] = [data for name, data in support.announced() if name == "service.withdrawn"]
    assert data["service_type"] == kind.service_type, "whoever received the service receives its withdrawal"
    [corrected] = [data for name, data in support.announced() if name == "record.corrected"]
    assert corrected["record_class"] != "service", "agencies that may not have the service receive nothing of it"


@pytest.mark.parametrize("kind", [STAYS, SESSION], ids=["placement", "session"])
def test_a_record_that_gives_its_service_again_gives_the_same_one(support: Harness, worker: Client, kind: Kind) -> None:
    record = kind.give(worker, EARLIER)
    worker.told("POST", f"{record}/correction", kind.no_longer, 201)
    again = {"accommodation_type": "refuge"} if kind is STAYS else {"attendance": "came_late"}
    worker.told("POST", f"{record}/correction", {"reason": "wrong_code", **again}, 201)
    [service] = services(worker)
    assert (service["delivered_on"], service["revision"]) == (EARLIER, 3)
    assert [name for name, _day in told(support)] == ["service.delivered", "service.withdrawn", "service.delivered"]


@KINDS
def test_a_service_of_a_record_is_corrected_with_the_record_only(worker: Client, kind: Kind) -> None:
    kind.give(worker, EARLIER)
    [service] = services(worker)
    for body in ({"reason": "not_so"}, {"reason": "wrong_date", "delivered_on": TODAY}):
        assert worker.ask("POST", f"services/{service['id']}/correction", body).status_code == 409
    assert services(worker) == [service]


@KINDS
def test_a_day_in_the_future_gives_no_service(worker: Client, kind: Kind) -> None:
    with pytest.raises(AssertionError):
        kind.give(worker, TOMORROW)
    assert services(worker) == []
    record = kind.give(worker, TODAY)
    body = {"reason": "wrong_date", kind.day: TOMORROW}
    assert worker.ask("POST", f"{record}/correction", body).status_code == 422
    assert [each["delivered_on"] for each in services(worker)] == [TODAY]


@KINDS
def test_a_need_that_is_noted_after_the_record_is_met_by_it(worker: Client, kind: Kind) -> None:
    kind.give(worker, EARLIER)
    need(worker, kind.service_type)
    assert met(worker, kind.service_type) == EARLIER


@KINDS
def test_a_service_before_the_need_and_one_of_another_kind_do_not_meet_it(worker: Client, kind: Kind) -> None:
    need(worker, kind.service_type, TODAY)
    need(worker, "documents")
    kind.give(worker, EARLIER)
    assert (met(worker, kind.service_type), met(worker, "documents")) == (None, None)


@KINDS
def test_a_record_meets_no_need_of_another_case_and_cannot_be_changed_from_there(
    support: Harness, worker: Client, kind: Kind
) -> None:
    other = uuid4()
    with support.database.transaction() as session:
        add_case(session, "support", other)
        unmet = UrgentNeed(id=uuid4(), case_id=other, service_type=kind.service_type, noted_on=date(2025, 12, 1))
        session.add(unmet)
    record = kind.give(worker, EARLIER)
    with support.database.transaction() as session:
        assert session.scalars(select(UrgentNeed.met_on).where(UrgentNeed.case_id == other)).one() is None
        assert session.scalars(select(Delivery.case_id)).all() == [support.case]
    of_other = f"/v1/cases/{other}/{record}/correction"
    assert worker.ask("POST", of_other, {"reason": "not_so"}).status_code in (403, 404)
    assert len(services(worker)) == 1


@KINDS
def test_the_same_request_sent_twice_records_one_service(worker: Client, kind: Kind) -> None:
    record = kind.give(worker, EARLIER)
    steps = {HELP.day: ("progress", {"state": "given"}), STAYS.day: ("move-in", {})}
    step, body = steps.get(kind.day, ("attendance", {"attendance": "came"}))
    assert worker.ask("POST", f"{record}/{step}", body).status_code == 409
    assert len(services(worker)) == 1


@KINDS
def test_a_service_that_was_recorded_by_hand_as_well_is_proposed_as_the_same(worker: Client, kind: Kind) -> None:
    kind.give(worker, EARLIER)
    body = {"service_type": kind.service_type, "urgent": False, "delivered_on": EARLIER}
    again = worker.told("POST", "services", body, 201)
    [first] = [each["id"] for each in services(worker) if each["record"] is not None]
    assert again["alike"] == first


@KINDS
def test_a_record_of_an_earlier_release_publishes_nothing_when_it_changes(
    support: Harness, worker: Client, kind: Kind
) -> None:
    record = kind.give(worker, TODAY)
    with support.database.transaction() as session:
        session.execute(Delivery.__table__.delete())
    before = told(support)
    worker.told("POST", f"{record}/correction", {"reason": "wrong_date", kind.day: EARLIER}, 201)
    worker.told("POST", f"{record}/correction", {"reason": "not_so"}, 201)
    assert services(worker) == []
    assert told(support) == before


@pytest.mark.parametrize(("state", "because"), [("not_given", "no_funds"), ("withdrawn", None), ("tried", None)])
def test_help_that_was_not_given_is_no_service(worker: Client, state: str, because: str | None) -> None:
    because = because and codes("help_refusal").values[0]
    asked = _made(worker, "practical-help", {"service_type": "documents"})
    body = {"state": state, **({"not_given_because": because} if because else {})}
    worker.told("POST", f"{asked}/progress", body, 201)
    assert services(worker) == []


@pytest.mark.parametrize("attendance", sorted(set(codes("session_attendance").values) - {"came", "came_late"}))
def test_a_session_that_was_missed_is_no_service(worker: Client, attendance: str) -> None:
    attended(worker, TODAY, attendance)
    assert services(worker) == []


def test_a_planned_session_is_a_service_once_attended_and_never_on_a_future_day(worker: Client) -> None:
    planned = attended(worker, "2025-12-20", "planned")
    assert services(worker) == []
    worker.told("POST", f"{planned}/attendance", {"attendance": "came"}, 201)
    assert [each["delivered_on"] for each in services(worker)] == [TODAY]
    [session] = worker.told("GET", "")["counselling_sessions"]
    assert session["held_on"] == TODAY, "they came before the planned day"


def test_a_course_that_is_taken_back_takes_the_services_of_its_sessions_back(worker: Client) -> None:
    wrong, right = (_made(worker, "counselling", {"modality": each}) for each in ("group", "creative"))
    attended(worker, EARLIER, course=wrong)
    attended(worker, TODAY, course=wrong)
    kept = attended(worker, TODAY, course=right)
    worker.told("POST", f"{wrong}/correction", {"reason": "wrong_person"}, 201)
    assert [each["record"] for each in services(worker)] == [kept.rpartition("/")[2]]


def test_the_end_of_a_stay_ends_the_service_and_the_need_stays_met(support: Harness, worker: Client) -> None:
    need(worker, "accommodation_emergency")
    stay = moved_in(worker, EARLIER)
    worker.told("POST", f"{stay}/move-out", {"exit_reason": "moved_on"}, 201)
    [service] = services(worker)
    assert (service["ended_on"], service["revision"]) == (TODAY, 2)
    assert met(worker, "accommodation_emergency") == EARLIER
    last = [data for name, data in support.announced() if name == "service.delivered"][-1]
    assert (last["ended_on"], last["revision"], last["met_urgent_need"]) == (TODAY, 2, True)
    assert not [name for name, _day in told(support) if name == "service.withdrawn"]


def test_a_place_that_the_person_calls_unsafe_meets_no_need_until_it_is_safe(support: Harness, worker: Client) -> None:
    need(worker, "accommodation_emergency")
    stay = moved_in(worker, EARLIER, safe="no")
    assert (services(worker), told(support)) == ([], []), "nothing is published of it"
    worker.told("POST", f"{stay}/review", {"safe": "yes"}, 201)
    assert met(worker, "accommodation_emergency") == EARLIER


def test_no_agency_notices_that_a_person_calls_the_place_where_they_live_unsafe(
    support: Harness, worker: Client
) -> None:
    need(worker, "accommodation_emergency")
    stay = moved_in(worker, EARLIER)
    published = len(told(support))
    worker.told("POST", f"{stay}/review", {"safe": "no"}, 201)
    worker.told("POST", f"{stay}/review", {"safe": "yes"}, 201)
    worker.told("POST", f"{stay}/review", {"safe": "no"}, 201)
    assert len(told(support)) == published
    worker.told("POST", f"{stay}/move-out", {"exit_reason": "moved_on"}, 201)
    [service] = services(worker)
    assert (service["delivered_on"], service["ended_on"]) == (EARLIER, TODAY)
    assert met(worker, "accommodation_emergency") == EARLIER


@pytest.mark.parametrize("safe", ["yes", "no"])
def test_a_corrected_day_of_a_need_does_not_tell_an_agency_that_the_stay_is_unsafe(
    support: Harness, worker: Client, safe: str
) -> None:
    path = _made(worker, "needs", {"service_type": "accommodation_emergency", "noted_on": "2025-12-01"})
    stay = moved_in(worker, EARLIER)
    worker.told("POST", f"{stay}/review", {"safe": safe}, 201)
    worker.told("POST", f"{path}/correction", {"reason": "wrong_date", "noted_on": EARLIER}, 201)
    assert met(worker, "accommodation_emergency") == EARLIER
    assert told(support)[2:] == [("urgent_need.met", EARLIER)]
    worker.told("POST", f"{path}/correction", {"reason": "wrong_date", "noted_on": TODAY}, 201)
    [corrected] = worker.told("GET", "")["urgent_needs"]
    assert (corrected["met_on"], corrected["met_by"]) == (None, None)


@pytest.mark.parametrize("noted_on", [TODAY, EARLIER])
def test_a_stay_that_the_person_calls_unsafe_meets_no_further_need_until_it_is_safe(
    support: Harness, worker: Client, noted_on: str
) -> None:
    stay = moved_in(worker, TODAY)
    worker.told("POST", f"{stay}/review", {"safe": "no"}, 201)
    need(worker, "accommodation_emergency", noted_on)
    assert met(worker, "accommodation_emergency") is None
    assert told(support) == [("service.delivered", TODAY)]
    worker.told("POST", f"{stay}/review", {"safe": "yes"}, 201)
    assert met(worker, "accommodation_emergency") == TODAY
    assert told(support)[1:] == [("urgent_need.met", TODAY)]


def test_the_end_of_an_unsafe_stay_meets_no_need_that_was_noted_during_it(support: Harness, worker: Client) -> None:
    stay = moved_in(worker, EARLIER)
    worker.told("POST", f"{stay}/review", {"safe": "no"}, 201)
    need(worker, "accommodation_emergency", EARLIER)
    worker.told("POST", f"{stay}/move-out", {"exit_reason": "moved_on"}, 201)
    need(worker, "documents")
    assert met(worker, "accommodation_emergency") is None
    assert "urgent_need.met" not in [name for name, _day in told(support)]


def test_an_unsafe_stay_does_not_take_a_need_that_another_service_met(worker: Client) -> None:
    need(worker, "accommodation_emergency", EARLIER)
    other = _made(worker, "services", {"service_type": "accommodation_emergency", "urgent": True})
    stay = moved_in(worker, TODAY)
    worker.told("POST", f"{stay}/review", {"safe": "no"}, 201)
    assert met(worker, "accommodation_emergency") == TODAY
    worker.told("POST", f"{other}/correction", {"reason": "not_so"}, 201)
    assert met(worker, "accommodation_emergency") is None


def test_a_stay_that_is_over_does_not_meet_a_need_of_its_last_day(worker: Client) -> None:
    stay = moved_in(worker, TODAY)
    worker.told("POST", f"{stay}/move-out", {"exit_reason": "moved_on"}, 201)
    need(worker, "accommodation_emergency", TODAY)
    assert met(worker, "accommodation_emergency") is None


def test_an_attended_session_keeps_its_day_through_later_corrections(support: Harness, worker: Client) -> None:
    course = _made(worker, "counselling", {"modality": "one_to_one", "started_on": "2025-12-01"})
    body = {"course": course.rpartition("/")[2], "attendance": "planned", "held_on": "2025-12-20"}
    sitting = _made(worker, "counselling-sessions", body)
    worker.told("POST", f"{sitting}/correction", {"reason": "learnt_more", "attendance": "came"}, 201)
    support.move_clock(NOW + timedelta(days=2))
    worker.told("POST", f"{sitting}/correction", {"reason": "learnt_more", "interpreted": True}, 201)
    assert [each["delivered_on"] for each in services(worker)] == [TODAY]
    assert told(support) == [("service.delivered", TODAY)]


def test_a_changed_kind_of_help_is_urgent_only_if_a_need_of_that_kind_is_open(worker: Client) -> None:
    need(worker, "money_subsistence")
    record = help_given(worker, EARLIER)
    assert [each["urgent"] for each in services(worker)] == [True]
    worker.told("POST", f"{record}/correction", {"reason": "wrong_code", "service_type": "documents"}, 201)
    assert [each["urgent"] for each in services(worker)] == [False]


@pytest.mark.parametrize("kind", codes("accommodation_type").values)
def test_no_event_says_where_a_person_lives_or_what_kind_of_place_it_is(
    support: Harness, worker: Client, kind: str
) -> None:
    provider = str(uuid4())
    body = {"accommodation_type": kind, "region": "NL-ZH", "provider": provider}
    offered = _made(worker, "placements", body)
    worker.told("POST", f"{offered}/move-in", {}, 201)
    worker.told("POST", f"{offered}/move-out", {"exit_reason": "moved_on"}, 201)
    said = [data for name, data in support.announced() if name in OF_SERVICES]
    assert bool(said) == (kind in placement.SERVICES)
    for data in said:
        assert data["service_type"] in ("accommodation_emergency", "accommodation_longer")
    announced = str(support.announced())
    assert not [secret for secret in ("NL-ZH", provider, f"'{kind}'", "moved_on") if secret in announced]


def test_a_stay_money_and_counselling_open_to_agencies_by_what_they_are() -> None:
    opened = [SERVICES[each] for each in ("accommodation_emergency", "money_subsistence", "counselling")]
    assert opened == [STAY, MONEY, COUNSELLING]
    assert set(placement.SERVICES.values()) == {each for each in SERVICES if SERVICES[each] is STAY}


@pytest.mark.parametrize(("kind", "category"), [(STAYS, "location"), (HELP, "account")], ids=["placement", "help"])
def test_a_reader_without_the_category_of_the_record_does_not_see_its_service(
    support: Harness, worker: Client, kind: Kind, category: str
) -> None:
    kind.give(worker, EARLIER)
    worker.told("POST", "services", {"service_type": "documents", "urgent": False}, 201)
    everything = frozenset({"health", "account", "location"})
    with support.database.transaction() as session:
        seen = [
            [each["service_type"] for each in file_of(session, support.case, Sight(ALL.classes, of))["services"]]
            for of in (everything, everything - {category})
        ]
    assert seen == [[kind.service_type, "documents"], ["documents"]]


def test_the_timeline_has_an_entry_of_the_record_and_none_of_its_service(worker: Client) -> None:
    attended(worker, EARLIER)
    worker.told("POST", "services", {"service_type": "documents", "urgent": False}, 201)
    what = [entry["what"] for entry in worker.told("GET", "timeline")["entries"]]
    assert (what.count("counselling_session"), what.count("service")) == (1, 1)


DAYS = ["2025-12-02", "2025-12-03", "2025-12-04"]
TYPES = ["money_subsistence", "accommodation_emergency", "accommodation_longer", "counselling"]
PLACES = ["safe_house", "street", "foster", "hotel"]
#: A step: the action, the record to use, the day, and the value to choose.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["help", "stay", "session", "service", "need", "correct", "withdraw", "review", "leave"]),
        st.integers(0, 5),
        st.sampled_from(DAYS),
        st.integers(0, 3),
    ),
    max_size=12,
)


def take(worker: Client, done: str, records: list[str], which: int, day: str, value: int) -> None:
    """Take a step. If the service refuses it because of earlier steps, nothing changes."""
    fitting = [each for each in records if done not in ("review", "leave") or each.startswith("placements")]
    record = fitting[which % len(fitting)] if fitting else ""
    if done == "help":
        records.append(help_given(worker, day, TYPES[value]))
    elif done == "stay":
        records.append(moved_in(worker, day, PLACES[value], safe=["yes", "no", "unknown", "yes"][which % 4]))
    elif done == "session":
        records.append(attended(worker, day, ["came", "did_not_come", "came_late", "planned"][value]))
    elif done == "service":
        body = {"service_type": TYPES[value], "urgent": False, "delivered_on": day}
        records.append(_made(worker, "services", body))
    elif done == "need":
        need(worker, TYPES[value], day)
    elif not record:
        return
    elif done == "withdraw":
        worker.ask("POST", f"{record}/correction", {"reason": "not_so"})
    elif done == "review":
        worker.ask("POST", f"{record}/review", {"safe": ["yes", "no"][value % 2]})
    elif done == "leave":
        worker.ask("POST", f"{record}/move-out", {"exit_reason": "moved_on", "moved_out_on": day})
    else:
        values: dict[str, dict[str, Any]] = {
            "practical-help": {"ended_on": day, "service_type": TYPES[value]},
            "placements": {
                "moved_in_on": day,
                "accommodation_type": PLACES[value],
            },
            "counselling-sessions": {"held_on": day, "attendance": ["came", "did_not_come"][value % 2]},
            "services": {"delivered_on": day, "service_type": TYPES[value]},
        }
        body = {"reason": "learnt_more", **values[record.partition("/")[0]]}
        worker.ask("POST", f"{record}/correction", body)


def expected(file: dict[str, Any]) -> dict[str, tuple[str, str, str | None]]:
    """Return the expected services of a case, by record: the type, the first day and the last day."""
    found: dict[str, tuple[str, str, str | None]] = {}
    given_once = {each["record"] for each in file["services"]}
    for each in file["practical_help"]:
        if each["state"] == "given" and not each["taken_back_at"]:
            found[each["id"]] = (each["service_type"], each["ended_on"], None)
    for each in file["placements"]:
        what = placement.SERVICES.get(each["accommodation_type"])
        counts = each["safe"] != "no" or each["id"] in given_once
        if what and each["moved_in_on"] and counts and not each["taken_back_at"]:
            found[each["id"]] = (what, each["moved_in_on"], each["moved_out_on"])
    for each in file["counselling_sessions"]:
        if each["attendance"] in ("came", "came_late") and not each["taken_back_at"]:
            found[each["id"]] = ("counselling", each["held_on"], None)
    return found


# All examples use the same database. Each example has its own case.
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_services_needs_and_events_say_what_the_records_say(support: Harness, steps: list[Any]) -> None:
    support.case = uuid4()
    with support.database.transaction() as session:
        add_case(session, "support", support.case)
    worker = support.member("counsellor", lead=True)
    records: list[str] = []
    before = len(support.announced())
    for done, which, day, value in steps:
        take(worker, done, records, which, day, value)
    file = worker.told("GET", "")
    standing = [each for each in file["services"] if each["taken_back_at"] is None]
    of_records = [each for each in standing if each["record"] is not None]
    said = {each["record"]: (each["service_type"], each["delivered_on"], each["ended_on"]) for each in of_records}
    assert (said, len(said)) == (expected(file), len(of_records)), "one service of each record that gives one"
    unsafe = {each["id"] for each in file["placements"] if each["safe"] == "no"}
    for each in file["urgent_needs"]:
        fitting = [
            service
            for service in standing
            if service["service_type"] == each["service_type"]
            and (service["record"] not in unsafe or service["id"] == each["met_by"])
        ]
        days = [
            service["delivered_on"]
            for service in fitting
            if service["delivered_on"] >= each["noted_on"]
            and (service["ended_on"] is None or service["ended_on"] > each["noted_on"])
        ]
        assert each["met_on"] == min(days, default=None)
    received: dict[str, tuple[str, str]] = {}
    for name, data in support.announced()[before:]:
        if name == "service.delivered":
            received[data["service"]] = (data["service_type"], data["delivered_on"])
        elif name == "service.withdrawn":
            del received[data["service"]]
    kept = {each["id"]: (each["service_type"], each["delivered_on"]) for each in standing}
    assert received == kept, "an agency that received all events has these services"
