"""The handlers that the guide of the receivers' kit shows run as they are, and not without one of the five."""

import re
import shutil
from pathlib import Path

import pytest

from deploy.cli.installation import CHECKOUT
from tests.kit.agency_kit import (
    ERASED,
    KIT,
    LANGUAGES,
    RECEIVED,
    REDACTED,
    WITHDRAWN,
    Feed,
    command,
    event,
    running,
    serving_feed,
)
from tests.kit.waiting import wait_until

#: They start interpreters and wait for them, which is too slow beside other stages.
pytestmark = pytest.mark.integration
PAGE = CHECKOUT / "docs" / "guides" / "agencies" / "kit.md"
HANDLERS = ("received", "withdrawn", "erased", "redacted", "renamed")
#: How each language's block is named and run.
BLOCKS = {
    "python": ("python", "own.py"),
    "node": ("javascript", "own.mjs"),
    "php": ("php", "own.php"),
    "java": ("java", "MyAgency.java"),
}


def words_for(language: str, folder: Path, *, without: str = "") -> list[str]:
    """Write the block of the guide beside the kit, without the line of a handler; return the command that runs it."""
    kind, name = BLOCKS[language]
    [block] = re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = block.splitlines(keepends=True)
    dropped = [
        line for line in lines if without and re.match(rf"    (public \w+ (function )?)?{without}\W|  {without}:", line)
    ]
    assert len(dropped) == bool(without)
    (folder / name).write_text("".join(line for line in lines if line not in dropped), encoding="utf-8")
    interpreter = command(language)[0]
    if language == "java":
        return ["sh", "-c", f"javac -d . {KIT / 'CasepathAgency.java'} {name} && exec java -cp . MyAgency"]
    shutil.copy(command(language)[1], folder)
    return [interpreter, name]


def environment(folder: Path, url: str) -> dict[str, str]:
    return {"CASEPATH_URL": url, "CASEPATH_KEY": "cpk_fictitious", "PWD": str(folder), "PYTHONUNBUFFERED": "1"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handlers_of_the_guide_receive_events(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = words_for(language, tmp_path)
    kinds = [RECEIVED, WITHDRAWN, REDACTED, ERASED]
    events = [event(at, kind) for at, kind in enumerate(kinds, 1)]
    one, two, three, four = events
    expected = [
        f"store {one['id']}",
        f"stop using data of {two['subject']}",
        f"delete event {three['id']}",
        f"delete {four['subject']}",
    ]
    with serving_feed(Feed(events)) as feed, running(words, tmp_path, **environment(tmp_path, feed.url)) as program:
        wait_until(lambda: program.out.read_text().splitlines() == expected, "they are called")


@pytest.mark.parametrize("missing", HANDLERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_refuses_to_start_without_one_of_the_handlers(
    language: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = words_for(language, tmp_path, without=missing)
    with serving_feed(Feed([event(1)])) as feed, running(words, tmp_path, **environment(tmp_path, feed.url)) as program:
        program.process.wait(60)
        assert program.process.returncode not in (0, None)
    said = program.errors.read_text() + program.out.read_text()
    assert missing in said
    assert feed.asked == []


def test_every_file_of_the_kit_is_linked_and_tested() -> None:
    page = PAGE.read_text(encoding="utf-8")
    files = {path.name for path in KIT.iterdir() if path.stem.lower().replace("_", "") == "casepathagency"}
    assert files == {Path(words[-1]).name for words in LANGUAGES.values()} == set(re.findall(r"\(kit/([\w.]+)\)", page))
