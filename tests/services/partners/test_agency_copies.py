"""An agency's copy of an event contains only pseudonyms, whole hours, and the data that the agency can receive."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from services.partners.streams.pseudonym.rules import Pseudonyms
from services.partners.streams.stream.rules import Happened, Place, emptied, written
from services.partners.streams.subscription.rules import FULL, THIN
from shared.events.outside import OutsideType, outside_type

NAMES, OTHER_NAMES = Pseudonyms(bytes(range(32))), Pseudonyms(bytes(range(1, 33)))
EVENT, PERSON, REQUEST, CAUSE, EPOCH, REFERRAL, AGENCY, OTHER = (UUID(int=each) for each in range(11, 19))
#: 20 minutes to 8 in UTC.
PLACE = Place(AGENCY, 5, EPOCH, datetime(2026, 3, 2, 9, 40, 31, 250, tzinfo=timezone(timedelta(hours=2))))
SENT: dict[str, Any] = {
    "referral": str(REFERRAL),
    "agency": str(AGENCY),
    "purpose": "referral_for_support",
    "service_types": ["counselling", "medical"],
    "urgent": True,
    "reply_by": "2026-03-03",
    "reply_by_at": "2026-03-03T16:45:30.5+01:00",
}
HAPPENED = Happened(id=EVENT, subject=PERSON, correlation=REQUEST, cause=CAUSE, version=2, data=SENT)


def known(service: str, name: str, version: int) -> OutsideType:
    found = outside_type(service, name, version)
    assert found is not None
    return found


REFERRED, DUE_SOON = known("intake", "referral.sent", 2), known("intake", "clock.due_soon", 1)


def named(real: UUID) -> str:
    return str(NAMES.of(real))


def copy(
    event_type: OutsideType = REFERRED, happened: Happened = HAPPENED, names: Pseudonyms = NAMES, **how: Any
) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(written(event_type, happened, PLACE, names, **{"form": FULL, **how}))
    return document


def data_of(event_type: OutsideType, **data: object) -> dict[str, Any]:
    """Return the data of an agency's copy of an event with these data."""
    found: dict[str, Any] = copy(event_type, replace(HAPPENED, version=event_type.version, data=data))["data"]
    return found


ABOUT = {"subject": named(PERSON), "partitionkey": named(PERSON), "correlationid": named(REQUEST)}
ATTRIBUTES = {
    "specversion": "1.0",
    "id": named(EVENT),
    "source": "/casepath/intake",
    "type": "org.casepath.intake.referral.sent.v2",
    "time": "2026-03-02T07:00:00Z",
    "datacontenttype": "application/json",
    "dataschema": "urn:casepath:agency-schema:intake:referral.sent:v2",
    "sequence": "00000000000000000005",
    "logepoch": named(EPOCH),
    **ABOUT,
    "causationid": named(CAUSE),
    "dataform": FULL,
}


@pytest.mark.hazard("H-AGENCY-5", control="pseudonyms")
def test_a_copy_has_a_pseudonym_for_each_id_and_no_instant_finer_than_an_hour() -> None:
    data = {**SENT, "referral": named(REFERRAL), "reply_by_at": "2026-03-03T16:00:00+01:00"}
    assert copy() == {**ATTRIBUTES, "data": data}


def test_the_copies_of_two_agencies_share_no_id() -> None:
    ids = ("id", "subject", "partitionkey", "correlationid", "causationid", "logepoch")
    copies = [copy(), copy(names=OTHER_NAMES)]
    of_each = [{each[name] for name in ids} | {each["data"]["referral"]} for each in copies]
    assert of_each[0].isdisjoint(of_each[1])


def test_a_thin_copy_has_the_same_attributes_and_no_data() -> None:
    assert copy(form=THIN) == {**ATTRIBUTES, "dataform": THIN, "data": {}}


def test_a_copy_of_an_event_without_a_cause_names_none() -> None:
    assert "causationid" not in copy(happened=replace(HAPPENED, cause=None))


def test_a_subject_that_is_known_by_its_pseudonym_is_not_converted_again() -> None:
    found = copy(subject=OTHER)
    assert (found["subject"], found["partitionkey"]) == (str(OTHER), str(OTHER))


def test_an_agency_sees_its_own_id_and_only_pseudonyms_of_other_agencies() -> None:
    assert data_of(REFERRED, agency=str(AGENCY)) == {"agency": str(AGENCY)}
    assert data_of(REFERRED, agency=str(OTHER)) == {"agency": named(OTHER)}


def test_each_id_of_a_list_gets_a_pseudonym_and_a_missing_value_stays_missing() -> None:
    found = data_of(DUE_SOON, ask_about=[str(PERSON), str(AGENCY), str(OTHER)], because=None, days_left=3)
    assert found == {"ask_about": [named(PERSON), str(AGENCY), named(OTHER)], "because": None, "days_left": 3}


@pytest.mark.parametrize(
    ("instant", "hour"),
    [
        ("2026-03-02T09:40Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:40:31-05:00", "2026-03-02T09:00:00-05:00"),
        (["2026-03-02T23:59:59.999999Z", None], ["2026-03-02T23:00:00Z", None]),
        ("2026-03-02", "2026-03-02"),
        (None, None),
    ],
)
def test_a_moment_is_given_to_the_hour_and_a_day_as_it_is(instant: object, hour: object) -> None:
    assert data_of(DUE_SOON, began=instant, began_on="2026-03-02") == {"began": hour, "began_on": "2026-03-02"}


def test_an_earlier_version_has_an_authority_code_and_pseudonyms_for_ids() -> None:
    earlier = replace(HAPPENED, version=1, data={"referral": str(REFERRAL), "agency": "NL.COMENSHA"})
    found = copy(happened=earlier)
    assert found["data"] == {"referral": named(REFERRAL), "agency": "NL.COMENSHA"}
    assert found["type"] == "org.casepath.intake.referral.sent.v1"


@pytest.mark.hazard("H-AGENCY-5", control="pseudonyms")
def test_a_placeholder_reveals_neither_the_person_nor_the_type_nor_the_data() -> None:
    assert json.loads(emptied(EVENT, PLACE, NAMES)) == {
        **{name: value for name, value in ATTRIBUTES.items() if name not in {*ABOUT, "causationid", "dataform"}},
        "source": "/casepath/partners",
        "type": "org.casepath.partners.position.emptied.v1",
        "dataschema": "urn:casepath:agency-schema:partners:position.emptied:v1",
        "data": {},
    }


def test_a_copy_is_compact_utf_8() -> None:
    body = written(REFERRED, replace(HAPPENED, data={"purpose": "ș"}), PLACE, NAMES, form=FULL)
    assert b'"data":{"purpose":"' + "ș".encode() + b'"}' in body
    assert b": " not in body
    assert b", " not in body
