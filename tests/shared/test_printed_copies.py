"""The printed copy of a person's records: words instead of field names and codes."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields

from services.intake.cases.lifecycle.schemas import CaseCopy
from services.legal.overview.case_file.schemas import LegalCopy
from services.support.overview.case_file.schemas import SupportCopy
from shared.access.declarations import declaration_of
from shared.access.views import view_of
from shared.events.contract import Code, Codes
from shared.events.kinds import BoundedMap
from shared.operate.copies import AccessReport, PersonCopy
from shared.privacy.printing import page
from shared.reference import codes
from shared.reference.words import LANGUAGES, catalogue, words_of_code

COPIES: tuple[type[Schema], ...] = (CaseCopy, LegalCopy, SupportCopy, AccessReport, PersonCopy)
TITLES = [f"{kind}/{service}" for kind in ("copy", "report") for service in ("intake", "legal", "support")]


class Inner(Schema):
    """A part of a copy."""

    kind = Code(codes("danger_type"))
    words = fields.String()
    given = fields.Boolean()


class Whole(Schema):
    """A copy."""

    age = Code(codes("age"))
    alerts = fields.List(fields.Nested(Inner))
    service_types = Codes(codes("service_type"))
    domains = BoundedMap(Code(codes("need_domain")), fields.Nested(Inner), 3)


BODY: dict[str, Any] = {
    "age": "adult",
    "alerts": [{"kind": "trafficker_contact", "words": "yes", "given": True}],
    "service_types": ["legal_advice"],
    "domains": {"immediate_safety": {"words": None}},
    "left_out": ["service_types"],
}


def names_of(view: type[Schema], seen: frozenset[type[Schema]] = frozenset()) -> Iterator[str]:
    """Yield the names of the fields that a copy can have."""
    for name, field in view().fields.items():
        if name.startswith("withheld") or "by_edge" in field.metadata or declaration_of(field).staff:
            continue
        yield name
        inner = view_of(field)
        if inner is None and isinstance(field, fields.Dict) and isinstance(field.value_field, fields.Nested):
            inner = type(field.value_field.schema)
        if inner is not None and inner not in seen:
            yield from names_of(inner, seen | {inner})


def text_of(language: str, body: dict[str, Any] | None = None) -> str:
    written = page("copy/intake", BODY if body is None else body, Whole, language).decode()
    return unescape(re.sub(r"<[^>]*>", "|", written.partition("<h1>")[2]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_a_copy_can_have_has_a_name(language: str) -> None:
    texts = catalogue("fields", language).texts
    names = {name for view in COPIES for name in names_of(view)}
    assert sorted(name for name in names if f"field/{name}" not in texts) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_of_a_field_and_each_language_has_every_one(language: str) -> None:
    texts = catalogue("fields", language).texts
    names = {f"field/{name}" for view in COPIES for name in names_of(view)}
    assert {key for key in texts if key.startswith("field/")} - names == set()
    assert list(texts) == list(catalogue("fields", "en").texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_field_names_and_codes_are_written_as_words(language: str) -> None:
    text = text_of(language)
    assert "_" not in text
    for code_list, code in (
        ("danger_type", "trafficker_contact"),
        ("age", "adult"),
        ("need_domain", "immediate_safety"),
    ):
        assert words_of_code(code_list, code, language).label in text
    names = catalogue("fields", language).texts
    assert text.count(names["field/service_types"]) >= 2, "as a part, and as the name of a part that was left out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_wrote_is_not_taken_for_a_code(language: str) -> None:
    assert "|yes|" in text_of(language)


@pytest.mark.hazard("H-DESK-18", control="english-next-to-unchecked-words")
@pytest.mark.parametrize("language", LANGUAGES)
def test_english_is_next_to_words_that_no_native_speaker_has_read(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = catalogue("fields", "en").texts["title/copy/intake"]
    assert english in text_of(language)
    monkeypatch.setattr(type(catalogue("codes", language)), "is_read", property(lambda _self: True))
    assert (english in text_of(language)) is (language == "en")


@given(words=st.text(min_size=1), language=st.sampled_from(LANGUAGES))
def test_every_word_is_escaped(words: str, language: str) -> None:
    markup = f"<script>{words}</script>"
    written = page("copy/intake", {"alerts": [{"words": markup, markup: markup}]}, Whole, language).decode()
    assert "<script>" not in written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", TITLES)
def test_each_service_has_a_title_for_what_it_hands_over(title: str, language: str) -> None:
    assert f"<html lang={language}>" in page(title, {}, None, language).decode()
