"""Every file that a document mentions exists."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, DOCUMENTS, LINK

#: A path of this repository in code quotes, perhaps with `*`. A path with a placeholder (`<s>`) is ignored.
PATH = re.compile(r"`((?:deploy|docs|services|shared|tests)/[\w./*-]*)`")


def _missing(text: str, folder: Path) -> list[str]:
    paths = [path for path in PATH.findall(text) if not any(CHECKOUT.glob(path.rstrip("/")))]
    return paths + [link for link in LINK.findall(text) if not (folder / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_is_there(document: str) -> None:
    path = CHECKOUT / document
    assert _missing(path.read_text(encoding="utf-8"), path.parent) == []


def test_the_look_for_paths_finds_what_is_gone_and_knows_what_is_not_meant() -> None:
    text = "`shared/store/` `shared/gone.py` `tests/*/nothing.py` `services/<s>/x.py` [a](gone.md) [b](README.md#two)"
    assert _missing(text, CHECKOUT) == ["shared/gone.py", "tests/*/nothing.py", "gone.md"]
