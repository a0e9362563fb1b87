"""Each event of every service declares the agencies that may receive it, and the data category of its fields."""

from collections.abc import Iterator

import pytest

from services import FOLLOWS
from services.intake.path.identification.events import STAGES
from services.registry import events_of
from shared.access.agency_grounds import FOR_CASEWORK
from shared.access.audiences import outside, undeclared
from shared.access.declarations import declaration_of
from shared.access.permissions import OF_THE_LEAD
from shared.casework.audiences import RECORDS
from shared.deadlines.audiences import FACTS, PERIODS
from shared.events.audience import STAYS, UNDECLARED, Reach, Terms
from shared.events.contract import EventType
from shared.events.openings import CATEGORIES_OF, MECHANISM, POLICE, REGISTER
from shared.events.outside import catalogue
from shared.reference import JURISDICTIONS, codes, profile

SERVICES = ("intake", "legal", "support", "partners")
TYPES = [(service, event_type) for service in SERVICES for event_type in events_of(service)[0]]
#: The names of fields in events that identify staff.
STAFF = frozenset(("member", "supervisor", "lead", "by", "to", "returned_to", "handed_to", "successor"))
each_type = pytest.mark.parametrize(
    ("service", "event_type"), TYPES, ids=[f"{service}.{kind.name}.v{kind.version}" for service, kind in TYPES]
)


def _openings(event_type: EventType) -> Iterator[Terms]:
    audience = event_type.audience
    yield from (terms for terms in (audience.terms, *audience.codes.values()) if terms is not None)


@each_type
def test_it_is_said_who_may_be_told_or_why_nobody_is(service: str, event_type: EventType) -> None:
    audience = event_type.audience
    assert audience is not UNDECLARED, service
    assert (audience.reach is Reach.INSIDE) == bool(audience.because)
    assert (audience.reach is Reach.PERSON) == bool(list(_openings(event_type)))
    assert (audience.reach is Reach.PARTY) == ((audience.agency is None) != (audience.record is None))


@each_type
def test_each_field_of_what_may_leave_is_declared(service: str, event_type: EventType) -> None:
    if event_type.audience.leaves:
        assert undeclared(event_type) == [], service


@each_type
def test_what_an_audience_names_are_fields_categories_and_purposes(service: str, event_type: EventType) -> None:
    audience, fields = event_type.audience, event_type.schema().fields
    named = {audience.by, audience.agency, audience.record, *audience.fields} - {None}
    assert named <= fields.keys(), service
    purposes = {purpose for terms in _openings(event_type) for purpose in terms.all_purposes}
    assert purposes <= FOR_CASEWORK | REGISTER | CATEGORIES_OF.keys()
    assert set(codes("consent_purpose")) >= FOR_CASEWORK | REGISTER | CATEGORIES_OF.keys()
    categories = {category for terms in _openings(event_type) for category in (terms.category, terms.instead)} | set(
        outside(service, event_type).categories().values()
    )
    assert {matter for terms in _openings(event_type) for matter in terms.matters} <= set(codes("matter_type"))
    assert categories <= {None, *codes("data_category")}


@each_type
def test_a_member_of_staff_never_leaves(service: str, event_type: EventType) -> None:
    kind = outside(service, event_type)
    staff = {name for name, field in event_type.schema().fields.items() if declaration_of(field).staff}
    assert not kind.categories().keys() & (staff | STAFF)


@each_type
def test_what_said_too_much_or_is_for_the_services_alone_stays_inside(service: str, event_type: EventType) -> None:
    newest = max(other.version for source, other in TYPES if (source, other.name) == (service, event_type.name))
    if event_type.too_much or event_type.is_inside or event_type.version < newest:
        assert not event_type.audience.leaves


@each_type
def test_a_field_that_says_what_opens_an_event_or_whose_it_is_may_leave(service: str, event_type: EventType) -> None:
    audience = event_type.audience
    says = {audience.by, audience.agency, audience.record} - {None}
    categories = outside(service, event_type).categories()
    assert says <= categories.keys()
    assert {categories[name] for name in says if name is not None} <= {None}


@each_type
def test_of_each_kept_version_it_is_said_how_it_is_made_of_the_newest(service: str, event_type: EventType) -> None:
    kept = {other.version for source, other in TYPES if (source, other.name) == (service, event_type.name)}
    earlier = kept - {event_type.version} if event_type.version == max(kept) else set()
    assert {form.version for form in event_type.older} == earlier


def test_of_every_code_that_decides_who_is_told_it_is_said_who() -> None:
    services = next(kind for _, kind in TYPES if kind.name == "service.delivered").audience.codes
    assert PERIODS.keys() == set(codes("clock_code"))
    assert FACTS.keys() == set(codes("fact_kind"))
    assert RECORDS.keys() == set(codes("record_class"))
    assert services.keys() == set(codes("service_type"))
    assert STAGES.keys() == set(codes("identification_stage"))


#: Codes of the periods before whose end staff must act. A rule of another kind binds an authority, or protects staff.
LIMITATIONS = sorted(
    {code for law in JURISDICTIONS for code, rules in profile(law).clocks.items() if rules[-1].kind == "limitation"}
)


@pytest.mark.hazard("H-CONFIDENTIALITY-9", control="own-limits")
@pytest.mark.parametrize("code", LIMITATIONS)
def test_no_authority_receives_a_limit_of_the_person(code: str) -> None:
    terms = PERIODS[code]
    assert terms is None or not terms.purposes & (MECHANISM | POLICE | REGISTER)


@pytest.mark.hazard("H-CONFIDENTIALITY-9", control="own-limits")
@pytest.mark.parametrize("name", ["reconsideration.requested", "compensation.applied"])
def test_no_agency_receives_whether_a_request_or_a_claim_was_late(name: str) -> None:
    told = [outside(service, kind) for service, kind in TYPES if kind.name == name]
    assert ["late" in kind.categories() for kind in told] == [False]


@pytest.mark.hazard("H-CONFIDENTIALITY-14", control="day-of-receipt")
def test_no_agency_receives_when_the_person_learnt_of_a_decision() -> None:
    decisions = [each for each in TYPES if each[1].name == "identification.decided" or each[1].name.startswith("fact.")]
    assert len(decisions) == 1 + 3 * len({"intake", "legal"})
    for service, kind in decisions:
        assert not outside(service, kind).categories().keys() & {"received_on", "learnt"}


@pytest.mark.hazard("H-CONFIDENTIALITY-14", control="by-type-of-agency")
@pytest.mark.parametrize("code", LIMITATIONS)
def test_each_limit_of_the_person_is_one_for_agencies(code: str) -> None:
    terms = PERIODS[code]
    assert terms is None or terms.own_limit


def test_every_service_knows_of_all_events_what_their_own_services_declare() -> None:
    declared = {(service, kind.name, kind.version): outside(service, kind) for service, kind in TYPES}
    assert dict(catalogue()).keys() == declared.keys()
    for key, kind in catalogue().items():
        assert kind.fields == declared[key].fields
        assert (kind.audience.reach, kind.audience.terms) == (
            declared[key].audience.reach,
            declared[key].audience.terms,
        )
        assert dict(kind.audience.codes) == dict(declared[key].audience.codes)


def test_what_no_consent_opens_has_one_word() -> None:
    assert STAYS == OF_THE_LEAD


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_said_to_follow_those_whose_events_it_reads(service: str) -> None:
    # The permissions of its broker account are derived from it.
    _, reads = events_of(service)
    assert sorted(FOLLOWS[service]) == sorted(reads.sources)
