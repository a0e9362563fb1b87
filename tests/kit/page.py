"""A page as a browser reads it: its form, its links, its elements in order."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Parsed(HTMLParser):
    """The elements of a page, read once."""

    action: str = ""
    hidden: dict[str, list[str]] = field(default_factory=dict)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, text: str) -> "Parsed":
        page = cls()
        page.feed(text)
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "form":
            self.action = given["action"]
        if tag == "input" and given.get("type") == "hidden":
            self.hidden.setdefault(given["name"], []).append(given["value"])

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of each element of a kind, in order."""
        return [given for name, given in self.elements if name == tag]

    def addresses(self) -> list[str]:
        """Return every address that the page names."""
        return [
            given[name] for _, given in self.elements for name in ("href", "src", "action", "data-to") if name in given
        ]
