"""What a search found, with the summary of each case where it is asked for."""

from services.intake.case.schemas import STATUS
from services.intake.case_number.schemas import NUMBER
from services.intake.identity.schemas import NameMatch, NameMatches
from services.intake.summary.schemas import Summary
from shared.access.declarations import omittable
from shared.access.views import parts


class SearchHit(NameMatch, Summary):
    """A case whose person may have the name; `with=names` adds the rest, as far as the reader may see it."""

    number = omittable(NUMBER)
    status = omittable(STATUS)


class SearchHits(NameMatches):
    """The cases that a search found, the closest match first."""

    found = parts(SearchHit)
