"""The pages for contact requests: access to the contact details, the requests sent by each step, and missing data."""

from typing import Any

import pytest

from services.intake.cases.contact_request import rules
from services.web.contact_requests.routes import HELD, OUTCOMES
from shared.reference import code_lists
from tests.kit.desk import Browser, Site
from tests.kit.desk_doing import RECORD
from tests.kit.desk_pages import CASE
from tests.kit.desk_states.changes import answer_differs, part_answers
from tests.kit.desk_states.world import World

pytestmark = pytest.mark.integration
LIST = "/contact-requests"
PAGE = f"{LIST}/{RECORD}"
SERVICE = f"/v1/contact-requests/{RECORD}"
CONTACT = "Qzxvcontact"
AWAY = '<div class="alert" role="alert">'


@pytest.fixture
def world(site: Site) -> World:
    return World(site, CONTACT)


def sent(site: Site) -> list[tuple[str, Any, dict[str, str]]]:
    """Return the requests that change data: the path, the body and the headers."""
    return [
        (path, body, headers) for _service, method, path, body, headers in site.services.requests if method != "GET"
    ]


def step(browser: Browser, name: str, **fields: str) -> Any:
    form = {"form_token": browser.form_token(), "key": "a-key", "etag": '"7"', **fields}
    return browser.post(f"{PAGE}/{name}", form)


def test_the_page_knows_the_states_and_outcomes_of_the_service() -> None:
    assert HELD == rules.HELD
    assert {*OUTCOMES, rules.OUTCOME_CASE_OPENED} == set(code_lists()["contact_request_outcome"].values)


def test_the_contact_is_shown_only_to_the_person_who_took_the_request(
    site: Site, browser: Browser, world: World
) -> None:
    assert CONTACT in browser.get(PAGE).text
    for different in ({"is_own": False}, {"state": "received", "is_own": False}, {"state": "finished"}):
        shown = {**world.shown[SERVICE], **different}
        site.services.requests.clear()
        world.parts[SERVICE] = 200, shown
        assert CONTACT not in browser.get(PAGE).text
        assert f"{SERVICE}/contact" not in [path for _service, _method, path in site.asked()]


@pytest.mark.usefixtures("world")
def test_neither_the_list_nor_today_shows_a_contact(site: Site, browser: Browser) -> None:
    for path in (LIST, "/"):
        site.services.requests.clear()
        browser.get(path)
        assert [path for _service, _method, path in site.asked() if path.endswith("/contact")] == []


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
@pytest.mark.parametrize("status", [404, 422, 429, 503])
def test_a_contact_that_cannot_be_shown_is_named(browser: Browser, world: World, status: int) -> None:
    part_answers(f"{SERVICE}/contact", status)(world)
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert AWAY in page.text
    assert CONTACT not in page.text
    assert f'action="{PAGE}/outcome"' not in page.text


@pytest.mark.hazard("H-DESK-6", control="missing-parts-are-named")
def test_requests_that_cannot_be_read_are_named_on_today_and_never_shown_as_none(
    browser: Browser, world: World
) -> None:
    part_answers("/v1/contact-requests", 503)(world)
    assert AWAY in browser.get("/").text
    assert browser.get(LIST).status_code == 503


def test_today_says_that_more_wait_than_one_page_has(browser: Browser, world: World) -> None:
    more = browser.get("/").text
    answer_differs("/v1/contact-requests", next=None)(world)
    assert browser.get("/").text != more
    assert f'href="{LIST}"' in more


@pytest.mark.usefixtures("world")
def test_today_takes_one_request_for_each_part(site: Site, browser: Browser) -> None:
    site.services.requests.clear()
    browser.get("/")
    paths = [path.partition("?")[0] for _service, _method, path, _body, _headers in site.services.requests]
    assert len(paths) == len(set(paths)) <= 4


@pytest.mark.parametrize(
    ("name", "fields", "body"),
    [
        ("take", {}, None),
        ("return", {}, None),
        ("outcome", {"outcome": "reached"}, {"outcome": "reached"}),
        ("case", {"anonymous": "1"}, {"anonymous": True}),
        ("case", {}, {"anonymous": False}),
    ],
)
def test_a_step_is_sent_once_for_the_version_that_the_person_saw(
    site: Site, browser: Browser, world: World, name: str, fields: dict[str, str], body: Any
) -> None:
    world.reply = 200, {"id": RECORD, "case": CASE}
    site.services.requests.clear()
    answer = step(browser, name, **fields)
    assert answer.status_code == 303
    [(path, sent_body, headers)] = sent(site)
    assert path == f"{SERVICE}/{name}"
    assert sent_body == body
    assert (headers["Idempotency-Key"], headers["If-Match"]) == ("a-key", '"7"')
    leads_to = {"take": PAGE, "case": f"/cases/{CASE}"}.get(name, LIST)
    assert answer.headers["Location"].partition("?")[0] == leads_to


@pytest.mark.parametrize("status", [409, 412, 422, 503])
def test_a_step_that_was_refused_says_so_and_leads_back(browser: Browser, world: World, status: int) -> None:
    world.refuse(status, detail="Somebody else took this request.")
    answer = step(browser, "take")
    assert answer.status_code == status
    assert f'href="{PAGE}"' in answer.text


def test_a_step_without_a_valid_sign_in_ends_the_session(browser: Browser, world: World) -> None:
    world.refuse(401)
    assert step(browser, "take").status_code == 401


@pytest.mark.usefixtures("world")
def test_no_address_and_no_title_of_these_pages_has_a_contact(site: Site, browser: Browser) -> None:
    for path in (LIST, PAGE):
        title = browser.get(path).text.partition("<title>")[2].partition("</title>")[0]
        assert CONTACT not in title
        assert RECORD not in title
    assert [path for _service, _method, path in site.asked() if CONTACT in path] == []
