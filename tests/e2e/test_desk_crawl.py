"""Every page that each role can reach by links, over HTTP: no personal data in addresses, titles or caches."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests

from deploy.cli import desk as cli_desk
from deploy.cli.api import Api, ApiProblem, Targets
from deploy.cli.environment import answers
from deploy.cli.installation import Installation
from deploy.cli.training import play_open_cases
from deploy.training.people import PEOPLE, Person
from tests.kit.passing_time import PassingTime
from tests.kit.reader import Reader
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

#: Words of the fictitious case that may not appear in an address or a title. The last one is also markup.
NAMES = ("Qzxvgiven", "Qzxvfamily")
CONTACT = ("Qzxvtelephone", "Qzxvstreet")
FREE = ("Qzxvstory", "Qzxvwarning", "Qzxvcodeword")
MARKUP = "<script>Qzxvrun()</script><img src=x onerror=Qzxvrun()>"
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The maximum number of pages per role, and of pages of one kind.
MOST_PAGES, MOST_OF_A_KIND = 120, 3


@dataclass
class Crawl:
    """The pages that one staff member reached, with the faults of each."""

    reader: Reader
    pages: dict[str, requests.Response] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def walk(self) -> "Crawl":
        """Open the first page and follow all links."""
        waiting, kinds = deque(["/"]), dict[str, int]()
        while waiting and len(self.pages) < MOST_PAGES:
            path = waiting.popleft()
            kind = ID.sub("*", urlsplit(path).path)
            if path in self.pages or kinds.get(kind, 0) >= MOST_OF_A_KIND:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            page = self.pages[path] = self.reader.open(path)
            self.faults += [f"{path}: {fault}" for fault in _faults(page)]
            waiting.extend(link for link in _links(page.text) if link not in self.pages)
        return self


def _links(text: str) -> Iterator[str]:
    for address in re.findall(r'(?:href|hx-get)="([^"]*)"', text):
        link = unescape(address)
        if link.startswith("/") and not link.startswith(("//", "/look/")):
            yield link.partition("#")[0]


def _faults(page: requests.Response) -> Iterator[str]:
    if page.status_code >= 500:
        yield f"status {page.status_code}"
    if page.headers.get("Cache-Control") != "no-store":
        yield "may be kept"
    yield from _faults_of_title(page.text)
    for address in (*re.findall(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"', page.text), page.url):
        parts = urlsplit(unescape(address))
        if parts.netloc not in ("", urlsplit(page.url).netloc):
            yield f"leads to {parts.netloc}"
        if "Qzxv" in address or (ID.search(parts.query) and "after=" not in parts.query):
            yield f"address {address}"
    if "Qzxvrun()</script>" in page.text or "<img src=x" in page.text:
        yield "markup runs"


def _faults_of_title(text: str) -> Iterator[str]:
    title = text.partition("<title>")[2].partition("</title>")[0]
    if "Qzxv" in title or ID.search(title) or re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", title):
        yield f"title {title}"


@pytest.fixture(scope="module")
def desk(running_installation: Installation, installation: Targets) -> str:
    """Return the address of the desk, once it is ready and its staff are registered."""
    address = cli_desk.address(running_installation)
    wait_until(lambda: answers(f"{address}/health/ready"), "the desk is ready", 120)
    last = Api(installation, roles=[PEOPLE[-1].role], subject=PEOPLE[-1].id)
    wait_until(lambda: bool(last.get("intake", "/v1/me").json()["registered"]), "the last person is registered", 120)
    return address


@pytest.fixture(scope="module")
def case(desk: str, installation: Targets) -> str:
    """Return a case of the training staff in which every text is recognisable."""
    case = play_open_cases(installation, ["NL"])[0]
    mila = Api(installation, roles=["caseworker"], subject=PEOPLE[0].id)
    person = {
        "names": [{"kind": "given", "name": NAMES[0]}, {"kind": "family", "name": NAMES[1]}],
        "contact": {"phone": CONTACT[0], "address": CONTACT[1]},
    }
    safe = {
        "channels": ["phone"],
        "unsafe": [],
        "zone": "Europe/Amsterdam",
        "if_another_answers": "hang_up",
        "code_word": FREE[2],
        "story": f"{FREE[0]} {MARKUP}",
        "warning": f"{FREE[1]} {MARKUP}",
    }
    for part, body in (("person", person), ("safe-contact", safe)):
        etag = str(mila.get("intake", f"/v1/cases/{case}").headers["ETag"])
        mila.put("intake", f"/v1/cases/{case}/{part}", body, if_match=etag)
    PassingTime(installation).settle()
    return case


@pytest.fixture(scope="module")
def crawls(desk: str, case: str) -> dict[str, Crawl]:
    """Return the crawl of each fictitious staff member, by role."""
    found = {}
    for person in PEOPLE:
        reader = Reader(desk)
        assert reader.sign_in(person.name).status_code == 200
        found[person.role] = Crawl(reader).walk()
    return found


@pytest.mark.hazard("H-DESK-4", control="pages-are-not-kept")
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.role)
def test_no_page_has_a_persons_data_in_an_address_or_title_or_is_kept(crawls: dict[str, Crawl], person: Person) -> None:
    crawl = crawls[person.role]
    assert len(crawl.pages) >= 4
    assert crawl.faults == []


def test_the_crawl_reaches_the_case_and_its_texts(crawls: dict[str, Crawl], case: str) -> None:
    page = crawls["caseworker"].pages[f"/cases/{case}"].text
    assert "Qzxvcodeword" in page, "what the crawl looks for is shown to those who may see it"
    assert "&lt;script&gt;Qzxvrun" in page


@pytest.mark.parametrize("role", ["operator", "data_protection_officer"])
def test_those_who_see_no_case_are_shown_no_text_of_it(crawls: dict[str, Crawl], case: str, role: str) -> None:
    for path, page in crawls[role].pages.items():
        assert "Qzxv" not in page.text, path
    assert f"/cases/{case}" not in crawls[role].pages


def test_a_page_is_shown_exactly_to_those_who_may_read_its_source(
    crawls: dict[str, Crawl], installation: Targets, case: str
) -> None:
    sources = {
        f"/cases/{case}": ("intake", f"/v1/cases/{case}"),
        "/operator": ("intake", "/v1/operation"),
        "/operator/agencies": ("partners", "/v1/reception"),
        "/register": ("partners", "/v1/agencies"),
        "/register/staff": ("intake", "/v1/staff"),
        "/register/waiting": ("intake", "/v1/staff/proposals"),
    }
    shown, allowed = {}, {}
    for person in PEOPLE:
        api = Api(installation, roles=[person.role], subject=person.id)
        for path, source in sources.items():
            shown[person.role, path] = crawls[person.role].reader.open(path).status_code == 200
            allowed[person.role, path] = _reads(api, *source)
    assert shown == allowed


def _reads(api: Api, service: str, path: str) -> bool:
    try:
        api.get(service, path)
    except ApiProblem:
        return False
    return True


def test_a_page_of_one_session_is_closed_to_every_other_browser(crawls: dict[str, Crawl], desk: str) -> None:
    stranger = Reader(desk)
    for path in list(crawls["caseworker"].pages)[:40]:
        if urlsplit(path).path not in ("/", "/sign-in"):
            assert stranger.open(path).status_code == 401, path
