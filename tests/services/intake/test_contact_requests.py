"""Contact requests over HTTP: the visitor's request, the view of the agency's staff, and the data that remains."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from deploy.cli import servers
from services.intake.cases.contact_request import rules
from services.intake.cases.contact_request.actions import keeping
from services.intake.cases.contact_request.models import ContactRequest
from services.intake.service import PARTS, Intake
from shared import encryption
from shared.access import staff
from shared.access.agencies import CONTACTED
from shared.access.tokens import new_key, service_issuer
from shared.access.visitors import HEADER, header
from shared.deadlines.timers import Timers
from shared.http.rates import Rates
from shared.privacy.erasure.eraser import Eraser
from shared.store.measuring import Measuring
from shared.telemetry import metrics
from tests.kit.client import Client, edge_of, told
from tests.kit.harness import Harness, harness
from tests.kit.intake.cases import rule_of

pytestmark = pytest.mark.integration

SECRET = "s" * 40
NUMBER, WORD, NAME, STORY = "+31 6 0000 0001", "Fictitious word", "Fictitious name", "Fictitious story"
ASKED = {
    "jurisdiction": "NL",
    "language": "vi",
    "way": "phone",
    "contact": NUMBER,
    "days": ["monday", "friday"],
    "begins": "10:00",
    "ends": "12:00",
    "code_word": WORD,
    "called": NAME,
    "if_another_answers": "say_agreed_story",
    "story": STORY,
    "topics": ["documents"],
}


class Site:
    """Intake with an agency that reads requests, and visitors who send them."""

    def __init__(self, service: Harness) -> None:
        self.service, self.agency = service, uuid4()
        service.database.provide(CONTACTED, {"NL": self.agency})
        self.limit()
        self._settings = SimpleNamespace(signing_key=json.dumps(new_key(service_issuer("intake"))))

    def limit(self, **rates: str) -> None:
        """Set these rate limits."""
        database, clock = self.service.database, self.service.clock
        counted = Rates(public_secret=SECRET, **rates)
        self.service.door = edge_of(database, self.service.parts, clock=clock, rates=counted)

    def send(self, name: str, body: Any, network: str = "192.0.2.7", value: str | None = None) -> Response:
        spec = getattr(Intake, name).route
        own = header(SECRET, network) if value is None else value
        built = EnvironBuilder(path=spec.path, method=spec.method, json=body, headers={HEADER: own})
        served: Any = Intake()
        served.edge, served.process = self.service.door, SimpleNamespace(settings=self._settings)
        reply: Response = getattr(Intake, name)(served, Request(built.get_environ()))
        return reply

    def ask(self, network: str = "192.0.2.7", **different: Any) -> str:
        code: str = told(self.send("request_contact", {**ASKED, **different}, network), 201)["return_code"]
        return code

    def state(self, code: str) -> dict[str, Any]:
        return told(self.send("contact_request_state", {"code": code}))

    def withdraw(self, code: str) -> dict[str, Any]:
        return told(self.send("withdraw_contact_request", {"code": code}))

    def member(self, role: str = "caseworker", agency: UUID | None = None) -> Client:
        member = self.service.staff(role)
        with self.service.database.transaction() as session:
            of_agency = update(staff.staff).where(staff.staff.c.id == member.subject)
            session.execute(of_agency.values(agency=agency or self.agency))
        return member

    def pass_time(self, since: datetime, **time: float) -> datetime:
        """Move the clock, and fire every timer that is due; return the new instant."""
        now = since + timedelta(**time)
        self.service.move_clock(now)
        timers = Timers(self.service.database, self.service.clock, PARTS.following.emits, PARTS.on_timer)
        while timers.fire_due():
            pass
        return now

    def erase_keys(self) -> None:
        """Destroy the keys of erased data, as the process does after each commit."""
        keys = encryption.KEYS.of(next(self._session()))
        Eraser(self.service.database, keys, PARTS.following.emits, PARTS.erasing).complete_all()

    def _session(self) -> Iterator[Any]:
        with self.service.database.transaction() as session:
            yield session

    def rung(self) -> list[str]:
        return [data["told"] for name, data in self.service.announced() if name == "ring.due"]


@pytest.fixture
def site(postgres: servers.PostgresServer) -> Iterator[Site]:
    with harness("intake", postgres) as service:
        yield Site(service)


NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def listed(member: Client, which: str = "waiting") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(member.ask("GET", "/v1/contact-requests", query={"which": which}))["requests"]
    return found


def act(member: Client, request: str, what: str, body: Any = None, status: int = 200) -> dict[str, Any]:
    """Take a step with a request in its current state."""
    etag = member.ask("GET", f"/v1/contact-requests/{request}").headers.get("ETag", '"0"')
    return told(member.ask("POST", f"/v1/contact-requests/{request}/{what}", body, If_Match=etag), status)


def refused(reply: Response) -> str:
    """Return the rule by which a request was refused."""
    return rule_of(json.loads(reply.get_data(as_text=True)))


def contact(member: Client, request: str, status: int = 200) -> dict[str, Any]:
    return told(member.ask("GET", f"/v1/contact-requests/{request}/contact"), status)


# --- the steps of a request --------------------------------------------------------------------------------------


@pytest.mark.hazard("H-PUBLIC-6", control="request-rings")
def test_a_request_reaches_the_list_of_the_agency_and_rings(site: Site) -> None:
    site.service.move_clock(NOW)
    code = site.ask()
    site.service.move_clock(NOW + timedelta(minutes=5))

    [request] = listed(site.member())
    assert (request["way"], request["language"], request["waiting_minutes"]) == ("phone", "vi", 5)
    assert not {NUMBER, WORD, NAME, STORY} & set(map(str, request.values()))
    assert site.rung() == ["team"]
    assert site.state(code) == {"state": "received", "may_change": True, "may_leave_message": False}


def test_only_who_took_a_request_sees_the_contact_and_each_look_is_audited(site: Site) -> None:
    site.ask()
    one, other = site.member(), site.member("supervisor")
    [request] = listed(one)
    contact(one, request["id"], 404)
    act(one, request["id"], "take")

    shown = contact(one, request["id"])
    assert (shown["contact"], shown["code_word"], shown["called"]) == (NUMBER, WORD, NAME)
    assert (shown["days"], shown["begins"], shown["zone"]) == (["monday", "friday"], "10:00:00", "Europe/Amsterdam")
    contact(other, request["id"], 404)
    assert act(other, request["id"], "take", status=409)
    assert listed(other) == []
    assert "contact_request.see" in site.service.everything()


def test_another_agency_sees_nothing_of_a_request(site: Site) -> None:
    site.ask()
    [request] = listed(site.member())
    stranger = site.member(agency=uuid4())
    assert listed(stranger) == []
    for path in ("", "/contact"):
        told(stranger.ask("GET", f"/v1/contact-requests/{request['id']}{path}"), 404)
    act(stranger, request["id"], "take", status=404)


def test_staff_without_an_agency_read_no_requests(site: Site) -> None:
    site.ask()
    assert listed(site.member(agency=staff.UNKNOWN_AGENCY)) == []


@pytest.mark.parametrize("outcome", ["reached", "wrong_contact", "passed_on"])
def test_a_settled_request_is_off_the_lists_and_erased_after_a_week(site: Site, outcome: str) -> None:
    site.service.move_clock(NOW)
    code, worker = site.ask(), site.member()
    [request] = listed(worker)
    act(worker, request["id"], "take")
    act(worker, request["id"], "outcome", {"outcome": outcome})

    assert listed(worker) == listed(worker, "mine") == []
    contact(worker, request["id"], 404)
    assert site.state(code)["state"] == "taken", "that the person was reached is not for another reader"
    site.pass_time(NOW, days=8)
    assert refused(site.send("contact_request_state", {"code": code})) == "code_leads_back"
    told(worker.ask("GET", f"/v1/contact-requests/{request['id']}"), 404)


def test_who_was_not_reached_learns_it_and_can_change_the_way(site: Site) -> None:
    code, worker = site.ask(), site.member()
    [request] = listed(worker)
    act(worker, request["id"], "take")
    act(worker, request["id"], "outcome", {"outcome": "not_reached"})
    assert site.state(code)["state"] == "not_reached"

    changed = {"code": code, "way": "email", "contact": "fictitious@example.org", "may_leave_message": True}
    assert told(site.send("change_contact_request", changed))["may_leave_message"] is True
    shown = contact(worker, request["id"])
    assert (shown["way"], shown["contact"], shown["code_word"]) == ("email", "fictitious@example.org", WORD)
    assert listed(worker, "mine")[0]["changed_at"] is not None


@pytest.mark.hazard("H-PUBLIC-1", control="nothing-left-unless-chosen")
def test_a_case_opens_with_what_the_person_agreed_to(site: Site) -> None:
    site.ask()
    worker = site.member()
    [request] = listed(worker)
    act(worker, request["id"], "take")
    case = act(worker, request["id"], "case", {"age": "adult"})["case"]

    opened = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert (opened["source"], opened["channel"], opened["language"]) == ("self", "web_form", "vi")
    agreed = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact/agreement"))["agreement"]
    assert (agreed["channels"], agreed["leaves"], agreed["code_word"]) == (["phone"], [], WORD)
    assert [window["day"] for window in agreed["windows"]] == ["monday", "friday"]
    assert told(worker.ask("GET", f"/v1/cases/{case}/person"))["contact"]["phone"] == NUMBER
    assert listed(worker, "mine") == []


@pytest.mark.parametrize(("way", "left"), [("phone", ["voicemail"]), ("sms", ["messages"]), ("in_person", [])])
@pytest.mark.hazard("H-PUBLIC-1", control="nothing-left-unless-chosen")
def test_what_may_be_left_is_what_the_person_chose(way: str, left: list[str]) -> None:
    written = {**dict.fromkeys(("begins", "ends", "story", "code_word")), "contact": "x", "days": []}
    chosen = {"if_another_answers": "hang_up", **written}
    assert rules.agreement({**chosen, "may_leave_message": True}, way, "UTC")["leaves"] == left
    assert rules.agreement({**chosen, "may_leave_message": False}, way, "UTC")["leaves"] == []


# --- requests without a reader -----------------------------------------------------------------------------------


@pytest.mark.hazard("H-PUBLIC-6", control="request-rings")
def test_an_unclaimed_request_rings_again_and_reaches_supervisors_after_an_hour(site: Site) -> None:
    site.service.move_clock(NOW)
    site.ask()
    site.ask("198.51.100.1")
    assert site.rung() == ["team"], "one ring, however many wait"
    now = site.pass_time(NOW, minutes=16)
    assert site.rung() == ["team"] * 2
    now = site.pass_time(now, minutes=50)
    assert site.rung()[2:] == ["team", "agency_supervisors"]

    worker = site.member()
    for request in listed(worker):
        act(worker, request["id"], "take")
    before = site.rung()
    site.pass_time(now, minutes=20)
    assert site.rung() == before


@pytest.mark.hazard("H-PUBLIC-6", control="forgotten-request-returns")
def test_a_request_that_was_taken_and_forgotten_is_on_the_list_again_and_rings(site: Site) -> None:
    site.service.move_clock(NOW)
    code, worker = site.ask(), site.member()
    [request] = listed(worker)
    act(worker, request["id"], "take")
    site.pass_time(NOW, hours=25)

    assert [found["id"] for found in listed(site.member())] == [request["id"]]
    assert listed(worker, "mine") == []
    contact(worker, request["id"], 404)
    assert site.state(code)["state"] == "received"
    assert site.rung()[-1] == "team"


def test_a_request_that_is_given_back_is_free_again(site: Site) -> None:
    site.ask()
    one, other = site.member(), site.member()
    [request] = listed(one)
    act(one, request["id"], "take")
    act(one, request["id"], "return")
    act(other, request["id"], "take")
    assert contact(other, request["id"])["contact"] == NUMBER


@pytest.mark.hazard("H-PUBLIC-6", control="unclaimed-request-alarms")
def test_the_age_of_the_oldest_request_that_nobody_took_is_a_metric(site: Site) -> None:
    measuring = Measuring(site.service.database, keeping.MEASURES)
    measuring.look()
    assert metrics.contact_request_age._value.get() == 0
    site.ask()
    with site.service.database.transaction() as session:
        session.execute(update(ContactRequest).values(waiting_since=datetime.now(UTC) - timedelta(hours=2)))
    measuring.look()
    assert metrics.contact_requests_waiting._value.get() == 1
    assert metrics.contact_request_age._value.get() >= 7_200

    [request] = listed(worker := site.member())
    act(worker, request["id"], "take")
    measuring.look()
    assert metrics.contact_request_age._value.get() == 0


def test_a_request_that_nobody_takes_for_a_month_is_erased(site: Site) -> None:
    site.service.move_clock(NOW)
    code = site.ask()
    site.pass_time(NOW, days=31)
    assert refused(site.send("contact_request_state", {"code": code})) == "code_leads_back"


@pytest.mark.hazard("H-PUBLIC-6", control="nobody-reads-nothing-offered")
def test_where_no_agency_reads_requests_none_is_accepted(site: Site) -> None:
    reply = site.send("request_contact", {**ASKED, "jurisdiction": "RO"})
    assert (reply.status_code, refused(reply)) == (422, "somebody_reads_it")


# --- the code ----------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-PUBLIC-1", control="code-shows-no-contact")
def test_no_reply_to_a_code_has_anything_that_the_person_wrote(site: Site) -> None:
    code = site.ask()
    replies = [
        site.send("contact_request_state", {"code": code}),
        site.send("change_contact_request", {"code": code, "called": NAME}),
        site.send("withdraw_contact_request", {"code": code}),
    ]
    said = "".join(reply.get_data(as_text=True) for reply in replies)
    assert not any(secret in said for secret in (NUMBER, WORD, NAME, STORY, "phone"))


def test_a_form_that_is_sent_twice_is_one_request_with_one_code(site: Site) -> None:
    form = str(uuid4())
    assert site.ask(form=form) == site.ask(form=form)
    assert len(listed(site.member())) == 1
    assert site.ask(form=str(uuid4())) != site.ask()
    assert len(listed(site.member())) == 3


def test_unknown_withdrawn_and_foreign_codes_are_refused_alike(site: Site) -> None:
    code = site.ask()
    site.withdraw(code)
    foreign = Site(site.service)  # another installation's key
    replies = [
        foreign.send("contact_request_state", {"code": site.ask()}),
        site.send("contact_request_state", {"code": code}),
        site.send("change_contact_request", {"code": code, "called": NAME}),
        site.send("withdraw_contact_request", {"code": code}),
        site.send("come_back", {"code": site.ask()}),
    ]
    assert {(reply.status_code, refused(reply)) for reply in replies} == {(422, "code_leads_back")}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"way": "email"}, "way_has_contact"),
        ({"begins": "13:00"}, "begins_before_it_ends"),
        ({"begins": "12:00", "ends": "10:00"}, "begins_before_it_ends"),
        ({"if_another_answers": "ask_for_code_word", "code_word": None}, None),
    ],
)
def test_a_change_is_checked_with_what_stays(site: Site, changed: dict[str, Any], rule: str | None) -> None:
    reply = site.send("change_contact_request", {"code": site.ask(), **changed})
    assert (refused(reply) if reply.status_code != 200 else None) == rule


def test_two_who_take_a_request_at_once_do_not_both_get_it(site: Site) -> None:
    site.ask()
    one, other = site.member(), site.member()
    [request] = listed(one)
    etag = one.ask("GET", f"/v1/contact-requests/{request['id']}").headers["ETag"]
    path = f"/v1/contact-requests/{request['id']}/take"
    told(one.ask("POST", path, If_Match=etag))
    told(other.ask("POST", path, If_Match=etag), 412)


# --- withdrawn ---------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-PUBLIC-1", control="erased-on-withdrawal")
@pytest.mark.parametrize("is_taken", [False, True])
def test_a_withdrawn_request_is_erased_and_its_key_destroyed(site: Site, *, is_taken: bool) -> None:
    code, worker = site.ask(), site.member()
    [request] = listed(worker)
    if is_taken:
        act(worker, request["id"], "take")
    with site.service.database.transaction() as session:
        backup = session.get_one(ContactRequest, UUID(request["id"])).request
    assert site.withdraw(code) == {"state": "withdrawn"}
    site.erase_keys()

    with site.service.database.transaction() as session:
        keys = encryption.of(session)
        assert keys.is_destroyed(UUID(request["id"]))
        row = session.get(ContactRequest, UUID(request["id"]))
        assert (row is None) == (not is_taken)
        assert backup is not None
        cell = encryption.Cell("contact_requests", "request", UUID(request["id"]))
        with pytest.raises(encryption.KeyDestroyed):
            keys.unseal(UUID(request["id"]), cell, backup)
    everything = site.service.everything()
    left = [secret for secret in (NUMBER, WORD, NAME, STORY, backup.hex()) if secret in everything]
    assert left == []


@pytest.mark.hazard("H-PUBLIC-1", control="withdrawn-stays-withdrawn")
@pytest.mark.parametrize("is_taken", [False, True])
def test_a_repeated_form_does_not_restore_a_withdrawn_request(site: Site, *, is_taken: bool) -> None:
    form, worker = str(uuid4()), site.member()
    code = site.ask(form=form)
    assert site.ask(form=form) == code, "the same request"
    [request] = listed(worker)
    if is_taken:
        act(worker, request["id"], "take")
    site.withdraw(code)
    assert site.send("request_contact", {**ASKED, "form": form}).status_code == 422
    site.erase_keys()
    assert site.send("request_contact", {**ASKED, "form": form}).status_code == 422
    assert listed(worker) == []
    assert site.ask(form=str(uuid4())) != code, "a new form is a new request"


def test_who_took_a_request_sees_that_it_was_withdrawn_and_nothing_else_for_a_week(site: Site) -> None:
    site.service.move_clock(NOW)
    code, worker = site.ask(), site.member()
    [request] = listed(worker)
    act(worker, request["id"], "take")
    site.withdraw(code)

    [left] = listed(worker, "mine")
    assert (left["state"], left["way"], left["language"], left["jurisdiction"]) == ("withdrawn", None, None, None)
    contact(worker, request["id"], 404)
    site.pass_time(NOW, days=8)
    assert listed(worker, "mine") == []


def test_no_event_and_no_audit_entry_has_anything_of_a_request(site: Site) -> None:
    code, worker = site.ask(), site.member()
    [request] = listed(worker)
    act(worker, request["id"], "take")
    contact(worker, request["id"])
    site.withdraw(code)
    events = json.dumps(site.service.announced(), default=str)
    assert request["id"] not in events
    for secret in (NUMBER, WORD, NAME, STORY, code):
        assert secret not in events + site.service.everything()


# --- many requests -----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-PUBLIC-5", control="visitor-is-proved")
def test_one_network_uses_up_its_own_rate_and_no_other(site: Site) -> None:
    site.limit(contacts="2/3600")
    for _ in range(2):
        site.ask("192.0.2.7")
    reply = site.send("request_contact", ASKED, "192.0.2.7")
    assert (reply.status_code, "Retry-After" in reply.headers) == (429, True)
    site.ask("192.0.2.8")


@pytest.mark.hazard("H-PUBLIC-5", control="visitor-is-proved")
def test_without_a_proof_all_visitors_count_as_one_address(site: Site) -> None:
    site.limit(contacts="1/3600")
    replies = [site.send("request_contact", ASKED, value=f"made-up-{number}.proof") for number in range(3)]
    assert [reply.status_code for reply in replies] == [201, 429, 429]


def test_codes_are_tried_a_few_times_only(site: Site) -> None:
    site.limit(codes="3/3600")
    replies = [site.send("contact_request_state", {"code": "1111-1111-1111-1111"}) for _ in range(5)]
    assert [reply.status_code for reply in replies] == [422, 422, 422, 429, 429]


@pytest.mark.hazard("H-PUBLIC-5", control="bounded-queue")
def test_a_full_list_refuses_and_stores_nothing_until_somebody_takes_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 2)
    accepted = [site.ask(), site.ask()]
    assert told(site.send("request_contact", ASKED), 503)["type"] == "urn:casepath:problem:the-list-is-full"
    assert {site.state(code)["state"] for code in accepted} == {"received"}

    worker = site.member()
    act(worker, listed(worker)[0]["id"], "take")
    site.ask()


@pytest.mark.hazard("H-PUBLIC-5", control="bounded-queue")
def test_10000_requests_of_few_networks_leave_room_for_others_and_lose_nothing(site: Site) -> None:
    site.limit(contacts="5/3600", client="100000/60")
    accepted = 0
    for number in range(10_000):
        accepted += site.send("request_contact", ASKED, f"198.51.100.{number % 4}").status_code == 201
    assert accepted == 4 * 5
    site.ask("192.0.2.200")
    assert len(listed(site.member())) == accepted + 1
    assert len(site.service.door._signing_in._rates.scarce["contacts"]._kept) == 5
