"""Asking for contact and using a return code, on the public pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.access import visitors
from tests.kit.page import Parsed
from tests.kit.public import CODE, SECRET, Door, door_with
from tests.kit.stand_in import StandIn

PHONE = "+31 6 0000 0000"


@pytest.fixture
def door() -> Iterator[Door]:
    services = StandIn()
    yield door_with(services)
    services.close()


def _review(door: Door, **typed: str | list[str]) -> TestResponse:
    shown = door.submit(door.get("/vi/contact"), "way", jurisdiction="NL", way="phone")
    return door.submit(shown, "review", **{"contact": PHONE, "message": "no", "if_another_answers": "hang_up", **typed})


def _sent(door: Door) -> Any:
    [(_, path, body)] = door.asked()
    assert path == "/v1/contact-requests"
    return body


@pytest.mark.hazard("H-PUBLIC-1", control="nothing-left-unless-chosen")
def test_a_request_reaches_intake_as_checked_and_allows_messages_only_if_chosen(door: Door) -> None:
    shown = _review(door, days=["monday", "friday"], begins="9:30", ends="12:00", topics=["documents", "made_up"])
    assert door.asked() == []
    sent = door.submit(shown, "send")
    assert sent.status_code == 200
    body = _sent(door)
    assert body.pop("form")
    assert body == {
        "jurisdiction": "NL",
        "language": "vi",
        "way": "phone",
        "contact": PHONE,
        "days": ["monday", "friday"],
        "begins": "09:30",
        "ends": "12:00",
        "may_leave_message": False,
        "if_another_answers": "hang_up",
        "topics": ["documents"],
    }


def test_the_code_is_shown_once_and_is_in_no_address(door: Door) -> None:
    sent = door.submit(_review(door), "send")
    assert CODE in sent.text
    assert [place for place in Parsed.of(sent.text).addresses() if CODE in place] == []
    assert CODE not in door.get("/vi/contact").text


def test_a_form_that_is_sent_twice_carries_the_same_id(door: Door) -> None:
    shown = _review(door)
    door.submit(shown, "send")
    door.submit(shown, "send")
    first, second = (body for _, _, body in door.asked())
    assert first["form"] == second["form"]
    door.submit(_review(door), "send")
    assert door.asked()[-1][2]["form"] != first["form"]


def test_a_mistake_is_named_and_nothing_that_was_typed_is_lost(door: Door) -> None:
    shown = _review(door, contact="", code_word="tulip", begins="10:00")
    assert shown.status_code == 422
    page = Parsed.of(shown.text)
    assert {given["href"] for given in page.all("a")} >= {"#f-contact", "#f-begins"}
    assert [given["value"] for given in page.all("input") if given.get("name") == "code_word"] == ["tulip"]
    assert {"f-contact", "f-begins"} <= {given.get("id", "") for _, given in page.elements}
    assert door.asked() == []


@pytest.mark.parametrize("field", ["jurisdiction", "way"])
def test_a_country_and_a_way_have_to_be_chosen(door: Door, field: str) -> None:
    chosen = {name: value for name, value in {"jurisdiction": "NL", "way": "sms"}.items() if name != field}
    shown = door.submit(door.get("/en/contact"), "way", **chosen)
    assert shown.status_code == 422
    assert f"#f-{field}" in {given["href"] for given in Parsed.of(shown.text).all("a")}


def test_what_intake_refuses_is_named_at_its_field(door: Door) -> None:
    door.intake.different["/v1/contact-requests"] = (422, {"errors": [{"field": "contact", "rule": "x"}]})
    shown = door.submit(_review(door), "send")
    assert shown.status_code == 422
    assert "#f-contact" in {given["href"] for given in Parsed.of(shown.text).all("a")}


@pytest.mark.hazard("H-PUBLIC-5", control="refusal-shows-help-numbers")
@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_request_that_was_not_taken_shows_help_numbers_and_can_be_sent_again(door: Door, status: int) -> None:
    door.intake.different["/v1/contact-requests"] = (status, {})
    shown = door.submit(_review(door), "send")
    page = Parsed.of(shown.text)
    assert {"tel:112", "tel:999"} <= {given["href"] for given in page.all("a")}
    assert [given for _, given in page.elements if given.get("role") == "alert"] != []
    door.intake.different.clear()
    assert CODE in door.submit(shown, "send").text


def test_where_nobody_reads_requests_none_is_offered(door: Door) -> None:
    door.intake.contact_in = ()
    assert door.get("/en/contact").status_code == 404
    links = {given["href"] for given in Parsed.of(door.get("/en/").text).all("a")}
    assert {"/en/contact", "/en/code"}.isdisjoint(links)


@pytest.mark.hazard("H-PUBLIC-5", control="visitor-is-stated")
def test_each_visitor_is_stated_by_a_digest_of_the_network_and_never_by_an_address(door: Door) -> None:
    for address in ("192.0.2.7", "192.0.2.8"):
        door.post("/en/code", {"code": CODE, "go": "show"}, **{"X-Forwarded-For": f"203.0.113.1, {address}"})
    sent = [headers for _, method, _, _, headers in door.services.requests if method == "POST"]
    stated = [visitors.visitor_of(SECRET, each[visitors.HEADER]) for each in sent]
    assert len(set(stated)) == 2
    assert None not in stated
    assert [value for each in sent for value in each.values() if "192.0.2" in value or "203.0.113" in value] == []


def _with_code(door: Door, button: str = "show", **typed: str) -> TestResponse:
    return door.submit(door.get("/en/code"), button, code=CODE, **typed)


@pytest.mark.hazard("H-PUBLIC-1", control="code-shows-no-contact")
@pytest.mark.parametrize("state", ["received", "taken", "not_reached", "a_later_state"])
def test_a_code_shows_the_state_and_nothing_else(door: Door, state: str) -> None:
    answer = {"state": state, "may_change": True, "contact": PHONE}
    door.intake.different["/v1/contact-requests/states"] = (200, answer)
    shown = _with_code(door)
    assert shown.status_code == 200
    assert PHONE not in shown.text
    assert [given["value"] for given in Parsed.of(shown.text).all("button")] == ["change", "withdraw"]


def test_a_person_changes_the_safe_way_and_leaves_the_rest_as_it_is(door: Door) -> None:
    shown = door.submit(_with_code(door), "change")
    shown = door.submit(shown, "way", way="email")
    shown = door.submit(shown, "save", contact="someone@example.org")
    assert shown.status_code == 200
    _, path, body = door.asked()[-1]
    assert path == "/v1/contact-requests/changes"
    assert body == {"code": CODE, "way": "email", "contact": "someone@example.org"}


def test_a_withdrawal_is_confirmed_first_and_can_be_called_off(door: Door) -> None:
    sure = door.submit(_with_code(door), "withdraw")
    assert [path for _, path, _ in door.asked()] == ["/v1/contact-requests/states"]
    door.submit(sure, "keep")
    gone = door.submit(sure, "erase")
    assert [path for _, path, _ in door.asked()][1:] == [
        "/v1/contact-requests/states",
        "/v1/contact-requests/withdrawals",
    ]
    assert CODE not in gone.text


@pytest.mark.parametrize("rule", ["code_leads_back", "code_reads_right"])
@pytest.mark.parametrize("button", ["show", "erase"])
def test_a_code_that_intake_does_not_know_can_be_typed_again(door: Door, rule: str, button: str) -> None:
    refusal = (422, {"errors": [{"field": "code", "rule": rule}]})
    door.intake.different |= {f"/v1/contact-requests/{name}": refusal for name in ("states", "withdrawals")}
    shown = _with_code(door, button)
    assert shown.status_code == 422
    page = Parsed.of(shown.text)
    assert [given for _, given in page.elements if given.get("role") == "alert"] != []
    # The page does not show the code again: another person could see the screen.
    assert CODE not in shown.text
