"""Reports of agencies: made once, announced to those who keep the cases, settled by what those say, and erased.

An agency's own id for a report is its name for it, as all its names are: what it stands for here is found by the same
key. So a report has in the agency's stream the very id that the agency made up for it, and needs no table of names.
"""

from services.partners.channels.report.actions.erasing import erase
from services.partners.channels.report.actions.making import make, make_all
from services.partners.channels.report.actions.settling import EXPIRING, REACTIONS
from services.partners.channels.report.actions.showing import page, place, shown

__all__ = ["EXPIRING", "REACTIONS", "erase", "make", "make_all", "page", "place", "shown"]
