"""England: a woman is refused at first, charged, missing before a trial, and compensated in instalments."""

from typing import Any, Final
from uuid import UUID

import pytest

from tests.e2e.justice_stories.justice_case import (
    ADVISER,
    AMOUNT,
    NAME,
    SUPERVISOR,
    WORDS,
    WORKER,
    JusticeCase,
    Office,
    check_sealed,
)
from tests.kit.listening_agency import ListeningAgency
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD, SIGNS
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING: Final[dict[str, Any]] = {"channel": "phone", "language": "vi", "anonymous": False, "source": "ngo"}
AUTHORITY: Final = {"authority": "GB.SCA", "made_elsewhere": True}
BRIEF: Final[dict[str, Any]] = {
    "phase": "before_detection", "status": "given", "topics": ["entering_official_mechanism"],
    "funding": "none", "language": "vi", "interpreter": False, "format": "phone",
}  # fmt: skip
ADVICE: Final[dict[str, Any]] = {
    **BRIEF, "phase": "during_identification", "funding": "legal_aid", "interpreter": True,
    "topics": ["non_punishment", "compensation"],
}  # fmt: skip
NEEDS: Final = ["interpreter", "supporter", "safe_arrival", "separate_entrance"]
PREPARED: Final[dict[str, Any]] = {
    "wanted": NEEDS, "arranged": NEEDS, "mode": "remote", "statement": "read_out", "interpreter_language": "vi",
    "no_contact_from": "2027-03-01", "no_contact_until": "2027-03-12",
}  # fmt: skip


def test_refused_charged_missing_and_paid_in_parts(time: PassingTime, office: Office, union: ListeningAgency) -> None:
    time.at("2026-03-02T10:00:00Z")
    # She calls without a name, so no case is opened for this advice.
    office.first.create(ADVISER, "legal", "/v1/brief-advice", BRIEF)
    case = JusticeCase.of(office, "GB-EAW", **OPENING)
    she_is_refused_and_asks_again(case, time, union)
    she_is_charged(case, time)
    victim = the_trial_is_set(case, time)
    she_is_missing_before_it(case, victim, time)
    she_is_heard(case, victim, time)
    she_is_paid_in_parts(case, time)
    her_leave_is_asked_for_again(case, victim, time)
    what_each_of_them_sees(case, time, union)


def she_is_refused_and_asks_again(case: JusticeCase, time: PassingTime, union: ListeningAgency) -> None:
    """The decision is recorded late. On the same day, the work list shows the possible challenges and their dates."""
    case.record("intake", "consents", union.consent("account", "finances"))
    case.record("intake", "detections", {**SIGNS, "last_incident_on": "2026-02-09", "learnt": "2026-03-02"})
    time.settle()
    assert "entry_unadvised" in case.whats(ADVISER)
    case.record("intake", "identification", {"stage": "referred", **AUTHORITY, "happened": "2026-03-02"})
    time.at("2026-03-20T10:00:00Z")
    refused = {"outcome": "negative", "happened": "2026-03-10", "learnt": "2026-03-20"}
    decision = case.record("intake", "identification", {"stage": "reasonable_grounds", **AUTHORITY, **refused})
    time.settle()
    assert "decision_negative" in case.whats(ADVISER)
    # 30 days from the decision or its receipt; 3 months for judicial review.
    assert case.periods()["GB.RECONSIDER"][0] == "due"
    assert case.periods()["GB.JR"] == ("due", "2026-06-10")
    case.does("advice", **ADVICE)
    case.does("notes", kind="advice_given", text=WORDS)
    for right in ("legal_help", "compensation"):
        case.does("rights", code=right, language="vi", format="in_person", understood="yes")
    asked = {"stage": "reasonable_grounds", "ground": "new_evidence", "about": decision}
    case.record("legal", "reconsiderations", asked)
    time.at("2026-04-07T10:00:00Z")
    decided = {"outcome": "positive", "happened": "2026-04-06", "learnt": "2026-04-07"}
    case.record("intake", "identification", {"stage": "reconsideration", **AUTHORITY, **decided})
    time.settle()
    assert "decision_positive" in case.whats(ADVISER)
    # The reconsideration replaces the refusal, so both periods disappear.
    assert not {"GB.RECONSIDER", "GB.JR"} & set(case.periods())
    for decided_so in ("decision_negative", "decision_positive"):
        case.see_to(decided_so)
    time.settle()
    assert case.whats(ADVISER) == {"period"}


def she_is_charged(case: JusticeCase, time: PassingTime) -> None:
    """She is charged for growing plants where she was locked up. The other side's adviser cannot find the case."""
    time.at("2026-05-04T10:00:00Z")
    case.does("notes", kind="strategy", text="What she said of the locked rooms. Fictitious.")
    file = case.matter("criminal_accused", privilege="legal_professional")
    case.does(f"{file}/barriers", member=case.office.apart.member(ADVISER), reason="acts_for_other_side")
    proceeding = f"{file}/proceedings/" + case.does(f"{file}/proceedings", kind="criminal", person_role="accused")
    case.does(f"{proceeding}/steps", stage="charged")
    defence = {"kind": "non_punishment", "basis": "GB.S45_ADULT", "offence": "drugs", "age_at_act": "adult"}
    unpunished = f"{file}/protections/" + case.does(f"{file}/protections", **defence)
    # Her defence lawyer needs the notes, so she waives privilege.
    case.does(f"{file}/privilege/waiver")
    time.settle()
    # She must be warned before a plea is discussed.
    assert {"plea_warning", "non_punishment_open"} <= set(case.tasks())
    assert case.tasks(LEAD) == {}, "what waits in a matter is its advisers' alone"
    # The unknown id has the age of the case, because a young id gets the answer "not here yet". Either id can become
    # old between the two requests.
    unknown = str(UUID(int=UUID(case.id).int ^ 1))
    for service in ("intake", "legal"):
        wait_until(
            lambda service=service: case.what_apart_sees(service) == case.what_apart_sees(service, unknown),
            "no notes, periods, decisions",
        )
    notices = case.office.apart.api(ADVISER).get("intake", "/v1/notices").json()["notices"]
    assert [(each["kind"], each["case"]) for each in notices] == [("kept_apart", None)]
    case.does(f"{proceeding}/warning")
    for step in ("asked", "raised", "authority_told"):
        case.does(f"{unpunished}/steps", step=step)
    time.settle()
    assert case.tasks() == {}
    time.at("2026-07-06T10:00:00Z")
    case.does(f"{unpunished}/steps", step="discontinued")
    case.does(f"{proceeding}/steps", stage="discontinued")
    case.does(f"{file}/closing", outcome="won")
    [standing] = case.within(file, "protections")
    assert (standing["state"], case.within(file, "file")["file"]["privilege_waived_on"]) == (
        "discontinued",
        "2026-05-04",
    )


def the_trial_is_set(case: JusticeCase, time: PassingTime) -> str:
    file = case.matter("criminal_victim", "GB.COMP_ORDER", privilege="litigation")
    case.does(f"{file}/parties", role="defendant", names=[{"kind": "official", "name": NAME}])
    proceeding = case.does(f"{file}/proceedings", kind="criminal", person_role="injured_party")
    defendant = case.does(f"{file}/proceedings/{proceeding}/defendants", charges=["slavery_forced_labour"])
    case.does(f"{file}/proceedings/{proceeding}/steps", defendant=defendant, stage="charged")
    hearing = case.does(f"{file}/hearings", kind="trial", held_on="2026-11-09", proceeding=proceeding, wanted=NEEDS)
    time.settle()
    tasks = case.tasks()
    assert (tasks["hearing"], tasks["hearing_unprepared"]) == ("2026-11-09", "2026-10-26")
    # Support receives what it has to arrange and the date.
    assert case.help_needed() == {"supporter": "2026-11-09", "safe_arrival": "2026-11-09"}
    for state in ("asked", "granted"):
        case.does(f"{file}/hearings/{hearing}/measures", measure="live_link", state=state, wish="wanted")
    return file


def she_is_missing_before_it(case: JusticeCase, file: str, time: PassingTime) -> None:
    """The adviser sees on the same evening that she is missing. The hearing is moved to spring."""
    time.at("2026-11-05T19:30:00Z")
    noted = {"is_child": False, "high_risk": False, "agreed_to_police": True}
    absence = case.record("support", "absences", noted, WORKER)
    time.settle()
    assert "hearing_while_missing" in case.whats(ADVISER)
    assert "hearing_while_missing" not in case.whats(WORKER) | case.whats(LEAD)
    [hearing] = case.within(file, "hearings")
    case.does(f"{file}/hearings/{hearing['id']}/move", held_on="2027-03-08")
    time.at("2026-11-05T22:10:00Z")
    case.record("support", f"absences/{absence}/finding", {"safe": "yes", "outcome": "returned"}, WORKER)
    time.settle()
    assert "hearing_while_missing" not in case.whats(ADVISER)
    assert case.tasks()["hearing"] == "2027-03-08"
    assert case.help_needed() == {"supporter": "2027-03-08", "safe_arrival": "2027-03-08"}


def she_is_heard(case: JusticeCase, file: str, time: PassingTime) -> None:
    time.at("2027-02-22T10:00:00Z")
    [hearing] = case.within(file, "hearings")
    address = f"{file}/hearings/{hearing['id']}"
    case.does(f"{address}/preparation", **PREPARED)
    time.settle()
    assert case.help_needed() == {}
    assert "hearing_unprepared" not in case.tasks()
    time.at("2027-03-09T10:00:00Z")
    case.does(f"{address}/measures", measure="live_link", state="used", wish="wanted")
    case.does(f"{address}/end", state="held")
    [proceeding] = case.within(file, "proceedings")
    [defendant] = proceeding["defendants"]
    convicted = {"defendant": defendant["id"], "stage": "convicted", "disposal": "convicted"}
    case.does(f"{file}/proceedings/{proceeding['id']}/steps", **convicted)
    # An unduly lenient sentence can be reviewed within 4 weeks. A second adviser checks this date.
    review = f"{file}/dates/" + case.does(f"{file}/dates", kind="review", due_on="2027-04-05", unclear=True)
    time.settle()
    assert case.tasks()["date_unchecked"] == "2027-04-05"
    case.seconds(f"{review}/check")
    case.does(f"{review}/answer", answer="not_pursued")


def she_is_paid_in_parts(case: JusticeCase, time: PassingTime) -> None:
    """The offender pays late. Meanwhile she applies to the State scheme before its 2 years end."""
    award = case.does("awards", remedy="GB.COMP_ORDER", payer="offender", currency="GBP", amount=AMOUNT)
    assert case.bites("GB.CICA") == [("deducted_from", "GB.COMP_ORDER")]
    assert case.bites("GB.STRO") == [("excludes", "GB.COMP_ORDER")]
    first = (("2027-04-12", "final", None), ("2027-06-07", "collecting", None), ("2027-09-06", "payment", "3000.00"))
    assert case.steps(award, time, *first) == ["final", "collecting", "part_paid"]
    time.at("2027-12-06T10:00:00Z")
    assert case.periods()["GB.CICA"] == ("due", "2028-02-09")
    case.claim("GB.CICA", "2027-12-06")
    time.settle()
    assert (case.clock("GB.CICA")["state"], case.clock("GB.CICA")["in_time"]) == ("met", "yes")
    assert "GB.CICA" not in case.periods()
    assert case.steps(award, time, ("2028-03-06", "payment", "4431.55")) == ["paid"]


def her_leave_is_asked_for_again(case: JusticeCase, file: str, time: PassingTime) -> None:
    """She has leave while the claim runs. 3 reminders precede its end, until she applies for renewal."""
    basis = {"kind": "residence", "basis": "GB.VTS_COMPENSATION"}
    leave = f"{file}/protections/" + case.does(f"{file}/protections", **basis)
    case.does(f"{leave}/steps", step="granted", until="2028-09-04", happened_on="2027-03-09")
    time.settle()
    assert case.tasks() == {
        "leave_renewal": "2028-06-06", "leave_ends_in_30_days": "2028-08-05", "leave_ends_in_14_days": "2028-08-21",
        "leave_ends": "2028-09-04",
    }  # fmt: skip
    case.does(f"{leave}/steps", step="renewal_applied")
    time.settle()
    assert case.tasks() == {"leave_ends": "2028-09-04"}


def what_each_of_them_sees(case: JusticeCase, time: PassingTime, union: ListeningAgency) -> None:
    read, led = case.read("legal"), case.read("legal", LEAD)
    assert [award["state"] for award in led["awards"]] == ["paid"]
    assert AMOUNT not in str(led)
    assert not [word for word in (WORDS, NAME) if word in str((read, led, case.read(), case.listed(WORKER)))]
    assert read["identification"][-1]["outcome"] == "positive"
    counted = case.desk.api(SUPERVISOR).get("legal", "/v1/justice-outcomes").json()
    assert all(place["cases"] is None for place in counted["places"] if place["jurisdiction"] == "GB-EAW")
    case.check_says_nothing()
    heard = union.hears()
    check_sealed(heard, case.id)
    money = [event["data"]["state"] for event in heard if event["type"].startswith("org.casepath.legal.award.")]
    assert money == ["awarded", "final", "collecting", "part_paid", "paid"]
    assert not [event for event in heard if ".matter_task." in event["type"] or ".hearing_help." in event["type"]]
