import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from deploy.cli.api import Api, ApiProblem, ServiceAway, Targets, find_targets
from deploy.cli.exchange import Exchange, look


def answers(*replies: tuple[int, Any]) -> Callable[..., tuple[int, Any]]:
    """Return a responder that gives one response after the other."""
    left = list(replies)
    return lambda *_: left.pop(0)


def test_requests_carry_a_token_that_the_services_believe(services: Any) -> None:
    subject = str(uuid.uuid4())
    Api(services.targets, roles=["caseworker", "counsellor"], subject=subject).get("legal", "/v1/cases", limit=3)
    ((service, method, path, _, headers),) = services.requests
    assert (service, method, path) == ("legal", "GET", "/v1/cases?limit=3")
    principal = services.verifier.verify(headers["Authorization"])
    assert (principal.subject, principal.roles) == (subject, {"caseworker", "counsellor"})


def test_a_request_tried_again_is_still_the_same_request(services: Any) -> None:
    services.answer = answers((503, {}), (503, {}), (201, {"id": "7"}))
    made = Api(services.targets, roles=["caseworker"], patience=30).post("intake", "/v1/cases", {"age": "adult"})
    assert made.json() == {"id": "7"}
    assert len({headers["Idempotency-Key"] for *_, headers in services.requests}) == 1
    assert [body for *_, body, _ in services.requests] == [{"age": "adult"}] * 3


def test_a_refusal_names_what_the_problem_document_names(services: Any) -> None:
    problem = {"title": "Not valid", "detail": "See errors.", "errors": [{"field": "age", "message": "unknown code"}]}
    services.answer = answers((422, problem))
    with pytest.raises(ApiProblem) as refused:
        Api(services.targets, roles=["caseworker"]).post("intake", "/v1/cases", {})
    assert refused.value.status == 422
    assert "age: unknown code" in refused.value.why


def test_if_match_goes_with_a_change(services: Any) -> None:
    Api(services.targets, roles=["caseworker"]).delete("intake", "/v1/cases/1/team/2", if_match='"3"')
    assert services.requests[0][-1]["If-Match"] == '"3"'


def test_a_service_that_is_away_is_told_by_name(services: Any) -> None:
    services.close()
    with pytest.raises(ServiceAway, match="support"):
        Api(services.targets, roles=["operator"]).get("support", "/v1/exchange")


def test_targets_are_given_in_order_or_by_name(services: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_SUPPORT_URL", "http://s")
    monkeypatch.setenv("CASEPATH_PARTNERS_URL", "http://p")
    assert find_targets(["http://a", "http://b"]).urls == {
        "intake": "http://a",
        "legal": "http://b",
        "support": "http://s",
        "partners": "http://p",
    }
    assert find_targets(["legal=http://l"]).urls["legal"] == "http://l"


def said(head: int, *following: dict[str, Any], published: int | None = None, quarantined: int = 0) -> dict[str, Any]:
    return {
        "head": head,
        "published": head if published is None else published,
        "following": list(following),
        "quarantined": quarantined,
        "skipped": 0,
    }


def of(source: str, cursor: int, held: int = 0, parked: int = 0) -> dict[str, Any]:
    return {"source": source, "cursor": cursor, "held": held, "parked": parked}


def test_the_exchange_has_settled_when_every_follower_stands_at_its_sources_head() -> None:
    assert Exchange({"intake": said(5), "legal": said(2, of("intake", 5))}, {}).is_drained


@pytest.mark.parametrize(
    ("services", "complaint"),
    [
        ({"intake": said(5, published=3)}, r"intake\b.*\b2\b"),
        ({"intake": said(5), "legal": said(0, of("intake", 1))}, r"legal\b.*\b4\b.*\bintake\b"),
        ({"intake": said(5), "legal": said(0, of("intake", 5, held=2))}, r"legal\b.*\b2\b.*\bintake\b"),
        ({"intake": said(5), "legal": said(0, of("intake", 5, parked=1))}, r"legal\b.*\b1\b.*\bintake\b"),
    ],
)
def test_what_keeps_the_exchange_from_settling_is_named(services: dict[str, Any], complaint: str) -> None:
    found = Exchange(services, {})
    assert not found.is_drained
    [told] = [*found.waiting, *found.stuck]
    assert re.match(complaint, told)


def test_a_message_in_quarantine_is_told_and_keeps_nothing_waiting() -> None:
    found = Exchange({"support": said(0, quarantined=1)}, {})
    assert found.is_drained
    [told] = found.worth_knowing
    assert "support" in told
    assert "./casepath quarantine list" in told


def test_status_names_a_caller_of_many_unknown_addresses_and_stays_settled() -> None:
    alarm = {"caller": "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57", "not_found": 20, "last_at": "2026-03-02T09:30:00Z"}
    found = Exchange({"legal": {**said(0), "probing": [alarm]}}, {})
    assert found.is_drained
    [sentence] = found.worth_knowing
    assert alarm["caller"] in sentence
    assert "20 addresses" in sentence


def test_a_service_that_does_not_answer_is_no_peace(services: Any) -> None:
    services.answer = lambda *_: (200, said(0))
    targets = Targets({**services.targets.urls, "legal": "http://127.0.0.1:9"}, services.key)
    found = look(Api(targets, roles=["operator"]))
    assert list(found.away) == ["legal"]
    assert not found.is_drained
