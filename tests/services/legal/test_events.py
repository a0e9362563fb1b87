from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema, ValidationError

from services.legal.cases.advice.rules import ONLY_THAT_THERE_WAS_ADVICE
from services.legal.cases.advice.schemas import RecordAdvice
from services.legal.cases.reconsideration.schemas import RequestReconsideration
from services.legal.compensation.matter.rules import WITHOUT_AMOUNT
from services.legal.compensation.matter.schemas import OpenMatter, RecordApplication, RecordDecision, RecordPayment
from services.legal.service import EMITS, READS
from shared.deadlines import EVENTS as CLOCK_EVENTS
from shared.deadlines.fact_events import EVENTS as FACT_EVENTS
from shared.events.contract import EventRefused, UnreadableData
from shared.events.envelope import Announcement, Event

CLOCKS = [each.name for each in CLOCK_EVENTS]
MATTER = {"matter": UUID(int=7), "remedy": "GB.CICA"}
TOLD = {
    "advice.recorded": {
        "phase": "before_entry_decision",
        "status": "declined",
        "given_on": date(2026, 1, 9),
    },
    "advice.requested": {"request": UUID(int=5), "asked_on": date(2026, 1, 9), "urgent": False},
    "advice.request_ended": {"request": UUID(int=5)},
    "advice.follow_up_planned": {"follow_up": UUID(int=6), "due_on": date(2026, 1, 9)},
    "advice.follow_up_done": {"follow_up": UUID(int=6)},
    "barrier.set": {"barrier": UUID(int=15), "member": UUID(int=16), "set_by": UUID(int=17)},
    "barrier.lifted": {"barrier": UUID(int=15), "member": UUID(int=16)},
    "award.changed": {"award": UUID(int=4), "remedy": "GB.CICA", "state": "part_paid"},
    "matter_task.set": {
        "task": UUID(int=10),
        "kind": "key_date",
        "due_on": date(2026, 1, 9),
        "unclear": False,
        "members": [UUID(int=11)],
    },
    "matter_task.done": {"task": UUID(int=10), "kind": "key_date"},
    "award_task.set": {"award": UUID(int=4), "remedy": "GB.CICA", "due_on": None},
    "award_task.done": {"award": UUID(int=4)},
    "conflict.found": {"conflict": UUID(int=13), "found_on": date(2026, 1, 9), "decide_by": date(2026, 1, 12)},
    "conflict.escalated": {"conflict": UUID(int=13)},
    "conflict.decided": {"conflict": UUID(int=13)},
    "hearing_help.set": {"help": UUID(int=12), "arrangement": "childcare", "needed_on": date(2026, 1, 9)},
    "hearing_help.done": {"help": UUID(int=12)},
    "matter.opened": {**MATTER, "opened_on": date(2026, 1, 9)},
    "compensation.applied": {**MATTER, "applied_on": date(2026, 1, 9), "late": True},
    "compensation.decided": {
        **MATTER,
        "outcome": "refused",
        "decided_on": date(2026, 1, 9),
    },
    "compensation.paid": {**MATTER, "paid_on": date(2026, 1, 9)},
    "record.corrected": {"record": UUID(int=9), "record_class": "legal_advice", "revision": 2, "reason": "wrong_date"},
    "erasure.acknowledged": {"request": UUID(int=8), "answer": "deleted", "basis": None},
    "danger.flagged": {"alert": UUID(int=13), "danger_type": "flagged_by_worker", "urgency": "immediate"},
    "danger.not_standing": {"danger_type": "flagged_by_worker", "record": UUID(int=14)},
    "reconsideration.requested": {
        "stage": "presumed",
        "ground": "new_evidence",
        "requested_on": date(2026, 1, 9),
        "late": False,
    },
}
#: The emitted version of each event that is not emitted in version 1.
VERSIONS = {"advice.recorded": ONLY_THAT_THERE_WAS_ADVICE, "compensation.decided": WITHOUT_AMOUNT}
FACTS = [each.name for each in FACT_EVENTS]
DECIDED = {
    "jurisdiction": "GB-EAW",
    "stage": "reasonable_grounds",
    "outcome": "negative",
    "authority": None,
    "occurred_on": None,
    "received_on": "2026-01-09",
    "made_elsewhere": True,
    "reconsidered": None,
}


def _event(name: str, data: dict[str, Any], source: str = "intake") -> Event:
    return Event(
        id=UUID(int=1),
        source=source,
        name=name,
        version=1,
        subject=UUID(int=2),
        time=datetime(2026, 1, 9, tzinfo=UTC),
        position=1,
        epoch=UUID(int=3),
        correlation=UUID(int=4),
        data=data,
    )


def announcement(name: str, data: Mapping[str, object]) -> Announcement:
    return Announcement(name, data, VERSIONS.get(name, 1))


def test_legal_tells_of_its_own_work_and_its_clocks_and_nothing_else() -> None:
    assert sorted({each.name for each in EMITS}) == sorted([*TOLD, *CLOCKS, *FACTS])


@pytest.mark.parametrize("name", TOLD)
def test_what_legal_tells_passes_its_own_contract(name: str) -> None:
    kind, data = EMITS.check(announcement(name, TOLD[name]))
    assert kind.name == name
    assert data.keys() == TOLD[name].keys()


@pytest.mark.parametrize("name", TOLD)
def test_words_have_no_field_to_travel_in(name: str) -> None:
    with pytest.raises(EventRefused):
        EMITS.check(announcement(name, {**TOLD[name], "content": "she said"}))


@pytest.mark.parametrize("name", TOLD)
def test_no_field_may_be_left_out(name: str) -> None:
    for missing in TOLD[name]:
        rest = {field: value for field, value in TOLD[name].items() if field != missing}
        with pytest.raises(EventRefused):
            EMITS.check(announcement(name, rest))


def test_legal_follows_intake_and_the_agencies_of_partners_and_leaves_support_alone() -> None:
    assert READS.sources == ("intake", "partners", "support")
    assert {read.key.partition(".")[0] for read in READS.reads} == {"intake", "partners"}
    of_partners = [read.key for read in READS.reads if read.key.startswith("partners.")]
    assert {key.split(".")[1] for key in of_partners} == {"agency"}


def test_a_decision_is_read_as_intake_tells_it() -> None:
    received = READS.open(_event("identification.decided", DECIDED))
    assert received is not None
    assert received.data["received_on"] == date(2026, 1, 9)
    assert received.data["outcome"] == "negative"


def test_what_legal_does_not_need_is_not_taken_over() -> None:
    contact = {"jurisdiction": "NL", "language": "ro", "age": "child", "anonymous": False}
    received = READS.open(_event("contact.opened", contact))
    assert received is not None
    assert received.data == {"jurisdiction": "NL", "age": "child", "opened_on": None}


def test_a_partial_date_stays_partial() -> None:
    days = {"jurisdiction": "NL", "earliest_incident_on": "2024-03", "work_ended_on": None}
    received = READS.open(_event("detection.recorded", days))
    assert received is not None
    assert received.data["earliest_incident_on"] == "2024-03"


@pytest.mark.parametrize("missing", ["stage", "outcome", "received_on", "made_elsewhere", "jurisdiction"])
def test_a_decision_without_what_legal_needs_is_unreadable(missing: str) -> None:
    with pytest.raises(UnreadableData):
        READS.open(
            _event("identification.decided", {name: value for name, value in DECIDED.items() if name != missing})
        )


ADVICE = {"topics": [], "funding": "none", "language": "ro", "interpreter": False}
BODIES = [
    (RecordAdvice.schema, {**TOLD["advice.recorded"], **ADVICE, "given_on": "2026-01-09"}),
    (OpenMatter.schema, {"remedy": "GB.CICA"}),
    (RecordApplication.schema, {"applied_on": "2026-01-09"}),
    (RecordDecision.schema, {"outcome": "granted", "amount_band": "under_1000", "currency": "GBP"}),
    (RecordPayment.schema, {}),
    (RequestReconsideration.schema, {"stage": "presumed", "ground": "other"}),
]


@pytest.mark.parametrize(("body", "sent"), BODIES)
def test_a_body_takes_its_fields_and_no_others(body: type[Schema], sent: dict[str, Any]) -> None:
    assert sent.keys() <= vars(body().load(sent)).keys()
    with pytest.raises(ValidationError) as refused:
        body().load({**sent, "notes": "words"})
    assert list(refused.value.messages_dict) == ["notes"]


@pytest.mark.parametrize(
    ("body", "sent", "field", "wrong"),
    [
        (*BODIES[0], "phase", "later"),
        (*BODIES[0], "interpreter", "yes"),
        (*BODIES[0], "topics", ["housing", "housing"]),
        (*BODIES[0], "topics", "housing"),
        (*BODIES[0], "given_on", "2026-02-30"),
        (*BODIES[0], "given_on", "2026-01"),
        (*BODIES[1], "remedy", "a lawsuit"),
        (*BODIES[3], "amount_band", 500),
        (*BODIES[3], "currency", "USD"),
        (*BODIES[5], "ground", None),
        (*BODIES[5], "stage", "no_such_stage"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(
    body: type[Schema], sent: dict[str, Any], field: str, wrong: object
) -> None:
    with pytest.raises(ValidationError) as refused:
        body().load({**sent, field: wrong})
    assert list(refused.value.messages_dict) == [field]
