"""API keys of agencies over HTTP: creation, the routes that a key opens, and revocation."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from deploy.cli import servers
from services.partners.agencies.key import rules
from services.partners.agencies.key.models import KeyRecord
from shared.access import agency_keys
from shared.audit.trail import audit_log
from shared.http.rates import Rates
from shared.telemetry import metrics
from tests.kit.agency_keys import ADMINISTERING, READING, keys_of, make, registered, with_key
from tests.kit.client import Client, edge_of
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration
TODAY = datetime.now(UTC).date()


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        yield found


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def agency(operator: Client) -> str:
    return registered(operator)


def counts(partners: Harness, key: str, address: str | None = None) -> bool:
    """Return whether a key is valid. Check that an invalid key gets the same response as an unknown one."""
    asker = with_key(partners, key, address=address)
    answer = asker.ask("GET", "/v1/agency")
    if answer.status_code == 200:
        return True
    has_form = agency_keys.in_header(f"Bearer {key}") is not None
    nothing = with_key(partners, agency_keys.make(uuid4()) if has_form else "nonsense").ask("GET", "/v1/agency")
    problem, expected = (json.loads(each.get_data(as_text=True)) for each in (answer, nothing))
    assert {**problem, "instance": ""} == {**expected, "instance": ""}
    assert (problem["status"], answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    return False


@pytest.mark.parametrize("role", ["operator", "data_protection_officer"])
def test_a_key_says_whose_it_is_and_what_it_may(partners: Harness, agency: str, role: str) -> None:
    key = make(partners.staff(role), agency)
    own = with_key(partners, key["key"]).told("GET", "/v1/agency")
    assert (own["id"], own["name"], own["key"]) == (agency, "Fictitious Harbour", key["id"])
    assert (own["scopes"], own["until"]) == (["reading"], key["until"])


def test_an_administrator_keeps_the_keys_of_their_own_agency_and_of_no_other(
    partners: Harness, operator: Client, agency: str
) -> None:
    administrator = with_key(partners, make(operator, agency, **ADMINISTERING)["key"])
    key = make(administrator, agency)
    assert counts(partners, key["key"])
    assert [each["id"] for each in administrator.told("GET", keys_of(agency))["keys"]][1] == key["id"]
    administrator.told("DELETE", f"{keys_of(agency)}/{key['id']}", status=204)
    assert not counts(partners, key["key"])
    other = registered(operator)
    others_key = make(operator, other)["id"]
    for method, path, body in (
        ("GET", keys_of(other), None),
        ("POST", keys_of(other), READING),
        ("POST", keys_of(other), {"purpose": "nonsense"}),
        ("POST", f"{keys_of(other)}/{others_key}/rotation", {}),
        ("DELETE", f"{keys_of(other)}/{others_key}", None),
        ("DELETE", f"{keys_of(agency)}/{others_key}", None),
        ("POST", f"{keys_of(agency)}/{others_key}/rotation", {}),
        ("GET", keys_of(str(uuid4())), None),
    ):
        assert administrator.ask(method, path, body).status_code == 404, (method, path)


@pytest.mark.parametrize("scope", ["reading", "reporting"])
def test_other_keys_keep_no_keys(partners: Harness, operator: Client, agency: str, scope: str) -> None:
    key = make(operator, agency, scopes=[scope])
    asker = with_key(partners, key["key"])
    for method, path, body in (
        ("GET", keys_of(agency), None),
        ("POST", keys_of(agency), READING),
        ("DELETE", f"{keys_of(agency)}/{key['id']}", None),
    ):
        assert asker.ask(method, path, body).status_code == 403


def test_a_successor_counts_at_once_and_the_old_key_for_some_days_yet(
    partners: Harness, operator: Client, agency: str
) -> None:
    old = make(operator, agency, days=90)
    new = operator.told("POST", f"{keys_of(agency)}/{old['id']}/rotation", {})
    assert counts(partners, new["key"])
    assert counts(partners, old["key"])
    shown = {each["id"]: each for each in operator.told("GET", keys_of(agency))["keys"]}
    assert (shown[old["id"]]["state"], shown[old["id"]]["successor"]) == ("replaced", new["id"])
    in_a_week = datetime.now(UTC) + timedelta(days=7)
    assert abs(datetime.fromisoformat(shown[old["id"]]["until"]) - in_a_week) < timedelta(minutes=1)
    in_90_days = datetime.now(UTC) + timedelta(days=90)
    assert abs(datetime.fromisoformat(new["until"]) - in_90_days) < timedelta(minutes=1)
    again = operator.ask("POST", f"{keys_of(agency)}/{old['id']}/rotation", {})
    assert again.status_code == 409


def test_keys_are_found_by_their_state_across_agencies_and_by_the_installation_alone(
    partners: Harness, operator: Client, agency: str
) -> None:
    other = registered(operator)
    soon, later = make(operator, agency, days=30)["id"], make(operator, other, days=31)["id"]
    gone = make(operator, other)["id"]
    administrator = make(operator, other, **ADMINISTERING)
    operator.told("DELETE", f"{keys_of(other)}/{gone}", status=204)

    def found(path: str = "/v1/agency-keys", **wanted: str) -> list[str]:
        answer = operator.ask("GET", path, query=wanted)
        return [key["id"] for key in json.loads(answer.get_data(as_text=True))["keys"]]

    assert found() == [soon, later, gone, administrator["id"]]
    assert found(state="ends_soon") == [soon]
    assert found(state="valid", limit="1") == [later]
    assert found(state="valid", after=later) == [administrator["id"]]
    assert found(keys_of(other), state="revoked") == [gone]
    assert with_key(partners, administrator["key"]).ask("GET", "/v1/agency-keys").status_code == 403


def test_what_is_revoked_twice_was_revoked_the_first_time(operator: Client, agency: str) -> None:
    path = f"{keys_of(agency)}/{make(operator, agency)['id']}"
    operator.told("DELETE", path, status=204)
    first = operator.told("GET", keys_of(agency))["keys"]
    operator.told("DELETE", path, status=204)
    assert operator.told("GET", keys_of(agency))["keys"] == first
    assert first[0]["state"] == "revoked"
    assert operator.ask("POST", f"{path}/rotation", {}).status_code == 409


def test_without_an_overlap_the_old_key_ends_at_once(partners: Harness, operator: Client, agency: str) -> None:
    old = make(operator, agency)
    operator.told("POST", f"{keys_of(agency)}/{old['id']}/rotation", {"overlap_days": 0})
    assert not counts(partners, old["key"])


def test_a_key_is_over_after_its_last_day(partners: Harness, operator: Client, agency: str) -> None:
    key = make(operator, agency)
    with partners.database.transaction() as session:
        session.execute(update(KeyRecord).values(until=datetime.now(UTC)))
    assert not counts(partners, key["key"])


@pytest.mark.parametrize("stop", ["suspension", "ending"])
def test_no_key_counts_of_an_agency_that_takes_no_part(
    partners: Harness, operator: Client, agency: str, stop: str
) -> None:
    key = make(operator, agency)
    operator.told("POST", f"/v1/agencies/{agency}/{stop}", {"reason": "safeguarding_concern"})
    assert not counts(partners, key["key"])


def test_a_key_is_shown_once_and_is_kept_nowhere(partners: Harness, operator: Client, agency: str) -> None:
    asked = {"Idempotency_Key": "fictitious"}
    first = operator.ask("POST", keys_of(agency), READING, **asked)
    key = json.loads(first.get_data(as_text=True))
    assert first.headers["Cache-Control"] == "no-store"
    again = operator.ask("POST", keys_of(agency), READING, **asked)
    assert again.headers["Idempotent-Replay"] == "true"
    assert json.loads(again.get_data(as_text=True)) == {"id": key["id"], "until": key["until"]}
    assert operator.told("GET", first.headers["Location"])["state"] == "valid"
    rotation = ("POST", f"{keys_of(agency)}/{key['id']}/rotation", {})
    successor, again = (operator.told(*rotation, Idempotency_Key="fictitious too") for _ in range(2))
    assert successor == {**again, "key": successor["key"]}
    assert counts(partners, successor["key"])
    assert counts(partners, key["key"])
    everything = partners.everything()
    assert key["id"] in everything
    for text in (key["key"], successor["key"]):
        assert all(part not in everything for part in (text, text.rpartition("_")[2], text.rpartition("_")[2][:43]))


def test_what_is_not_quite_a_key_opens_nothing(partners: Harness, operator: Client, agency: str) -> None:
    key, other = make(operator, agency), make(operator, agency)
    text = key["key"]
    head, secret = text.rpartition("_")[0], text.rpartition("_")[2]
    forged = agency_keys.make(UUID(key["id"]))
    for wrong in (
        text[:-1],
        f"{text}0",
        text.upper(),
        text.replace("cpk_", "cpk-"),
        f"{head}_{secret[::-1]}",
        f"{other['key'].rpartition('_')[0]}_{secret}",
        forged,
        agency_keys.make(uuid4()),
        f"cpk_{text}",
        f"{text}.a.b",
        "cpk_",
        "cpk_" + "0" * 8_000,
    ):
        assert not counts(partners, wrong), wrong
    assert counts(partners, text)


@pytest.mark.parametrize("scheme", ["Basic", "Token", "Bearer Bearer", "Bearer  "])
def test_a_key_counts_under_its_own_word_only(partners: Harness, operator: Client, agency: str, scheme: str) -> None:
    key = make(operator, agency)["key"]
    answer = with_key(partners, key).ask("GET", "/v1/agency", Authorization=f"{scheme} {key}")
    assert answer.status_code == 401


def test_a_key_that_is_bound_counts_from_there_alone(partners: Harness, operator: Client, agency: str) -> None:
    bound = make(operator, agency, networks=["192.0.2.16/28", "2001:db8:7::5"])["key"]
    for inside in ("192.0.2.17", "::ffff:192.0.2.31", "2001:db8:7::5"):
        assert counts(partners, bound, inside), inside
    elsewhere = metrics.agency_keys_refused.labels("key_is_bound_elsewhere")._value
    before = elsewhere.get()
    for outside in ("192.0.2.32", "2001:db8:7::6", "10.0.0.1", "::ffff:192.0.2.32", None):
        assert not counts(partners, bound, outside), outside
    assert elsewhere.get() == before + 5


def test_whom_our_proxy_speaks_for_is_bound_and_nobody_whom_a_client_names(
    partners: Harness, operator: Client, agency: str
) -> None:
    key = make(operator, agency, networks=["192.0.2.16"])["key"]
    forged = {"X_Forwarded_For": "192.0.2.16"}
    asker = with_key(partners, key, address="198.51.100.1")
    assert asker.ask("GET", "/v1/agency", **forged).status_code == 401
    partners.door = edge_of(partners.database, partners.parts, rates=Rates(trusted_header="X-Forwarded-For"))
    asker = with_key(partners, key, address="198.51.100.1")
    assert asker.ask("GET", "/v1/agency", **forged).status_code == 200
    appended = {"X_Forwarded_For": "192.0.2.16, 198.51.100.7"}
    assert asker.ask("GET", "/v1/agency", **appended).status_code == 401


@pytest.mark.parametrize("networks", [["nonsense"], ["192.0.2.1/24"], ["2001:db8::/129"], ["192.0.2.0/28", "x"]])
def test_what_is_no_network_is_refused(operator: Client, agency: str, networks: list[str]) -> None:
    answer = operator.ask("POST", keys_of(agency), {**READING, "networks": networks})
    assert answer.status_code == 422


def test_what_a_bound_administrator_makes_is_bound_there_too(partners: Harness, operator: Client, agency: str) -> None:
    own = make(operator, agency, **ADMINISTERING, networks=["192.0.2.0/28", "2001:db8:7::/64"])["key"]
    administrator = with_key(partners, own, address="192.0.2.1")
    for wider in ([], ["192.0.2.0/27"], ["198.51.100.1"], ["192.0.2.1", "2001:db8::/32"]):
        assert administrator.ask("POST", keys_of(agency), {**READING, "networks": wider}).status_code == 422, wider
    make(administrator, agency, networks=["192.0.2.4", "2001:db8:7::1"])
    unbound = make(operator, agency)["id"]
    assert administrator.ask("POST", f"{keys_of(agency)}/{unbound}/rotation", {}).status_code == 422


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 366}, {"scopes": []}, {"scopes": ["all"]}, {"name": "x"}])
def test_a_key_lasts_a_year_at_most_and_may_something(operator: Client, agency: str, wrong: dict[str, object]) -> None:
    assert operator.ask("POST", keys_of(agency), {**READING, **wrong}).status_code == 422


def test_an_agency_has_a_number_of_keys_that_somebody_can_keep_an_eye_on(operator: Client, agency: str) -> None:
    keys = [make(operator, agency)["id"] for _ in range(rules.MOST_VALID)]
    assert operator.ask("POST", keys_of(agency), READING).status_code == 409
    operator.told("DELETE", f"{keys_of(agency)}/{keys[0]}", status=204)
    make(operator, agency)


def test_of_two_who_make_the_last_key_at_once_one_is_refused(partners: Harness, operator: Client, agency: str) -> None:
    for _ in range(rules.MOST_VALID - 1):
        make(operator, agency)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(operator.ask, "POST", keys_of(agency), READING) for _ in range(4)]
    assert sorted(each.result().status_code for each in asked) == [201, 409, 409, 409]


def test_no_key_is_made_for_who_has_ended_or_was_never_there(operator: Client, agency: str) -> None:
    operator.told("POST", f"/v1/agencies/{agency}/ending", {"reason": "closed_down"})
    assert operator.ask("POST", keys_of(agency), READING).status_code == 409
    assert operator.ask("POST", keys_of(str(uuid4())), READING).status_code == 404


def test_the_day_of_the_last_use_is_kept_and_no_hour(partners: Harness, operator: Client, agency: str) -> None:
    key = make(operator, agency)
    [listed] = operator.told("GET", keys_of(agency))["keys"]
    assert listed["last_used_on"] is None
    assert counts(partners, key["key"])
    [listed] = operator.told("GET", keys_of(agency))["keys"]
    assert listed["last_used_on"] in {day.isoformat() for day in (TODAY, datetime.now(UTC).date())}


def test_no_request_waits_for_the_day_of_its_use(partners: Harness, operator: Client, agency: str) -> None:
    key = make(operator, agency)
    with partners.database.transaction() as holding:
        holding.execute(select(KeyRecord).where(KeyRecord.id == UUID(key["id"])).with_for_update())
        assert counts(partners, key["key"])
    [listed] = operator.told("GET", keys_of(agency))["keys"]
    assert listed["last_used_on"] is None


def test_an_agency_sees_who_of_its_own_made_a_key_and_of_the_installation_nobody(
    partners: Harness, operator: Client, agency: str
) -> None:
    first = make(operator, agency, **ADMINISTERING)
    administrator = with_key(partners, first["key"])
    make(administrator, agency)
    shown = [(each["made_by"], each["made_with"]) for each in administrator.told("GET", keys_of(agency))["keys"]]
    assert shown == [(None, None), (None, first["id"])]
    shown = [(each["made_by"], each["made_with"]) for each in operator.told("GET", keys_of(agency))["keys"]]
    assert shown == [(str(operator.subject), None), (None, first["id"])]


def test_each_use_stands_in_the_audit_under_the_keys_id(partners: Harness, operator: Client, agency: str) -> None:
    key = make(operator, agency, scopes=["reading", "administering"])
    asker = with_key(partners, key["key"])
    asker.told("GET", "/v1/agency")
    assert asker.ask("GET", keys_of(str(uuid4()))).status_code == 404
    with partners.database.transaction() as session:
        asked = select(audit_log).where(audit_log.c.actor == key["id"]).order_by(audit_log.c.number)
        rows = session.execute(asked).all()
    assert [(row.action, row.roles, row.status) for row in rows] == [
        ("agency.self", "agency,agency_administrator", 200),
        ("agency_key.read", "agency,agency_administrator", 404),
    ]
    assert rows[0].subject == UUID(agency)


def test_limits_are_the_agencys_and_each_answer_says_what_is_left(
    partners: Harness, operator: Client, agency: str
) -> None:
    keys = [make(operator, agency)["key"] for _ in range(2)]
    others = make(operator, registered(operator))["key"]
    partners.door = edge_of(partners.database, partners.parts, rates=Rates(agency="3/60"))
    first, second, other = (with_key(partners, key) for key in (*keys, others))
    answers = [
        first.ask("GET", "/v1/agency"),
        second.ask("GET", "/v1/agencies"),
        first.ask("GET", keys_of(str(uuid4()))),
        second.ask("GET", "/v1/agency"),
    ]
    assert [answer.status_code for answer in answers] == [200, 403, 404, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"agency";q=3;w=60'}
    left = [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers]
    assert left == ['"agency";r=2', '"agency";r=1', '"agency";r=0', '"agency";r=0']
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert other.ask("GET", "/v1/agency").headers["RateLimit"].startswith('"agency";r=2')
    assert "RateLimit" not in partners.staff("operator").ask("GET", "/v1/agencies").headers


def test_keys_that_count_for_nothing_are_counted_as_other_tries_are(partners: Harness) -> None:
    partners.door = edge_of(partners.database, partners.parts, rates=Rates(client="2/60"))
    asker = with_key(partners, agency_keys.make(uuid4()), address="192.0.2.1")
    assert [asker.ask("GET", "/v1/agency").status_code for _ in range(3)] == [401, 401, 429]
