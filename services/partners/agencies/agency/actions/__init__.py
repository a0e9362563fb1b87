"""The register of agencies, and the generation that every ending raises.

entries       register, change, suspend, resume, end and show agencies; the agencies that the law names
generations   raise an agency's generation, and check it before an event is sent
"""

from services.partners.agencies.agency.actions.entries import (
    PROJECTIONS,
    NamedByLaw,
    change,
    end,
    find_agencies,
    is_named_by_law,
    named_by_law,
    register,
    register_named_by_law,
    resume,
    shown,
    suspend,
)

__all__ = [
    "PROJECTIONS",
    "NamedByLaw",
    "change",
    "end",
    "find_agencies",
    "is_named_by_law",
    "named_by_law",
    "register",
    "register_named_by_law",
    "resume",
    "shown",
    "suspend",
]
