"""Handle the person's access requests and annotations, demands of third parties, and moved records.

No function commits.
"""

from services.intake.access.rights.actions.access_requests import (
    access_requests_of,
    check_access_request,
    obstacle,
    record_access_request,
    review_access_request,
)
from services.intake.access.rights.actions.annotations import opened as annotations_opened
from services.intake.access.rights.actions.annotations import record_annotation
from services.intake.access.rights.actions.copies import demands_known_to_person, hidden_acts
from services.intake.access.rights.actions.disclosures import (
    ON_TIMER,
    confirm_demand,
    decide_demand,
    demands_of,
    record_demand,
)
from services.intake.access.rights.actions.moves import move_record

__all__ = [
    "ON_TIMER",
    "access_requests_of",
    "annotations_opened",
    "check_access_request",
    "confirm_demand",
    "decide_demand",
    "demands_known_to_person",
    "demands_of",
    "hidden_acts",
    "move_record",
    "obstacle",
    "record_access_request",
    "record_annotation",
    "record_demand",
    "review_access_request",
]
