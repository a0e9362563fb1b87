"""All generated documents at once, and which of them on disk no longer say what the code says."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.documents import asyncapi, configuration, events
from deploy.documents.description import describe_all

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
_GENERATED_FOLDERS = ("asyncapi", "openapi")


def generate() -> dict[str, str]:
    """Give each generated document's text by its name below `docs/`."""
    described = describe_all()
    texts = {"events.md": events.page(described), "configuration.md": configuration.page()}
    for service, found in described.items():
        texts[f"asyncapi/{service}.json"] = _json(asyncapi.document(found))
        texts[f"openapi/{service}.json"] = _json(found["openapi"])
    return texts


def stale(texts: Mapping[str, str]) -> list[str]:
    """Name the documents that are missing, differ, or are of a service that is no more."""
    differ = [name for name, text in texts.items() if _on_disk(name) != text]
    there = {
        path.relative_to(DOCUMENTS).as_posix()
        for folder in _GENERATED_FOLDERS
        for path in (DOCUMENTS / folder).glob("*.json")
    }
    return sorted({*differ, *(there - texts.keys())})


def _on_disk(name: str) -> str | None:
    path = DOCUMENTS / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
