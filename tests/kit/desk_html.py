"""The texts of a page of the desk, apart from data."""

import re
from html.parser import HTMLParser

LATIN = re.compile(r"[A-Za-z]")


class Page(HTMLParser):
    """The language of a page, and its texts outside data (`bdi`) and texts that state their own language."""

    VOID = frozenset({"meta", "link", "input", "br", "line", "circle", "rect", "path"})
    SPOKEN = frozenset({"title", "aria-label", "placeholder", "alt"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.language: dict[str, str | None] = {}
        self.texts: list[str] = []
        #: The values of inputs in which text does not have its own direction.
        self.values: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "html":
            self.language = named
        is_auto = named.get("dir") == "auto"
        is_data = tag in ("bdi", "script") or is_auto or (tag != "html" and "lang" in named)
        if tag == "input" and named.get("type") != "hidden" and not is_auto:
            self.values.append(named.get("value") or "")
        self.texts += [text or "" for name, text in attrs if name in self.SPOKEN]
        if tag not in self.VOID:
            self.open.append((tag, is_data))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(is_data for _tag, is_data in self.open):
            self.texts.append(data)

    @property
    def latin(self) -> list[str]:
        return [text for text in self.texts if LATIN.search(text)]
