"""A reader of the desk with a browser that runs no script.

`python -m tests.kit.reader ADDRESS` signs in as the training caseworker, opens a case's path and prints the seconds; it
exits 1 if a page is not as it should be.
"""

import re
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin

import requests


@dataclass
class Reader:
    """Somebody with a browser that runs no script: follows links and sends forms as they are on the page."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    page: requests.Response | None = None

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def open(self, path: str) -> requests.Response:
        self.page = self.session.get(urljoin(self.address, path), timeout=30)
        return self.page

    def follow(self, words: str) -> requests.Response:
        """Follow the first link with these words."""
        assert self.page is not None
        for address, text in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.page.text):
            if words in re.sub("<[^>]*>", "", text):
                return self.open(urljoin(self.page.url, unescape(address)))
        raise AssertionError(f"no link {words!r} on {self.page.url}")

    def press(self, words: str) -> requests.Response:
        """Press the button with these words, in the form that it belongs to."""
        assert self.page is not None
        for action, inside in re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', self.page.text, re.DOTALL):
            for attributes, text in re.findall(r"<button([^>]*)>(.*?)</button>", inside, re.DOTALL):
                if words in text:
                    form = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside))
                    form |= dict(re.findall(r'name="([^"]*)" value="([^"]*)"', attributes))
                    sent = {name: unescape(value) for name, value in form.items()}
                    self.page = self.session.post(urljoin(self.page.url, unescape(action)), sent, timeout=30)
                    return self.page
        raise AssertionError(f"no button {words!r} on {self.page.url}")

    def sign_in(self, name: str) -> requests.Response:
        self.open("/")
        self.follow("Choose a fictitious staff member")
        return self.press(f"Sign in as {name}")


def main(address: str) -> int:
    """Go from the first page to a case's path, as a newcomer does; return the exit code."""
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
