"""Hooks of MkDocs: pages from outside `docs/`, links as on GitHub, and no request to another origin."""

import logging
import os
import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
#: Pages at the top of the repository, and their place in the site.
TOP_PAGES: Final = {
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
    ".github/CODE_OF_CONDUCT.md": "code-of-conduct.md",
    ".github/RELEASES.md": "releases.md",
    ".github/SUPPORT.md": "support.md",
}
#: The address of the folder to which links to other files lead. Without it, these files are named, not linked.
FILES_ADDRESS: Final = "CASEPATH_DOCS_FILES"

#: A warning ends a strict build.
_LOG = logging.getLogger("mkdocs.plugins.site")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|/", re.IGNORECASE)
_FENCE = re.compile(r"\s*(```|~~~)")
_ITEM = re.compile(r"([-*]|\d+\.) ")
_STYLE_ADDRESS = re.compile(r"@import\s+['\"]([^'\"]+)|url\(\s*['\"]?([^'\")]+)", re.IGNORECASE)
_OTHER_ORIGIN = re.compile(r"(https?:)?//", re.IGNORECASE)
#: Attributes whose address a browser requests automatically.
_REQUESTED: Final = ("src", "srcset", "poster", "data", "action", "background")


def slug(heading: str, _separator: str = "-") -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def expand(nav: list[Any], pages: list[str]) -> list[Any]:
    """Return the navigation with each folder (`decisions/`) replaced by its pages, README first.

    A page with a separate entry is omitted from its folder.
    """
    named = {page for page in pages_of(nav) if not page.endswith("/")}

    def expanded(entries: list[Any]) -> list[Any]:
        kept: list[Any] = []
        for entry in entries:
            if isinstance(entry, dict):
                [(title, inside)] = entry.items()
                kept.append({title: expanded(inside) if isinstance(inside, list) else inside})
            elif entry.endswith("/"):
                folder = [page for page in pages if posixpath.dirname(page) == entry.rstrip("/") and page not in named]
                kept += sorted(folder, key=lambda page: (posixpath.basename(page) != "README.md", page))
            else:
                kept.append(entry)
        return kept

    return expanded(nav)


def pages_of(nav: list[Any]) -> list[str]:
    """Return the pages of an expanded navigation."""
    found: list[str] = []
    for entry in nav:
        inside = next(iter(entry.values())) if isinstance(entry, dict) else entry
        found += pages_of(inside) if isinstance(inside, list) else [inside]
    return found


def site_link(target: str, page: str, files_address: str) -> str | None:
    """Return where a link of a page leads in the site; None where it leads to a file that the site does not have.

    `page` is the path of the page in the repository, `target` the link as it is written there.
    """
    path, mark, place = target.partition("#")
    named = _in_repository(path, page)
    if (CHECKOUT / named / "README.md").is_file():
        named = f"{named}/README.md"
    if named.startswith("docs/") and (CHECKOUT / named).is_file():
        inside = named.removeprefix("docs/")
    elif named in TOP_PAGES:
        inside = TOP_PAGES[named]
    elif files_address:
        return f"{files_address.rstrip('/')}/{named}{mark}{place}"
    else:
        return None
    folder = posixpath.dirname(TOP_PAGES.get(page, page.removeprefix("docs/")))
    return posixpath.relpath(inside, folder or ".") + mark + place


def _in_repository(path: str, page: str) -> str:
    """Return the path in the repository to which a relative path of a page leads."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), path))


def with_site_links(markdown: str, page: str, files_address: str = "") -> str:
    """Return a page's text with its links as the site needs them."""

    def replaced(link: re.Match[str]) -> str:
        image, text, target = link.groups()
        if _ELSEWHERE.match(target):
            return link[0]
        if "](" in text:  # an image that is a link
            text = _LINK.sub(replaced, text)
        to = site_link(target, page, files_address)
        if to is None:
            named = _in_repository(target.partition("#")[0], page)
            return text if posixpath.basename(named) in text else f"{text}: `{named}`"
        return f"{image}[{text}]({to})"

    return "\n".join(line if fenced else _LINK.sub(replaced, line) for line, fenced in _lines(markdown))


def with_python_markdown_lists(markdown: str) -> str:
    """Return a text in which Python-Markdown finds the lists that GitHub finds.

    Python-Markdown needs an empty line before a list, and four spaces for each level.
    """
    kept: list[str] = []
    marker = shift = 0  # the width of the list's marker, none outside a list; by how much a block of code moves
    before = ""
    for line, fenced in _lines(markdown):
        indent = len(line) - len(line.lstrip())
        if not fenced and line.strip():
            item = _ITEM.match(line)
            if item:
                if not marker and before.strip():
                    kept.append("")
                marker = len(item[0])
            elif indent == 0 and not before.strip():
                marker = 0
            shift = 4 * (indent // marker) - indent if marker and indent else 0
        kept.append(" " * shift + line if line.strip() and shift > 0 else line)
        before = line
    return "\n".join(kept)


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is inside a block of code."""
    fence = ""
    for line in markdown.split("\n"):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
            yield line, False
        elif found and found[1] == fence:
            yield line, False
            fence = ""
        else:
            yield line, bool(fence)


class _Requests(HTMLParser):
    """Collects the addresses that a browser requests when it opens a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in _REQUESTED and value]
        self.addresses += [value for name, value in attrs if tag == "link" and name == "href" and value]
        for _, style in (pair for pair in attrs if pair[0] == "style" and pair[1]):
            self.addresses += _in_style(style or "")


def _in_style(text: str) -> list[str]:
    return [first or second for first, second in _STYLE_ADDRESS.findall(text)]


def requests_of(name: str, text: str) -> list[str]:
    """Return the addresses at other origins that a page or a style sheet makes a browser request."""
    if name.endswith(".css"):
        asked = _in_style(text)
    else:
        parser = _Requests()
        parser.feed(text)
        asked = parser.addresses
    return [address for address in asked if _OTHER_ORIGIN.match(address.strip())]


def on_config(config: Any) -> Any:
    """Expand the navigation, and give headings the anchors that they have on GitHub."""
    pages = [path.relative_to(CHECKOUT / "docs").as_posix() for path in (CHECKOUT / "docs").rglob("*.md")]
    config.nav = expand(config.nav, pages)
    config.mdx_configs["toc"] = {**config.mdx_configs.get("toc", {}), "slugify": slug, "permalink": True}
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages from the top of the repository."""
    from mkdocs.structure.files import File

    for name, place in TOP_PAGES.items():
        if files.get_file_from_path(place) is None and (CHECKOUT / name).is_file():
            files.append(File.generated(config, place, abs_src_path=str(CHECKOUT / name)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Return a page's text as MkDocs reads it."""
    del config, files
    places = {place: name for name, place in TOP_PAGES.items() if place != "index.md"}
    path = places.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    if re.search(r"^\s*```mermaid", markdown, re.MULTILINE):
        _LOG.warning("%s: a Mermaid diagram needs a script of another origin. Commit it as SVG instead.", path)
    return with_python_markdown_lists(with_site_links(markdown, path, os.environ.get(FILES_ADDRESS, "")))


def on_post_build(config: Any) -> None:
    """Refuse a site of which a page requests anything from another origin."""
    built = Path(config.site_dir)
    for path in (*built.rglob("*.html"), *built.rglob("*.css")):
        for address in requests_of(path.name, path.read_text(encoding="utf-8")):
            _LOG.warning("%s requests %s, which is at another origin.", path.relative_to(built), address)
