"""The person's copy at intake: requested, reviewed and released."""

from typing import Any

from werkzeug.wrappers import Response

from tests.kit.client import Client, told
from tests.kit.intake.cases import done

DETECTED: dict[str, Any] = {
    "indicators": ["withholding_of_wages"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["WithholdsDocuments"],
    "detector": "ngo",
}
FREE = {"in_private": True, "finding": "free"}
WORDS = "<script>alert(1)</script> They wrote that I agreed; I did not & never would, fictitious."


def requested(worker: Client, case: str, kind: str = "copy") -> str:
    return str(told(worker.ask("POST", f"/v1/cases/{case}/access-requests", {"kind": kind}), 201)["id"])


def reviewed(client: Client, case: str, which: str, part: str, outcome: str = "include", status: int = 200) -> Any:
    return done(client, case, f"access-requests/{which}/review", {"part": part, "outcome": outcome}, status)


def released(worker: Client, adviser: Client, case: str, *, third_parties: str = "include") -> str:
    which = requested(worker, case)
    done(worker, case, f"access-requests/{which}/check", FREE)
    reviewed(worker, case, which, "third_parties", third_parties)
    reviewed(adviser, case, which, "privileged")
    return which


def copy_of(client: Client, case: str, **more: Any) -> Response:
    return client.ask("GET", f"/v1/cases/{case}/copy", **more)
