"""Lines of a work list, as intake returns them to the start page."""

from typing import Any

from tests.kit.desk import ME

CASE = "0195566e-7a10-7000-8000-000000000001"
HIDDEN_CASE = "0195566e-7a10-7000-8000-000000000003"
LATER = "2099-03-02T01:00:00+00:00"


def line(case: str, **different: Any) -> dict[str, Any]:
    return {
        "case": case,
        "number": "AAAA-CCCC",
        "jurisdiction": "NL",
        "opened_on": "2026-02-02",
        "lead": True,
        "days_late": 3,
        "due_on": "2026-02-03",
        "items": [],
        "name": "Ruxandra, fictitious",
        "name_state": "shown",
        "stage": "not_referred",
        "led_by": [{"member": ME["id"], "name": "Mila"}],
        "changed_at": LATER,
        **different,
    }


def hidden_line() -> dict[str, Any]:
    other = {"member": "0195566e-7a10-7000-8000-0000000000bb", "name": None}
    hidden = line(HIDDEN_CASE, name_state="hidden", led_by=[other])
    del hidden["name"]
    return hidden
