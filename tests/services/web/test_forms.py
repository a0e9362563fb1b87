"""Forms from published schemas: every body that a form can state is accepted, and a record survives its form."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.web.doing import forming, sending
from services.web.doing.act import Act
from services.web.doing.sending import Submission
from services.web.doing.table import ACTS
from services.web.forms.conflict import differences, rebased
from services.web.forms.fields import Field, Kind, inputs
from services.web.forms.reading import Typed, changed, read, typed_from, typed_of
from services.web.forms.refusals import refusals_of, unreadable
from tests.kit.openapi import openapi

ZONE = ZoneInfo("Europe/Amsterdam")
AGENCY = "0195566e-7a10-7000-8000-000000000001"
#: Characters that templates, JSON or a browser's form could change.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).map(str.strip).filter(bool)
#: Without a time zone, as a browser sends them.
EARLIEST, LATEST = (datetime.fromisoformat(f"{year}-01-01") for year in (1901, 2199))
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def fields_by_code() -> list[tuple[Act, str]]:
    return [(act, code) for act in ACTS.values() for code in (act.shows or {"": ()})]


def body_schema(act: Act) -> dict[str, Any]:
    """Return the schema of an action's body from the full API description, which the desk does not use."""
    document = openapi(act.service)
    operation = next(
        each for path in document["paths"].values() for each in path.values() if each["operationId"] == act.request
    )
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return {"$ref": reference, "components": document["components"]}


def one(name: str, text: str) -> dict[str, tuple[str, ...]]:
    return {name: (text,)}


def moments(field: Field) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """The inputs of a date that can be known in part."""

    def parts(on: date, precision: int, minute: int | None) -> dict[str, tuple[str, ...]]:
        numbers = {"year": str(on.year), "month": str(on.month), "day": str(on.day)}
        found = {f"{field.name}.{name}": (text,) for name, text in list(numbers.items())[:precision]}
        if minute is not None and precision == 3:
            found[f"{field.name}.time"] = (f"{minute // 60:02}:{minute % 60:02}",)
        return found

    precisions = [3, *([2] if "month" in field.may_be else []), *([1] if "year" in field.may_be else [])]
    times = st.none() | st.integers(0, 24 * 60 - 1) if "time" in field.may_be else st.none()
    known = st.builds(parts, DAYS, st.sampled_from(precisions), times)
    unknown = st.just(one(f"{field.name}.unknown", "yes"))
    return known | unknown if "unknown" in field.may_be else known


def entered(field: Field) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """The inputs of a field as a person can fill them."""
    name = field.name
    if field.kind is Kind.WHEN:
        return moments(field)
    if field.kind is Kind.CODES:
        return st.lists(st.sampled_from(field.codes), min_size=1, max_size=20, unique=True).map(
            lambda codes: {name: tuple(codes)}
        )
    if field.kind is Kind.GROUP:
        return filled(tuple(replace(each, name=f"{name}.{each.name}") for each in field.fields))
    if field.kind in (Kind.ROWS, Kind.MAP):
        places = [str(place) for place in range(3)] if field.kind is Kind.ROWS else list(field.keys[:3])
        whole = [
            filled(tuple(replace(each, name=f"{name}.{place}.{each.name}") for each in field.fields))
            for place in places
        ]
        return st.tuples(*whole).map(lambda rows: {key: texts for row in rows for key, texts in row.items()})
    texts: dict[Kind, st.SearchStrategy[str]] = {
        Kind.CODE: st.sampled_from(field.codes or ("unknown",)),
        Kind.FLAG: st.sampled_from(["yes", "no"]),
        Kind.DATE: DAYS.map(date.isoformat),
        Kind.TIME: st.times().map(lambda at: at.strftime("%H:%M")),
        Kind.INSTANT: st.datetimes(EARLIEST, LATEST).map(lambda at: at.strftime("%Y-%m-%dT%H:%M")),
        Kind.NUMBER: st.integers(field.least or 0, field.most or 9).map(str),
        Kind.SCORE: st.sampled_from([*map(str, range(field.least or 0, (field.most or 0) + 1)), *field.codes]),
        Kind.ID: st.uuids().map(str),
        Kind.AGENCY: st.sampled_from([AGENCY, "NL.COMENSHA"]),
    }
    return texts.get(field.kind, TEXTS).map(lambda text: one(name, text))


def filled(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """A form with every required field, and some of the others."""
    parts = [entered(each) if each.is_required else st.just({}) | entered(each) for each in fields]
    return st.tuples(*parts).map(lambda found: {name: texts for part in found for name, texts in part.items()})


@st.composite
def submissions(draw: st.DrawFn) -> tuple[Act, tuple[Field, ...], dict[str, tuple[str, ...]]]:
    act, code = draw(st.sampled_from([each for each in fields_by_code() if each[0].operation.fields]))
    chosen: dict[str, tuple[str, ...]] = {act.decides: (code,)} if act.decides else {}
    fields = forming.fields_of(act, chosen)
    return act, fields, {**draw(filled(fields)), **chosen}


@given(submissions())
def test_every_body_that_a_form_can_state_is_accepted_by_the_published_schema(
    submission: tuple[Act, tuple[Field, ...], dict[str, tuple[str, ...]]],
) -> None:
    act, fields, form = submission
    typed = typed_of(forming.every_field(act), list(form.items()))
    # A correction that withdraws the record changes no other value, because the form showed them before.
    reasons = ("reason", "withdrawn")
    shown = {name: texts for name, texts in typed.items() if name not in reasons and sending.takes_back(act, typed)}
    reading = sending.reading_of(act, Submission(typed, shown, "", ""), ZONE)
    assert typed == form, "nothing that the person entered is dropped"
    assert reading.refused == {}
    Draft202012Validator(body_schema(act)).validate(reading.body)
    assert reading.body.keys() <= {*(each.name for each in fields), *act.fixed}


@given(submissions())
def test_the_form_of_a_record_states_the_same_record_again(
    submission: tuple[Act, tuple[Field, ...], dict[str, tuple[str, ...]]],
) -> None:
    _act, fields, form = submission
    typed = typed_of(fields, list(form.items()))
    body = read(fields, typed, ZONE).body
    again = typed_from(fields, body, ZONE)
    assert read(fields, again, ZONE).body == body
    assert changed(fields, again, typed_from(fields, read(fields, again, ZONE).body, ZONE)) == ()


@given(submissions(), st.text(max_size=30), TEXTS)
def test_inputs_of_other_names_never_reach_a_request(
    submission: tuple[Act, tuple[Field, ...], dict[str, tuple[str, ...]]], name: str, text: str
) -> None:
    act, fields, form = submission
    known = re.compile("|".join(inputs(fields)))
    found = typed_of(forming.every_field(act), [*form.items(), (name, [text])])
    assert (name in found) <= bool(re.compile("|".join(inputs(forming.every_field(act)))).fullmatch(name))
    assert all(known.fullmatch(each) for each in typed_of(fields, list(form.items())))


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_a_date_is_read_exactly_when_it_exists(day: int, month: int, year: int) -> None:
    [happened] = [each for each in ACTS["fact"].operation.fields if each.name == "happened"]
    form = {"happened.day": (str(day),), "happened.month": (str(month),), "happened.year": (str(year),)}
    reading = read((happened,), form, ZONE)
    try:
        exists = 1900 <= date(year, month, day).year <= 2199
    except ValueError:
        exists = False
    assert ("happened" in reading.body) is exists
    assert ("happened" in reading.refused) is not exists


@pytest.mark.parametrize(
    ("parts", "is_read"),
    [
        ({"year": "2026"}, True),
        ({"year": "2026", "month": "3"}, True),
        ({"month": "3"}, False),
        ({"year": "2026", "day": "3"}, False),
        ({"day": "3", "month": "3"}, False),
        ({"year": "2026", "time": "10:00"}, False),
        ({"year": "2026", "month": "3", "day": "2", "time": "25:00"}, False),
        ({"unknown": "yes"}, True),
        ({"unknown": "yes", "year": "2026"}, False),
        ({"year": "two"}, False),
    ],
)
def test_a_date_that_is_known_in_part_needs_its_larger_parts(parts: dict[str, str], is_read: bool) -> None:
    [happened] = [each for each in ACTS["fact"].operation.fields if each.name == "happened"]
    reading = read((happened,), {f"happened.{name}": (text,) for name, text in parts.items()}, ZONE)
    assert ("happened" in reading.body) is is_read
    assert ("happened" in reading.refused) is not is_read


@given(st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")))
def test_a_time_of_day_is_an_instant_of_the_pages_time_zone(at: datetime) -> None:
    [happened] = [each for each in ACTS["fact"].operation.fields if each.name == "happened"]
    form = {"year": at.year, "month": at.month, "day": at.day, "time": at.strftime("%H:%M")}
    body = read((happened,), {f"happened.{name}": (str(text),) for name, text in form.items()}, ZONE).body
    meant = at.replace(second=0, microsecond=0, tzinfo=ZONE)
    skipped = meant.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) != meant.replace(tzinfo=None)
    assert skipped is ("happened" not in body)
    if skipped:
        return
    stated = datetime.fromisoformat(body["happened"])
    assert stated == meant
    assert stated.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


def correction(shown: Typed, typed: Typed) -> Submission:
    return Submission(typed, shown, "", "key")


def test_a_correction_sends_only_what_the_person_changed() -> None:
    shown = {"work_ended_on.year": ("2025",), "earliest_incident_on.year": ("2024",)}
    typed = {**shown, "work_ended_on.year": ("2026",), "reason": ("wrong_date",)}
    assert sending.reading_of(ACTS["correct-detection"], correction(shown, typed), ZONE).body == {
        "reason": "wrong_date",
        "work_ended_on": "2026",
    }


def test_a_correction_that_takes_a_record_back_states_nothing_else() -> None:
    typed = {"reason": ("not_so",)}
    assert sending.reading_of(ACTS["correct-detection"], correction({}, typed), ZONE).body == {"reason": "not_so"}
    typed |= {"work_ended_on.year": ("2026",)}
    refused = sending.reading_of(ACTS["correct-detection"], correction({}, typed), ZONE).refused
    assert list(refused) == ["work_ended_on"], "what was typed is never dropped"


def test_a_correction_never_pretends_to_remove_a_value() -> None:
    shown = {"work_ended_on.year": ("2025",)}
    reading = sending.reading_of(ACTS["correct-detection"], correction(shown, {"reason": ("wrong_date",)}), ZONE)
    assert reading.refused.keys() == {"work_ended_on"}


SHOWN = {"zone": ("Europe/Amsterdam",), "code_word": ("tulip",), "channels": ("phone",)}


@pytest.mark.hazard("H-DESK-8", control="both-versions")
@given(st.fixed_dictionaries({}, optional={name: st.just(("other",)) for name in SHOWN}), st.data())
def test_saving_after_a_conflict_keeps_the_changes_of_both_people(
    own: dict[str, tuple[str, ...]], data: st.DataObject
) -> None:
    fields = ACTS["safe-contact"].operation.fields
    untouched = [name for name in SHOWN if name not in own]
    others = data.draw(st.fixed_dictionaries({}, optional={name: st.just(("theirs",)) for name in SHOWN}))
    merged = rebased(fields, SHOWN, {**SHOWN, **others}, {**SHOWN, **own})
    assert all(merged[name] == own[name] for name in own)
    assert all(merged[name] == {**SHOWN, **others}[name] for name in untouched)
    compared = {each.field.name for each in differences(fields, {**SHOWN, **others}, {**SHOWN, **own})}
    assert compared == {name for name in SHOWN if {**SHOWN, **others}[name] != {**SHOWN, **own}[name]}


def test_an_error_of_the_service_is_shown_at_its_field_in_the_order_of_the_form() -> None:
    fields = forming.fields_of(ACTS["assessment"], {})
    problem = {
        "errors": [
            {"field": "domains.housing.need", "message": "b"},
            {"field": "type", "message": "a"},
            {"field": "elsewhere", "message": "c"},
            {"message": "d"},
        ]
    }
    found = refusals_of(fields, problem)
    assert [(each.field, each.message) for each in found][:2] == [("type", "a"), ("domains.housing.need", "b")]
    assert [(each.field, each.message) for each in found][2:] == [("", "c"), ("", "d")]


def test_a_problem_without_fields_is_still_an_error_of_the_form() -> None:
    assert [each.message for each in refusals_of((), {"detail": "why"})] == ["why"]
    assert refusals_of((), {})[0].message
    assert unreadable(ACTS["fact"].operation.fields, {"happened": "no date"})[0].field == "happened"
