"""The actions that the desk offers, each with its request and its form. Data only.

A field of a form comes from the published schema of the request. This table states its order, what the desk fills in
itself, and the words that the schema cannot know. `tests/services/web/test_doing.py` checks each entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.web.forms.published import Operation, operation
from services.web.words.texts import gettext_noop


class Source(StrEnum):
    """Where the desk reads what an action is about, and whether the person may do it."""

    #: Nothing: the action is about no case that exists.
    NOTHING = "nothing"
    #: The case's file at the service of the action.
    CASE = "case"
    #: A referral that an agency offers.
    OFFER = "offer"
    #: An entry of the list of what waits for a second person.
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, kw_only=True, eq=False)
class Act:
    """An action: its request, its form, and its words."""

    #: In the address of the form.
    code: str
    service: str
    #: The id of the request in the service's OpenAPI document.
    request: str
    title: str
    button: str = gettext_noop("Save")
    group: str = ""
    source: Source = Source.CASE
    #: The list of the case's file with the records that the action is about, and what describes one: fields with their
    #: code lists (empty: a date or text).
    records: str = ""
    described_by: tuple[tuple[str, str], ...] = ()
    #: The values of a record's field with which the action is offered (empty: all records).
    only_if: tuple[str, tuple[object, ...]] = ("", ())
    #: Set if the form begins with the values of the record, and sends only the fields that the person changed.
    is_correction: bool = False
    #: A request whose answer has the values with which the form begins, and their name in the answer. The form replaces
    #: all of them.
    begins_with: tuple[str, str] = ("", "")
    #: A request whose answer is shown before the person confirms: what the receiver would see.
    preview: str = ""
    #: The fields that come first.
    first: tuple[str, ...] = ()
    #: The fields that the form does not have.
    without: tuple[str, ...] = ()
    #: What the desk states itself.
    fixed: Mapping[str, object] = field(default_factory=dict)
    #: The field that decides which others the form has, and these by its codes; the form then has no other codes.
    decides: str = ""
    shows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The fields that a chosen code needs, where the form has them.
    required: tuple[str, ...] = ()
    #: The code lists of fields whose schema does not name one, by the paths of the fields.
    lists: Mapping[str, str] = field(default_factory=dict)
    #: Of a field that is an object by a code: the list of these codes.
    keys: Mapping[str, str] = field(default_factory=dict)
    #: What happens. Shown on the form, and again before an action that cannot be undone.
    effect: str = ""
    is_irreversible: bool = False

    @property
    def operation(self) -> Operation:
        """Return the published request."""
        return operation(self.service, self.request)


#: The fields of a correction that takes a record back state nothing else.
_REASON: Final = ("reason",)
_TIMES: Final = ("happened", "learnt")
_CORRECTION: Final = gettext_noop(
    "The earlier version is kept, with your reason. Deadlines and events follow the corrected version."
)

CASE_ACTS: Final = (
    Act(
        code="raise-alert",
        service="support",
        request="raise_alert",
        title=gettext_noop("Raise an alert"),
        button=gettext_noop("Raise the alert"),
        group=gettext_noop("Danger"),
        first=("danger_type", "urgency"),
        without=("decided_by",),
        effect=gettext_noop("The alert goes to the colleague on duty. It is escalated until a person acknowledges it."),
    ),
    Act(
        code="acknowledge-alert",
        service="support",
        request="acknowledge_alert",
        title=gettext_noop("Acknowledge an alert"),
        button=gettext_noop("I take care of it"),
        group=gettext_noop("Danger"),
        records="alerts",
        described_by=(("danger_type", "danger_type"), ("urgency", "danger_urgency"), ("raised_at", "")),
        only_if=("acknowledged_at", (None,)),
        effect=gettext_noop("The alert is yours. It is not escalated further."),
    ),
    Act(
        code="escalate-alert",
        service="support",
        request="correct_alert",
        title=gettext_noop("Correct an alert or make it more urgent"),
        group=gettext_noop("Danger"),
        records="alerts",
        described_by=(("danger_type", "danger_type"), ("urgency", "danger_urgency"), ("raised_at", "")),
        only_if=("ended_at", (None,)),
        is_correction=True,
        first=("urgency", "danger_type"),
        without=("decided_by",),
        effect=gettext_noop(
            "A higher urgency shortens the time until the next colleague is called. The earlier version is kept."
        ),
    ),
    Act(
        code="end-alert",
        service="support",
        request="end_alert",
        title=gettext_noop("End an alert"),
        button=gettext_noop("End the alert"),
        group=gettext_noop("Danger"),
        records="alerts",
        described_by=(("danger_type", "danger_type"), ("urgency", "danger_urgency"), ("raised_at", "")),
        only_if=("ended_at", (None,)),
        is_irreversible=True,
        effect=gettext_noop("The alert ends for all colleagues. Nobody is called again about this danger."),
    ),
    Act(
        code="safe-contact",
        service="intake",
        request="record_agreement",
        title=gettext_noop("Agree on safe contact"),
        group=gettext_noop("Contact"),
        begins_with=("/v1/cases/{case}/safe-contact/agreement", "agreement"),
        first=("channels", "unsafe", "windows", "zone", "if_another_answers", "code_word", "story", "warning"),
        lists={"channels": "contact_way", "unsafe": "contact_way"},
        effect=gettext_noop("This replaces the earlier agreement for all services."),
    ),
    Act(
        code="contact-attempt",
        service="intake",
        request="attempt_contact",
        title=gettext_noop("Record a contact attempt"),
        group=gettext_noop("Contact"),
        lists={"channel": "contact_way"},
        effect=gettext_noop("A contact that is not safe is refused, with what to do instead."),
    ),
    Act(
        code="detection",
        service="intake",
        request="record_detection",
        title=gettext_noop("Record signs of exploitation"),
        group=gettext_noop("Detection"),
        first=("detector", "indicators", "exploitation_types", "means_of_control", "sectors", "happened"),
    ),
    Act(
        code="correct-detection",
        service="intake",
        request="correct_detection",
        title=gettext_noop("Correct signs of exploitation"),
        group=gettext_noop("Detection"),
        records="detections",
        described_by=(("detected_on", ""), ("exploitation_types", "exploitation_type")),
        is_correction=True,
        first=_REASON,
        effect=_CORRECTION,
    ),
    Act(
        code="fact",
        service="intake",
        request="record_fact",
        title=gettext_noop("Record a fact"),
        group=gettext_noop("Facts"),
        decides="kind",
        shows={
            "first_incident": (),
            "last_incident": (),
            "exploitation_ended": (),
            "work_ended": (),
            "crime_reported": (),
            "voucher_given": (),
            "reconsideration_requested": ("stage",),
            "objection_made": ("stage",),
            "residence_requested": (),
            "residence_refused": ("stage",),
            "rights_request": ("right",),
            "rights_answer": ("right",),
            "period_opened": ("clock", "ground"),
            "period_closed": ("clock", "ground"),
        },
        required=("right", "clock", "ground"),
        first=("kind", *_TIMES),
        without=("about",),
        effect=gettext_noop("Deadlines that depend on this fact are calculated again."),
    ),
    Act(
        code="correct-fact",
        service="intake",
        request="correct_fact",
        title=gettext_noop("Correct a fact"),
        group=gettext_noop("Facts"),
        records="facts",
        described_by=(("kind", "fact_kind"), ("happened", "")),
        only_if=("withdrawn", (False,)),
        is_correction=True,
        first=(*_REASON, "withdrawn", *_TIMES),
        without=("about",),
        effect=_CORRECTION,
    ),
    Act(
        code="identification",
        service="intake",
        request="record_step",
        title=gettext_noop("Record a step of official identification"),
        group=gettext_noop("Official identification"),
        first=("stage", "outcome", "authority", *_TIMES, "made_elsewhere"),
        without=("occurred_on", "received_on", "decided_by", "about"),
        effect=gettext_noop("A decision starts the deadlines for steps against it, and deadlines for help."),
    ),
    Act(
        code="reconsideration",
        service="legal",
        request="request_reconsideration",
        title=gettext_noop("Record a request for reconsideration"),
        group=gettext_noop("Official identification"),
        without=("about",),
        effect=gettext_noop("The deadline for this request is met, if the request was made in time."),
    ),
    Act(
        code="matter",
        service="legal",
        request="open_matter",
        title=gettext_noop("Open a claim"),
        button=gettext_noop("Open the claim"),
        group=gettext_noop("Claims"),
        effect=gettext_noop("The claim is in preparation. Deadlines for it continue until it is made."),
    ),
    Act(
        code="consent",
        service="intake",
        request="record_consent",
        title=gettext_noop("Record a consent"),
        group=gettext_noop("Consent"),
        first=("agency", "purposes", "data_categories", "language", "checklist", "granted_on", "expires_on"),
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
    Act(
        code="referral",
        service="intake",
        request="draft_referral",
        title=gettext_noop("Draft a referral"),
        button=gettext_noop("Save the draft"),
        group=gettext_noop("Referral"),
        first=("agency", "purpose", "service_types", "data_categories", "urgent", "reply_by"),
        effect=gettext_noop("The agency receives nothing yet. Write the package next, and then send the referral."),
    ),
    Act(
        code="referral-package",
        service="intake",
        request="write_package",
        title=gettext_noop("Write the package of a referral"),
        group=gettext_noop("Referral"),
        records="referrals",
        described_by=(("agency", ""), ("purpose", "consent_purpose"), ("state", "referral_state")),
        only_if=("state", ("draft",)),
        begins_with=("/v1/cases/{case}/referrals/{record}/package", "package"),
        effect=gettext_noop("The agency receives this package when you send the referral."),
    ),
    Act(
        code="send-referral",
        service="intake",
        request="take_referral_step",
        title=gettext_noop("Send a referral"),
        button=gettext_noop("Send the referral"),
        group=gettext_noop("Referral"),
        records="referrals",
        described_by=(("agency", ""), ("purpose", "consent_purpose"), ("state", "referral_state")),
        only_if=("state", ("draft",)),
        preview="/v1/cases/{case}/referrals/{record}/package/preview",
        fixed={"step": "send"},
        without=("step", "reply_by", "reason", "outcome", "conditions"),
        is_irreversible=True,
        effect=gettext_noop("The agency receives the package below."),
    ),
    Act(
        code="referral-step",
        service="intake",
        request="take_referral_step",
        title=gettext_noop("Record a step of a referral"),
        group=gettext_noop("Referral"),
        records="referrals",
        described_by=(("agency", ""), ("purpose", "consent_purpose"), ("state", "referral_state")),
        decides="step",
        shows={
            "receive": (),
            "request_information": (),
            "give_information": (),
            "wait_list": ("reply_by",),
            "accept": ("conditions",),
            "reject": ("reason",),
            "arrive": (),
            "miss": (),
            "complete": ("outcome",),
            "revoke": (),
            "withdraw": (),
        },
        required=("reply_by", "reason", "outcome"),
        first=("step", *_TIMES),
    ),
    Act(
        code="advice",
        service="legal",
        request="record_advice",
        title=gettext_noop("Record legal advice"),
        group=gettext_noop("Legal advice"),
        first=("status", "given_on", "phase", "topics", "language", "interpreter", "format", "funding"),
    ),
    Act(
        code="correct-advice",
        service="legal",
        request="correct_advice",
        title=gettext_noop("Correct legal advice"),
        group=gettext_noop("Legal advice"),
        records="advice",
        described_by=(("given_on", ""), ("status", "advice_status"), ("phase", "advice_phase")),
        only_if=("taken_back_at", (None,)),
        is_correction=True,
        first=_REASON,
        effect=_CORRECTION,
    ),
    Act(
        code="assessment",
        service="support",
        request="complete_assessment",
        title=gettext_noop("Record an assessment of needs and risks"),
        group=gettext_noop("Needs and risks"),
        keys={"domains": "need_domain"},
        first=("type", "assessed_on", "domains", "unfinished", "person_copy"),
        without=("decided_by",),
        effect=gettext_noop("An urgent need or risk reaches the team at once."),
    ),
    Act(
        code="propose-closing",
        service="intake",
        request="propose_closing",
        title=gettext_noop("Propose to close the case"),
        button=gettext_noop("Propose it"),
        group=gettext_noop("Closing"),
        first=("reason", "closed_on", "although_open"),
        effect=gettext_noop("The case stays open until a supervisor outside the team confirms it."),
    ),
)

OTHER_ACTS: Final = (
    Act(
        code="open",
        service="intake",
        request="open_case",
        title=gettext_noop("Open a contact"),
        button=gettext_noop("Open the contact"),
        source=Source.NOTHING,
        first=("jurisdiction", "source", "channel", "language", "anonymous", "age", "urgent_needs", "opened_on"),
        without=("outreach_session",),
        effect=gettext_noop("This opens a case that you lead."),
    ),
    Act(
        code="ask-about-offer",
        service="intake",
        request="ask_agency",
        title=gettext_noop("Ask the agency a question"),
        button=gettext_noop("Send the question"),
        source=Source.OFFER,
        effect=gettext_noop("The agency receives the question."),
    ),
    Act(
        code="accept-offer",
        service="intake",
        request="accept_offer",
        title=gettext_noop("Accept a referral"),
        button=gettext_noop("Accept the referral"),
        source=Source.OFFER,
        is_irreversible=True,
        effect=gettext_noop("A case opens for the person, and you lead it. The agency is notified."),
    ),
    Act(
        code="decline-offer",
        service="intake",
        request="decline_offer",
        title=gettext_noop("Decline a referral"),
        button=gettext_noop("Decline the referral"),
        source=Source.OFFER,
        is_irreversible=True,
        effect=gettext_noop("The agency is notified, and what the referral says about the person is deleted."),
    ),
    *(
        Act(
            code=f"confirm-{kind}",
            service="intake",
            request=request,
            title=title,
            button=gettext_noop("Continue"),
            source=Source.CONFIRMATION,
            is_irreversible=True,
            effect=effect,
        )
        for kind, request, title, effect in (
            (
                "erasure",
                "confirm_erasure",
                gettext_noop("Erase a person's data"),
                gettext_noop("If you confirm, the data of the case is deleted here and at agencies."),
            ),
            (
                "disclosure",
                "confirm_demand",
                gettext_noop("Disclose records"),
                gettext_noop("If you confirm, the classes of records listed above may be handed over for 30 days."),
            ),
            (
                "sharing",
                "decide_sharing",
                gettext_noop("Share without consent"),
                gettext_noop(
                    "If you approve, the agency receives the categories listed above without the person's consent."
                ),
            ),
            (
                "emergency",
                "review_glass",
                gettext_noop("Review emergency access"),
                gettext_noop("Your review is recorded about the colleague who opened the case in an emergency."),
            ),
            (
                "closing",
                "answer_closing",
                gettext_noop("Close a case"),
                gettext_noop("If you confirm, the case is closed. Help does not end with it."),
            ),
            (
                "age",
                "answer_age_change",
                gettext_noop("Change a person's age"),
                gettext_noop("If you confirm, the stated age applies, and with it other rights and deadlines."),
            ),
            (
                "ending",
                "confirm_ending",
                gettext_noop("End a colleague's access"),
                gettext_noop("If you confirm, the access of this colleague stays ended. Otherwise it is restored."),
            ),
            (
                "staff",
                "answer_proposal",
                gettext_noop("Give access to a colleague"),
                gettext_noop("If you confirm, this colleague receives access as proposed."),
            ),
        )
    ),
)

ACTS: Final[Mapping[str, Act]] = {act.code: act for act in (*CASE_ACTS, *OTHER_ACTS)}
