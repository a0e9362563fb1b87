"""A reader of the desk with a browser that runs no script.

`python -m tests.kit.reader ADDRESS` signs in as the training caseworker, opens a case's path and prints the seconds; it
exits 1 if a page is wrong.
"""

import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


@dataclass
class Form:
    """A form of a page: its target, the labels of its inputs, and its buttons."""

    action: str
    inputs: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    #: The label of each button, and the fields that it sends.
    buttons: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select, self._text, self._inside = "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("action", "")))
        elif not self.forms:
            return
        elif tag == "input":
            self._input(values)
        elif tag == "select":
            self._select = values["name"]
            self.forms[-1].names.add(self._select)
        elif tag == "option" and "selected" in values:
            self.forms[-1].inputs.append((self._select, values.get("value", "")))
        elif tag in ("textarea", "button"):
            self._inside, self._text = tag, ""
            sent = [(values["name"], values.get("value", ""))] if values.get("name") else []
            if tag == "button":
                self.forms[-1].buttons.append(("", sent))
            else:
                self.forms[-1].inputs.append((values["name"], ""))
                self.forms[-1].names.add(values["name"])

    def _input(self, values: dict[str, str]) -> None:
        name = values.get("name", "")
        self.forms[-1].names.add(name)
        is_chosen = values.get("type") not in ("checkbox", "radio") or "checked" in values
        if name and is_chosen:
            self.forms[-1].inputs.append((name, values.get("value", "")))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag != self._inside or not self.forms:
            return
        form, self._inside = self.forms[-1], ""
        if tag == "button":
            form.buttons[-1] = (" ".join(self._text.split()), form.buttons[-1][1])
        else:
            form.inputs[-1] = (form.inputs[-1][0], self._text.removeprefix("\n"))


@dataclass
class Reader:
    """A person with such a browser."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    page: requests.Response | None = None

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def open(self, path: str) -> requests.Response:
        self.page = self.session.get(urljoin(self.address, path), timeout=30)
        return self.page

    def follow(self, words: str) -> requests.Response:
        """Follow the first link with this text."""
        assert self.page is not None
        for address, text in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.page.text):
            if words in re.sub("<[^>]*>", "", text):
                return self.open(urljoin(self.page.url, unescape(address)))
        raise AssertionError(f"no link {words!r} on {self.page.url}")

    def press(self, words: str, **filled: str | Iterable[str]) -> requests.Response:
        """Press the button with this label, after filling in its form; `filled` has `__` for the dots of names."""
        assert self.page is not None
        forms = _Forms()
        forms.feed(self.page.text)
        texts = {name.replace("__", "."): text for name, text in filled.items()}
        for form in forms.forms:
            for label, sent in form.buttons:
                if words in label:
                    return self._send(form, sent, texts)
        raise AssertionError(f"no button {words!r} on {self.page.url}")

    def _send(
        self, form: Form, button: list[tuple[str, str]], texts: dict[str, str | Iterable[str]]
    ) -> requests.Response:
        assert self.page is not None
        assert texts.keys() <= form.names, f"no inputs {texts.keys() - form.names} on {self.page.url}"
        values = [(name, text) for name, text in form.inputs if name not in texts]
        for name, text in texts.items():
            values += [(name, text)] if isinstance(text, str) else [(name, each) for each in text]
        self.page = self.session.post(urljoin(self.page.url, form.action), [*values, *button], timeout=30)
        return self.page

    def sign_in(self, name: str) -> requests.Response:
        self.open("/")
        self.follow("Choose a fictitious staff member")
        return self.press(f"Sign in as {name}")


def main(address: str) -> int:
    """Navigate from the first page to a case's path, as a newcomer does; return the exit code."""
    began, reader = time.monotonic(), Reader(address)
    today = reader.sign_in("Mila")
    case = reader.follow("Open the case")
    path = case.text.partition('id="path"')[2]
    found = {
        "today's page": today.ok,
        "the case": case.ok,
        "its drawn path": "<svg" in case.text,
        "its path as a table": "First contact" in path and "Detection" in path,
    }
    lacking = [name for name, is_there in found.items() if not is_there]
    seconds = time.monotonic() - began
    sys.stdout.write(f"Without: {', '.join(lacking)}\n" if lacking else f"At a case's path after {seconds:.1f} s.\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
