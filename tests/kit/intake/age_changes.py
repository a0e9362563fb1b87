"""Changes between child and adult at intake, confirmed by a second person."""

from shared.http import RequestPipeline
from tests.kit.client import Client, told
from tests.kit.intake.confirmations import answered, waiting


def confirmed(door: RequestPipeline, member: Client, case: str) -> None:
    """Confirm a waiting age change as a supervisor of a team member."""
    chief = Client(door, "supervisor")
    pair = {"supervisor": str(chief.subject), "member": str(member.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    for which, row in waiting(chief).items():
        if (row["kind"], row["case"]) == ("age", case):
            path = f"/v1/cases/{case}/age-changes/{which}/confirmation"
            told(answered(chief, path, which, {"confirms": True}))
