"""Each event converts to the older versions of its type as published, or declares them unavailable."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import shared
from shared.access.agencies import authorities
from shared.events import published
from shared.events.envelope import schema_address
from shared.events.older import OlderForm, by_authority, not_offered, without
from shared.events.outside import OutsideType, catalogue
from shared.reference import codes, id_of_authority

SAMPLES = Path(__file__).parent / shared.__version__
CODES = {str(id_of_authority(code)): code for code in codes("authority")}
A_CODE = next(iter(codes("authority")))
FORMS = [(kind, form) for kind in catalogue().values() for form in kind.older]
each_form = pytest.mark.parametrize(
    ("kind", "form"), FORMS, ids=[f"{kind.service}.{kind.name}.v{kind.version}-v{form.version}" for kind, form in FORMS]
)


def _sent(kind: OutsideType) -> list[dict[str, Any]]:
    path = SAMPLES / kind.service / f"{kind.name}.v{kind.version}.json"
    return [event["data"] for event in json.loads(path.read_text(encoding="utf-8"))["events"]]


def _accepts(kind: OutsideType, version: int) -> Draft202012Validator:
    schema = published.schema(schema_address(kind.service, kind.name, version))
    assert schema is not None
    return Draft202012Validator(json.loads(schema)["anyOf"][0])


@each_form
def test_an_older_form_is_as_that_version_promised_or_is_not_offered(kind: OutsideType, form: OlderForm) -> None:
    for data in _sent(kind):
        of_an_authority = {**data, **{name: str(id_of_authority(A_CODE)) for name in form.by_code}}
        older = kind.in_version(form.version, of_an_authority, CODES)
        if form.refused:
            assert older is None
        else:
            assert older is not None
            assert list(_accepts(kind, form.version).iter_errors(older)) == []


@each_form
def test_an_agency_that_no_law_names_has_no_older_form_in_which_it_is_named(kind: OutsideType, form: OlderForm) -> None:
    if form.by_code:
        assert [kind.in_version(form.version, data, CODES) for data in _sent(kind)] == [None] * len(_sent(kind))


def test_the_newest_form_is_the_data_as_they_are() -> None:
    for kind in catalogue().values():
        assert [kind.in_version(kind.version, data, CODES) for data in _sent(kind)] == _sent(kind)


def test_a_version_that_never_was_is_not_offered() -> None:
    assert all(kind.in_version(99, {}, CODES) is None for kind in catalogue().values())


def test_what_was_cut_stays_cut_in_an_older_form() -> None:
    assert by_authority(1, "agency").of({"consent": "one"}, CODES) == {"consent": "one"}
    assert without(1, "step").of({"stage": "referred"}, {}) == {"stage": "referred"}


def test_an_older_form_lacks_what_came_later_and_names_authorities_by_their_codes() -> None:
    assert without(1, "step").of({"step": "one", "stage": "referred"}, {}) == {"stage": "referred"}
    assert by_authority(1, "agency").of({"agency": "id"}, {"id": "NL.POLICE"}) == {"agency": "NL.POLICE"}
    assert not_offered(1, "It said too much.").of({"agency": "id"}, {"id": "NL.POLICE"}) is None


def test_the_codes_of_the_authorities_are_those_of_the_register() -> None:
    assert {str(agency) for agency in authorities()} <= CODES.keys()
