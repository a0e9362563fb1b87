"""Storage of transcripts: the whole set compressed, a small set as readable text that git can compare."""

import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.transcript.walks import script

RECORDED: Final = Path(__file__).parent / "recorded"
WHOLE: Final = RECORDED / "histories.jsonl.xz"
SMALL: Final = RECORDED / "small"
#: The recorded revision, and the digest of the scripts.
ABOUT: Final = RECORDED / "about.json"
_WIDTH: Final = 110


def line(number: int, sections: Mapping[str, Any]) -> str:
    """Return a history as one line."""
    return json.dumps({"number": number, **sections}, sort_keys=False, separators=(",", ":"), ensure_ascii=False)


def read_lines(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield histories that were written line by line."""
    for each in lines:
        sections = json.loads(each)
        yield sections.pop("number"), sections


def whole() -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield all recorded histories."""
    with lzma.open(WHOLE, "rt", encoding="utf-8") as file:
        yield from read_lines(file)


def keep_whole(histories: Mapping[int, Mapping[str, Any]]) -> None:
    """Record all histories."""
    RECORDED.mkdir(exist_ok=True)
    with lzma.open(WHOLE, "wt", encoding="utf-8", preset=9 | lzma.PRESET_EXTREME) as file:
        for number in sorted(histories):
            file.write(line(number, histories[number]) + "\n")


def small() -> dict[int, dict[str, Any]]:
    """Return the small set."""
    return {int(path.stem): json.loads(path.read_text(encoding="utf-8")) for path in sorted(SMALL.glob("*.json"))}


def keep_small(histories: Mapping[int, Mapping[str, Any]], numbers: Iterable[int]) -> None:
    """Record the histories of the small set as text."""
    SMALL.mkdir(parents=True, exist_ok=True)
    for path in SMALL.glob("*.json"):
        path.unlink()
    for number in numbers:
        (SMALL / f"{number:04}.json").write_text(text(histories[number]) + "\n", encoding="utf-8")


def text(value: Any, indent: str = "") -> str:
    """Return a document as readable text: parts that fit into a line are on one line."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(short) + len(indent) <= _WIDTH:
        return short
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(str(name))}: {text(each, inner)}" for name, each in value.items()]
        return f"{{\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}}}"
    return f"[\n{inner}" + f",\n{inner}".join(text(each, inner) for each in value) + f"\n{indent}]"


def release() -> str:
    """Return the name of the recorded release; empty if there is none."""
    return str(json.loads(ABOUT.read_text(encoding="utf-8"))["release"]) if ABOUT.exists() else ""


def digest_of_scripts(numbers: Iterable[int]) -> str:
    """Return a digest of the requests of the histories, and their times."""
    digest = hashlib.sha256()
    for number in numbers:
        digest.update(repr(script(number)).encode())
    return digest.hexdigest()
