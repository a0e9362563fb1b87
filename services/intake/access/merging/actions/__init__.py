"""Links, merges and likely duplicates, each shown only to a caller who may see both cases.

A reader who may not see both never learns which case the other one is, nor whose. The person's periods, alerts,
exclusions and restrictions reveal that there is one. Hidden cases are neither listed nor counted. The events that name
two cases (`case.merged`, `case.unmerged`) stay inside the installation.
"""

from services.intake.access.merging.actions.carrying import carry
from services.intake.access.merging.actions.duplicates import decline_duplicate, forget_declined, propose_duplicates
from services.intake.access.merging.actions.links import LINKS, MERGES, joined_of, link_cases, links_of, unlink_cases
from services.intake.access.merging.actions.merges import forget_merges, merge_cases, unmerge_cases

__all__ = [
    "LINKS",
    "MERGES",
    "carry",
    "decline_duplicate",
    "forget_declined",
    "forget_merges",
    "joined_of",
    "link_cases",
    "links_of",
    "merge_cases",
    "propose_duplicates",
    "unlink_cases",
    "unmerge_cases",
]
