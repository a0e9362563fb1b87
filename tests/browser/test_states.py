"""Every page of the desk in every state, in Chromium: accessible, without console errors, and not too wide.

No page sends a request to another origin. The pages come from the desk with stand-ins for the services, so that no
state needs an installation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from deploy.cli.servers import PostgresServer
from services.web.look.files import look_files
from tests.kit import pseudo
from tests.kit.databases import migrated
from tests.kit.desk import ADDRESS, Site
from tests.kit.desk_site import opened_site, serving_provider
from tests.kit.desk_states.rendering import Opened, Opener
from tests.kit.desk_states.table import states
from tests.kit.stand_in import StandIn
from tests.kit.tab import AXE, NARROW, WIDE, Tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]
#: A text as people type it: several words, one of them longer than a narrow window.
LONG = f"Fictitious {'Kapitalgesellschaft' * 6} <& an addition"
ARABIC = f"ليلى الخيالية {'مستشفى' * 20} — رقم 12 (ملاحظة)"
#: Each pair of colours, width and direction is tested.
LEFT_TO_RIGHT = (("light", WIDE), ("dark", NARROW))
RIGHT_TO_LEFT = (("light", NARROW), ("dark", WIDE))
#: Whether the heading begins at the start side of the page's language.
BEGINS_AT_ITS_SIDE = """(() => {
  const heading = document.querySelector("h1").getBoundingClientRect(), middle = window.innerWidth / 2;
  return document.dir === "rtl" ? heading.right > middle : heading.left < middle;
})()"""


@pytest.fixture
def site(postgres: PostgresServer) -> Iterator[Site]:
    services = StandIn()
    with migrated(postgres, "web") as url, serving_provider() as provider, opened_site(url, provider, services) as site:
        yield site
    services.close()


@dataclass
class Shown:
    """A tab that shows pages as the desk has rendered them, with the desk's own headers and files."""

    tab: Tab
    page: Opened | None = None

    def show(self, opened: Opened) -> None:
        self.page = opened
        self.tab.page.goto(f"{ADDRESS}/shown")

    def answer(self, route: "Route") -> None:
        path = urlsplit(route.request.url).path
        file = look_files().get(path.rpartition("/")[2])
        if path == "/shown" and self.page is not None:
            policy = self.page.answer.headers["Content-Security-Policy"]
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
            route.fulfill(status=200, headers=headers, body=self.page.answer.text)
        elif file is not None:
            route.fulfill(status=200, content_type=file.content_type, body=file.content)
        else:
            route.fulfill(status=204)


@pytest.fixture
def shown(chromium: "Browser") -> Iterator[Shown]:
    context = chromium.new_context(viewport=WIDE)  # type: ignore[arg-type]  # the library's
    context.add_init_script(path=AXE)
    shown = Shown(Tab(context.new_page(), ADDRESS, (ADDRESS,)))
    context.route("**/*", shown.answer)
    yield shown
    context.close()


def distinct(opener: Opener) -> list[Opened]:
    """Return the pages of all states; of states with the same page only one."""
    opened = [page for page in (opener.open(state) for state in states()) if page.is_page]
    return list({page.content: page for page in reversed(opened)}.values())


def faults_of(shown: Shown, pages: list[Opened], looks: Any) -> dict[str, list[str]]:
    """Return the faults, and the states of the pages that have them."""
    found: dict[str, list[str]] = {}
    for page in pages:
        shown.tab.complaints.clear()
        shown.show(page)
        for colours, size in looks:
            shown.tab.page.emulate_media(color_scheme=colours)
            faults = shown.tab.faults_at(size)
            if not shown.tab.page.evaluate(BEGINS_AT_ITS_SIDE):
                faults.append("text begins at the wrong side")
            for fault in (*faults, *shown.tab.complaints):
                found.setdefault(fault, []).append(f"{page.state.name} ({colours})")
    return found


def test_no_page_in_any_state_has_a_fault(site: Site, shown: Shown) -> None:
    pages = distinct(Opener(site, LONG))
    assert len(pages) > 150
    assert faults_of(shown, pages, LEFT_TO_RIGHT) == {}


def test_no_page_from_right_to_left_in_any_state_has_a_fault(
    site: Site, shown: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pseudo.speak_pseudo(monkeypatch, tmp_path)
    pages = distinct(Opener(site, ARABIC, pseudo.PSEUDO))
    pseudo.forget()
    assert len(pages) > 150
    assert faults_of(shown, pages, RIGHT_TO_LEFT) == {}


@pytest.mark.hazard("H-DESK-17", control="only-the-paper-is-printed")
@pytest.mark.parametrize("name", ["paper: disguised, ar", "paper: open, vi"])
def test_only_the_paper_is_printed(site: Site, shown: Shown, name: str) -> None:
    [state] = [each for each in states() if each.name == name]
    shown.show(Opener(site, LONG).open(state))
    shown.tab.page.emulate_media(media="print")
    paper = shown.tab.page.inner_text("article.paper").split()
    assert paper
    assert shown.tab.page.inner_text("body").split() == paper
