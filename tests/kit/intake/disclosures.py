"""Demands for disclosure at intake: recorded and decided, by colleagues on the case's team."""

from typing import Any

from shared.http import RequestPipeline
from tests.kit.client import Client, told
from tests.kit.intake.cases import done
from tests.kit.intake.confirmations import answered

DEMAND = {"demanded_by": "police", "basis": "court_order", "asked": ["detection", "legal_advice"]}
DECISION: dict[str, Any] = {
    "challenged": "partly_challenged",
    "decision": "partly_given",
    "given": ["detection"],
    "person_told": True,
}


def joined(door: RequestPipeline, worker: Client, case: str, role: str) -> Client:
    """Return a colleague with a role on the case's team."""
    colleague = Client(door, role)
    done(worker, case, "team", {"member": str(colleague.subject), "role": role}, 201)
    return colleague


def demanded(worker: Client, case: str, **different: Any) -> str:
    path = f"/v1/cases/{case}/disclosures"
    return str(told(worker.ask("POST", path, {**DEMAND, **different}), 201)["id"])


def proposed(client: Client, case: str, which: str, status: int = 200, **different: Any) -> Any:
    """Decide as one person; a disclosure then waits for a second person."""
    return done(client, case, f"disclosures/{which}/decision", {**DECISION, **different}, status)


def decided(client: Client, case: str, which: str, status: int = 200, **different: Any) -> Any:
    """Decide as one person, and confirm as an officer if the decision waits for a second person."""
    answer = proposed(client, case, which, status, **different)
    if answer.get("state") == "proposed":
        officer = Client(client.service.edge, "data_protection_officer")
        told(answered(officer, f"/v1/cases/{case}/disclosures/{which}/confirmation", which, {"confirms": True}))
    return answer
