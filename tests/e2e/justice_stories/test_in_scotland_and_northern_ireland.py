"""Scotland and Northern Ireland: the same story under two more laws, each with its own scheme and limits."""

from dataclasses import dataclass
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

OPENING: Final[dict[str, Any]] = {"channel": "in_person", "language": "en", "anonymous": False, "source": "ngo"}
ADVICE: Final[dict[str, Any]] = {
    "phase": "before_entry_decision", "status": "given", "topics": ["unpaid_wages"], "funding": "trade_union",
    "language": "en", "interpreter": False, "format": "in_person",
}  # fmt: skip
#: The last day of work and the last incident.
DAYS: Final = {"last_incident_on": "2026-01-15", "work_ended_on": "2026-01-20", "learnt": "2026-03-02"}


@dataclass(frozen=True)
class Law:
    """The differences between the laws: tribunal, State scheme, periods and reviews, order, protections."""

    jurisdiction: str
    tribunal: str
    tribunal_period: str
    scheme: str
    scheme_period: str
    order: str
    unpunished: str
    leave: str
    court_review: str
    scheme_review: str


LAWS: Final = (
    Law(
        *("GB-SCT", "GB.EMPLOYMENT_TRIBUNAL", "GB.ET", "GB.CICA", "GB.CICA", "SCT.COMP_ORDER"),
        *("GB.SCT_INSTRUCTIONS", "GB.VTS_COOPERATION", "SCT.JR", "GB.CICA_REVIEW"),
    ),
    Law(
        *("GB-NIR", "NIR.TRIBUNAL", "NIR.TRIBUNAL", "NIR.CICS", "NIR.CICS", "NIR.COMP_ORDER"),
        *("GB.NIR_S22", "GB.VTS_RECOVERY", "NIR.JR", "NIR.CICS_REVIEW"),
    ),
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: str(law.jurisdiction))
def test_wages_by_a_tribunal_a_scheme_and_a_court(
    law: Law, time: PassingTime, office: Office, union: ListeningAgency
) -> None:
    time.at("2026-03-02T10:00:00Z")
    case = JusticeCase.of(office, law.jurisdiction, **OPENING)
    they_claim_their_wages(case, law, time, union)
    they_are_not_punished_and_stay(case, law, time)
    the_court_awards_and_the_scheme_is_asked(case, law, time)
    what_each_of_them_sees(case, law, union)


def they_claim_their_wages(case: JusticeCase, law: Law, time: PassingTime, union: ListeningAgency) -> None:
    """The tribunal limit is 3 months from the last day of work: 7 weeks are left."""
    case.record("intake", "consents", union.consent("account", "finances"))
    case.record("intake", "detections", {**SIGNS, **DAYS})
    time.settle()
    assert "entry_unadvised" in case.whats(ADVISER)
    assert case.periods()[law.tribunal_period] == ("due", "2026-04-19")
    case.does("advice", **ADVICE)
    case.does("notes", kind="evidence", text=WORDS)
    file = case.matter("employment", law.tribunal, privilege="none")
    case.does(f"{file}/parties", role="employer", names=[{"kind": "official", "name": NAME}])
    case.does(f"{file}/documents", kind="wages_proof", due_on="2026-03-30")
    case.claim(law.tribunal, "2026-03-02")
    time.settle()
    assert case.tasks() == {"document": "2026-03-30"}
    assert law.tribunal_period not in case.periods()
    case.does(f"{file}/stages", stage="decided")
    case.does(f"{file}/closing", outcome="partly_won")
    time.settle()
    assert (case.tasks(), "entry_unadvised" in case.whats(ADVISER)) == ({}, False)


def they_are_not_punished_and_stay(case: JusticeCase, law: Law, time: PassingTime) -> None:
    time.at("2026-09-07T10:00:00Z")
    file = case.matter("residence", privilege="legal_professional")
    stated = {"kind": "non_punishment", "basis": law.unpunished, "offence": "document_offence"}
    unpunished = f"{file}/protections/" + case.does(f"{file}/protections", **stated)
    leave = f"{file}/protections/" + case.does(f"{file}/protections", kind="residence", basis=law.leave)
    case.does(f"{leave}/steps", step="refused")
    time.settle()
    assert set(case.tasks()) == {"non_punishment_open"}
    # Judicial review is possible within 3 months of the refusal, under the rules of each law.
    assert case.periods()[law.court_review][0] == "due"
    for step in ("raised", "no_charge"):
        case.does(f"{unpunished}/steps", step=step)
    time.at("2026-09-21T10:00:00Z")
    case.does(f"{leave}/steps", step="challenged")
    time.at("2027-01-11T10:00:00Z")
    case.does(f"{leave}/steps", step="granted", until="2028-01-11")
    time.settle()
    assert case.tasks()["leave_renewal"] == "2027-10-13"
    time.at("2027-10-13T10:00:00Z")
    case.does(f"{leave}/steps", step="renewal_applied")
    case.does(f"{leave}/steps", step="renewed", until="2029-01-11", happened_on="2027-10-13")
    case.does(f"{leave}/steps", step="withdrawn")
    case.does(f"{file}/closing", outcome="won")
    time.settle()
    assert case.tasks() == {}


def the_court_awards_and_the_scheme_is_asked(case: JusticeCase, law: Law, time: PassingTime) -> None:
    """They apply to the scheme in the last month of its 2 years. The offender has paid only a part."""
    award = case.does("awards", remedy=law.order, payer="offender", currency="GBP", amount=AMOUNT)
    assert case.steps(award, time, ("2027-11-08", "final", None), ("2027-12-20", "advance", "431.55")) == [
        "final",
        "advance",
    ]
    assert case.periods()[law.scheme_period] == ("due", "2028-01-15")
    claim = case.claim(law.scheme, "2027-12-20")
    time.settle()
    assert (case.clock(law.scheme_period)["state"], case.clock(law.scheme_period)["in_time"]) == ("met", "yes")
    time.at("2028-03-06T10:00:00Z")
    case.change("legal", f"matters/{claim}/decision", {"outcome": "refused"})
    time.settle()
    # 6 March + 56 days: 25 days to the 31st, 30 days of April, 1 day of May.
    assert case.periods()[law.scheme_review] == ("due", "2028-05-01")
    assert case.steps(award, time, ("2028-03-07", "payment", "7000.00")) == ["paid"]


def what_each_of_them_sees(case: JusticeCase, law: Law, union: ListeningAgency) -> None:
    led = case.read("legal", LEAD)
    assert ([award["state"] for award in led["awards"]], led["identification"]) == (["paid"], [])
    assert not [word for word in (WORDS, NAME, AMOUNT) if word in str((led, case.read(), case.listed(WORKER)))]
    case.check_says_nothing()
    heard = union.hears()
    check_sealed(heard, case.id)
    money = [event["data"]["state"] for event in heard if event["type"].startswith("org.casepath.legal.award.")]
    assert money == ["awarded", "final", "advance", "paid"]
    claimed = {event["data"]["remedy"] for event in heard if ".compensation.applied." in event["type"]}
    assert claimed == {law.tribunal, law.scheme}
