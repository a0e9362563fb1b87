"""The documentation site: each page is in its navigation, links work as on GitHub, and browsers ask no other origin."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import shared
from deploy.site import hooks
from tests.architecture.source import CHECKOUT

SETTINGS = yaml.safe_load((CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8"))
SERVED = yaml.safe_load((CHECKOUT / "deploy" / "docs.yml").read_text(encoding="utf-8"))["services"]
DOCS = CHECKOUT / "docs"
PAGES = [path.relative_to(DOCS).as_posix() for path in sorted(DOCS.rglob("*.md"))]
NAVIGATION = hooks.expand(SETTINGS["nav"], PAGES)
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
FILES = "https://example.org/blob/v1"


def test_each_page_is_in_the_navigation_once_and_each_entry_is_a_page() -> None:
    entries = hooks.pages_of(NAVIGATION)
    tops = [place for name, place in hooks.TOP_PAGES.items() if place != "index.md" and (CHECKOUT / name).is_file()]
    assert sorted(entries) == sorted([*PAGES, *tops]), "mkdocs.yml: nav"


def test_the_navigation_has_four_parts() -> None:
    assert [next(iter(part)) for part in NAVIGATION] == ["Start", "Guides", "Reference", "Explanation"]


def test_a_folder_of_the_navigation_stands_for_its_pages() -> None:
    pages = ["a/README.md", "a/first.md", "a/second.md", "a/b/inner.md", "c.md"]
    assert hooks.expand([{"Part": ["a/second.md", "a/"]}, "c.md"], pages) == [
        {"Part": ["a/second.md", "a/README.md", "a/first.md"]},
        "c.md",
    ]


@pytest.mark.parametrize(
    ("page", "target", "in_the_site"),
    [
        ("docs/start/try.md", "../index.md", "../index.md"),
        ("docs/start/try.md", "../../CONTRIBUTING.md#a-promise", "../contributing.md#a-promise"),
        ("docs/start/try.md", "../../README.md", "../index.md"),
        ("docs/start/try.md", "../decisions/", "../decisions/README.md"),
        ("docs/start/try.md", "../../deploy/docs.yml", f"{FILES}/deploy/docs.yml"),
        ("CONTRIBUTING.md", "docs/index.md", "index.md"),
        (".github/RELEASES.md", "../CHANGELOG.md", "changelog.md"),
        ("README.md", "docs/screens/path.png", "screens/path.png"),
    ],
)
def test_a_link_leads_to_the_same_in_the_site_as_on_github(page: str, target: str, in_the_site: str) -> None:
    assert hooks.site_link(target, page, FILES) == in_the_site


def test_links_in_text_are_replaced_and_those_in_code_or_to_elsewhere_are_not() -> None:
    text = "[Makefile](../../Makefile) [b](#c) [d](https://example.org)\n```\n[e](../../Makefile)\n```\n![f](../screens/path.png)"
    assert hooks.with_site_links(text, "docs/start/try.md") == text.replace("[Makefile](../../Makefile)", "Makefile")
    assert f"[Makefile]({FILES}/Makefile)" in hooks.with_site_links(text, "docs/start/try.md", FILES)


def test_a_file_that_is_not_linked_is_named() -> None:
    assert hooks.with_site_links("[how](../../Makefile)", "docs/start/try.md") == "how: `Makefile`"


def test_lists_are_found_as_on_github() -> None:
    text = "Words:\n- one\n  - inner\n\n1. two\n   ```\n   code\n   ```\nEnd."
    found = "Words:\n\n- one\n    - inner\n\n1. two\n    ```\n    code\n    ```\nEnd."
    assert hooks.with_python_markdown_lists(text) == found


def test_an_anchor_is_that_of_github() -> None:
    assert hooks.slug("Run `up`, then stop: it's done") == "run-up-then-stop-its-done"


@pytest.mark.parametrize(
    ("name", "text", "requested"),
    [
        ("a.html", '<script src="https://cdn.example/a.js"></script>', ["https://cdn.example/a.js"]),
        ("a.html", '<link href="//fonts.example/a.css"><img src="a.png">', ["//fonts.example/a.css"]),
        ("a.html", '<p style="background: url(http://x.example/)">', ["http://x.example/"]),
        (
            "a.css",
            "@import 'https://fonts.example/a.css'; a { background: url(../a.svg) }",
            ["https://fonts.example/a.css"],
        ),
        ("a.html", '<a href="https://example.org">', []),
    ],
)
def test_a_request_to_another_origin_is_found(name: str, text: str, requested: list[str]) -> None:
    assert hooks.requests_of(name, text) == requested


def test_the_theme_is_set_up_to_ask_no_other_origin() -> None:
    assert SETTINGS["theme"]["font"] is False
    assert SETTINGS["plugins"] == ["search"]


def test_no_diagram_needs_a_script() -> None:
    assert [page for page in PAGES if "```mermaid" in (DOCS / page).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("drawing", sorted(DOCS.rglob("*.svg")), ids=lambda path: path.name)
def test_a_drawing_has_a_title_and_asks_no_other_origin(drawing: Path) -> None:
    text = drawing.read_text(encoding="utf-8")
    assert "<title" in text
    assert not re.search(r"(href|src|url\()\s*=?\s*[\"'(]?\s*(https?:)?//", text)


@pytest.mark.parametrize("name", sorted(SERVED))
def test_the_container_that_serves_the_site_is_closed(name: str) -> None:
    service: dict[str, Any] = SERVED[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"].partition(":")[0] not in ("root", "0")
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert all(volume.endswith(":ro") for volume in service["volumes"])


def test_the_event_of_the_readme_is_one_that_is_sent() -> None:
    [block] = re.findall(r"```json\n(.*?)```", (CHECKOUT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    event = json.loads(block)
    _, service, name = event["dataschema"].removeprefix("urn:casepath:").split(":", 2)
    file = CHECKOUT / "tests" / "contracts" / shared.__version__ / service / f"{name.replace(':', '.')}.json"
    assert event in json.loads(file.read_text(encoding="utf-8"))["events"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_actions_by_commit_and_declare_their_permissions(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert re.findall(r"uses: (?!\S+@[0-9a-f]{40} # v)", text) == []
    assert "permissions" in yaml.safe_load(text)
