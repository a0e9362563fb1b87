"""Every command in the documentation is a command of this release, with these flags."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from deploy.cli.__main__ import casepath

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = [CHECKOUT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
#: The page of errors quotes messages with placeholders, which are not commands.
PAGES += sorted({*(CHECKOUT / "docs").rglob("*.md")} - {CHECKOUT / "docs/reference/errors.md"})
#: A command ends where the shell syntax or the page continues with something else.
TYPED = re.compile(r"\./casepath((?: +(?:[^\s`|&;#()<>]|<[\w -]+>)+)*)")
CONTINUED = re.compile(r" *\\\n *")


def typed(text: str) -> Iterator[list[str]]:
    for found in TYPED.finditer(CONTINUED.sub(" ", text)):
        yield [word.rstrip(".,:'\"*") for word in found[1].split()]


def wrong_in(words: list[str]) -> str | None:
    """Return the first word that the command does not accept; None if it accepts every word."""
    command: click.Command = casepath
    flags: set[str] = {"--help", "--version"}
    for word in words:
        if word == "--":  # the words after it belong to another program
            return None
        if word.startswith("--"):
            known = flags | {
                option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
            }
            if word.partition("=")[0] not in known:
                return word
        elif isinstance(command, click.Group) and re.fullmatch(r"[a-z][a-z-]*", word):
            inner = command.get_command(click.Context(command), word)
            if inner is None:
                return word
            command = inner
        elif isinstance(command, click.Group) and word not in ("…", "...") and "/" not in word:
            return None
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_what_a_page_has_somebody_type_is_there_with_its_flags(page: Path) -> None:
    lines = list(typed(page.read_text(encoding="utf-8")))
    assert [f"./casepath {' '.join(words)}: {wrong}" for words in lines if (wrong := wrong_in(words))] == []


def test_a_verb_or_a_flag_that_is_gone_is_found() -> None:
    text = (
        "`./casepath gone`, `./casepath status --gone`, `./casepath keys gone` and ./casepath keys rotate --drop-old."
    )
    assert [wrong_in(words) for words in typed(text)] == ["gone", "--gone", "gone", None]
    assert list(typed("./casepath backup --to /a \\\n  --keys-to /b | cat")) == [
        ["backup", "--to", "/a", "--keys-to", "/b"]
    ]
