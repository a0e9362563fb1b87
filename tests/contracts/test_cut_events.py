"""Events about advice, compensation and assessments state that the record exists, but not its content."""

import pytest

from services.registry import events_of
from shared.access.declarations import Declaration
from shared.access.permissions import FieldClass
from shared.events.contract import EventType

#: service, event -> the fields of its current version.
CUT = {
    ("legal", "advice.recorded"): {"phase", "status", "given_on"},
    ("legal", "compensation.decided"): {"matter", "remedy", "outcome", "decided_on"},
    ("support", "assessment.completed"): {"assessment", "assessment_type", "urgent", "reassess_on", "revision"},
}
#: The records contain health data, a counsellor's measurements, statements to a lawyer, and amounts of money.
KEPT_FROM_FOLLOWERS = {FieldClass.HEALTH, FieldClass.PRIVILEGED, FieldClass.ACCOUNT, FieldClass.IDENTITY}


def versions(service: str, name: str) -> list[EventType]:
    emits, _reads = events_of(service)
    return sorted((each for each in emits if each.name == name), key=lambda each: each.version)


@pytest.mark.parametrize(("service", "name"), CUT)
def test_the_current_version_says_this_and_no_more(service: str, name: str) -> None:
    assert set(versions(service, name)[-1].schema().fields) == CUT[service, name]


@pytest.mark.parametrize(("service", "name"), CUT)
def test_no_field_of_the_current_version_is_of_health_psychology_or_finances(service: str, name: str) -> None:
    fields = versions(service, name)[-1].schema().fields
    declared: dict[str, Declaration] = {field: kind.metadata["declaration"] for field, kind in fields.items()}
    assert {field for field, said in declared.items() if said.field_class in KEPT_FROM_FOLLOWERS} == set()


@pytest.mark.parametrize(("service", "name"), CUT)
def test_the_first_version_stays_declared_and_says_that_it_is_no_longer_sent(service: str, name: str) -> None:
    first, current = versions(service, name)
    assert (first.version, current.version) == (1, 2)
    assert first.meaning != current.meaning


@pytest.mark.parametrize("key", ["legal.advice.recorded", "support.assessment.completed"])
def test_who_reads_one_version_reads_both(key: str) -> None:
    _emits, reads = events_of("intake")
    assert sorted(read.version for read in reads.reads if read.key == key) == [1, 2]
