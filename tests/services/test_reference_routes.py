"""Reference lists and profiles over HTTP in the caller's language, from which forms are generated."""

import json
from typing import Any

import pytest
from werkzeug.wrappers import Response

from shared.casework.refusals import FactRefused
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.reference import JURISDICTIONS, code_lists, codes, profile
from shared.reference.words import catalogue, in_language, words_of_code
from shared.store.database import Database
from tests.kit.client import Client, edge_of, told

pytestmark = pytest.mark.integration


@pytest.fixture
def door(database: Database) -> RequestPipeline:
    return edge_of(database)


@pytest.fixture
def worker(door: RequestPipeline) -> Client:
    return Client(door, "caseworker")


def anybody(client: Client, path: str, **headers: str) -> Response:
    """Send a request without a token."""
    return client.ask("GET", path, Authorization="", **headers)


def test_every_list_is_read_with_words_for_every_code_in_the_list_s_own_order(worker: Client) -> None:
    named = told(worker.ask("GET", "/v1/reference/lists", Accept_Language="nl"))["lists"]
    assert {entry["list"] for entry in named} == set(code_lists())
    for entry in named:
        shown = told(worker.ask("GET", f"/v1/reference/lists/{entry['list']}", Accept_Language="nl"))
        assert [code["code"] for code in shown["codes"]] == list(codes(entry["list"]).values)
        assert all(code["label"] for code in shown["codes"])
        assert (shown["label"], shown["language"]) == (entry["label"], "nl")


def test_every_profile_is_read_with_who_decides_and_where_each_statement_is_from(worker: Client) -> None:
    for code in JURISDICTIONS:
        law, shown = profile(code), told(worker.ask("GET", f"/v1/reference/jurisdictions/{code}"))
        assert [stage["code"] for stage in shown["stages"]] == list(law.stages)
        assert [period["code"] for period in shown["periods"]] == list(law.clocks)
        assert [remedy["code"] for remedy in shown["remedies"]] == list(law.remedies)
        statements = [*shown["stages"], *shown["remedies"], *shown["authorities"], *shown["help"], shown["consent"]]
        statements += [version for period in shown["periods"] for version in period["versions"]]
        assert all(found["source"] and found["certainty"]["label"] and found["check"]["label"] for found in statements)
    dutch = told(worker.ask("GET", "/v1/reference/jurisdictions/NL"))
    offered = next(stage for stage in dutch["stages"] if stage["code"] == "reflection_offered")
    assert next(body["label"] for body in offered["authorities"]) == "Police (Netherlands)"


def test_a_decision_s_outcomes_say_what_a_negative_one_does_not_mean(worker: Client) -> None:
    shown = told(worker.ask("GET", "/v1/reference/jurisdictions/GB-EAW"))
    grounds = next(stage for stage in shown["stages"] if stage["code"] == "reasonable_grounds")
    negative = next(outcome for outcome in grounds["outcomes"] if outcome["code"] == "negative")
    assert negative["hint"] == words_of_code("decision_outcome", "negative", "en").hint


def test_help_of_a_country_says_where_it_is_from_and_that_it_was_not_confirmed(worker: Client) -> None:
    for code in JURISDICTIONS:
        places = told(worker.ask("GET", f"/v1/reference/jurisdictions/{code}"))["help"]
        assert {"emergency"} < {place["kind"] for place in places}
        for place in places:
            assert place["phone"] or place["web"]
            assert place["kind"] == "emergency" or place["certainty"]["code"] != "settled"


# --- language ---------------------------------------------------------------------------------------------------


def language_of(reply: Response) -> tuple[str, bool]:
    body: dict[str, Any] = json.loads(reply.get_data(as_text=True))
    assert reply.headers["Content-Language"] == body["language"]
    assert reply.headers["Vary"] == "Accept-Language, Authorization"
    return body["language"], body["read_by_native_speaker"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("nl", "nl"), ("nl-BE, en;q=0.5", "nl"), ("fr, ro;q=0.8, en;q=0.5", "ro"), ("fr", "en"), ("", "en"), ("*", "en")],
)
def test_staff_are_answered_in_their_language_and_told_whether_it_was_read(
    worker: Client, asked: str, language: str
) -> None:
    reply = worker.ask("GET", "/v1/reference/lists/gender", Accept_Language=asked)
    assert language_of(reply) == (language, language == "en")


def test_the_public_is_not_served_what_no_native_speaker_has_read(worker: Client) -> None:
    assert language_of(anybody(worker, "/v1/reference/lists/gender", Accept_Language="nl")) == ("en", True)


def test_the_public_is_served_it_where_the_operator_says_so(database: Database, worker: Client) -> None:
    worker.service.edge.languages.unread_words = True
    assert language_of(anybody(worker, "/v1/reference/lists/gender", Accept_Language="nl")) == ("nl", False)


# --- public content ---------------------------------------------------------------------------------------------


def test_the_public_reads_the_public_lists_and_no_others(worker: Client) -> None:
    named = told(anybody(worker, "/v1/reference/lists"))["lists"]
    assert {entry["list"] for entry in named} == {found.name for found in code_lists().values() if found.public}
    assert anybody(worker, "/v1/reference/lists/exploitation_type").status_code == 200
    # The route does not publish the pretext that a worker uses on the phone.
    for name in ("if_another_answers", "break_glass_reason"):
        assert anybody(worker, f"/v1/reference/lists/{name}").status_code == 401
        assert worker.ask("GET", f"/v1/reference/lists/{name}").status_code == 200


def test_a_token_that_does_not_count_is_refused_and_not_taken_for_none(worker: Client) -> None:
    assert worker.ask("GET", "/v1/reference/lists/gender", Authorization="Bearer rubbish").status_code == 401


def test_a_list_or_profile_that_is_not_there_is_404(worker: Client) -> None:
    assert worker.ask("GET", "/v1/reference/lists/no_such_list").status_code == 404
    assert worker.ask("GET", "/v1/reference/jurisdictions/XX").status_code == 404


# --- caching by the caller --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/v1/reference/lists", "/v1/reference/lists/gender", "/v1/reference/jurisdictions/NL"]
)
def test_what_the_caller_has_already_is_not_sent_again(worker: Client, path: str) -> None:
    first = worker.ask("GET", path, Accept_Language="nl")
    again = worker.ask("GET", path, Accept_Language="nl", If_None_Match=first.headers["ETag"])
    assert again.status_code == 304
    other = worker.ask("GET", path, Accept_Language="ro", If_None_Match=first.headers["ETag"])
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


# --- labels as one bundle ---------------------------------------------------------------------------------------


def test_a_bundle_has_the_words_of_each_list_and_one_etag(worker: Client) -> None:
    query = {"language": "nl", "lists": "gender,closure_reason"}
    reply = worker.ask("GET", "/v1/words", query=query)
    bundle = told(reply)
    assert (bundle["language"], reply.headers["Content-Language"]) == ("nl", "nl")
    assert bundle["lists"].keys() == {"gender", "closure_reason"}
    for name, words in bundle["lists"].items():
        shown = told(worker.ask("GET", f"/v1/reference/lists/{name}", Accept_Language="nl"))
        assert words["label"] == shown["label"]
        assert {code: each["label"] for code, each in words["codes"].items()} == {
            each["code"]: each["label"] for each in shown["codes"]
        }
    again = worker.ask("GET", "/v1/words", query=query, If_None_Match=reply.headers["ETag"])
    assert again.status_code == 304
    other = worker.ask("GET", "/v1/words", query={**query, "language": "ro"})
    assert other.headers["ETag"] != reply.headers["ETag"]
    assert told(worker.ask("GET", "/v1/words"))["lists"].keys() == set(code_lists())


def test_the_public_has_public_lists_and_read_languages_in_a_bundle(worker: Client) -> None:
    public = {found.name for found in code_lists().values() if found.public}
    assert told(anybody(worker, "/v1/words"))["lists"].keys() == public

    def of_public(**query: str) -> int:
        return worker.ask("GET", "/v1/words", query=query, Authorization="").status_code

    assert of_public(lists="gender") == 200
    assert of_public(lists="gender,if_another_answers") == 401
    assert of_public(language="nl") == 400
    for wrong in ({"lists": "no_such_list"}, {"language": "xx"}, {"list": "gender"}):
        assert worker.ask("GET", "/v1/words", query=wrong).status_code == 400


# --- problems ---------------------------------------------------------------------------------------------------


def problem(reply: Response) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(reply.get_data(as_text=True))
    return body


def test_staff_receive_errors_in_their_language_with_a_code_for_each_field(worker: Client, own_keys: Keys) -> None:
    refused = problem(worker.ask("POST", "/v1/cases", {"jurisdiction": "XX"}, Accept_Language="nl"))
    assert refused["title"] == catalogue("problems", "nl").texts[FactRefused.title]
    by_field = {error["field"]: error for error in refused["errors"]}
    assert by_field["jurisdiction"]["code"] == "not_listed"
    assert "jurisdiction" in by_field["jurisdiction"]["message"]
    assert {"missing"} == {error["code"] for field, error in by_field.items() if field != "jurisdiction"}


def test_the_public_is_told_what_is_wrong_in_words_that_were_read(worker: Client) -> None:
    reply = anybody(worker, "/v1/reference/lists/break_glass_reason", Accept_Language="ro")
    english = problem(reply)["title"]
    assert reply.headers["Content-Language"] == "en"
    worker.service.edge.languages.unread_words = True
    reply = anybody(worker, "/v1/reference/lists/break_glass_reason", Accept_Language="ro")
    assert (reply.headers["Content-Language"], problem(reply)["title"]) == ("ro", in_language(english, "ro"))
