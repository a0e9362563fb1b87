"""All generated documents at once, and which of them on disk no longer say what the code says."""

import json
from collections.abc import Mapping
from typing import Any

import shared
from deploy.documents import asyncapi, configuration, events, metrics, samples
from deploy.documents.description import CHECKOUT, describe_all

_GENERATED_FOLDERS = ("docs/asyncapi", "docs/openapi", f"{samples.FOLDER}/{shared.__version__}")


class ContractBroken(Exception):
    """A version of an event has changed otherwise than by optional fields; nothing was written."""

    status = 500
    retryable = False


def generate() -> dict[str, str]:
    """Give each generated document's text by its place below the checkout."""
    described = describe_all()
    texts = {
        "docs/events.md": events.page(described),
        "docs/configuration.md": configuration.page(),
        "docs/metrics.md": metrics.page(),
    }
    for service, found in described.items():
        texts[f"docs/asyncapi/{service}.json"] = _json(asyncapi.document(found))
        texts[f"docs/openapi/{service}.json"] = _json(found["openapi"])
    for name, sample in samples.today(described).items():
        texts[name] = samples.text_of(sample)
    return texts


def stale(texts: Mapping[str, str]) -> list[str]:
    """Name the documents that are missing, differ, or are of something that is no more."""
    differ = [name for name, text in texts.items() if _on_disk(name) != text]
    there = {
        path.relative_to(CHECKOUT).as_posix()
        for folder in _GENERATED_FOLDERS
        for path in (CHECKOUT / folder).rglob("*.json")
    }
    return sorted({*differ, *(there - texts.keys())})


def write(texts: Mapping[str, str]) -> list[str]:
    """Write what is stale, and take away what is of something that is no more; returns the names.

    Raises `ContractBroken` when a kept sample says that an event was promised otherwise.
    """
    broken = broken_promises(texts)
    if broken:
        raise ContractBroken("\n".join(broken))
    found = stale(texts)
    for name in found:
        path = CHECKOUT / name
        if name in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8")
        else:
            path.unlink()
    return found


def broken_promises(texts: Mapping[str, str]) -> list[str]:
    """Hold today's samples against all that are kept, of this and of each earlier release; one sentence for each."""
    found = []
    for path in sorted((CHECKOUT / samples.FOLDER).rglob("*.json")):
        release, service, file = path.parts[-3:]
        name = f"{samples.FOLDER}/{shared.__version__}/{service}/{file}"
        now = json.loads(texts[name]) if name in texts else None
        kept = json.loads(path.read_text(encoding="utf-8"))
        event = f"{service}.{file.removesuffix('.json')}"
        found += [f"{event} of {release} {breach}." for breach in samples.breaches(kept, now)]
    return found


def _on_disk(name: str) -> str | None:
    path = CHECKOUT / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
