"""Romania: a mother without identification is not punished, joins as a civil party, and gets State compensation."""

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

OPENING: Final[dict[str, Any]] = {"channel": "in_person", "language": "ro", "anonymous": False, "source": "ngo"}
ADVICE: Final[dict[str, Any]] = {
    "phase": "before_detection", "status": "given", "topics": ["compensation", "non_punishment"],
    "funding": "appointed_by_court", "language": "ro", "interpreter": False, "format": "in_person",
}  # fmt: skip


def test_a_civil_party_whom_nobody_identified(time: PassingTime, office: Office, union: ListeningAgency) -> None:
    time.at("2026-03-02T10:00:00Z")
    case = JusticeCase.of(office, "RO", **OPENING)
    she_waits_for_a_lawyer(case, time, union)
    she_is_not_punished(case, time)
    file = she_joins_the_prosecution(case, time)
    she_is_heard_at_the_second_try(case, file, time)
    she_is_paid_a_part_and_no_more(case, file, time)
    the_state_pays_the_rest(case, time)
    what_each_of_them_sees(case, file, time, union)


def she_waits_for_a_lawyer(case: JusticeCase, time: PassingTime, union: ListeningAgency) -> None:
    """No lawyer is available for a week, and the unmet request is listed. She knows the month of the last incident."""
    case.record("intake", "consents", union.consent("account"))
    case.record("intake", "detections", {**SIGNS, "last_incident_on": "2026-01", "learnt": "2026-03-02"})
    asked = case.does("advice-requests", topics=["compensation"], unmet="no_lawyer", urgent=True)
    time.settle()
    assert case.whats(ADVISER) == {"advice_unmet", "entry_unadvised", "period"}
    time.at("2026-03-09T10:00:00Z")
    case.does("advice", **ADVICE)
    case.does(f"advice-requests/{asked}/end", ended="advised")
    case.does("notes", kind="strategy", text=WORDS)
    case.record("intake", "entry-decisions", {"decision": "decline", "advice": "given"})
    time.settle()
    assert case.whats(ADVISER) == {"period"}
    # The period for State compensation has no date yet, but the work list shows it.
    assert case.periods() == {"RO.STATE_COMP": ("undated", None)}


def she_is_not_punished(case: JusticeCase, time: PassingTime) -> None:
    """She was fined for what she was forced to do. Only her defence adviser sees this."""
    file = case.matter("criminal_accused", privilege="legal_professional")
    proceeding = f"{file}/proceedings/" + case.does(f"{file}/proceedings", kind="criminal", person_role="suspect")
    stated = {"kind": "non_punishment", "basis": "RO.ART_20", "offence": "forced_begging", "age_at_act": "adult"}
    unpunished = f"{file}/protections/" + case.does(f"{file}/protections", **stated)
    time.settle()
    assert set(case.tasks()) == {"plea_warning", "non_punishment_open"}
    case.does(f"{proceeding}/warning")
    for step in ("asked", "raised", "no_charge"):
        case.does(f"{unpunished}/steps", step=step)
    case.does(f"{proceeding}/steps", stage="ended")
    case.does(f"{file}/closing", outcome="won")
    time.settle()
    assert case.tasks() == {}


def she_joins_the_prosecution(case: JusticeCase, time: PassingTime) -> str:
    """She can join until the court starts its inquiry. This date is uncertain, so a second adviser checks it."""
    time.at("2026-04-06T10:00:00Z")
    case.does("facts", kind="crime_reported", happened="2026-04-06")
    file = case.matter("criminal_victim", "RO.CIVIL_PARTY", privilege="legal_professional")
    case.does(f"{file}/parties", role="defendant", names=[{"kind": "official", "name": NAME}])
    case.does(f"{file}/documents", kind="release_notice")
    joining = f"{file}/dates/" + case.does(f"{file}/dates", kind="claim", due_on="2026-06-15", unclear=True)
    time.settle()
    assert case.tasks() == {"document": None, "date_unchecked": "2026-06-15", "key_date": "2026-06-15"}
    assert {item["group"] for item in case.listed(ADVISER) if item["code"] == "key_date"} == {"unclear"}
    case.seconds(f"{joining}/check")
    # A civil party may not be able to claim in another court. The conflict is shown before she claims.
    case.claim("RO.CIVIL_PARTY", "2026-04-06")
    assert case.bites("RO.CIVIL") == [("may_bar_later", "RO.CIVIL_PARTY")]
    case.does(f"{joining}/answer", answer="filed", proof=WORDS)
    # He offers money for her silence. The consequences of a settlement are shown before she answers.
    offer = f"{file}/dates/" + case.does(f"{file}/dates", kind="settlement", due_on="2026-05-11")
    case.seconds(f"{offer}/check")
    time.settle()
    assert case.tasks()["settlement_offer"] == "2026-05-11"
    case.does(f"{offer}/answer", answer="not_pursued")
    return file


def she_is_heard_at_the_second_try(case: JusticeCase, file: str, time: PassingTime) -> None:
    proceeding = case.does(f"{file}/proceedings", kind="criminal", person_role="civil_party")
    stated = {"kind": "trial", "proceeding": proceeding, "wanted": ["childcare", "waiting_room"]}
    first = f"{file}/hearings/" + case.does(f"{file}/hearings", held_on="2026-10-05", **stated)
    time.settle()
    assert case.help_needed() == {"childcare": "2026-10-05"}
    time.at("2026-10-05T16:00:00Z")
    case.does(f"{first}/end", state="adjourned")
    second = f"{file}/hearings/" + case.does(f"{file}/hearings", held_on="2027-02-08", **stated)
    time.settle()
    assert case.help_needed() == {"childcare": "2027-02-08"}
    assert case.tasks()["hearing"] == "2027-02-08"
    prepared = {"arranged": stated["wanted"], "mode": "present", "statement": "in_person"}
    case.does(f"{second}/preparation", wanted=stated["wanted"], **prepared)
    time.at("2027-02-08T16:00:00Z")
    case.does(f"{second}/end", state="held")
    defendant = case.does(f"{file}/proceedings/{proceeding}/defendants", charges=["trafficking", "forced_begging"])
    convicted = {"defendant": defendant, "stage": "final", "disposal": "convicted"}
    time.at("2027-03-08T10:00:00Z")
    case.does(f"{file}/proceedings/{proceeding}/steps", happened_on="2027-03-01", **convicted)
    time.settle()
    assert set(case.tasks()) == {"document"}


def she_is_paid_a_part_and_no_more(case: JusticeCase, file: str, time: PassingTime) -> None:
    """The judgment is recorded a week late. It starts the year for the application to the State."""
    case.does("facts", kind="judgment_final", happened="2027-03-01", learnt="2027-03-08")
    award = case.does("awards", remedy="RO.CIVIL_PARTY", payer="offender", currency="RON", amount=AMOUNT)
    time.settle()
    assert case.periods() == {"RO.STATE_COMP": ("due", "2028-03-01")}
    paid = (("2027-04-05", "final", None), ("2027-06-07", "payment", "1000.00"), ("2027-09-06", "enforcement", None))
    assert case.steps(award, time, *paid) == ["final", "part_paid", "part_paid"]
    assert case.steps(award, time, ("2027-11-08", "unpaid", None)) == ["unpaid"]
    # He is released, and she is notified before he could reach her.
    [notice] = case.within(file, "file")["documents"]
    case.does(f"{file}/documents/{notice['id']}/receipt")
    case.does(f"{file}/closing", outcome="partly_won")
    time.settle()
    assert case.tasks() == {}


def the_state_pays_the_rest(case: JusticeCase, time: PassingTime) -> None:
    time.at("2027-12-06T10:00:00Z")
    assert "due_soon" in [verb for verb, _, _ in case.told("legal", "RO.STATE_COMP")]
    assert case.bites("RO.STATE_COMP") == [("deducted_from", "RO.CIVIL_PARTY")]
    claim = case.claim("RO.STATE_COMP", "2027-12-06")
    time.settle()
    assert (case.clock("RO.STATE_COMP")["state"], case.periods()) == ("met", {})
    time.at("2028-03-06T10:00:00Z")
    granted = {"outcome": "granted", "amount_band": "5000_to_9999", "currency": "RON"}
    case.change("legal", f"matters/{claim}/decision", granted)
    case.change("legal", f"matters/{claim}/payment", {})
    time.settle()
    assert case.whats(ADVISER) == set()


def what_each_of_them_sees(case: JusticeCase, file: str, time: PassingTime, union: ListeningAgency) -> None:
    led = case.read("legal", LEAD)
    assert (led["identification"], case.read()["identification_status"]) == ([], "not_referred")
    assert {matter["remedy"]: matter["status"] for matter in led["matters"]} == {
        "RO.CIVIL_PARTY": "applied",
        "RO.STATE_COMP": "paid",
    }
    assert not [word for word in (WORDS, NAME, AMOUNT) if word in str((led, case.read(), case.listed(WORKER)))]
    assert case.within(file, "file")["dates"][0]["proof"] == WORDS
    case.check_says_nothing()
    heard = union.hears()
    check_sealed(heard, case.id)
    # She consented to events about the limits of her claim, but not about her money.
    types = {event["type"].removeprefix("org.casepath.") for event in heard}
    assert "legal.clock.due_soon.v1" in types
    assert not [
        name for name in types if name.startswith(("legal.award.", "legal.matter_task.", "legal.hearing_help."))
    ]
