"""The views of a search. They contain the summary of each case if the caller requests it."""

from services.intake.cases.summary.schemas import Summary
from services.intake.facts.case.models import Case
from services.intake.facts.case_number.schemas import NUMBER
from services.intake.facts.identity.schemas import NameMatch, NameMatches
from shared.access.declarations import field_of, omittable
from shared.access.views import parts


class SearchHit(NameMatch, Summary):
    """A case whose person may have the name. `with=names` adds the fields that the reader may see."""

    number = omittable(NUMBER)
    status = omittable(field_of(Case.status))


class SearchHits(NameMatches):
    """The results of a search, the closest match first."""

    found = parts(SearchHit)
