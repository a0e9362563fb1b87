"""Webhooks over HTTP: the roles that manage them, the secret shown once, sealed fields, and forbidden addresses."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli import servers
from services.partners.channels.delivery.actions.source import SOURCE
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.streams import HandMadeStreams

pytestmark = pytest.mark.integration
URL = "https://93.184.215.14/qzxv-hook"


@pytest.fixture
def streams() -> HandMadeStreams:
    return HandMadeStreams()


@pytest.fixture
def partners(postgres: servers.PostgresServer, streams: HandMadeStreams) -> Iterator[Harness]:
    with harness("partners", postgres) as opened:
        opened.database.provide(SOURCE, streams)
        yield opened


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def agency(operator: Client) -> str:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(operator.told("POST", "/v1/agencies", entry, 201)["id"])


def registered(by: Client, agency: str, **different: Any) -> tuple[str, dict[str, Any]]:
    """Register a webhook; return its path and the response."""
    path = f"/v1/agencies/{agency}/webhooks"
    reply = by.told("POST", path, {"url": URL, **different}, 201)
    return f"{path}/{reply['id']}", reply


def etag(by: Client, path: str) -> str:
    return by.ask("GET", path).headers["ETag"]


def test_a_webhook_begins_with_what_comes_next_and_shows_how_it_stands(
    operator: Client, agency: str, streams: HandMadeStreams
) -> None:
    streams.tell(agency, 3)
    path, _ = registered(operator, agency)
    shown = operator.told("GET", path)
    assert (shown["url"], shown["kind"], shown["public_key"]) == (URL, "v1", None)
    assert (shown["state"], shown["breaker"], shown["position"], shown["behind"]) == ("active", "closed", 3, 0)
    streams.tell(agency, 2)
    [listed] = operator.told("GET", path.rpartition("/")[0])["webhooks"]
    assert (listed["position"], listed["behind"], listed["tries"]) == (3, 2, 0)


def test_a_webhook_may_begin_behind_any_position(operator: Client, agency: str, streams: HandMadeStreams) -> None:
    streams.tell(agency, 3)
    path, _ = registered(operator, agency, after=0)
    assert operator.told("GET", path)["behind"] == 3


def test_the_secret_is_shown_once_and_address_and_secrets_are_sealed(
    partners: Harness, operator: Client, agency: str
) -> None:
    path, _ = registered(operator, agency)
    asked = {"Idempotency_Key": "fictitious"}
    first = operator.ask("POST", f"{path}/rotation", {}, **asked)
    secret = json.loads(first.get_data(as_text=True))["secret"]
    assert secret.startswith("whsec_")
    assert first.headers["Cache-Control"] == "no-store"
    again = operator.told("POST", f"{path}/rotation", {}, 201, **asked)
    assert "secret" not in again
    assert "secret" not in operator.told("GET", path)
    everything = partners.everything()
    for sealed in (secret, secret.removeprefix("whsec_")[:40], "qzxv-hook"):
        assert sealed not in everything


def test_of_an_asymmetric_signature_the_public_key_is_shown_whenever_it_is_asked_for(
    operator: Client, agency: str
) -> None:
    path, reply = registered(operator, agency, kind="v1a")
    assert reply["secret"].startswith("whpk_")
    assert operator.told("GET", path)["public_key"] == reply["secret"]


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("https://10.0.0.1/hook", "address_is_inner"),
        ("https://[::ffff:10.0.0.1]/hook", "address_is_inner"),
        ("https://169.254.169.254/latest/meta-data", "address_is_inner"),
        ("https://0x7f.1/hook", "host_unreadable"),
        ("http://93.184.215.14/hook", "not_https"),
        ("https://user:word@93.184.215.14/hook", "url_has_user"),
        ("https://no-such-name.invalid/hook", "name_unknown"),
        ("https://127.0.0.1:99999/", "port_not_allowed"),
        ("gopher://93.184.215.14/", "url_unreadable"),
    ],
)
def test_no_webhook_leads_where_nothing_may_be_posted(operator: Client, agency: str, url: str, rule: str) -> None:
    refused = operator.told("POST", f"/v1/agencies/{agency}/webhooks", {"url": url}, 422)
    assert (refused["errors"][0]["field"], refused["errors"][0]["rule"]) == ("url", rule)
    path, _ = registered(operator, agency)
    changed = operator.told("PATCH", path, {"url": url}, 422, If_Match=etag(operator, path))
    assert changed["errors"][0]["rule"] == rule


def test_a_change_needs_what_was_read(operator: Client, agency: str) -> None:
    path, _ = registered(operator, agency)
    assert operator.ask("PATCH", path, {"is_paused": True}).status_code == 428
    assert operator.ask("PATCH", path, {"is_paused": True}, If_Match='"9"').status_code == 412
    operator.told("PATCH", path, {"is_paused": True}, If_Match=etag(operator, path))
    assert operator.told("GET", path)["state"] == "paused"
    operator.told("PATCH", path, {"url": f"{URL}/elsewhere"}, If_Match=etag(operator, path))
    shown = operator.told("GET", path)
    assert (shown["state"], shown["url"]) == ("paused", f"{URL}/elsewhere")
    operator.told("PATCH", path, {"is_paused": False}, If_Match=etag(operator, path))
    assert operator.told("GET", path)["state"] == "active"


def test_what_goes_on_is_not_resumed(operator: Client, agency: str) -> None:
    path, _ = registered(operator, agency)
    refused = operator.told("POST", f"{path}/resumption", None, 409, If_Match=etag(operator, path))
    assert refused["errors"][0]["rule"] == "is_active"


def test_a_webhook_that_was_removed_is_gone_and_another_agency_has_none(operator: Client, agency: str) -> None:
    path, _ = registered(operator, agency)
    entry = {"name": "Fictitious Union", "type": "TradeUnion", "country": "NL"}
    other = operator.told("POST", "/v1/agencies", entry, 201)["id"]
    assert operator.ask("GET", path.replace(agency, other)).status_code == 404
    assert operator.ask("DELETE", path).status_code == 204
    assert operator.ask("GET", path).status_code == 404
    assert operator.told("GET", path.rpartition("/")[0])["webhooks"] == []


def test_an_agency_has_so_many_webhooks_and_no_more(operator: Client, agency: str) -> None:
    for _ in range(10):
        registered(operator, agency)
    refused = operator.told("POST", f"/v1/agencies/{agency}/webhooks", {"url": URL}, 409)
    assert refused["errors"][0]["rule"] == "too_many_webhooks"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sequence": 1, "after": 0},
        {"sequence": 1, "type": "x"},
        {"type": "x"},
        {"sequence": -1},
        {"since": "2026-03-02T09:00:00Z", "after": 0},
        {"since": "2026-03-02"},
    ],
)
def test_it_is_clear_what_is_sent_again(operator: Client, agency: str, body: dict[str, Any]) -> None:
    path, _ = registered(operator, agency)
    assert operator.ask("POST", f"{path}/redelivery", body).status_code == 422


def test_what_the_stream_does_not_have_is_not_sent_again(operator: Client, agency: str) -> None:
    path, _ = registered(operator, agency)
    assert operator.told("POST", f"{path}/redelivery", {"sequence": 1}, 422)["errors"][0]["rule"] == "is_in_stream"


def test_nothing_is_sent_again_to_what_is_paused(operator: Client, agency: str, streams: HandMadeStreams) -> None:
    streams.tell(agency)
    path, _ = registered(operator, agency)
    operator.told("PATCH", path, {"is_paused": True}, If_Match=etag(operator, path))
    assert operator.told("POST", f"{path}/redelivery", {"sequence": 1}, 409)["errors"][0]["rule"] == "is_paused"


@pytest.mark.parametrize("role", sorted(set(codes("staff_role")) - {"operator", "data_protection_officer"}))
def test_nobody_else_sees_or_keeps_webhooks(partners: Harness, operator: Client, agency: str, role: str) -> None:
    path, _ = registered(operator, agency)
    stranger = partners.staff(role)
    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/attempts", None),
        ("POST", path.rpartition("/")[0], {"url": URL}),
        ("POST", f"{path}/test", None),
        ("DELETE", path, None),
    ):
        assert stranger.ask(method, where, body).status_code == 403


def test_an_agency_keeps_its_own_by_a_key_that_administers_and_no_other_s(
    partners: Harness, operator: Client, agency: str
) -> None:
    key = operator.told(
        "POST", f"/v1/agencies/{agency}/keys", {"purpose": "administration", "scopes": ["administering"]}, 201
    )
    own = Client(partners.door, token=key["key"], service=partners.service_class, registered=False)
    path, reply = registered(own, agency)
    assert reply["secret"].startswith("whsec_")
    assert own.told("GET", path)["url"] == URL
    entry = {"name": "Fictitious Union", "type": "TradeUnion", "country": "NL"}
    other = operator.told("POST", "/v1/agencies", entry, 201)["id"]
    assert own.ask("GET", f"/v1/agencies/{other}/webhooks").status_code in (403, 404)
