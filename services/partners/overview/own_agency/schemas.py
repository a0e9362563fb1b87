"""The views of an agency's own affairs. The fields are those of the register and of agreements, without staff ids."""

from services.partners.agencies.agency.models import Entry
from services.partners.agencies.agency.schemas import CONTACT, ListedAgency
from services.partners.agencies.agreement.models import AgreementRecord
from services.partners.agencies.agreement.schemas import COUNTS, STATE
from shared.access.views import View, parts
from shared.http import paging


class OwnEntry(ListedAgency):
    """The calling agency's entry in the register."""

    contact = CONTACT
    since = Entry.since


class OwnAgreement(View):
    """An agreement with the calling agency, without staff ids and internal reasons."""

    id = AgreementRecord.id
    purposes = AgreementRecord.purposes
    data_categories = AgreementRecord.data_categories
    jurisdictions = AgreementRecord.jurisdictions
    first_day = AgreementRecord.first_day
    last_day = AgreementRecord.last_day
    state = STATE
    counts = COUNTS
    since = AgreementRecord.since


class OwnAgreementPage(paging.Page):
    """A page of the calling agency's agreements in the order of their ids."""

    agreements = parts(OwnAgreement)
