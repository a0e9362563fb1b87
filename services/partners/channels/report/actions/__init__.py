"""Reports of agencies: make, publish, settle, show and erase them.

An agency's id for a report is its pseudonym, like all its pseudonyms: the same key gives the real id. The agency's
stream therefore contains the id that the agency chose, and no table of names is needed.
"""

from services.partners.channels.report.actions.erasing import erase
from services.partners.channels.report.actions.making import make_all, make_report
from services.partners.channels.report.actions.settling import EXPIRING, REACTIONS
from services.partners.channels.report.actions.showing import list_reports, show_report

__all__ = ["EXPIRING", "REACTIONS", "erase", "list_reports", "make_all", "make_report", "show_report"]
