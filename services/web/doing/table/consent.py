"""Consents, and refusals to consent."""

from typing import Final

from services.web.doing.act import Act
from services.web.words.texts import gettext_noop

CONSENT: Final = (
    Act(
        code="consent",
        service="intake",
        request="record_consent",
        title=gettext_noop("Record a consent"),
        group=gettext_noop("Consent"),
        first=(
            *("agency", "purposes", "only_remedies", "only_matters", "only_stages", "data_categories"),
            *("language", "checklist", "granted_on", "expires_on"),
        ),
        required=("purposes", "checklist"),
        is_irreversible=True,
        effect=gettext_noop(
            "The agency receives data of these categories, and referrals that wait for this consent are sent. "
            "Data that the agency has received cannot be taken back."
        ),
    ),
    Act(
        code="refuse-consent",
        service="intake",
        request="refuse_consent",
        title=gettext_noop("Record a refused consent"),
        group=gettext_noop("Consent"),
        first=("agency", "purposes", "refused_on"),
    ),
)
