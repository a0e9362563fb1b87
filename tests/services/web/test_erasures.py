"""The pages with answers about erasure: the staff who find them, and the printed part of a letter."""

from html.parser import HTMLParser

import pytest

from services.intake.access.erasure import rules
from services.intake.facts.case.rules import TEAM_ROLES
from services.web.doing.routes import LEADS
from services.web.erasures.routes import GONE, HOLDERS, STATES
from shared.reference.words import LANGUAGES, catalogue
from tests.kit.desk import Browser, Site
from tests.kit.desk_doing import RECORD
from tests.kit.desk_states.changes import answer_differs
from tests.kit.desk_states.world import World

pytestmark = pytest.mark.integration
LIST = "/erasures"
LISTED = "/v1/erasures"
LETTER = f"{LIST}/{RECORD}/letter"
SERVICE = f"/v1/erasures/{RECORD}/letter"
TYPED = "Qzxvtyped"


@pytest.fixture
def world(site: Site) -> World:
    return World(site, TYPED)


class Printed(HTMLParser):
    """Collects what the browser prints of a page: the paper, and all text that is not marked as screen-only."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.unprinted: list[str] = []
        self.text = ""
        self.languages: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        classes = (known.get("class") or "").split()
        if self.unprinted:
            self.unprinted += [tag] if tag == self.unprinted[0] else []
        elif tag in ("head", "header", "footer", "form") or {"noprint", "skip", "unchecked"} & {*classes}:
            self.unprinted = [tag]
        elif "paper" in classes:
            self.languages.append(known.get("lang") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.unprinted and tag == self.unprinted[0]:
            self.unprinted.pop()

    def handle_data(self, data: str) -> None:
        self.text += "" if self.unprinted else data


def test_the_page_knows_the_states_and_the_roles_of_the_service() -> None:
    assert set(GONE) == {rules.ORDERED, rules.COMPLETE}
    assert set(STATES) == rules.ANSWERED | {*GONE}
    assert {*TEAM_ROLES, "supervisor"} == LEADS


@pytest.mark.hazard("H-DEADLINE-15", control="waits-for-erasure")
@pytest.mark.parametrize(("state", "is_named"), [("held", True), ("lifted", True), ("complete", False)])
def test_the_page_names_the_services_that_erased_their_part(
    state: str, browser: Browser, world: World, *, is_named: bool
) -> None:
    [request, *_] = world.shown[LISTED]["erasures"]
    changed = [{**request, "state": state, "answers": [], "erasing_holders": [holder]} for holder in HOLDERS]
    answer_differs(LISTED, erasures=changed)(world)
    page = browser.get(LIST).text
    assert [name in page for name in HOLDERS.values()] == [is_named] * len(HOLDERS)
    assert set(HOLDERS) == set(rules.SCOPES.values())


@pytest.mark.hazard("H-AGENCY-7", control="lead-hears-the-agency")
@pytest.mark.usefixtures("world")
def test_the_page_shows_the_answer_of_an_agency_after_the_erasure(browser: Browser) -> None:
    page = browser.get(LIST).text
    words = catalogue("codes", "en").texts
    for named in ("NL.IND", words["withdrawal_answer/kept"], words["legal_basis/legal_obligation"]):
        assert named in page


@pytest.mark.hazard("H-CONFIDENTIALITY-13", control="only-the-letter-is-printed")
def test_only_the_letter_is_printed(browser: Browser, world: World) -> None:
    page = browser.get(LETTER)
    letter = world.shown[SERVICE]
    texts = [letter["title"], *letter["sentences"]]
    expected = {text for each in texts for text in (each["said"], each["english"]) if text}
    printed = Printed(page.text)
    assert printed.languages == ["ro"]
    rest = printed.text
    for text in expected:
        assert text in rest
        rest = rest.replace(text, "")
    assert rest.split() == []


@pytest.mark.usefixtures("world")
def test_the_letter_is_asked_for_in_the_chosen_language_only_if_it_has_one(site: Site, browser: Browser) -> None:
    for chosen, asked in (("nl", f"{SERVICE}?language=nl"), ("xx", SERVICE), ("", SERVICE)):
        site.services.requests.clear()
        assert browser.get(f"{LETTER}?in={chosen}").status_code == 200
        assert asked in [path for _service, _method, path in site.asked()]
    assert "nl" in LANGUAGES


def test_a_reader_without_an_answer_finds_none(browser: Browser, world: World) -> None:
    answer_differs(LISTED, erasures=[])(world)
    assert "data-nothing" in browser.get(LIST).text
    world.parts[SERVICE] = 404, {}
    assert browser.get(LETTER).status_code == 404
