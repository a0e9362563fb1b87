"""Everything that a reader sees of a case and in lists: the responses of every reading route in OpenAPI."""

from collections.abc import Iterator
from typing import Any, Final

from shared.http import openapi
from tests.kit.client import Client

#: Routes whose responses change with each request, or are about the installation and no case.
_OF_THE_MOMENT: Final = frozenset(("access_report.give", "audit.verify", "audit.read", "clock.read"))
#: The parts of a case that a merge itself changes or that depend on the time: its version, and its allowed actions.
_OF_THE_MERGE: Final = frozenset(("version", "etags", "merges", "alias_of", "actions", "allowed"))


def swept(reader: Client, case: str, *, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the response of every reading route without a record's id, by its address.

    `but`: addresses that are left out.
    """
    answers = {}
    for path in _paths(type(reader.service)):
        if path not in but:
            asked = path.format(case=case)
            query = {"service_type": "accommodation_emergency"} if path.endswith("provider-matches") else None
            answer = reader.ask("GET", asked, query=query)
            body = answer.get_json(silent=True)
            answers[path] = (answer.status_code, _lasting(body) if answer.status_code == 200 else None)
    return answers


def _paths(service: type) -> Iterator[str]:
    for path, operations in openapi.document(service)["paths"].items():
        action = operations.get("get", {}).get("x-action")
        names_records = "{" in path.replace("{case}", "")
        if action is not None and action not in _OF_THE_MOMENT and not names_records:
            yield path


def _lasting(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _lasting(value) for name, value in body.items() if name not in _OF_THE_MERGE}
    return [_lasting(each) for each in body] if isinstance(body, list) else body
