"""Who can create a sandbox and start plays, and where. Pure."""

from collections.abc import Mapping
from typing import Final

from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "sandbox.make": {"operator": Need.ANY},
    "sandbox.play": dict.fromkeys(("operator", "agency_administrator"), Need.ANY),
}
NAME: Final = "Sandbox (fictitious)"


# control: H-AGENCY-40 no-sandbox-in-production
def check_for_training(*, is_production: bool) -> None:
    """Refuse a sandbox in an installation that has real people. Raises `StepForbidden`."""
    if is_production:
        raise StepForbidden(
            "is_for_training",
            "This is a production installation, and sandboxes are only for fictitious people. Create the sandbox in a "
            "training installation.",
        )


def check_is_one(*, is_sandbox: bool) -> None:
    """Raise `StepForbidden` for an agency that receives events about real people."""
    if not is_sandbox:
        raise StepForbidden(
            "is_sandbox",
            "This agency receives data about real people, and fictitious people are only for a sandbox. Use a "
            "sandbox agency.",
        )


def played_by_staff() -> StepForbidden:
    """Return the refusal of a request for events that no service recorded."""
    return StepForbidden(
        "played_by_staff",
        "A sandbox receives events of cases that fictitious staff work on, and no case starts by this request. Ask the "
        "operator to run `./casepath agencies play referral` with the id of your sandbox.",
    )
