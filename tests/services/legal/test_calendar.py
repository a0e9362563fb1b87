"""An adviser's calendar, as a calendar program parses it, and as another person who finds the phone sees it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from deploy.cli import servers
from services.legal.overview.calendar import rules
from services.legal.overview.calendar.rules import Appointment, Entry
from shared.access.exclusions import exclusions
from shared.access.revocations import revoke
from shared.encryption import SealedRows
from tests.kit.calendars import read, subscribed
from tests.kit.harness import Harness, harness
from tests.kit.matters import dated, opened, put_right

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
#: The only allowed properties of an event. RFC 5545 has many more, and each of them could identify a person.
SAID: Final = {
    *("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "TRANSP", "CLASS", "SUMMARY"),
}


def entries_now(shown: Iterable[Entry], appointments: Sequence[Appointment], now: datetime) -> list[Entry]:
    return rules.entries_now(shown, appointments, now, uuid4)


def hearing(day: date, *, takes_time: bool = True) -> Appointment:
    return Appointment(uuid4(), uuid4(), day, takes_time)


def test_what_moved_or_was_cancelled_is_the_same_event_with_a_higher_sequence() -> None:
    first, gone = hearing(date(2026, 3, 10)), hearing(date(2026, 3, 11))
    shown = entries_now([], [first, gone], NOW)
    assert [(entry.sequence, entry.is_cancelled) for entry in shown] == [(0, False), (0, False)]
    assert entries_now(shown, [first, gone], NOW + timedelta(days=1)) == shown, "what is the same stays"
    later = NOW + timedelta(days=2)
    moved = replace(first, day=date(2026, 3, 20))
    changed = {entry.uid: entry for entry in entries_now(shown, [moved], later)}
    was_first, was_gone = (changed[entry.uid] for entry in shown)
    assert (was_first.appointment.day, was_first.sequence, was_first.is_cancelled) == (date(2026, 3, 20), 1, False)
    assert (was_gone.appointment.day, was_gone.sequence, was_gone.is_cancelled) == (date(2026, 3, 11), 1, True)
    assert was_gone.changed_at == later
    back = entries_now(changed.values(), [moved, gone], later)
    assert {(entry.sequence, entry.is_cancelled) for entry in back} == {(1, False), (2, False)}
    over = entries_now(changed.values(), [], later)
    assert [entry.is_cancelled for entry in over] == [True, True]
    assert entries_now(over, [], later + rules.SHOWN_AFTER + timedelta(days=1)) == []


def test_ids_are_of_chance_and_no_two_addresses_have_one_in_common() -> None:
    one = hearing(date(2026, 3, 10))
    uids = {entries_now([], [one], NOW)[0].uid for _ in range(2)}
    assert len(uids) == 2
    assert not uids & {one.record, one.case}
    assert {uid.version for uid in uids} == {4}, "a version with a time in it would say when it was recorded"


def test_a_calendar_for_a_shared_phone_shows_busy_days_and_no_deadlines() -> None:
    entries = [
        Entry(uuid4(), hearing(date(2026, 3, 10), takes_time=takes_time), 0, NOW) for takes_time in (True, False)
    ]
    _, every = read(rules.written(entries, busy_only=False).decode())
    assert [event["TRANSP"] for event in every] == ["OPAQUE", "TRANSPARENT"]
    _, busy = read(rules.written(entries, busy_only=True).decode())
    assert [event["SUMMARY"] for event in busy] == ["Busy"]


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def test_an_address_of_a_calendar_needs_no_key_of_its_adviser(legal: Harness) -> None:
    subscribed(legal.member("legal_adviser"))
    assert list(SealedRows(legal.parts.migrations.metadata[-1]).pages(legal.database)) == [], (
        "a key would count as lost"
    )


@pytest.mark.integration
def test_an_enemy_who_finds_the_calendar_learns_of_days_and_of_nothing_else(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    day, due = (str(date.today() + timedelta(days=days)) for days in (40, 50))  # noqa: DTZ011 - real time, as feeds have it
    made = adviser.told("POST", f"{file}/hearings", {"kind": "trial", "held_on": day}, 201)
    key_date = dated(adviser, file, "appeal", due)
    address = subscribed(adviser)
    answer = legal.staff("caseworker").ask("GET", address)
    assert answer.mimetype == "text/calendar"
    text = answer.get_data(as_text=True)
    about, events = read(text)
    assert {event["DTSTART"] for event in events} == {each.replace("-", "") for each in (day, due)}
    for event in events:
        assert event.keys() == SAID
        assert (event["SUMMARY"], event["STATUS"], event["CLASS"]) == ("Appointment", "CONFIRMED", "CONFIDENTIAL")
        assert UUID(event["UID"]).version == 4
    known = {
        *(legal.case, adviser.subject, made["id"], file.rpartition("/")[2], key_date.rpartition("/")[2]),
        *("trial", "appeal", "asylum", "hearing", "case", "legal", "court", "victim", "path"),
    }
    assert not [each for each in known if str(each).lower() in f"{text}{dict(answer.headers)}".lower()]
    assert about["NAME"] == "Calendar"


@pytest.mark.integration
def test_a_calendar_program_sees_moved_and_ended_entries_and_none_behind_a_barrier(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    first, second = (str(date.today() + timedelta(days=days)) for days in (40, 50))  # noqa: DTZ011 - as above
    made = adviser.told("POST", f"{file}/hearings", {"kind": "trial", "held_on": first}, 201)
    hearing_path = f"{file}/hearings/{made['id']}"
    address, others = subscribed(adviser), subscribed(other)

    def shown(at: str = address) -> list[tuple[str, str, str]]:
        _, events = read(legal.staff("caseworker").ask("GET", at).get_data(as_text=True))
        return [(event["DTSTART"], event["SEQUENCE"], event["STATUS"]) for event in events]

    assert shown(others) == []
    assert shown() == [(first.replace("-", ""), "0", "CONFIRMED")] == shown()
    adviser.told("POST", f"{hearing_path}/move", {"held_on": second}, 201)
    assert shown() == [(second.replace("-", ""), "1", "CONFIRMED")]
    put_right(adviser, hearing_path, reason="not_so")
    assert shown() == [(second.replace("-", ""), "2", "CANCELLED")]
    assert shown(others) == []


@pytest.mark.integration
def test_revoked_tokens_close_a_calendar_and_an_exclusion_removes_its_days(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    day = str(date.today() + timedelta(days=40))  # noqa: DTZ011 - as above
    adviser.told("POST", f"{opened(adviser)}/hearings", {"kind": "trial", "held_on": day}, 201)
    address, reader = subscribed(adviser), legal.staff("caseworker")
    _, events = read(reader.ask("GET", address).get_data(as_text=True))
    assert [event["STATUS"] for event in events] == ["CONFIRMED"]
    member = UUID(str(adviser.subject))
    with legal.database.transaction() as session:
        named = {"kind": "worker", "member": member, "agency": None}
        session.execute(insert(exclusions).values(id=uuid4(), case_id=legal.case, **named))
    _, events = read(reader.ask("GET", address).get_data(as_text=True))
    assert [event["STATUS"] for event in events] == ["CANCELLED"]
    with legal.database.transaction() as session:
        revoke(session, member, datetime.now(UTC))
    assert reader.ask("GET", address).status_code == 404


@pytest.mark.integration
def test_an_address_is_its_owners_to_revoke_and_what_is_revoked_never_was(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), legal.member("legal_adviser")
    address = subscribed(adviser, busy_only=True, days=7)
    [feed] = adviser.told("GET", "/v1/calendar-feeds")["calendars"]
    assert address.rpartition("/")[2] not in str(feed)
    assert feed["busy_only"] is True
    assert other.told("GET", "/v1/calendar-feeds")["calendars"] == []
    assert legal.member("caseworker").ask("POST", "/v1/calendar-feeds", {}).status_code == 403
    revocation = f"/v1/calendar-feeds/{feed['id']}/revocation"
    assert other.ask("POST", revocation).status_code == 404
    assert legal.staff("caseworker").ask("GET", address).status_code == 200
    assert adviser.ask("POST", revocation).status_code == 204
    gone, never = (legal.staff("caseworker").ask("GET", each) for each in (address, f"/v1/calendars/{uuid4().hex}"))
    said = [{**each.get_json(), "instance": None} for each in (gone, never)]
    assert (gone.status_code, said[0]) == (404, said[1])
    for _ in range(rules.MOST_FEEDS):
        subscribed(adviser)
    assert adviser.ask("POST", "/v1/calendar-feeds", {}).status_code == 409
    assert adviser.ask("POST", "/v1/calendar-feeds", {"days": rules.LONGEST_DAYS + 1}).status_code == 422
