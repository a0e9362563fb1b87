"""A danger in any record raises one alert at support: each row of the table of dangers, through the routes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.support.counselling.measure.actions import INSTRUMENTS
from services.support.risks.alert.models import Alert
from services.support.service import PARTS as SUPPORT
from shared.casework import danger
from shared.http import Command
from shared.reference import BrokenReference, codes
from shared.reference.danger import SERVICES, DangerRow, Dangers, load_dangers, shipped
from shared.reference.instruments import Instruments
from shared.reference.instruments import shipped as instruments
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import apply
from tests.kit.intake.referrals import drafted
from tests.kit.intake.safe_contact import ANY_TIME
from tests.kit.intake.sharings import PROPOSAL
from tests.kit.team_case import SIGNS

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
CHILD = {"relation": "sibling", "age": "12_15", "whereabouts": "elsewhere", "care": "relative"}
ABSENT: dict[str, Any] = {"is_child": False, "high_risk": False}
MOVING: dict[str, Any] = {
    "leaves_on": "2026-03-02",
    "outcomes": [{"outcome": "long_term_consistent_support", "services": ["counselling"]}],
}
STEP = {"part": "in_danger", "text": "Fictitious.", "visible": "no", "escalates": "unknown", "who": "person"}
WAITING = {"modalities": ["one_to_one"], "waits_because": "language"}


def post(who: Client, path: str, body: Any = None) -> str:
    return str(who.told("POST", path, body, 201).get("id"))


def change(who: Client, path: str, body: Any, method: str = "POST") -> dict[str, Any]:
    """Change the case in its current state."""
    reply = who.ask(method, path, body, If_Match=who.ask("GET", "").headers["ETag"])
    assert reply.status_code in (200, 201), reply.get_data(as_text=True)
    return dict(reply.get_json())


# --- support: how each row is recorded -----------------------------------------------------------------------------


def check_in(who: Client, _support: Harness, **said: Any) -> str:
    moving = post(who, "transitions", MOVING)
    return post(who, f"transitions/{moving}/check-ins", {"way": "phone", "reached": True, "safe": "no", **said})


def placement(who: Client, _support: Harness, safe: str = "no") -> str:
    place = post(who, "placements", {"accommodation_type": "refuge"})
    post(who, f"placements/{place}/move-in", {"safe": safe})
    return place


def absence(who: Client, _support: Harness, **said: Any) -> str:
    return post(who, "absences", {**ABSENT, **said})


def missing(who: Client, support: Harness) -> str:
    which = absence(who, support)
    post(who, f"absences/{which}/decision", {"decision": "missing"})
    return which


def found(who: Client, support: Harness, **said: Any) -> str:
    which = absence(who, support)
    post(who, f"absences/{which}/finding", {"safe": "unknown", "outcome": "returned", **said})
    return which


def course(support: Harness) -> tuple[Client, str]:
    counsellor = support.member("counsellor")
    return counsellor, post(counsellor, "counselling", {"modality": "one_to_one"})


def sitting(_who: Client, support: Harness, **said: Any) -> str:
    counsellor, which = course(support)
    return post(counsellor, "counselling-sessions", {"course": which, "attendance": "came", **said})


def pause(_who: Client, support: Harness) -> None:
    counsellor, which = course(support)
    post(counsellor, f"counselling/{which}/pauses", {"because": "place_unsafe"})


def measure(_who: Client, support: Harness, urgency: str) -> None:
    [phq9] = [each for each in instruments().by_key.values() if each.code == "phq9"]
    [asked] = phq9.risks
    support.database.provide(
        INSTRUMENTS, Instruments({phq9.key: replace(phq9, risks=(replace(asked, urgency=urgency),))}, {})
    )
    answers = {str(item): 0 for item in range(1, 9)} | {"9": 1}
    said = {"instrument": "phq9", "language": "en", "filled_by": "person_alone", "answers": answers}
    post(support.member("counsellor"), "measures", said)


def reopening(who: Client, _support: Harness, reason: str) -> None:
    post(who, "safety-plans", {"steps": [STEP]})
    post(who, "safety-plans/reopening", {"reason": reason})


def assessment(who: Client, _support: Harness) -> str:
    scores = {"immediate_safety": {"need": 1, "risk": 4}}
    return post(who, "assessments", {"type": "review", "domains": scores})


Say = Callable[[Client, Harness], object]
Key = tuple[str, str, str, tuple[str, ...], str]


def _said(say: Callable[..., object], *args: Any, **how: Any) -> Say:
    return lambda who, service: say(who, service, *args, **how)


def _post(path: str, body: Any) -> Say:
    return lambda who, _service: post(who, path, body)


# --- intake and legal ----------------------------------------------------------------------------------------------


def attempt(outcome: str) -> Say:
    def say(who: Client, _intake: Harness) -> None:
        change(who, "safe-contact", ANY_TIME, "PUT")
        post(who, "contact-attempts", {"channel": "phone", "outcome": outcome})

    return say


def glass(reason: str) -> Say:
    return lambda _who, intake: post(intake.staff("caseworker"), "break-glass", {"reason": reason})


def reopened(who: Client, _intake: Harness) -> None:
    change(who, "closure", {"reason": "goals_met"})
    change(who, "reopening", {"reason": "new_danger"})


def detected(birth: dict[str, Any]) -> Say:
    def say(who: Client, _intake: Harness) -> None:
        change(who, "person", {"birth": birth}, "PUT")
        post(who, "detections", SIGNS)

    return say


def package(field: str) -> Say:
    def say(who: Client, intake: Harness) -> None:
        which = drafted(who, str(intake.case))
        change(who, f"referrals/{which}/package", {field: "urgent"}, "PUT")

    return say


def note(kind: str, said: str, role: str) -> Say:
    body = {"kind": kind, "text": "Fictitious.", "danger": said}
    return lambda _who, service: post(service.member(role), "notes", body)


#: For each row of the table, the requests that record its values one by one.
SAYINGS: dict[Key, dict[str, Say]] = {
    ("support", "check_ins", "safe", ("no",), "not_safe"): {"no": _said(check_in)},
    ("support", "dependants", "whereabouts", ("with_trafficker",), "child_at_risk"): {
        "with_trafficker": _post("dependants", {**CHILD, "whereabouts": "with_trafficker"})
    },
    ("support", "dependants", "whereabouts", ("with_trafficker",), "family_threat"): {
        "with_trafficker": _post("dependants", {**CHILD, "age": "adult", "whereabouts": "with_trafficker"})
    },
    ("support", "dependants", "care", ("nobody",), "child_at_risk"): {
        "nobody": _post("dependants", {**CHILD, "age": "unknown", "care": "nobody"})
    },
    ("support", "placements", "safe", ("no",), "unsafe_place"): {"no": _said(placement)},
    ("support", "assessments", "overall_risk", ("urgent",), "urgent_need_assessed"): {"urgent": _said(assessment)},
    ("support", "measures", "answers", ("immediate", "unknown"), "urgent_need_assessed"): {
        "immediate": _said(measure, "immediate"),
        "unknown": _said(measure, "unknown"),
    },
    ("support", "measures", "answers", ("today",), "urgent_need_assessed"): {"today": _said(measure, "today")},
    ("support", "measures", "answers", ("this_week",), "urgent_need_assessed"): {
        "this_week": _said(measure, "this_week")
    },
    ("support", "absences", "state", ("missing",), "missing"): {"missing": _said(missing)},
    ("support", "absences", "is_child", ("true",), "missing"): {"true": _said(absence, is_child=True)},
    ("support", "absences", "high_risk", ("true",), "missing"): {"true": _said(absence, high_risk=True)},
    ("support", "absences", "reason", ("taken_or_lured", "trafficker_contact"), "missing"): {
        "taken_or_lured": _said(absence, reason="taken_or_lured"),
        "trafficker_contact": _said(absence, reason="trafficker_contact"),
    },
    ("support", "absences", "reason", ("health_crisis",), "missing"): {
        "health_crisis": _said(absence, reason="health_crisis")
    },
    ("support", "absences", "safe", ("no",), "not_safe"): {"no": _said(found, safe="no")},
    ("support", "absences", "outcome", ("found_harmed", "found_in_exploitation"), "not_safe"): {
        "found_harmed": _said(found, outcome="found_harmed"),
        "found_in_exploitation": _said(found, outcome="found_in_exploitation"),
    },
    ("support", "absences", "outcome", ("still_missing",), "missing"): {
        "still_missing": _said(found, outcome="still_missing")
    },
    ("support", "counselling_sessions", "danger", ("danger_now", "unclear"), "flagged_by_worker"): {
        "danger_now": _said(sitting, danger="danger_now"),
        "unclear": _said(sitting, danger="unclear"),
    },
    ("support", "counselling_sessions", "danger", ("danger_soon",), "flagged_by_worker"): {
        "danger_soon": _said(sitting, danger="danger_soon")
    },
    ("support", "counselling_sessions", "attendance", ("unsafe_to_come",), "not_safe"): {
        "unsafe_to_come": _said(sitting, attendance="unsafe_to_come")
    },
    ("support", "counselling_pauses", "because", ("place_unsafe",), "unsafe_place"): {"place_unsafe": _said(pause)},
    ("support", "counselling_requests", "waits_because", ("place_unsafe",), "unsafe_place"): {
        "place_unsafe": _post("counselling-requests", {**WAITING, "waits_because": "place_unsafe"})
    },
    ("support", "safety_plans", "reopened_by", ("danger",), "not_safe"): {"danger": _said(reopening, "danger")},
    ("support", "safety_plans", "reopened_by", ("trafficker_contact",), "trafficker_contact"): {
        "trafficker_contact": _said(reopening, "trafficker_contact")
    },
    ("support", "notes", "danger", ("danger_now", "unclear"), "flagged_by_worker"): {
        "danger_now": note("counselling", "danger_now", "counsellor"),
        "unclear": note("contact", "unclear", "support_worker"),
    },
    ("support", "notes", "danger", ("danger_soon",), "flagged_by_worker"): {
        "danger_soon": note("contact", "danger_soon", "support_worker")
    },
    ("legal", "notes", "danger", ("danger_now", "unclear"), "flagged_by_worker"): {
        "danger_now": note("instructions", "danger_now", "legal_adviser"),
        "unclear": note("instructions", "unclear", "legal_adviser"),
    },
    ("legal", "notes", "danger", ("danger_soon",), "flagged_by_worker"): {
        "danger_soon": note("instructions", "danger_soon", "legal_adviser")
    },
    ("legal", "advice_requests", "unmet", ("unsafe_contact",), "unsafe_contact"): {
        "unsafe_contact": lambda _who, legal: post(
            legal.member("legal_adviser"), "advice-requests", {"unmet": "unsafe_contact"}
        )
    },
    ("intake", "contact_attempts", "outcome", ("was_unsafe",), "unsafe_contact"): {"was_unsafe": attempt("was_unsafe")},
    ("intake", "contact_attempts", "outcome", ("another_answered",), "unsafe_contact"): {
        "another_answered": attempt("another_answered")
    },
    ("intake", "sharings", "reason", ("immediate_danger_to_life",), "not_safe"): {
        "immediate_danger_to_life": _post("sharings", {**PROPOSAL, "reason": "immediate_danger_to_life"})
    },
    ("intake", "sharings", "reason", ("child_at_risk",), "child_at_risk"): {
        "child_at_risk": _post("sharings", {**PROPOSAL, "reason": "child_at_risk"})
    },
    ("intake", "glass_reviews", "reason", ("danger_to_life",), "not_safe"): {"danger_to_life": glass("danger_to_life")},
    ("intake", "glass_reviews", "reason", ("child_at_risk",), "child_at_risk"): {
        "child_at_risk": glass("child_at_risk")
    },
    ("intake", "detections", "age", ("child", "disputed"), "child_at_risk"): {
        "child": detected({"date": "2015"}),
        "disputed": detected({"date": "2015", "disputed": True}),
    },
    ("intake", "referrals", "risk_to_person", ("urgent",), "not_safe"): {"urgent": package("risk_to_person")},
    ("intake", "referrals", "risk_to_staff", ("urgent",), "flagged_by_worker"): {"urgent": package("risk_to_staff")},
    ("intake", "cases", "reopening_reason", ("new_danger",), "not_safe"): {"new_danger": reopened},
}
ROWS = {row.key: row for row in shipped().rows}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def alerts(who: Client) -> list[tuple[str, str]]:
    """Return the kind and urgency of each alert of the case."""
    return [(each["danger_type"], each["urgency"]) for each in who.told("GET", "")["alerts"]]


def raised(service: Harness) -> list[dict[str, Any]]:
    return [data for name, data in service.announced() if name == "alert.raised"]


def _of(service: str) -> Any:
    cases = [(key, value) for key, values in SAYINGS.items() if key[0] == service for value in values]
    return pytest.mark.parametrize(("key", "value"), cases, ids=[f"{key[1]}.{key[2]}={value}" for key, value in cases])


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-DANGER-1", control="danger-table-is-complete")
def test_every_row_and_every_value_of_it_has_a_way_to_say_it() -> None:
    assert ROWS.keys() == SAYINGS.keys()
    for key, said in SAYINGS.items():
        assert sorted(said) == sorted(key[3])


@pytest.mark.hazard("H-DANGER-1", control="danger-table-is-complete")
@pytest.mark.parametrize("service", SERVICES)
def test_every_field_that_takes_a_dangerous_code_has_a_row(service: str) -> None:
    """A field whose list marks a value as `danger` needs a row for a table of its topic, with that value."""
    import_module(f"services.{service}.service")
    covered: dict[tuple[str, str], set[str]] = {}
    for row in shipped().rows:
        if row.service == service:
            covered.setdefault((_topic_of(service, row.table), str(row.code_list)), set()).update(row.values)
    lacking = [
        (command.__name__, name, sorted(marked))
        for command in _commands(service)
        for name, field in command.schema().fields.items()
        if (listed := getattr(field, "code_list", None))
        if (marked := codes(listed).danger - covered.get((_topic(command), listed), set()))
    ]
    assert lacking == []


def _commands(service: str) -> list[type[Command]]:
    def below(kind: type[Command]) -> Iterator[type[Command]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return [each for each in below(Command) if each.__module__.startswith(f"services.{service}.")]


def _topic(command: type[Command]) -> str:
    return command.__module__.split(".")[3]


def _topic_of(service: str, table: str) -> str:
    """Return the topic whose request bodies set the values of a table."""
    group = "facts" if service == "intake" else "cases"
    record = import_module(f"services.{service}.{group}.case.models").Record
    [found] = [each.class_ for each in record.registry.mappers if each.local_table.name == table]
    return {"cases": "lifecycle"}.get(table, found.__module__.split(".")[3])


def test_an_installation_adds_rows_and_removes_none(tmp_path: Path) -> None:
    own = tmp_path / "danger.toml"
    own.write_text(
        '[[danger]]\nservice = "support"\nrecord = "goal"\ntable = "goals"\nfield = "state"\nlist = "goal_state"\n'
        'values = ["put_aside"]\nkind = "not_safe"\nurgency = "this_week"\n',
        encoding="utf-8",
    )
    rows = load_dangers(own).rows
    assert rows[: len(ROWS)] == shipped().rows
    assert [row.table for row in rows[len(ROWS) :]] == ["goals"]
    danger.holding(load_dangers(own), "support", SUPPORT.migrations)
    own.write_text(own.read_text(encoding="utf-8").replace('"state"', '"weather"'), encoding="utf-8")
    with pytest.raises(BrokenReference, match="weather"):
        danger.holding(load_dangers(own), "support", SUPPORT.migrations)


# --- each row -------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
@_of("support")
def test_support_raises_one_alert_for_what_a_record_says(
    support: Harness, worker: Client, key: Key, value: str
) -> None:
    SAYINGS[key][value](worker, support)
    row = ROWS[key]
    assert alerts(worker) == [(row.kind, row.urgency)]
    [reason] = [each for each in worker.told("GET", "")["alert_reasons"] if each["urgency"] == row.urgency]
    assert (reason["source"], reason["record_class"], reason["kind"]) == ("support", row.record, row.kind)


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
@_of("intake")
def test_intake_reports_what_a_record_says_and_support_raises_one_alert(
    support: Harness, worker: Client, postgres: servers.PostgresServer, key: Key, value: str
) -> None:
    with harness("intake", postgres) as intake:
        SAYINGS[key][value](intake.member("caseworker", lead=True), intake)
        told = intake.announced()
    _assert_one_alert(support, worker, told, ROWS[key])


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
@_of("legal")
def test_legal_reports_what_a_record_says_and_support_raises_one_alert(
    support: Harness, worker: Client, postgres: servers.PostgresServer, key: Key, value: str
) -> None:
    with harness("legal", postgres) as legal:
        SAYINGS[key][value](legal.member("legal_adviser"), legal)
        told = legal.announced()
    assert "Fictitious." not in str(told)
    _assert_one_alert(support, worker, told, ROWS[key])


def flagged(told: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [data for name, data in told if name == danger.FLAGGED]


def hear(support: Harness, source: str, *told: tuple[str, dict[str, Any]]) -> None:
    """Apply events of another service at support."""
    apply(
        support,
        [
            an_event(id=uuid4(), source=source, name=name, subject=support.case, position=place, data=data)
            for place, (name, data) in enumerate(told, start=1)
        ],
    )


def _assert_one_alert(support: Harness, worker: Client, told: list[tuple[str, dict[str, Any]]], row: DangerRow) -> None:
    [said] = flagged(told)
    assert (said["danger_type"], said["urgency"], said["record_class"]) == (row.kind, row.urgency, row.record)
    for _again in range(2):  # a second delivery raises nothing
        hear(support, row.service, (danger.FLAGGED, said))
    assert alerts(worker) == [(row.kind, row.urgency)]
    assert [each["alert"] for each in raised(support)] == [said["alert"]]
    [reason] = worker.told("GET", "")["alert_reasons"]
    assert (reason["source"], reason["record"]) == (row.service, said["record"])


# --- corrections, merging, no further alert -------------------------------------------------------------------------


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
def test_a_correction_to_a_dangerous_value_raises_and_one_away_from_it_asks_a_person(
    support: Harness, worker: Client
) -> None:
    which = check_in(worker, support, safe="yes")
    assert alerts(worker) == []
    post(worker, f"check-ins/{which}/correction", {"reason": "other", "safe": "no"})
    assert alerts(worker) == [("not_safe", "immediate")]
    post(worker, f"check-ins/{which}/correction", {"reason": "other", "safe": "yes"})
    shown = worker.told("GET", "")
    [alert], [reason] = shown["alerts"], shown["alert_reasons"]
    assert (alert["ended_at"], alert["taken_back_at"]) == (None, None)
    assert reason["not_standing_since"] is not None
    [task] = [each for each in shown["tasks"] if each["kind"] == "alert_confirm"]
    assert (task["record"], task["done_on"]) == (alert["id"], None)
    post(worker, f"alerts/{alert['id']}/ending", {"reason": "no_danger_found"})
    [task] = [each for each in worker.told("GET", "")["tasks"] if each["kind"] == "alert_confirm"]
    assert task["done_on"] is not None


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
def test_what_is_said_again_after_the_alert_ended_calls_again(support: Harness, worker: Client) -> None:
    place = placement(worker, support)
    for _time in range(3):
        [alert] = [each["id"] for each in worker.told("GET", "")["alerts"] if each["ended_at"] is None]
        post(worker, f"alerts/{alert}/ending", {"reason": "made_safe"})
        for safe in ("yes", "no"):
            post(worker, f"placements/{place}/review", {"safe": safe})
    assert len(raised(support)) == 4


def test_a_record_taken_back_says_nothing_more_and_only_a_person_ends_its_alert(
    support: Harness, worker: Client
) -> None:
    which = check_in(worker, support)
    post(worker, f"check-ins/{which}/correction", {"reason": "not_so"})
    shown = worker.told("GET", "")
    assert [each["ended_at"] for each in shown["alerts"]] == [None]
    assert [each["not_standing_since"] is None for each in shown["alert_reasons"]] == [False]


def test_a_second_record_adds_a_reason_and_a_higher_urgency_escalates_sooner(support: Harness, worker: Client) -> None:
    sitting(worker, support, danger="danger_soon")
    sitting(worker, support, danger="danger_soon")
    [first] = raised(support)
    assert (alerts(worker), first["urgency"]) == ([("flagged_by_worker", "today")], "today")
    sitting(worker, support, danger="danger_now")
    assert alerts(worker) == [("flagged_by_worker", "immediate")]
    assert [(each["alert"], each["urgency"], each["revision"]) for each in raised(support)] == [
        (first["alert"], "today", 1),
        (first["alert"], "immediate", 2),
    ]
    assert len(worker.told("GET", "")["alert_reasons"]) == 3


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
def test_a_new_danger_is_not_hidden_in_an_alert_that_was_acknowledged(support: Harness, worker: Client) -> None:
    check_in(worker, support)
    [alert] = worker.told("GET", "")["alerts"]
    post(worker, f"alerts/{alert['id']}/acknowledgement")
    check_in(worker, support)
    assert alerts(worker) == [("not_safe", "immediate")] * 2


def test_what_stays_dangerous_calls_once(support: Harness, worker: Client) -> None:
    place = placement(worker, support)
    post(worker, f"placements/{place}/review", {"ends_on": "2026-05-01"})
    post(worker, f"placements/{place}/correction", {"reason": "other", "region": "NL-NH"})
    assert len(raised(support)) == 1


@pytest.mark.hazard("H-DANGER-1", control="danger-table")
@pytest.mark.parametrize(
    ("code", "urgency", "kind", "soon"),
    [
        ("eclipse", "today", "check_this", "today"),
        ("not_safe", "yesterday", "not_safe", "unknown"),
        ("eclipse", "yesterday", "check_this", "unknown"),
    ],
)
def test_a_code_that_is_not_known_here_asks_a_person_to_check(
    support: Harness, worker: Client, code: str, urgency: str, kind: str, soon: str
) -> None:
    said = {"alert": str(uuid4()), "danger_type": code, "urgency": urgency}
    hear(support, "intake", (danger.FLAGGED, said))
    hear(
        support, "legal", (danger.FLAGGED, {**said, "alert": str(uuid4()), "record": str(uuid4()), "record_class": "x"})
    )
    assert alerts(worker)[0] == (kind, soon)
    assert len(raised(support)) == 1


def test_a_stored_value_that_its_list_does_not_have_asks_a_person_to_check(support: Harness, worker: Client) -> None:
    widened = [replace(row, codes=row.codes - {"yes"}) for row in shipped().rows]
    support.database.provide(danger.DANGERS, Dangers(tuple(widened)))
    check_in(worker, support, safe="yes")
    assert alerts(worker) == [("check_this", "unknown")]


def test_another_service_reports_that_its_record_no_longer_says_it(
    support: Harness, worker: Client, postgres: servers.PostgresServer
) -> None:
    with harness("intake", postgres) as intake:
        caseworker = intake.member("caseworker", lead=True)
        attempt("was_unsafe")(caseworker, intake)
        [tried] = caseworker.told("GET", "safe-contact")["contact_attempts"]
        for outcome in ("reached", "was_unsafe"):
            body = {"reason": "other", "outcome": outcome}
            post(caseworker, f"contact-attempts/{tried['id']}/correction", body)
        told = [each for each in intake.announced() if each[0].startswith("danger.")]
    assert [name for name, _data in told] == [danger.FLAGGED, danger.NOT_STANDING, danger.FLAGGED]
    assert len({data["alert"] for name, data in told if name == danger.FLAGGED}) == 2
    hear(support, "intake", *told[:2])
    assert [each["kind"] for each in worker.told("GET", "")["tasks"]] == ["alert_confirm"]
    hear(support, "intake", told[2])
    assert sorted(each["not_standing_since"] is None for each in worker.told("GET", "")["alert_reasons"]) == [
        False,
        True,
    ]


def test_a_rebuild_raises_and_rings_nothing(support: Harness) -> None:
    """A rebuild runs projections again. Alerts are raised by reactions and by staff's records."""
    reading = {key for projection in support.parts.following.projections for key in projection.reads}
    acting = {reaction.on for reaction in support.parts.following.reactions}
    said = {f"{source}.{danger.FLAGGED}" for source in ("intake", "legal")}
    assert said <= acting
    built = {table.table for projection in support.parts.following.projections for table in projection.tables}
    assert built.isdisjoint({Alert.__tablename__, "alert_reasons"})
    assert reading


def test_the_id_of_an_alert_follows_from_the_record_and_what_it_says() -> None:
    record = UUID(int=7)
    [row] = [row for row in shipped().rows if row.table == "check_ins"]
    [saying] = danger.said([row], {"safe": "no"})
    assert danger.saying_id(record, saying, 1) == danger.saying_id(record, saying, 1)
    assert danger.saying_id(record, saying, 1) != danger.saying_id(record, saying, 2)
