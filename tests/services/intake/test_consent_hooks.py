"""A consent or a sharing updates referrals in the same transaction, and the reply's ETag includes the update."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services.intake.agencies.consent import hooks
from shared.casework.refusals import StepForbidden
from shared.http import RequestPipeline
from shared.runtime.hooks import Hook
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened
from tests.kit.intake.referrals import CONSENT, consented, drafted, sent, take
from tests.kit.intake.sharings import AT_ONCE, decided, proposed

pytestmark = pytest.mark.integration


def etag(client: Client, case: str) -> str:
    return str(client.ask("GET", f"/v1/cases/{case}").headers["ETag"])


def states(client: Client, case: str) -> list[str]:
    return [each["state"] for each in told(client.ask("GET", f"/v1/cases/{case}"))["referrals"]]


def held(client: Client) -> str:
    """Return a case with two referrals that wait for a consent."""
    case = opened(client)
    for is_urgent in (False, True):
        take(client, case, drafted(client, case, urgent=is_urgent), "send")
    assert states(client, case) == ["held", "held"]
    return case


def record(client: Client) -> tuple[str, Response, str]:
    case = held(client)
    return case, client.ask("POST", f"/v1/cases/{case}/consents", CONSENT), "sent"


def share_at_once(client: Client) -> tuple[str, Response, str]:
    case = held(client)
    return case, client.ask("POST", f"/v1/cases/{case}/sharings", AT_ONCE), "sent"


def withdraw(client: Client) -> tuple[str, Response, str]:
    case, _ = sent(client)
    consent = told(client.ask("GET", f"/v1/cases/{case}"))["consents"][0]["id"]
    body, version = {"erase_requested": False}, etag(client, case)
    path = f"/v1/cases/{case}/consents/{consent}/withdrawal"
    return case, client.ask("POST", path, body, If_Match=version), "withdrawn"


def take_back(client: Client) -> tuple[str, Response, str]:
    case, _ = sent(client)
    consent = told(client.ask("GET", f"/v1/cases/{case}"))["consents"][0]["id"]
    path = f"/v1/cases/{case}/consents/{consent}/correction"
    return case, client.ask("POST", path, {"reason": "wrong_person"}), "withdrawn"


@pytest.mark.parametrize("act", [record, share_at_once, withdraw, take_back])
def test_the_reply_has_the_version_after_everything_that_followed(
    worker: Client, act: Callable[[Client], tuple[str, Response, str]]
) -> None:
    case, reply, state = act(worker)
    assert reply.status_code in (200, 201)
    assert set(states(worker, case)) == {state}
    assert reply.headers["ETag"] == etag(worker, case)


def test_a_withdrawal_raises_the_version_by_one_whether_or_not_it_ends_a_referral(worker: Client) -> None:
    for ends_one in (True, False):
        case = sent(worker)[0] if ends_one else opened(worker)
        if not ends_one:
            consented(worker, case)
        consent = told(worker.ask("GET", f"/v1/cases/{case}"))["consents"][0]["id"]
        before, path = etag(worker, case), f"/v1/cases/{case}/consents/{consent}/withdrawal"
        reply = worker.ask("POST", path, {"erase_requested": False}, If_Match=before)
        assert int(reply.headers["ETag"].strip('"')) == int(before.strip('"')) + 1


def test_a_decision_that_reverses_a_sharing_withdraws_what_it_covered(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    which = proposed(worker, case, AT_ONCE)
    take(worker, case, drafted(worker, case), "send")
    decided(door, case, which, approves=False)
    assert states(worker, case) == ["withdrawn"]


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Hook[Any]], None]:
    def refuse(_session: Session, _payload: object) -> None:
        raise StepForbidden("planted", "A follower refuses.")

    return lambda hook: monkeypatch.setattr(hook, "_acts", (refuse,))


def rows(database: Database) -> tuple[int, int]:
    with database.transaction() as session:
        count = "select (select count(*) from consents), (select count(*) from event_log where name like 'consent.%')"
        consents, events = session.execute(text(count)).one()
        return consents, events


def test_a_follower_that_refuses_refuses_the_consent_too(
    worker: Client, database: Database, refusing: Callable[[Hook[Any]], None]
) -> None:
    case = opened(worker)
    refusing(hooks.WIDENED)
    assert worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT).status_code == 409
    assert rows(database) == (0, 0)


def test_a_follower_that_refuses_leaves_a_withdrawn_consent_as_it_was(
    worker: Client, database: Database, refusing: Callable[[Hook[Any]], None]
) -> None:
    case = opened(worker)
    consent, before = consented(worker, case), etag(worker, case)
    refusing(hooks.NARROWED)
    path = f"/v1/cases/{case}/consents/{consent}/withdrawal"
    assert worker.ask("POST", path, {"erase_requested": False}, If_Match=before).status_code == 409
    assert rows(database) == (1, 1)
    assert etag(worker, case) == before
