"""What the narrow purposes and a narrowed consent open: of every event type and code, exactly the expected ones."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agreement.rules import AGREED, Agreement
from services.partners.streams.ground.rules import NAMED_OTHERS, Decision, Person, Side, Span
from services.partners.streams.stream.actions.deciding import decide
from shared.events.audience import Reach, Terms
from shared.events.narrowing import FIRST_STAGE, NOTHING_NAMED, STAGES_BY_FACT, Narrowing, stage_of
from shared.events.outside import OutsideType, catalogue, outside_type
from shared.reference import codes, period_remedies, remedy_matters
from tests.kit.told_agencies import NOW

TODAY, AGENCY = date(2026, 3, 2), UUID(int=7)
PURPOSES, CATEGORIES = frozenset(codes("consent_purpose")), frozenset(codes("data_category"))
#: The periods, remedies and facts that are about wages.
PERIODS: Final = {
    "GB.ET",
    "GB.ET_CONTRACT",
    "GB.CONCILIATION",
    "NIR.TRIBUNAL",
    "NIR.CONCILIATION",
    "NL.WAGES",
    "RO.WAGES",
}
WAGES: Final = {"GB.EMPLOYMENT_TRIBUNAL", "GB.ET_CONTRACT", "NIR.TRIBUNAL", "NL.WAGES", "RO.WAGES"}
WORK: Final = {"work_ended", "wages_withheld", "conciliation_begun", "conciliation_certified", "conciliation_open"}
CLAIMS: Final = (
    *("matter.opened", "compensation.applied", "compensation.decided", "compensation.paid", "award.changed"),
)
CHANGED: Final = {("intake", "details.changed", ""), ("intake", "safe_contact.changed", "")}


def events() -> Iterator[tuple[OutsideType, str]]:
    """Every event type about a person, with every code that selects its audience."""
    for kind in catalogue().values():
        if kind.audience.reach is Reach.PERSON:
            yield from ((kind, code) for code in (kind.audience.codes if kind.audience.by else ("",)))


def data_of(kind: OutsideType, code: str) -> dict[str, Any]:
    whole = dict.fromkeys(kind.fields, "x")
    for name in ("remedy", "challenge"):
        whole.pop(name, None)
    return whole if kind.audience.by is None else {**whole, kind.audience.by: code}


@cache
def side() -> Side:
    agreement = Agreement(
        id=UUID(int=1),
        jurisdictions=frozenset({"NL"}),
        purposes=PURPOSES,
        data_categories=CATEGORIES,
        first_day=TODAY,
        last_day=TODAY + timedelta(days=30),
        step=AGREED,
        asked_by=UUID(int=2),
        asked_at=NOW,
    )
    return Side(AGENCY, ACTIVE, (agreement,), PURPOSES, CATEGORIES, "TradeUnion")


def decision(kind: OutsideType, data: Mapping[str, object], *spans: Span, stage: str = FIRST_STAGE) -> Decision:
    person = Person("NL", spans, is_excluded=False, is_restricted=False, today=TODAY, stage=stage)
    return decide(kind, data, side(), person, None, datetime(2026, 3, 2, 12, tzinfo=NOW.tzinfo))


def consent(*purposes: str, categories: frozenset[str] = CATEGORIES, names: Narrowing = NOTHING_NAMED) -> Span:
    return Span(frozenset(purposes), categories, None, TODAY + timedelta(days=9), narrowing=names)


def heard(*spans: Span) -> set[tuple[str, str, str]]:
    return {
        (kind.service, kind.name, code)
        for kind, code in events()
        if decision(kind, data_of(kind, code), *spans).is_told
    }


def clocks(code: str) -> set[tuple[str, str, str]]:
    return {(kind.service, kind.name, code) for kind in catalogue().values() if kind.name.startswith("clock.")}


def facts(kind_of_fact: str) -> set[tuple[str, str, str]]:
    return {(kind.service, kind.name, kind_of_fact) for kind in catalogue().values() if kind.name.startswith("fact.")}


def dangers() -> set[tuple[str, str, str]]:
    alerts = {("support", name, "danger") for name in ("alert.raised", "alert.ended", "absence.declared")}
    return alerts | {("support", "absence.ended", ending) for ending in codes("absence_ending").values}


def corrections(record_class: str) -> set[tuple[str, str, str]]:
    return {
        (kind.service, kind.name, record_class) for kind in catalogue().values() if kind.audience.by == "record_class"
    }


@pytest.mark.hazard("H-CONFIDENTIALITY-30", control="wages-only")
def test_a_consent_for_the_wage_claim_opens_wages_and_changed_contact_or_details() -> None:
    expected = {
        *CHANGED,
        *(("legal", name, remedy) for name in CLAIMS for remedy in WAGES),
        *(each for code in PERIODS for each in clocks(code)),
        *(each for kind in WORK for each in facts(kind)),
        *corrections("safe_contact"),
    }
    assert heard(consent("wage_claim")) == expected


@pytest.mark.hazard("H-CONFIDENTIALITY-30", control="wages-only")
def test_a_wage_claim_opens_no_category_of_another_purpose_in_the_same_consent() -> None:
    both = consent("wage_claim", "medical_care")
    kind = outside_type("legal", "fact.recorded", 1)
    assert kind is not None
    found = decision(kind, data_of(kind, "wages_withheld"), both)
    assert found.data_categories == CATEGORIES & {"account", "finances", "contact_safe", "identity", "details_changed"}


def test_a_consent_for_child_protection_opens_childcare_and_nothing_of_claims() -> None:
    service = {
        (kind.service, kind.name, "childcare") for kind in catalogue().values() if kind.audience.by == "service_type"
    }
    assert heard(consent("child_protection")) == {*CHANGED, *service, *corrections("safe_contact"), *dangers()}


def test_a_reporting_body_receives_detection_and_identification_without_categories() -> None:
    found = heard(consent("monitoring_report"))
    names = {name for _service, name, _code in found}
    assert names == {
        *("detection.recorded", "record.corrected", "record.withdrawn"),
        *("identification.submitted", "identification.step_recorded", "identification.decided"),
        "identification.corrected",
    }
    for kind, code in events():
        if (kind.service, kind.name, code) in found:
            received = kind.cut(
                data_of(kind, code), decision(kind, data_of(kind, code), consent("monitoring_report")).data_categories
            )
            assert {kind.fields[name].category for name in received} <= {None}
    assert {code for _service, name, code in found if name.startswith("record.")} == {"detection", "identification"}


def test_details_changed_opens_that_something_changed_and_no_value() -> None:
    only = consent(*PURPOSES, categories=frozenset({"details_changed"}))
    opened = {each for each in heard(only) if each not in heard(consent(*PURPOSES, categories=frozenset({"location"})))}
    assert opened - corrections("safe_contact") == CHANGED
    for service, name, _code in CHANGED:
        kind = outside_type(service, name, 1)
        assert kind is not None
        data = data_of(kind, "")
        assert kind.cut(data, decision(kind, data, only).data_categories) == {}
        assert decision(kind, data, consent(*PURPOSES, categories=frozenset({"account"}))).is_told is False


def some(values: Any) -> Any:
    return st.frozensets(st.sampled_from(sorted(values)), max_size=3)


NARROWINGS: Final = st.builds(
    Narrowing, remedies=some(codes("remedy")), matters=some(codes("matter_type")), stages=some(codes("criminal_stage"))
)


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
@given(
    names=NARROWINGS,
    purposes=st.frozensets(st.sampled_from(sorted(PURPOSES)), min_size=1, max_size=3),
    event=st.sampled_from([(kind, code) for kind, code in events()]),
    remedy=st.sampled_from([None, *codes("remedy")]),
    challenge=st.sampled_from([None, *codes("clock_code")]),
    stage=st.sampled_from(codes("criminal_stage").values),
)
def test_what_a_consent_names_only_takes_away(
    names: Narrowing,
    purposes: frozenset[str],
    event: tuple[OutsideType, str],
    remedy: str | None,
    challenge: str | None,
    stage: str,
) -> None:
    kind, code = event
    data = data_of(kind, code)
    if "remedy" in kind.fields and kind.audience.by != "remedy" and remedy is not None:
        data["remedy"] = remedy
    if "challenge" in kind.fields and challenge is not None:
        data["challenge"] = challenge
    whole = decision(kind, data, consent(*purposes), stage=stage)
    narrow = decision(kind, data, consent(*purposes, names=names), stage=stage)
    assert narrow == whole or not narrow.is_told
    if narrow.is_told:
        assert not names.stages or stage in names.stages
        stated = {*period_remedies().get(code, ()), *period_remedies().get(str(challenge), ()), remedy, code}
        of_a_claim = kind.audience.opening(data)
        assert of_a_claim is not None
        if names.remedies and of_a_claim.of_a_claim:
            assert names.remedies & stated
        if names.matters and of_a_claim.of_a_claim:
            assert names.matters & {remedy_matters().get(str(each)) for each in stated}
        if names.matters and of_a_claim.matters and not stated & set(codes("remedy")):
            assert names.matters & of_a_claim.matters


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
def test_a_judicial_review_of_any_decision_is_of_no_single_claim() -> None:
    judicial_reviews = {"GB.JR", "SCT.JR", "NIR.JR"}
    for kind in (each for each in catalogue().values() if each.name.startswith("clock.")):
        for period in judicial_reviews:
            for remedy in ("GB.CICA", "NIR.CICS"):
                about_it = consent("legal_representation", names=Narrowing(remedies=frozenset({remedy})))
                assert not decision(kind, data_of(kind, period), about_it).is_told
    assert period_remedies()["GB.CICA_APPEAL"] == {"GB.CICA"}
    assert period_remedies()["NL.SCHADEFONDS_HIGHER_APPEAL"] == {"NL.SCHADEFONDS"}


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
@pytest.mark.parametrize("remedy", ["GB.EMPLOYMENT_TRIBUNAL", "GB.JR"])
def test_a_named_remedy_opens_no_other_type_of_matter(remedy: str) -> None:
    about_it = consent("legal_representation", names=Narrowing(remedies=frozenset({remedy})))
    of_matters = [(kind, code) for kind, code in events() if _terms_of(kind, code).matters]
    assert {"reconsideration.requested", "clock.started"} <= {kind.name for kind, _ in of_matters}
    for kind, code in of_matters:
        assert not decision(kind, data_of(kind, code), about_it).is_told, (kind.name, code)


def _terms_of(kind: OutsideType, code: str) -> Terms:
    return kind.audience.opening(data_of(kind, code)) or Terms(None, frozenset())


REMEDIES: Final = [(name, remedy) for name in CLAIMS for remedy in codes("remedy").values]


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
@pytest.mark.parametrize(("name", "remedy"), REMEDIES)
def test_an_event_about_a_claim_needs_the_remedy_that_the_person_named(name: str, remedy: str) -> None:
    kind = max((each for each in catalogue().values() if each.name == name), key=lambda each: each.version)
    about_it = consent("compensation_claim", names=Narrowing(remedies=frozenset({"NL.SCHADEFONDS"})))
    found = decision(kind, data_of(kind, remedy), about_it)
    assert found.is_told is (remedy == "NL.SCHADEFONDS")
    assert found.is_told or found.because == NAMED_OTHERS
    of_matter = consent("compensation_claim", names=Narrowing(matters=frozenset({"state_compensation"})))
    assert decision(kind, data_of(kind, remedy), of_matter).is_told is (
        remedy_matters().get(remedy) == "state_compensation"
    )


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
def test_an_event_of_a_claim_without_a_remedy_is_withheld_under_a_named_remedy() -> None:
    about_it = consent("compensation_claim", names=Narrowing(remedies=frozenset(codes("remedy"))))
    for name, code in (("fact.recorded", "claim"), ("record.corrected", "award"), ("clock.due", "GB.HRA")):
        kind = next(each for each in catalogue().values() if each.name == name)
        assert decision(kind, data_of(kind, code), consent("compensation_claim")).is_told
        assert decision(kind, data_of(kind, code), about_it).because == NAMED_OTHERS
    recovery = next(each for each in catalogue().values() if each.name == "clock.due")
    assert decision(recovery, data_of(recovery, "NL.REFLECTION_MAX"), about_it).is_told


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="consent-for-a-stage")
@pytest.mark.parametrize("stage", codes("criminal_stage").values)
def test_the_police_receive_events_in_the_stages_that_the_person_named(stage: str) -> None:
    kind = outside_type("intake", "detection.recorded", 1)
    assert kind is not None
    about = consent("police_investigation", names=Narrowing(stages=frozenset({"investigation", "trial"})))
    assert decision(kind, data_of(kind, ""), about, stage=stage).is_told is (stage in {"investigation", "trial"})


def test_the_stage_is_the_latest_that_a_fact_begins() -> None:
    assert set(codes("criminal_stage")) == {FIRST_STAGE, *STAGES_BY_FACT.values()}
    assert set(STAGES_BY_FACT) <= set(codes("fact_kind"))
    assert stage_of([]) == stage_of(["claim", "person"]) == "investigation"
    assert stage_of(["trial_begun", "prosecution_brought"]) == "trial"
    assert stage_of(["judgment_final", "trial_begun"]) == "concluded"
