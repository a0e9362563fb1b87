"""The Netherlands: a man worked without pay. Four defendants have four outcomes, and the State pays an advance."""

from typing import Any, Final

import pytest

from tests.e2e.justice_stories.justice_case import (
    ADVISER,
    AMOUNT,
    NAME,
    WORDS,
    WORKER,
    JusticeCase,
    Office,
    check_sealed,
)
from tests.kit.listening_agency import ListeningAgency
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD, SIGNS

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING: Final[dict[str, Any]] = {"channel": "phone", "language": "bg", "anonymous": False, "source": "ngo"}
ADVICE: Final[dict[str, Any]] = {
    "phase": "before_entry_decision", "status": "given", "topics": ["compensation", "immigration"],
    "funding": "legal_aid", "language": "bg", "interpreter": True, "format": "in_person",
}  # fmt: skip
NEEDS: Final = ["interpreter", "supporter", "travel"]
#: The charges and the outcome of each defendant.
DEFENDANTS: Final = (
    (["trafficking", "deprivation_of_liberty"], "convicted"),
    (["trafficking"], "convicted_lesser"),
    (["labour_law"], "acquitted"),
    (["document_offence"], "no_charge_evidence"),
)


def test_a_report_a_permit_four_defendants_and_an_advance_of_the_state(
    time: PassingTime, office: Office, union: ListeningAgency
) -> None:
    time.at("2026-03-02T10:00:00Z")
    case = JusticeCase.of(office, "NL", **OPENING)
    he_is_advised_before_he_reports(case, time, union)
    file = he_reports_and_joins_the_prosecution(case, time)
    he_is_heard_once(case, file, time)
    his_permit_is_prolonged(case, file, time)
    each_of_four_ends_by_themselves(case, file, time)
    the_state_pays_what_the_convicted_do_not(case, time)
    what_each_of_them_sees(case, file, time, union)


def he_is_advised_before_he_reports(case: JusticeCase, time: PassingTime, union: ListeningAgency) -> None:
    """The work list shows that he has had no advice before his entry decision. Advice notes stay at legal."""
    case.record("intake", "consents", union.consent("account", "finances"))
    case.record("intake", "detections", {**SIGNS, "last_incident_on": "2026-02-20", "learnt": "2026-03-02"})
    time.settle()
    assert "entry_unadvised" in case.whats(ADVISER)
    case.does("advice", **ADVICE)
    case.does("notes", kind="advice_given", text=WORDS)
    case.does("rights", code="case_information", language="bg", format="in_person", understood="yes")
    case.record("intake", "entry-decisions", {"decision": "decline", "advice": "given"})
    time.settle()
    assert case.whats(ADVISER) == {"period"}
    # The fund accepts applications for 10 years from the last incident, without identification.
    assert case.periods() == {"NL.SCHADEFONDS": ("due", "2036-02-20")}


def he_reports_and_joins_the_prosecution(case: JusticeCase, time: PassingTime) -> str:
    """He gets a permit for the duration of the case. The date for the police documents follows from the law."""
    time.at("2026-03-16T10:00:00Z")
    case.does("facts", kind="crime_reported", happened="2026-03-16")
    file = case.matter("criminal_victim", "NL.CRIMINAL_JOINDER", privilege="legal_professional")
    case.does(f"{file}/parties", role="defendant", names=[{"kind": "official", "name": NAME}])
    for kind, basis, until in (("legal_aid", "NL.WRB_44_4", None), ("residence", "NL.B8_3_REPORT", "2027-03-16")):
        protection = f"{file}/protections/" + case.does(f"{file}/protections", kind=kind, basis=basis)
        case.does(f"{protection}/steps", step="applied")
        case.does(f"{protection}/steps", step="granted", **({} if until is None else {"until": until}))
    owed = f"{file}/documents/" + case.does(f"{file}/documents", kind="case_information")
    case.claim("NL.CRIMINAL_JOINDER", "2026-03-16")
    time.settle()
    assert case.tasks() == {
        "document": "2026-03-30", "leave_renewal": "2026-12-16", "leave_ends_in_30_days": "2027-02-14",
        "leave_ends_in_14_days": "2027-03-02", "leave_ends": "2027-03-16",
    }  # fmt: skip
    # An award by the court would have to be repaid to the fund. The conflict is shown before he claims.
    assert ("repay_if", "NL.CRIMINAL_JOINDER") in case.bites("NL.SCHADEFONDS")
    time.at("2026-04-02T10:00:00Z")
    assert [item["group"] for item in case.listed(ADVISER) if item["code"] == "document"] == ["unclear"]
    case.does(f"{owed}/receipt", received_on="2026-04-01")
    return file


def he_is_heard_once(case: JusticeCase, file: str, time: PassingTime) -> None:
    """A judge hears him in private, in his language. Support accompanies him and sees only the arrangements."""
    proceeding = case.does(f"{file}/proceedings", kind="criminal", person_role="injured_party")
    stated = {"kind": "judge_examination", "held_on": "2026-09-14", "proceeding": proceeding, "wanted": NEEDS}
    hearing = f"{file}/hearings/" + case.does(f"{file}/hearings", **stated)
    time.settle()
    assert case.help_needed() == {"supporter": "2026-09-14", "travel": "2026-09-14"}
    assert proceeding not in str(case.listed(WORKER))
    time.at("2026-09-02T10:00:00Z")
    assert [item["group"] for item in case.listed(ADVISER) if item["code"] == "hearing_unprepared"] == ["overdue"]
    for state in ("asked", "granted"):
        case.does(f"{hearing}/measures", measure="in_private", state=state, wish="wanted")
    prepared = {"mode": "present", "statement": "in_writing", "interpreter_language": "bg"}
    case.does(f"{hearing}/preparation", wanted=NEEDS, arranged=NEEDS, **prepared)
    time.settle()
    assert case.help_needed() == {}
    time.at("2026-09-15T10:00:00Z")
    case.does(f"{hearing}/end", state="held")
    time.settle()
    assert not {"hearing", "hearing_unprepared"} & set(case.tasks())


def his_permit_is_prolonged(case: JusticeCase, file: str, time: PassingTime) -> None:
    time.at("2026-12-17T10:00:00Z")
    assert [item["group"] for item in case.listed(ADVISER) if item["code"] == "leave_renewal"] == ["overdue"]
    [permit] = [each for each in case.within(file, "protections") if each["kind"] == "residence"]
    steps = f"{file}/protections/{permit['id']}/steps"
    case.does(steps, step="renewal_applied")
    time.settle()
    assert case.tasks() == {"leave_ends": "2027-03-16"}
    time.at("2027-01-11T10:00:00Z")
    case.does(steps, step="renewed", until="2028-03-16")
    time.settle()
    assert case.tasks()["leave_renewal"] == "2027-12-17"


def each_of_four_ends_by_themselves(case: JusticeCase, file: str, time: PassingTime) -> None:
    """One defendant is not prosecuted. The review appears without a date, because the date is uncertain."""
    [proceeding] = case.within(file, "proceedings")
    steps = f"{file}/proceedings/{proceeding['id']}"
    time.at("2027-02-01T10:00:00Z")
    for charges, disposal in DEFENDANTS:
        defendant = case.does(f"{steps}/defendants", charges=charges)
        case.does(f"{steps}/steps", defendant=defendant, stage="final", disposal=disposal)
        case.does(f"{steps}/steps", defendant=defendant, stage="charged", happened_on="2026-10-05")
    time.settle()
    [review] = [item for item in case.listed(ADVISER) if item["code"] == "no_charge_review"]
    assert (review["due_on"], review["group"]) == (None, "undated")
    case.does(f"{steps}/steps", defendant=defendant, review="asked")
    [shown] = case.within(file, "proceedings")
    assert [each["disposal"] for each in shown["defendants"]] == [disposal for _, disposal in DEFENDANTS]
    assert (shown["least_advanced"], shown["most_advanced"]) == ("final", "final")
    time.settle()
    assert "no_charge_review" not in case.tasks()


def the_state_pays_what_the_convicted_do_not(case: JusticeCase, time: PassingTime) -> None:
    """The State pays an advance 8 months after the final judgment. The convicted pay the rest a year late."""
    award = case.does("awards", remedy="NL.CRIMINAL_JOINDER", payer="offender", currency="EUR", amount=AMOUNT)
    assert case.bites("NL.STATE_ADVANCE") == [("advance_on", "NL.CRIMINAL_JOINDER")]
    paid = (("2027-02-15", "final", None), ("2027-10-18", "advance", "5000.00"), ("2028-03-06", "payment", "2431.55"))
    assert case.steps(award, time, *paid) == ["final", "advance", "paid"]


def what_each_of_them_sees(case: JusticeCase, file: str, time: PassingTime, union: ListeningAgency) -> None:
    [permit] = [each for each in case.within(file, "protections") if each["kind"] == "residence"]
    case.does(f"{file}/protections/{permit['id']}/steps", step="ended")
    case.does(f"{file}/closing", outcome="won")
    time.settle()
    assert case.tasks() == {}
    led = case.read("legal", LEAD)
    assert ([award["state"] for award in led["awards"]], led["identification"]) == (["paid"], [])
    assert not [word for word in (WORDS, NAME, AMOUNT) if word in str((led, case.read(), case.listed(WORKER)))]
    case.check_says_nothing()
    heard = union.hears()
    check_sealed(heard, case.id)
    money = [event["data"]["state"] for event in heard if event["type"].startswith("org.casepath.legal.award.")]
    assert money == ["awarded", "final", "advance", "paid"]
    assert not [event for event in heard if ".matter_task." in event["type"] or ".hearing_help." in event["type"]]
