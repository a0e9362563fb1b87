"""The literal texts of a template, outside its expressions."""

import re
from html.parser import HTMLParser

SPOKEN = {"title", "aria-label", "placeholder", "alt", "label"}


class Texts(HTMLParser):
    """The texts of a template without its expressions."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._language: list[bool] = []
        self.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._language.append(tag == "code" or ("lang" in dict(attrs) and tag != "html"))
        self.found += [text for name, text in attrs if name in SPOKEN and text and re.search("[A-Za-z]", text)]

    def handle_endtag(self, _tag: str) -> None:
        if self._language:
            self._language.pop()

    def handle_data(self, data: str) -> None:
        if re.search("[A-Za-z]", data) and not (self._language and self._language[-1]):
            self.found.append(data.strip())
