"""Open a state of a page: the browser's response and the templates that rendered it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

from services.web.desk import application
from services.web.doing.sending import TAKES_BACK
from tests.kit.desk import Browser, Site
from tests.kit.desk_states.table import ALL_ROLES, COLLEAGUE, ENDED, NOBODY, State
from tests.kit.desk_states.world import ME, World


@dataclass(frozen=True)
class Opened:
    """A page as a browser receives it."""

    state: State
    answer: TestResponse
    templates: frozenset[str]

    @property
    def content(self) -> str:
        """Return the page without what differs for each request, and without the targets of its links and forms."""
        return re.sub(r'(?:value|action|href|hx-[a-z]+)="[^"]*"', "", self.answer.text)

    @property
    def is_page(self) -> bool:
        """Return whether this is a whole page, and not a fragment that a page requests."""
        return "<html" in self.answer.text and self.answer.location is None


class _Form(HTMLParser):
    """The inputs of the form of a page that can be sent to a path."""

    def __init__(self, text: str, typed: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.filled: dict[str, str] = {}
        self.steps: set[str] = set()
        self._select, self._typed = "", typed
        self.feed(text)

    @property
    def kept(self) -> dict[str, str]:
        """Return the fields of a correction that withdraws nothing."""
        said = {"withdrawn": "no"} if "withdrawn" in self.filled else {}
        return said | ({"reason": "wrong_date"} if self.filled.get("reason") in TAKES_BACK else {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: text or "" for name, text in attrs}
        name, kind = named.get("name", ""), named.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and named["value"] and self._select:
            self.filled.setdefault(self._select, named["value"])
        elif tag == "button" and name == "step":
            self.steps.add(named["value"])
        elif tag == "textarea" and name:
            self.filled[name] = self._typed[: int(named.get("maxlength", "500"))]
        elif tag == "input" and kind == "hidden":
            self.hidden[name] = named["value"]
        elif tag == "input" and name:
            self._fill(name, kind, named)

    def _fill(self, name: str, kind: str, named: dict[str, str]) -> None:
        last = name.rpartition(".")[2]
        known = {"day": "2", "month": "3", "year": "2026", "time": "10:00", "begins": "10:00", "ends": "12:00"}
        of_kind = {"date": "2026-03-02", "datetime-local": "2026-03-02T10:00", "time": "10:00"}
        if kind in ("checkbox", "radio"):
            if last != "unknown" and named["value"]:
                self.filled.setdefault(name, named["value"])
        elif named.get("inputmode") == "numeric" and last not in known:
            self.filled[name] = "1"
        else:
            text = self._typed[: int(named.get("maxlength") or "60")]
            self.filled[name] = known.get(last) or of_kind.get(kind, named.get("value") or text)


class Opener:
    """Opens states at a desk, in one language, with one text in every field that people fill in."""

    def __init__(self, site: Site, text: str, language: str = "en") -> None:
        self.site, self.text, self.language = site, text, language
        self._browsers: dict[str, Browser] = {}
        self._templates: set[str] = set()

    def open(self, state: State) -> Opened:
        """Return the page of a state. Its responses and its drafts do not affect the next state."""
        world = World(self.site, self.text)
        with self._noting(self.site), self._browser(world, state.who) as browser:
            self.site.services.requests.clear()
            answer = self._answer(browser, world, state)
        return Opened(state, answer, frozenset(self._templates))

    def _answer(self, browser: Browser, world: World, state: State) -> TestResponse:
        if not state.path.startswith("/"):
            return self._signing_in(browser, world, state)
        if state.form is None:
            state.change(world)
            if state.said:
                self.site.desk.sessions.say(browser.cookie() or "", f"{state.said} {state.path}")
            return self._get(browser, state.path)
        drawn = self._get(browser, state.path if state.drawn_at in ("", "draft") else state.drawn_at)
        state.change(world)
        answer = self._sent(browser, world, state, drawn)
        if state.drawn_at == "draft":
            answer = self._get(browser, state.path)
        if "/do/" in state.path:
            browser.post(state.path, {"form_token": browser.form_token(), "step": "discard"})
        return answer

    def _sent(self, browser: Browser, world: World, state: State, drawn: TestResponse) -> TestResponse:
        form = _Form(drawn.text, self.text)
        if state.is_filled and "choose" in form.steps:
            drawn = self._post(browser, state.path, {**form.hidden, **form.filled, "step": "choose"})
            form = _Form(drawn.text, self.text)
        self._templates.clear()
        state.then(world)
        filled = {**form.filled, **form.kept} if state.is_filled else {}
        sent = {**form.hidden, **filled, **(state.form or {})}
        answer = self._post(browser, state.path, sent)
        confirmed = re.search(r'name="confirmed" value="([^"]*)"', answer.text)
        if confirmed and not state.name.endswith("asks again"):
            answer = self._post(browser, state.path, {**sent, "confirmed": unescape(confirmed[1])})
        return answer

    def _signing_in(self, browser: Browser, world: World, state: State) -> TestResponse:
        state.change(world)
        if state.path == "without provider":
            app = application(replace(self.site.desk, flows={}))
            other = Site(app, self.site.desk, self.site.services, self.site.provider, self.site.clock)
            with self._noting(other):
                return self._get(other.browser(), "/")
        way_back = browser.way_back(browser.go_to_provider(), "mila")
        if state.path == "sign in elsewhere":
            way_back = way_back.replace("code=", "code=x")
        return self._get(browser, way_back)

    def _get(self, browser: Browser, path: str) -> TestResponse:
        self._templates.clear()
        return browser.get(path, **{"Accept-Language": self.language})

    def _post(self, browser: Browser, path: str, form: dict[str, str]) -> TestResponse:
        self._templates.clear()
        return browser.post(path, form, **{"Accept-Language": self.language})

    @contextmanager
    def _browser(self, world: World, who: str) -> Iterator[Browser]:
        """Lend the browser of this person; a new one if the previous state ended its session."""
        if who == NOBODY:
            yield self.site.browser()
            return
        browser = self._browsers.get(who)
        if browser is None or browser.get("/do").status_code != 200:
            browser = self._signed_in(world, who)
        if who != ENDED:
            self._browsers[who] = browser
        yield browser

    def _signed_in(self, world: World, who: str) -> Browser:
        if who == COLLEAGUE:
            world.shown["/v1/me"] = {**ME, "roles": ["caseworker"]}
        browser = self.site.browser()
        # From the second visit on, the desk knows when the last one ended.
        for _ in range(2):
            assert browser.sign_in("otto" if who == ALL_ROLES else "mila").status_code == 303
        if who == ENDED:
            browser.client.set_cookie("__Host-session", "ended", domain="desk.example.org")
        return browser

    @contextmanager
    def _noting(self, site: Site) -> Iterator[None]:
        """Note each template that is loaded, also by another one."""
        environment: Any = site.app.jinja_env
        load = environment.__class__.get_template

        def noted(name: Any, *more: Any, **named: Any) -> Any:
            self._templates.add(str(getattr(name, "name", name)))
            return load(environment, name, *more, **named)

        environment.get_template = noted
        try:
            yield
        finally:
            del environment.get_template
