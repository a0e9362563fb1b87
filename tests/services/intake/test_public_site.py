"""One request to intake returns the content of the public site in a language."""

import json
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.wrappers import Response

from shared.access.agencies import CONTACTED
from shared.http import RequestPipeline
from shared.reference import JURISDICTIONS, code_lists, profile
from shared.reference import public_site as public
from shared.reference.words import PUBLIC_LANGUAGES, Catalogue, catalogue
from tests.kit.client import Client, told

pytestmark = pytest.mark.integration

LISTS = {name: code_lists()[name].values for name in ("self_check_question", "information_topic", "if_another_answers")}


@pytest.fixture
def anybody(door: RequestPipeline) -> Client:
    return Client(door, registered=False)


def ask(client: Client, language: str, **headers: str) -> Response:
    return client.ask("GET", "/v1/self-check", query={"language": language}, Authorization="", **headers)


def shown(language: str = "en", contact_in: tuple[str, ...] = (), *, is_production: bool = True) -> dict[str, Any]:
    laws = [profile(code) for code in JURISDICTIONS]
    site = public.public_site(language, LISTS, laws, contact_in, is_production=is_production)
    return json.loads(json.dumps(site))  # type: ignore[no-any-return]  # an object


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_a_language_is_shown_whole_with_the_english_text_while_nobody_has_read_it(
    anybody: Client, language: str
) -> None:
    reply = ask(anybody, language)
    site = told(reply)["public"]
    english = dict(catalogue("public", "en").texts)
    assert site["words"].keys() == english.keys()
    assert site["english"] == ({} if language == "en" else english)
    assert site["reader"] is None
    assert (site["language"], site["direction"]) == (language, "rtl" if language == "ar" else "ltr")
    assert len({*site["days"].values()}) == 7
    assert [offered["code"] for offered in site["languages"]] == list(PUBLIC_LANGUAGES)
    assert ask(anybody, language, If_None_Match=reply.headers["ETag"]).status_code == 304


def test_a_language_that_the_site_does_not_have_is_refused(anybody: Client) -> None:
    told(ask(anybody, "fr"), 400)


def test_without_a_language_the_reply_has_codes_only(anybody: Client) -> None:
    assert "public" not in told(anybody.ask("GET", "/v1/self-check", Authorization=""))


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
@pytest.mark.hazard("H-PUBLIC-3", control="law-needs-a-native-reader")
def test_texts_about_law_are_not_shown_in_a_language_without_a_native_reader(language: str) -> None:
    assert {key.partition("/")[0] for key in shown(language)["information"]} == {"information_topic"}


@pytest.mark.hazard("H-PUBLIC-3", control="law-needs-a-native-reader")
def test_texts_about_law_are_shown_in_a_language_that_a_named_person_has_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(kind: Any, language: str) -> Catalogue:
        found = catalogue(kind, language)
        return Catalogue(language, "A. Reader, 2027-01-02", found.texts)

    monkeypatch.setattr(public, "catalogue", read)
    site = shown("vi")
    kinds = {key.partition("/")[0] for key in site["information"]}
    assert kinds == {"information_topic", "victim_right", "identification_stage", "remedy"}
    assert (site["reader"], site["english"]) == ("A. Reader, 2027-01-02", {})


def test_english_as_the_source_text_needs_a_reader_in_production_only() -> None:
    assert "victim_right/be_understood" in shown("en", is_production=False)["information"]
    assert "victim_right/be_understood" not in shown("vi", is_production=False)["information"]


@pytest.mark.hazard("H-PUBLIC-4", control="confirmed-numbers-only")
def test_only_confirmed_numbers_are_shown_with_emergency_numbers_everywhere() -> None:
    for code, found in shown()["help"].items():
        numbers = profile(code).help
        assert found["emergency"]
        assert all(numbers[place["code"]].certainty == "settled" for place in found["places"])
    assert any(place.certainty != "settled" for place in profile("NL").help.values()), "else this proves nothing"


def test_the_site_names_the_jurisdictions_in_which_somebody_reads_requests(anybody: Client) -> None:
    assert told(ask(anybody, "nl"))["public"]["contact"]["jurisdictions"] == []
    anybody.service.edge.database.provide(CONTACTED, {"NL": uuid4()})
    assert told(ask(anybody, "nl"))["public"]["contact"]["jurisdictions"] == ["NL"]
