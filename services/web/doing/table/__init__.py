"""The actions that the desk offers, by topic, each with its request and its form. Data only.

A field of a form comes from the published schema of the request. A topic states its order, what the desk fills in
itself, and the words that the schema cannot know. `tests/services/web/test_doing.py` checks each entry.
"""

from collections.abc import Mapping
from typing import Final

from services.web.doing.act import Act
from services.web.doing.table.consent import CONSENT
from services.web.doing.table.contact import CONTACT
from services.web.doing.table.danger import DANGER
from services.web.doing.table.detection import DETECTION
from services.web.doing.table.facts import FACTS
from services.web.doing.table.identification import IDENTIFICATION
from services.web.doing.table.legal import ADVICE, CLAIMS
from services.web.doing.table.opening import CLOSING, OPENING
from services.web.doing.table.person import PERSON
from services.web.doing.table.referral import OFFERS, REFERRAL
from services.web.doing.table.second_person import SECOND_PERSON
from services.web.doing.table.staff import STAFF
from services.web.doing.table.support import NEEDS
from services.web.doing.table.team import TEAM

#: In the order in which the page of a case's actions lists them.
CASE_ACTS: Final = (
    *DANGER,
    *CONTACT,
    *PERSON,
    *DETECTION,
    *FACTS,
    *IDENTIFICATION,
    *CLAIMS,
    *CONSENT,
    *REFERRAL,
    *ADVICE,
    *NEEDS,
    *TEAM,
    *CLOSING,
)
OTHER_ACTS: Final = (*OPENING, *OFFERS, *SECOND_PERSON, *STAFF)
ACTS: Final[Mapping[str, Act]] = {act.code: act for act in (*CASE_ACTS, *OTHER_ACTS)}
