"""The state of databases and broker as each service reports it at /health/ready, without a token."""

from collections.abc import Mapping

import requests

from deploy.cli.api import find_targets

_SECONDS = 5.0
#: The message and fix for each state of a database.
_STORES = {"database": "database", "keys": "key database"}
_STATES = {
    "full": "has no free space: nothing can be stored. Free its disk; it then continues automatically.",
    "read only": "takes no writes: it is a standby, or was set to read only. Does its address name the primary?",
    "away": "does not answer. Is it started?",
    "silent": "does not answer: it hangs, or the network drops packets. Restart it, or check the network.",
}
_NOT_READY = 503


def look() -> dict[str, Mapping[str, str]]:
    """Return by service what its ready check says; a service that does not answer is left out."""
    looked = {name: _checks(address) for name, address in find_targets().urls.items()}
    return {name: checks for name, checks in looked.items() if checks is not None}


def complaints(looked: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return what requests or events lack, a sentence each."""
    sentences = []
    for service, checks in looked.items():
        sentences += [
            f"{service}: its {_STORES[store]} {_STATES.get(checks[store], checks[store])}"
            for store in _STORES
            if checks.get(store, "ok") != "ok"
        ]
        broker = checks.get("broker", "ok")
        if broker == "away":
            sentences.append(
                f"{service}: the broker is unavailable. Consumers read the feeds, with a delay; no event is lost. "
                "Check that it runs and has free disk space."
            )
        elif broker == "blocked":
            sentences.append(
                f"{service}: the broker has no disk or memory left. Consumers read the feeds, with a delay; "
                "no event is lost. Free its disk; it then continues automatically."
            )
        elif broker != "ok":
            sentences.append(f"{service}: the broker does not take it ({broker}).")
        if checks.get("endings", "ok") != "ok":
            sentences.append(
                f"{service}: a withdrawal or another ending has not been applied for too long, so agencies receive "
                "nothing. Is intake up? See `./casepath held list`, and the log for `endings.`."
            )
    return sentences


def _checks(address: str) -> Mapping[str, str] | None:
    try:
        answer = requests.get(f"{address.rstrip('/')}/health/ready", timeout=_SECONDS)
        document = answer.json()
    except (requests.RequestException, ValueError):
        return None
    checks: Mapping[str, str] | None = document.get("checks") if isinstance(document, dict) else None
    if checks is None and answer.status_code == _NOT_READY:
        return {"database": "away"}  # a release that reports nothing else
    return checks
