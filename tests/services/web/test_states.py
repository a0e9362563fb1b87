"""Every page in every state: the states cover each template and each page, and none fails."""

from pathlib import Path

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

import services.web
from tests.kit.desk import Site
from tests.kit.desk_html import Page
from tests.kit.desk_states.rendering import Opened, Opener
from tests.kit.desk_states.table import states

pytestmark = pytest.mark.integration
#: The value of every field in which a service returns typed text.
TYPED = "Qzxvtyped"
TEMPLATES = Path(services.web.__file__).parent / "look" / "templates"


@pytest.fixture
def opened(site: Site) -> list[Opened]:
    opener = Opener(site, TYPED)
    return [opener.open(state) for state in states()]


def test_every_template_and_every_page_is_reached_by_a_state_and_none_fails(site: Site, opened: list[Opened]) -> None:
    failed = [
        f"{each.state.name}: {each.answer.status_code}"
        for each in opened
        if each.answer.status_code != each.state.status and (each.state.status != -1 or each.answer.status_code == 500)
    ]
    assert failed == []
    reached = {template for each in opened for template in each.templates}
    assert {file.name for file in TEMPLATES.iterdir()} - reached == set()
    assert pages_of(site) - {rule for each in opened for rule in rules_of(site, each)} == set()


def test_text_that_people_typed_has_its_own_direction_on_every_page(opened: list[Opened]) -> None:
    without = {
        f"{each.state.name}: {text.strip()}"
        for each in opened
        for page in (Page(each.answer.text),)
        for text in (*page.texts, *page.values)
        if TYPED in text
    }
    assert without == set()


def pages_of(site: Site) -> set[str]:
    """Return the patterns of the addresses that people open."""
    views = site.app.view_functions
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {rule.rule for rule in rules if vars(views[rule.endpoint]).get("is_for_sessions")}


def rules_of(site: Site, opened: Opened) -> set[str]:
    adapter = site.app.url_map.bind("")
    try:
        return {adapter.match(opened.state.path.partition("?")[0], return_rule=True)[0].rule}
    except (NotFound, MethodNotAllowed):
        return set()
