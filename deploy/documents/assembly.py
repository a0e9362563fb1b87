"""All generated documents, and which of those in git are stale.

Documents below `build/documents/` are not in git: the services serve the same, and a release attaches them.
"""

import json
import shutil
from collections.abc import Mapping
from typing import Any, Final

import shared
from deploy.documents import (
    agency_schemas,
    audiences,
    configuration,
    desk_forms,
    errors,
    event_matrix,
    event_types,
    events,
    hazard_log,
    metrics,
    operations,
    page_texts,
    promises,
    public_words,
    samples,
    what_agencies_hear,
)
from deploy.documents.description import CHECKOUT, Description, describe_all
from services.partners.streams.event_type import rules
from shared.events import agency_asyncapi
from shared.reference.words.labels import words_of_code

#: Read by every service, so that each resolves every `dataschema`.
_SCHEMAS = "shared/events/published"
#: Access rules as text, so that a review sees each change.
_MATRICES = "tests/matrices"
#: The long documents, which are not in git.
BUILT: Final = "build/documents"
_GENERATED_FOLDERS = (_SCHEMAS, f"{samples.FOLDER}/{shared.__version__}")


class ContractBroken(Exception):
    """A version of an event has changed otherwise than by optional fields; nothing was written."""


def generate() -> dict[str, str]:
    """Return each generated document's text by its path below the checkout."""
    described = describe_all()
    texts = {
        f"{BUILT}/events.md": events.page(described),
        "docs/reference/what-agencies-hear.md": what_agencies_hear.page(described),
        "docs/reference/configuration.md": configuration.page(),
        "docs/reference/metrics.md": metrics.page(),
        errors.PAGE: errors.page(),
        "docs/reference/public-words.md": public_words.page(),
        "docs/explanation/safety/hazards.md": hazard_log.page(),
        promises.PAGE: promises.page(),
    }
    texts |= _for_agencies(described)
    every = [event["outside"] for description in described.values() for event in description["emits"]]
    texts[f"{_SCHEMAS}/audiences.json"] = audiences.text_of(every)
    for service, description in described.items():
        texts[f"{_MATRICES}/{service}-routes.txt"] = description["matrix"]
        outside = [event["outside"] for event in description["emits"]]
        texts[f"{_MATRICES}/{service}-events.txt"] = event_matrix.text(service, outside)
        texts[f"{_MATRICES}/{service}-operations.txt"] = operations.text(service, description["openapi"])
        texts[f"{BUILT}/asyncapi/{service}.json"] = _json(description["asyncapi"])
        texts[f"{BUILT}/openapi/{service}.json"] = _json(description["openapi"])
        for event in description["emits"]:
            name = f"{_SCHEMAS}/{service}/{event['name']}.v{event['version']}.json"
            texts[name] = _json(event["published"])
    documents = {service: description["openapi"] for service, description in described.items()}
    parts = {service: _parts(description) for service, description in described.items()}
    texts[desk_forms.FILE] = desk_forms.text(documents, parts)
    texts |= page_texts.catalogues({desk_forms.FILE: desk_forms.messages(texts[desk_forms.FILE])})
    for name, sample in samples.today(described).items():
        texts[name] = samples.text_of(sample)
    return texts


def _parts(description: Description) -> dict[str, str]:
    """Return the part of the case that each operation changes, by operation ids."""
    return {route["name"]: route["part"] for route in description["routes"] if route["part"]}


def _in_english(code_list: str, code: str) -> str:
    return words_of_code(code_list, code, "en").label


def _for_agencies(described: Mapping[str, Description]) -> dict[str, str]:
    """Return what is for agencies: a schema of each type, and all of them in one document and on one page."""
    schemas = {
        f"{service}/{name}": schema
        for service, description in described.items()
        for name, schema in agency_schemas.of_service(service, description["emits"]).items()
    }
    types = {f"org.casepath.{name.replace('/', '.')}": schema for name, schema in schemas.items()}
    in_words = [rules.in_words(name, schema, _in_english) for name, schema in types.items()]
    return {
        **{f"{_SCHEMAS}/agencies/{name}.json": _json(schema) for name, schema in schemas.items()},
        f"{BUILT}/asyncapi/agencies.json": _json(agency_asyncapi.document(types)),
        f"{BUILT}/event-types.md": event_types.page(in_words),
    }


def stale(texts: Mapping[str, str]) -> list[str]:
    """Return the names of the documents in git that are missing, differ, or describe removed things.

    The order of fields in a schema or a sample is no difference: it follows from the order of columns.
    """
    differ = [name for name, text in texts.items() if not name.startswith(f"{BUILT}/") and not _is_current(name, text)]
    on_disk = {
        path.relative_to(CHECKOUT).as_posix()
        for folder in _GENERATED_FOLDERS
        for path in (CHECKOUT / folder).rglob("*.json")
    }
    return sorted({*differ, *(on_disk - texts.keys())})


def write(texts: Mapping[str, str]) -> list[str]:
    """Write the stale documents, delete those of removed things, and return the names of both.

    The documents that are not in git are all written again.

    Raises `ContractBroken` if an event differs from a stored sample by more than optional fields.
    """
    broken = broken_promises(texts)
    if broken:
        raise ContractBroken("\n".join(broken))
    stale_names = stale(texts)
    for name in stale_names:
        path = CHECKOUT / name
        if name in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8")
        else:
            path.unlink()
    _build(texts)
    return stale_names


def _build(texts: Mapping[str, str]) -> None:
    shutil.rmtree(CHECKOUT / BUILT, ignore_errors=True)
    for name, text in texts.items():
        if name.startswith(f"{BUILT}/"):
            path = CHECKOUT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def broken_promises(texts: Mapping[str, str]) -> list[str]:
    """Compare today's samples with the stored ones of all releases; return a sentence for each breach."""
    sentences = []
    for path in sorted((CHECKOUT / samples.FOLDER).rglob("*.json")):
        release, service, file = path.parts[-3:]
        name = f"{samples.FOLDER}/{shared.__version__}/{service}/{file}"
        now = json.loads(texts[name]) if name in texts else None
        promised = json.loads(path.read_text(encoding="utf-8"))
        event = f"{service}.{file.removesuffix('.json')}"
        sentences += [f"{event} of {release} {breach}." for breach in samples.breaches(promised, now)]
    return sentences


def _is_current(name: str, text: str) -> bool:
    path = CHECKOUT / name
    kept = path.read_text(encoding="utf-8") if path.exists() else None
    if kept is None or kept == text or not name.startswith(_GENERATED_FOLDERS):
        return kept == text
    return bool(without_order(json.loads(kept)) == without_order(json.loads(text)))


def without_order(part: Any) -> Any:
    """Return a part of a JSON document with the names of required fields sorted; objects compare in any order."""
    if isinstance(part, list):
        return [without_order(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: sorted(each) if key == "required" and isinstance(each, list) else without_order(each)
        for key, each in part.items()
    }


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
