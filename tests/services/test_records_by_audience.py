"""Staff of another agency see the records that the event stream of their agency can contain, and no others.

Each kind of record is compared both ways, for every purpose: what a view shows inside, and what the gate of the
agencies' streams decides about the event of the record.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from deploy.cli.servers import PostgresServer
from services.intake.cases.due.actions.items import is_known
from services.intake.facts.fact.schemas import FactList
from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agreement.rules import AGREED, Agreement
from services.partners.streams.ground.rules import Person, Side, Span
from services.partners.streams.stream.actions.deciding import decide
from shared.access.permissions import FieldClass, Sight
from shared.access.views import written
from shared.deadlines import STEPS
from shared.deadlines.audiences import FACTS, PERIODS
from shared.events.audience import OWN_LIMITS_TO
from shared.events.grounds import Ground
from shared.events.narrowing import NOTHING_NAMED, Narrowing
from shared.events.outside import outside_type
from shared.reference import codes, stage_audiences
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, told
from tests.kit.harness import harness
from tests.kit.intake.cases import opened
from tests.kit.intake.merges import GROUNDS
from tests.kit.intake.referrals import TODAY, consented
from tests.kit.intake.standing import join
from tests.kit.told_agencies import NOW

AGENCY: Final = UUID(int=7)
DAY: Final = date(2026, 3, 2)
PURPOSES: Final = tuple(codes("consent_purpose"))
CATEGORIES: Final = frozenset(codes("data_category"))
CLASSES: Final = frozenset(FieldClass)
#: No category, each alone, and all of them.
CATEGORY_SETS: Final = (frozenset[str](), *(frozenset((each,)) for each in sorted(CATEGORIES)), CATEGORIES)
TYPES: Final = (min(OWN_LIMITS_TO), "Police")


def sight(
    purposes: tuple[str, ...],
    categories: frozenset[str] = CATEGORIES,
    narrowing: Narrowing = NOTHING_NAMED,
    agency_type: str = TYPES[0],
) -> Sight:
    """Return what a reader sees whose agency has one consent."""
    ground = Ground(frozenset(purposes), categories, narrowing=narrowing)
    return Sight(CLASSES, categories, AGENCY, grounds=(ground,), agency_type=agency_type)


def is_told(
    event: tuple[str, str, int],
    data: Mapping[str, object],
    purposes: tuple[str, ...],
    categories: frozenset[str] = CATEGORIES,
    narrowing: Narrowing = NOTHING_NAMED,
    agency_type: str = TYPES[0],
) -> bool:
    """Return whether the stream of the agency can contain an event, if its agreement covers everything."""
    agreement = Agreement(
        id=UUID(int=1),
        jurisdictions=frozenset({"NL"}),
        purposes=frozenset(PURPOSES),
        data_categories=CATEGORIES,
        first_day=DAY,
        last_day=DAY + timedelta(days=30),
        step=AGREED,
        asked_by=UUID(int=2),
        asked_at=NOW,
    )
    side = Side(AGENCY, ACTIVE, (agreement,), frozenset(PURPOSES), CATEGORIES, agency_type)
    span = Span(frozenset(purposes), categories, None, DAY + timedelta(days=9), narrowing=narrowing)
    person = Person("NL", (span,), is_excluded=False, is_restricted=False, today=DAY)
    event_type = outside_type(*event)
    assert event_type is not None
    return decide(event_type, data, side, person, None, NOW.replace(year=2026, month=3, day=2)).is_told


def fact(kind: str, **stated: Any) -> dict[str, Any]:
    """Return a fact of the file, as `FactList` reads it."""
    said = {"id": uuid4(), "kind": kind, "happened": "2026-03-02", "learnt": "2026-03-03", "about": None}
    made = {"revision": 1, "withdrawn": False, "reason": None, "recorded_at": NOW, "recorded_by": None}
    return {**said, **made, "decided_by": None, "alike": None, "earlier": [], **stated}


def facts_shown(of: Sight, *facts: dict[str, Any]) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = written(FactList, {"facts": list(facts)}, of).get("facts", [])
    return shown


def event_of(kind: str, stated: Mapping[str, object]) -> tuple[str, str, int]:
    is_step = kind in STEPS and "stage" in stated
    return ("intake", "identification.step_recorded" if is_step else "fact.recorded", 1)


@pytest.mark.hazard("H-CONFIDENTIALITY-35", control="records-by-audience")
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_fact_is_shown_if_the_stream_can_contain_it_and_only_then(purpose: str) -> None:
    steps = [("step", {"stage": stage}) for stage in stage_audiences()]
    for kind, stated in (*((kind, dict[str, str]()) for kind in FACTS if kind not in STEPS), *steps):
        for categories in CATEGORY_SETS:
            for agency_type in TYPES:
                consent = ((purpose,), categories, NOTHING_NAMED, agency_type)
                shown = bool(facts_shown(sight(*consent), fact(kind, **stated)))
                assert shown == is_told(event_of(kind, stated), {"kind": kind, **stated}, *consent), (kind, categories)


@pytest.mark.hazard("H-CONFIDENTIALITY-35", control="items-by-audience")
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_period_is_known_if_the_stream_can_contain_it_and_only_then(purpose: str) -> None:
    for code in PERIODS:
        for categories in CATEGORY_SETS:
            for agency_type in TYPES:
                consent = ((purpose,), categories, NOTHING_NAMED, agency_type)
                is_in_stream = is_told(("intake", "clock.started", 1), {"code": code}, *consent)
                assert is_known("period", code, sight(*consent)) == is_in_stream, (code, categories)


@pytest.mark.hazard("H-CONFIDENTIALITY-35", control="items-by-audience")
def test_a_hidden_period_is_on_no_list_and_answered_as_one_that_does_not_exist(postgres: PostgresServer) -> None:
    with harness("intake", postgres) as door:
        lead, outsider = Client(door.door, "caseworker"), Client(door.door, "caseworker")
        case = opened(lead, jurisdiction="GB-EAW")
        agency = registered(door.database, type="Police")
        works_for(door.database, outsider.subject, agency, "caseworker")
        works_for(door.database, lead.subject, registered(door.database), "caseworker")
        told(join(lead, case, outsider, "caseworker"), 201)
        police = {"purposes": ["police_investigation"], "data_categories": ["account"]}
        consented(lead, case, agency=agency, granted_on=(TODAY - timedelta(days=1)).isoformat(), **police)
        path = f"/v1/cases/{case}"
        told(lead.ask("POST", f"{path}/identification", GROUNDS), 201)
        periods = told(lead.ask("GET", path))["clocks"]
        assert periods
        whole = told(outsider.ask("GET", path))
        assert whole["clocks"] == []
        assert not {item["what"] for item in whole["due"]} & {"period", "period_question"}
        assert told(outsider.ask("GET", f"{path}/timeline"))["deadlines"] == []
        assert {fact["kind"] for fact in told(outsider.ask("GET", f"{path}/facts"))["facts"]} == {"decision"}
        explanation = f"{path}/clocks/{periods[0]['id']}/explanation"
        told(lead.ask("GET", explanation))
        hidden, unknown = outsider.ask("GET", explanation), outsider.ask("GET", f"{path}/clocks/{uuid4()}/explanation")
        assert (hidden.status_code, unknown.status_code) == (404, 404)


@pytest.mark.hazard("H-CONFIDENTIALITY-35", control="rows-by-audience")
def test_a_hidden_fact_is_left_out_of_the_list_and_its_fields_too() -> None:
    law = sight(("legal_representation",), frozenset({"immigration"}))
    refused, worked = fact("residence_refused", dublin="no", foreigner="yes"), fact("work_ended")
    [shown] = facts_shown(law, refused, worked)
    assert (shown["kind"], shown["dublin"]) == ("residence_refused", "no")
    # The identity needs another category, and no agency receives when the person learnt of it.
    assert not shown.keys() & {"foreigner", "learnt"}
    assert len(facts_shown(Sight(CLASSES), refused, worked)) == 2


@pytest.mark.hazard("H-CONFIDENTIALITY-35", control="records-by-audience")
def test_a_consent_that_names_a_claim_shows_facts_of_that_claim_only() -> None:
    narrowing = Narrowing(remedies=frozenset({"NL.WAGES"}))
    wages, other = fact("claim", remedy="NL.WAGES"), fact("claim", remedy="NL.SCHADEFONDS")
    of = sight(("legal_representation",), narrowing=narrowing)
    assert [each["remedy"] for each in facts_shown(of, wages, other)] == ["NL.WAGES"]


def test_a_record_of_the_reader_s_own_agency_is_shown_whatever_the_consents_open() -> None:
    colleague = uuid4()
    nothing = Sight(CLASSES, frozenset(), AGENCY, frozenset((colleague,)))
    [shown] = facts_shown(nothing, fact("judgment_final", recorded_by=colleague), fact("judgment_final"))
    assert shown["recorded_by"] == str(colleague)
