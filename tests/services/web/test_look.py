"""Browsers load only our own files and the published htmx, and store nothing."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest

from services.web.look import files

TEMPLATES = sorted((files.FOLDER.parent / "templates").glob("*.html"))
OURS = [
    path
    for path in sorted(files.FOLDER.iterdir())
    if path.suffix in (".css", ".js", ".svg") and "htmx" not in path.name
]


def test_htmx_is_the_file_that_was_published() -> None:
    content = (files.FOLDER / "htmx.min.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert digest in (files.FOLDER / "README.md").read_text(encoding="utf-8")
    assert (files.FOLDER / "htmx.LICENSE").exists()


@pytest.mark.parametrize("path", [*TEMPLATES, *OURS], ids=lambda path: path.name)
def test_nothing_is_loaded_from_another_place_or_kept_in_the_browser(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(", text)
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_needs_no_exception_to_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|\|\s*safe|hx-on|hx-vals|js:", text)
    assert not re.search(r"<script(?! src=)", text)


def test_a_style_has_no_side_that_a_right_to_left_page_would_turn_round() -> None:
    text = (files.FOLDER / "desk.css").read_text(encoding="utf-8")
    sides = re.findall(
        r"[\s;{](?:margin|padding|border)-(?:left|right)|[\s;{](?:left|right)\s*:|text-align:\s*(?:left|right)", text
    )
    assert sides == []


def test_the_address_of_a_file_changes_with_its_content() -> None:
    for name, file in files.look_files().items():
        assert hashlib.sha256(file.content).hexdigest()[:16] in file.address
        assert file.address.endswith(f"/{name}")


def test_the_files_of_a_first_page_are_small() -> None:
    total = sum(len(gzip.compress(file.content)) for file in files.look_files().values())
    assert total < 40_000
