"""A provider's keys are fetched in the background, with limits, and stay known while the provider is unavailable."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from shared import encryption
from shared.access import revocations, staff, tokens
from shared.access.known_tokens import KnownTokens
from shared.access.providers import keys as timing
from shared.access.providers.checking import ProviderTokens
from shared.access.providers.declared import Provider, read
from shared.access.providers.fetching import MAXIMUM_ANSWER, ProviderAway, fetch, fetch_through
from shared.access.providers.key_fetcher import KeyFetcher, server
from shared.access.providers.keys import KeyRefresh, KnownKeys, provider_keys
from shared.access.tokens import TokenRefused
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.store.database import Database
from tests.kit import certificates
from tests.kit.client import Client, edge_of
from tests.kit.issuer import Issuer, serving
from tests.kit.loops import running
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration
KEY_SET = json.dumps(tokens.public_set([tokens.new_key(tokens.STAFF)]))
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with serving(Issuer()) as issuer:
        yield issuer


class Signing:
    """A service's keys of one provider, and its refresh loop."""

    def __init__(self, database: Database, issuer: Issuer, **more: str) -> None:
        self.keys = KnownKeys()
        self.providers = read(issuer.declared(**more))
        self.checking = ProviderTokens(self.providers, self.keys)
        self.loop = KeyRefresh(database, self.providers, self.keys, fetch)
        self.loop.begin()

    def takes(self, token: str) -> bool:
        try:
            self.checking.verify(token)
        except TokenRefused:
            return False
        return True


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use seconds instead of minutes."""
    monkeypatch.setattr(timing, "AFTER_FAILURE", 0.05)
    monkeypatch.setattr(timing, "EARLY", 0.05)
    monkeypatch.setattr(timing, "LOOK_SECONDS", 0.02)


@pytest.mark.usefixtures("quick")
def test_keys_are_fetched_and_a_new_one_is_found_when_a_token_names_it(database: Database, issuer: Issuer) -> None:
    service = Signing(database, issuer)
    assert not service.takes(issuer.token())
    with running(service.loop):
        wait_until(lambda: service.takes(issuer.token()), "the keys are known")
        before = issuer.token()
        issuer.rotate()
        wait_until(lambda: service.takes(issuer.token()), "the new key is known, though no fetch was due")
        assert not service.takes(before), "one that was taken back counts no more"
        fetched = issuer.asked.count("/keys")
    assert fetched <= 3, "known keys are not fetched again for every token"


@pytest.mark.usefixtures("quick")
def test_a_provider_that_is_away_is_not_missed_for_a_day_and_by_no_restart(database: Database, issuer: Issuer) -> None:
    first = Signing(database, issuer)
    with running(first.loop):
        wait_until(lambda: first.takes(issuer.token()), "the keys are known")
    issuer.is_away = True
    second = Signing(database, issuer)
    assert second.takes(issuer.token()), "a process that starts meanwhile knows what was stored"
    with running(second.loop):
        wait_until(lambda: issuer.asked.count("away") > 2, "it asks again and again")
        assert second.takes(issuer.token())
    with database.transaction() as session:
        session.execute(provider_keys.update().values(fetched_at=datetime.now(UTC) - timedelta(hours=25)))
    assert not Signing(database, issuer).takes(issuer.token())
    issuer.is_away = False
    third = Signing(database, issuer)
    with running(third.loop):
        wait_until(lambda: third.takes(issuer.token()), "it is back")


@pytest.mark.promise("SEC-33")
def test_invented_key_ids_cause_few_requests_to_the_provider(
    database: Database, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "EARLY", 3_600.0)
    service = Signing(database, issuer)
    service.loop.look()
    for _ in range(20):
        assert not service.takes(issuer.token(header={"kid": str(uuid4())}))
        service.loop.look()
    assert issuer.asked.count("/keys") == 1


def test_of_a_provider_that_is_declared_no_more_no_key_is_kept(database: Database, issuer: Issuer) -> None:
    Signing(database, issuer).loop.look()
    with database.transaction() as session:
        [row] = session.execute(select(provider_keys)).all()
    assert row.issuer == issuer.address
    Signing(database, Issuer(address="https://elsewhere.example.org"))
    with database.transaction() as session:
        assert session.execute(select(provider_keys)).all() == []


def test_what_is_stored_holds_no_private_key(database: Database, issuer: Issuer) -> None:
    Signing(database, issuer).loop.look()
    with database.transaction() as session:
        stored = session.execute(text("select key_set::text from provider_keys")).scalar_one()
    private = issuer.keys[0].as_dict(private=True)
    assert not [name for name in ("d", "p", "q") if private[name] in stored]


def refusal(issuer: Issuer, **more: str) -> str:
    with pytest.raises(ProviderAway) as away:
        fetch(read(issuer.declared(**more))[0])
    return away.value.reason


BROKEN: dict[str, tuple[str, tuple[int, dict[str, str], bytes], str]] = {
    "a redirect": ("/keys", (302, {"Location": "/other"}, b""), "status_302"),
    "a redirect of its document": (DISCOVERY, (301, {"Location": "/other"}, b""), "status_301"),
    "an error": ("/keys", (500, {}, b""), "status_500"),
    "no JSON": ("/keys", (200, {}, b"<html>"), "no_json"),
    "a list": ("/keys", (200, {}, b"[]"), "no_document"),
    "no keys": ("/keys", (200, {}, b"{}"), "no_key_set"),
    "far too much": ("/keys", (200, {}, b" " * (MAXIMUM_ANSWER + 1)), "too_long"),
    "a depth without an end": ("/keys", (200, {}, b"[" * 100_000), "no_json"),
    "another issuer": (DISCOVERY, (200, {}, b'{"issuer": "https://elsewhere.example.org"}'), "another_issuer"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_answers_otherwise_than_a_provider_is_away(issuer: Issuer, how: str) -> None:
    path, answer, reason = BROKEN[how]
    issuer.instead[path] = answer
    assert refusal(issuer) == reason
    assert "/other" not in issuer.asked


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example.org/keys", "file:///etc/passwd", "http://127.0.0.1:1/", 7]
)
def test_no_document_sends_us_to_another_host(issuer: Issuer, elsewhere: object) -> None:
    document = {"issuer": issuer.address, "jwks_uri": elsewhere}
    issuer.instead[DISCOVERY] = (200, {}, json.dumps(document).encode())
    assert refusal(issuer) == "keys_are_at_another_host"
    assert fetch(read(issuer.declared(keys_at=json.dumps(f"{issuer.address}/keys")))[0]).keys


def test_nobody_at_the_address_is_away(issuer: Issuer) -> None:
    issuer.address = "http://127.0.0.1:9"
    assert refusal(issuer) in ("NewConnectionError", "ConnectTimeoutError")


def test_by_tls_only_the_authority_that_is_declared_counts(tmp_path: Path) -> None:
    authority, certificate = certificates.made(tmp_path)
    with serving(Issuer(), certificate) as issuer:
        assert refusal(issuer) == "SSLError"
        assert fetch(read(issuer.declared(certificates=f'"""{authority.read_text()}"""'))[0]).keys
        other = tmp_path / "other"
        other.mkdir()
        stranger, _ = certificates.made(other)
        assert refusal(issuer, certificates=f'"""{stranger.read_text()}"""') == "SSLError"


@contextmanager
def fetching_for_all(*providers: Provider) -> Iterator[str]:
    made = server(KeyFetcher(providers), "127.0.0.1", 0)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def test_one_process_fetches_for_all_and_hands_on_public_keys_alone(issuer: Issuer) -> None:
    [provider] = read(issuer.declared())
    extra = {"note": "not for anybody", "keys": [{**issuer.key_set()["keys"][0], "x5u": "https://127.0.0.1:1/"}]}
    issuer.instead["/keys"] = (200, {}, json.dumps(extra).encode())
    with fetching_for_all(provider) as address:
        found = fetch_through(address, provider).keys
        assert [set(key) for key in found] == [{"kty", "kid", "use", "n", "e"}]
        assert fetch_through(address, provider).keys == found
        assert issuer.asked.count("/keys") == 1, "who asks at once is answered alike"
        other = Provider("https://elsewhere.example.org", "casepath")
        with pytest.raises(ProviderAway, match="status_404"):
            fetch_through(address, other)


def test_a_provider_that_is_away_is_away_at_the_one_process_too(issuer: Issuer) -> None:
    [provider] = read(issuer.declared())
    issuer.is_away = True
    with fetching_for_all(provider) as address, pytest.raises(ProviderAway, match="status_502"):
        fetch_through(address, provider)


class Office:
    """Intake, and a provider that its staff sign in with."""

    def __init__(self, database: Database, issuer: Issuer, **more: str) -> None:
        self.issuer, self.database = issuer, database
        keys, clock = KnownKeys(), TimeSource(movable=True)
        providers = read(issuer.declared(**more))
        database.provide(TIME_SOURCE, clock)
        verifying = KnownTokens(KEY_SET, ProviderTokens(providers, keys))
        self.door = edge_of(database, clock=clock, verifying=verifying)
        KeyRefresh(database, providers, keys, fetch).look()
        self.member = uuid4()

    def register(self, *roles: str, **values: Any) -> None:
        with self.database.transaction() as session:
            key = staff.SUBJECT_KEY.of(session)
            digest = staff.subject_digest(key, self.issuer.address, self.issuer.subject)
            known = {"agency": uuid4(), "subjects": (digest,), **values}
            staff.keep(session, staff.Member(id=self.member, roles=roles, **known))

    def asked(self, path: str = "/v1/work-list", token: str | None = None) -> int:
        return Client(self.door, token=token or self.issuer.token()).ask("GET", path).status_code


@pytest.fixture
def office(database: Database, own_keys: encryption.Keys, issuer: Issuer) -> Office:
    assert own_keys
    return Office(database, issuer)


def test_who_signs_in_is_who_the_register_says_with_its_roles(office: Office, database: Database) -> None:
    assert office.asked() == 401, "a token that counts is not enough: nobody knows them"
    office.register("caseworker")
    assert office.asked() == 200
    assert office.asked("/v1/exchange") == 403
    with database.transaction() as session:
        noted = session.execute(text("select distinct actor, roles from audit_log")).all()
    assert [(row.actor, row.roles) for row in noted] == [(str(office.member), "caseworker")]
    office.register("operator")
    assert office.asked() == 403, "a role is the register's of now"


@pytest.mark.promise("SEC-31")
def test_who_left_is_nobody_at_once_whatever_their_token_says(office: Office, database: Database) -> None:
    office.register("caseworker")
    token = office.issuer.token()
    assert office.asked(token=token) == 200
    with database.transaction() as session:
        staff.leave(session, office.member)
    assert office.asked(token=token) == 401
    office.register("caseworker", until=date(2020, 1, 1))
    assert office.asked(token=token) == 401
    office.register("caseworker", until=date(2099, 1, 1))
    assert office.asked(token=token) == 200


def test_a_revocation_holds_for_tokens_of_a_provider_too(office: Office, database: Database) -> None:
    office.register("caseworker")
    with database.transaction() as session:
        revocations.revoke(session, office.member, datetime.now(UTC) - timedelta(seconds=60))
    now = int(time.time())
    assert office.asked(token=office.issuer.token(iat=now - 120)) == 401
    assert office.asked(token=office.issuer.token(iat=now)) == 200


def test_roles_come_from_a_claim_where_the_operators_choose_so(
    database: Database, own_keys: encryption.Keys, issuer: Issuer
) -> None:
    assert own_keys
    office = Office(database, issuer, roles_claim='"roles"')
    office.register("operator")
    assert office.asked(token=issuer.token(roles=["caseworker"])) == 200
    assert office.asked("/v1/exchange", token=issuer.token(roles=["caseworker"])) == 403
    assert office.asked(token=issuer.token(roles=["service"])) == 403


def test_a_provider_that_hangs_keeps_no_request_waiting(database: Database, own_keys: encryption.Keys) -> None:
    assert own_keys
    asked, released, answered = threading.Event(), threading.Event(), threading.Event()

    def hanging(_provider: Provider) -> Any:
        asked.set()
        released.wait(PATIENCE)
        answered.set()
        raise ProviderAway("hung")

    issuer, keys = Issuer(), KnownKeys()
    providers = read(issuer.declared())
    loop = KeyRefresh(database, providers, keys, hanging)
    door = edge_of(database, verifying=KnownTokens(KEY_SET, ProviderTokens(providers, keys)))
    with running(loop):
        assert asked.wait(PATIENCE)
        assert Client(door, token=issuer.token()).ask("GET", "/v1/work-list").status_code == 401
        assert not answered.is_set(), "the request was answered before the provider"
        released.set()


def test_the_one_process_is_asked_by_its_address(issuer: Issuer, database: Database) -> None:
    [provider] = read(issuer.declared())
    keys = KnownKeys()
    with fetching_for_all(provider) as address:
        KeyRefresh(database, (provider,), keys, partial(fetch_through, address)).look()
    assert ProviderTokens((provider,), keys).verify(issuer.token())
