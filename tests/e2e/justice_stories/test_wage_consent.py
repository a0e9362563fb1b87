"""A woman consents to a trade union for her wage claim and nothing else: the union receives exactly that.

Everything is agreed on with the union, and the consent names every data category. The purpose alone limits what it
receives. A second union has her consent for all her claims, but she named one claim.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import pytest

from deploy.cli.api import Targets
from shared.reference import codes
from tests.e2e.justice_stories.justice_case import WORKER, JusticeCase, Office
from tests.kit.listening_agency import ListeningAgency
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD, SIGNS

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING: Final[dict[str, Any]] = {"channel": "phone", "language": "bg", "anonymous": False, "source": "ngo"}
ADVICE: Final[dict[str, Any]] = {
    "phase": "before_entry_decision", "status": "given", "topics": ["unpaid_wages", "immigration"],
    "funding": "trade_union", "language": "bg", "interpreter": True, "format": "in_person",
}  # fmt: skip
REFLECTS: Final = {"stage": "reflection_accepted", "authority": "NL.POLICE", "happened": "2026-03-02"}
SAFELY: Final[dict[str, Any]] = {
    "channels": ["phone"], "unsafe": [], "zone": "Europe/Amsterdam", "if_another_answers": "hang_up",
}  # fmt: skip
GRANTED: Final = {"outcome": "granted", "amount_band": "5000_to_9999", "currency": "EUR"}
#: What is selected by each code, if it is about her wages.
OF_WAGES: Final = {"remedy": {"NL.WAGES"}, "code": {"NL.WAGES"}, "kind": {"work_ended", "wages_withheld"}}
CLAIMS: Final = ("matter.opened", "compensation.applied", "compensation.decided", "compensation.paid", "award.changed")


@pytest.fixture
def wage_union(installation: Targets) -> ListeningAgency:
    entry = {"name": "Fictitious Wage Union", "type": "TradeUnion", "country": "NL"}
    return ListeningAgency.agreed_with(installation, entry, ("wage_claim",), codes("data_category").values)


@pytest.fixture
def claims_union(installation: Targets) -> ListeningAgency:
    entry = {"name": "Fictitious Claims Union", "type": "TradeUnion", "country": "NL"}
    return ListeningAgency.agreed_with(installation, entry, ("compensation_claim",), ("finances",))


@pytest.mark.hazard("H-CONFIDENTIALITY-30", control="wages-only")
@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
def test_a_union_receives_the_wage_claim_and_nothing_else(
    time: PassingTime, office: Office, wage_union: ListeningAgency, claims_union: ListeningAgency
) -> None:
    time.at("2026-03-02T10:00:00Z")
    case = JusticeCase.of(office, "NL", **OPENING)
    case.record("intake", "consents", wage_union.consent(*codes("data_category").values))
    case.record("intake", "consents", {**claims_union.consent("finances"), "only_remedies": ["NL.WAGES"]})
    a_day_of_events(case, time)
    announced = case.events()
    heard = wage_union.hears()
    assert Counter(map(name_and_code, heard)) == Counter(of_her_wages(announced))
    assert {name for name, _code in of_her_wages(announced)} >= {
        *("legal.matter.opened", "legal.compensation.applied", "legal.compensation.decided", "legal.clock.started"),
        *("legal.fact.recorded", "intake.safe_contact.changed", "intake.consent.granted"),
    }
    # She named one claim: of two decisions one is delivered. That identification advances is about no claim.
    assert Counter(map(name_and_code, claims_union.hears())) == Counter(
        [
            ("intake.consent.granted_in_part", ""),
            ("intake.identification.step_recorded", ""),
            ("legal.compensation.decided", "NL.WAGES"),
            ("legal.fact.recorded", "claim_decided"),
        ]
    )


def a_day_of_events(case: JusticeCase, time: PassingTime) -> None:
    """Have detection, advice, identification, help, two claims and a new safe contact happen."""
    case.record("intake", "detections", {**SIGNS, "last_incident_on": "2026-02-20", "learnt": "2026-03-02"})
    case.does("advice", **ADVICE)
    case.does("facts", kind="work_ended", happened="2026-02-20")
    case.does("facts", kind="crime_reported", happened="2026-03-02")
    case.record("intake", "identification", REFLECTS)
    case.record("support", "services", {"service_type": "accommodation_emergency", "urgent": True}, WORKER)
    case.change("intake", "safe-contact", SAFELY, LEAD, how="PUT")
    time.settle()
    for remedy in ("NL.WAGES", "NL.SCHADEFONDS"):
        matter = case.claim(remedy, "2026-03-02")
        case.change("legal", f"matters/{matter}/decision", GRANTED)
    time.settle()


def name_and_code(event: Any) -> tuple[str, str]:
    """Return the name of an event and the code that its audience depends on, if there is one."""
    name, data = event["type"].removeprefix("org.casepath.").rpartition(".v")[0], event["data"]
    field = "code" if ".clock." in name else "kind" if ".fact." in name else "remedy"
    return name, str(data.get(field, ""))


def of_her_wages(announced: Iterable[Any]) -> list[tuple[str, str]]:
    """Return the events that are about her wages, or about the consent or how to reach her."""
    found = []
    for event in announced:
        name, code = name_and_code(event)
        short = name.partition(".")[2]
        is_of_wages = any(code in allowed for allowed in OF_WAGES.values()) and (
            short in CLAIMS or short.startswith(("clock.", "fact."))
        )
        is_changed = short in ("safe_contact.changed", "details.changed")
        if is_of_wages or is_changed or short == "consent.granted":
            found.append((name, code))
    return found
