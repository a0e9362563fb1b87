"""Record agencies' reports once, by the same rules as for staff, or refuse them, and tell each agency the result.

The case of a report is found through its record, because the record can have moved to another case in the meantime.
"""

from services.intake.agencies.report.actions.reports import REACTIONS, forget

__all__ = [
    "REACTIONS",
    "forget",
]
