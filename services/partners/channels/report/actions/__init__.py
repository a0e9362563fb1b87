"""Reports of agencies: make, publish, settle, show and erase them.

An agency's id for a report is its pseudonym, like all its pseudonyms: the same key gives the real id. The agency's
stream therefore contains the id that the agency chose, and no table of names is needed.
"""
