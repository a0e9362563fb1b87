"""The labels and help texts of fields whose published ones are written for developers. Data only.

A field has the published label and help, unless it is listed here: by its path, or by the code of the action and its
path. An empty help shows none.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from services.web.words.texts import gettext_noop


class Label(NamedTuple):
    """A label and a help text."""

    label: str
    help: str = ""


_WHEN: Final = Label(
    gettext_noop("When it happened"),
    gettext_noop("Enter what is known: the year, the month and the year, or the whole date."),
)
_LAST_DAY: Final = Label(gettext_noop("Last day"), gettext_noop("Leave it empty if no end is known."))
_AGREE: Final = Label(gettext_noop("Do you agree?"))
_WHY_CORRECTED: Final = Label(gettext_noop("Reason for the correction"))

LABELS: Final[Mapping[str, Label]] = {
    "birth": Label(gettext_noop("Date of birth")),
    "birth.date": Label(
        gettext_noop("Date"), gettext_noop("Enter what is known: the year, the month, or the whole date.")
    ),
    "birth.disputed": Label(gettext_noop("Is the age disputed?")),
    "age.age": Label(gettext_noop("Age, as far as it is known")),
    "age.reason": _WHY_CORRECTED,
    "name": Label(gettext_noop("Name")),
    "address": Label(
        gettext_noop("How colleagues reach this person"), gettext_noop("A mail address or a telephone number.")
    ),
    "roles": Label(gettext_noop("Roles")),
    "languages": Label(gettext_noop("Languages in which the person works")),
    "takes_cases": Label(gettext_noop("Can the person be named for new cases?")),
    "register-member.until": _LAST_DAY,
    "change-member.until": _LAST_DAY,
    "sign_ins": Label(
        gettext_noop("Sign-ins"), gettext_noop("One at each provider that the person uses. Nobody else has them.")
    ),
    "change-member.sign_ins": Label(
        gettext_noop("Sign-ins"),
        gettext_noop("They replace all earlier sign-ins of the person. Leave them empty to change none."),
    ),
    "sign_ins.issuer": Label(gettext_noop("Provider (issuer)")),
    "sign_ins.subject": Label(gettext_noop("Person at the provider (subject)")),
    "successor": Label(gettext_noop("Who gets the cases")),
    "leave.supervisor": Label(
        gettext_noop("Who supervises from now on"), gettext_noop("Leave it empty if the successor does.")
    ),
    "elsewhere": Label(gettext_noop("Cases that go to another person")),
    "elsewhere.case": Label(gettext_noop("Id of the case")),
    "elsewhere.member": Label(gettext_noop("Who gets it")),
    "supervise.supervisor": Label(gettext_noop("Who supervises")),
    "supervise.member": Label(gettext_noop("Who is supervised")),
    "happened": _WHEN,
    "learnt": Label(
        gettext_noop("When you learnt it"), gettext_noop("Leave it empty if you learnt it when it happened, or today.")
    ),
    "about": Label(
        gettext_noop("Id of the fact that it answers"),
        gettext_noop("Leave it empty at first. If several are possible, the service names them."),
    ),
    "offender": Label(gettext_noop("Is the offender known?")),
    "result": Label(gettext_noop("How it was decided")),
    "challenge": Label(gettext_noop("Which challenge it is")),
    "correct-fact.outcome": Label(gettext_noop("Decision")),
    "agency": Label(gettext_noop("Agency")),
    "anonymous": Label(gettext_noop("Does the person want to stay anonymous?")),
    "approves": _AGREE,
    "confirms": _AGREE,
    "asked": Label(gettext_noop("What do you want to know?")),
    "assessed_on": Label(gettext_noop("Day of the assessment"), gettext_noop("Leave it empty for today.")),
    "at": Label(gettext_noop("Date and time"), gettext_noop("Leave it empty for now.")),
    "case": Label(
        gettext_noop("Id of the person's case"), gettext_noop("Leave it empty to open a new case for the person.")
    ),
    "channel": Label(gettext_noop("How the person came into contact")),
    "contact-attempt.channel": Label(gettext_noop("How you tried to contact the person")),
    "contact-attempt.outcome": Label(gettext_noop("Result")),
    "channels": Label(
        gettext_noop("Safe ways to contact the person"), gettext_noop("Choose none if no way of contact is safe.")
    ),
    "unsafe": Label(gettext_noop("Ways that endanger the person")),
    "windows": Label(gettext_noop("Safe times"), gettext_noop("Leave them empty if each time of each day is safe.")),
    "windows.day": Label(gettext_noop("Day of the week")),
    "windows.begins": Label(gettext_noop("From")),
    "windows.ends": Label(gettext_noop("To")),
    "zone": Label(gettext_noop("Time zone of these times"), gettext_noop("Such as Europe/Bucharest.")),
    "if_another_answers": Label(gettext_noop("What to do if another person answers")),
    "code_word": Label(gettext_noop("Code word"), gettext_noop("Ask for this word before you say who you are.")),
    "story": Label(gettext_noop("Explanation for others"), gettext_noop("What you say if another person asks.")),
    "warning": Label(
        gettext_noop("Warning"), gettext_noop("What colleagues must know before they contact the person.")
    ),
    "leaves": Label(
        gettext_noop("What you may leave"), gettext_noop("Other people could find it. Choose none if nothing is safe.")
    ),
    "called": Label(gettext_noop("Whom you called")),
    "called_on": Label(gettext_noop("Day of the call"), gettext_noop("Leave it empty for today.")),
    "record-alert-call.outcome": Label(gettext_noop("Result")),
    "checklist": Label(gettext_noop("What you told the person before they agreed")),
    "clock": Label(gettext_noop("Deadline")),
    "ground": Label(gettext_noop("Reason for opening or closing the period by hand")),
    "kind": Label(gettext_noop("What happened")),
    "right": Label(gettext_noop("Right that the person uses")),
    "stage": Label(gettext_noop("Stage of the official identification")),
    "decided_by": Label(gettext_noop("Authority that decided")),
    "identification.outcome": Label(gettext_noop("Decision")),
    "identification.authority": Label(gettext_noop("Authority that decided, or took the step")),
    "made_elsewhere": Label(gettext_noop("Were the earlier steps taken before the case came to us?")),
    "can_decide": Label(gettext_noop("Can the person decide for themselves?")),
    "reconsideration.stage": Label(gettext_noop("Decision against which the request is")),
    "reconsideration.ground": Label(gettext_noop("Ground of the request")),
    "requested_on": Label(gettext_noop("Day of the request"), gettext_noop("Leave it empty for today.")),
    "names": Label(gettext_noop("Names")),
    "names.kind": Label(gettext_noop("Kind of name")),
    "names.name": Label(gettext_noop("Name")),
    "names.since": Label(gettext_noop("Used since")),
    "names.until": Label(gettext_noop("Used until"), gettext_noop("Leave it empty if the name is in use.")),
    "add-member.member": Label(gettext_noop("Person")),
    "add-member.role": Label(gettext_noop("Part in the case")),
    "add-member.lead": Label(gettext_noop("Leads the case")),
    "members": Label(
        gettext_noop("Members of the team"), gettext_noop("To remove a person, clear each field of their row.")
    ),
    "members.member": Label(gettext_noop("Person")),
    "members.role": Label(gettext_noop("Part in the case")),
    "members.lead": Label(gettext_noop("Leads the case")),
    "applied_on": Label(gettext_noop("Day of the claim"), gettext_noop("Leave it empty for today.")),
    "remedy": Label(gettext_noop("What the person claims")),
    "matter.opened_on": Label(gettext_noop("Day on which the work began"), gettext_noop("Leave it empty for today.")),
    "propose-closing.reason": Label(gettext_noop("Why the case should be closed")),
    "closed_on": Label(gettext_noop("Last day of the case"), gettext_noop("Leave it empty for today.")),
    "although_open": Label(
        gettext_noop("Why it should be closed although something is open"),
        gettext_noop("Only if an alert, a deadline or a need is still open."),
    ),
    "until": Label(gettext_noop("Until")),
    "dublin": Label(gettext_noop("Another state examines the claim for asylum (Dublin)")),
    "foreigner": Label(gettext_noop("The person is a foreigner under the law")),
    "only_remedies": Label(
        gettext_noop("Only these claims"), gettext_noop("Choose none if the consent is for all claims.")
    ),
    "only_matters": Label(
        gettext_noop("Only these kinds of legal work"), gettext_noop("Choose none if the consent is for all of them.")
    ),
    "only_stages": Label(
        gettext_noop("Only in these stages of the criminal proceedings"),
        gettext_noop("For a consent to the police. Choose none if it is for all stages."),
    ),
    "consent.data_categories": Label(gettext_noop("Data that the agency may receive")),
    "referral.data_categories": Label(gettext_noop("Data that is sent with the referral")),
    "consent.language": Label(gettext_noop("Language in which you explained it")),
    "advice.language": Label(gettext_noop("Language of the advice")),
    "correct-advice.language": Label(gettext_noop("Language of the advice")),
    "referral-package.language": Label(gettext_noop("Language in which to speak with the person")),
    "purpose": Label(gettext_noop("Purpose")),
    "purposes": Label(gettext_noop("Purposes")),
    "refuse-consent.purposes": Label(
        gettext_noop("Purposes that the person refused"), gettext_noop("Choose none if the person refused all of them.")
    ),
    "refused_on": Label(gettext_noop("Day of the refusal"), gettext_noop("Leave it empty for today.")),
    "granted_on": Label(gettext_noop("Day of the consent"), gettext_noop("Leave it empty for today.")),
    "expires_on": Label(gettext_noop("Last day of the consent")),
    "detector": Label(gettext_noop("Who saw the signs")),
    "indicators": Label(gettext_noop("Signs of forced labour (ILO)")),
    "operational": Label(
        gettext_noop("Operational indicators"), gettext_noop("They explain the signs. They decide nothing.")
    ),
    "exploitation_types": Label(gettext_noop("Types of exploitation")),
    "means_of_control": Label(gettext_noop("How the person was controlled")),
    "sectors": Label(gettext_noop("Sectors in which the person worked")),
    "detected_on": Label(gettext_noop("Day on which the signs were seen"), gettext_noop("Leave it empty for today.")),
    "earliest_incident_on": Label(gettext_noop("When the exploitation began")),
    "last_incident_on": Label(
        gettext_noop("When the last incident happened"), gettext_noop("Leave it empty if nobody has asked.")
    ),
    "exploitation_ended_on": Label(
        gettext_noop("When the exploitation ended"), gettext_noop("Leave it empty if nobody has asked.")
    ),
    "work_ended_on": Label(gettext_noop("When the work ended")),
    "crime_reported_on": Label(
        gettext_noop("When the crime was first reported"), gettext_noop("Leave it empty if nobody has asked.")
    ),
    "withdrawn": Label(
        gettext_noop("Was this recorded by mistake?"),
        gettext_noop("If you choose yes, it stays visible as taken back, and no deadline depends on it any more."),
    ),
    "reason": Label(gettext_noop("Reason")),
    "escalate-alert.reason": _WHY_CORRECTED,
    "correct-detection.reason": _WHY_CORRECTED,
    "correct-fact.reason": _WHY_CORRECTED,
    "correct-advice.reason": _WHY_CORRECTED,
    "confirm-erasure.reason": Label(gettext_noop("Reason, if you do not agree")),
    "confirm-disclosure.reason": Label(gettext_noop("Reason, if you do not agree")),
    "entitlement-confirm.started_on": Label(
        gettext_noop("First day"), gettext_noop("Leave it empty if it begins on the day of the step.")
    ),
    "entitlement-confirm.ends_on": _LAST_DAY,
    "entitlement-refuse.refusal": Label(gettext_noop("Why the person does not have it")),
    "confirm-closing.reason": Label(gettext_noop("Reason, if you do not agree")),
    "confirm-age.reason": Label(gettext_noop("Reason, if you do not agree")),
    "confirm-emergency.outcome": Label(gettext_noop("Was the access necessary?")),
    "danger_type": Label(gettext_noop("Danger")),
    "urgency": Label(gettext_noop("When must a colleague act?")),
    "reply_by": Label(gettext_noop("Answer by"), gettext_noop("Without a time, until the end of the day.")),
    "service_types": Label(gettext_noop("Services that you ask for")),
    "urgent": Label(gettext_noop("Urgent?")),
    "step": Label(gettext_noop("What happened with the referral")),
    "conditions": Label(gettext_noop("Conditions of the agency")),
    "interpreter_gender": Label(gettext_noop("Who should interpret")),
    "exclusions": Label(gettext_noop("People whom the person does not want near")),
    "dependants": Label(gettext_noop("People who depend on the person")),
    "urgent_health": Label(gettext_noop("Urgent health needs")),
    "told": Label(gettext_noop("What you told the person about the referral")),
    "out_of_hours": Label(gettext_noop("How the agency can reach you out of hours")),
    "format": Label(gettext_noop("How the advice was given")),
    "funding": Label(gettext_noop("Who paid")),
    "given_on": Label(gettext_noop("Day of the advice"), gettext_noop("Leave it empty for today.")),
    "interpreter": Label(gettext_noop("Was an interpreter present?")),
    "phase": Label(gettext_noop("Where on the path the person was")),
    "topics": Label(gettext_noop("Topics"), gettext_noop("Never record what was said.")),
    "advice.status": Label(gettext_noop("Was advice given?")),
    "correct-advice.status": Label(gettext_noop("Was advice given?")),
    "source": Label(gettext_noop("Who brought the person into contact")),
    "jurisdiction": Label(gettext_noop("Law that applies to the case")),
    "opened_on": Label(gettext_noop("Day of the first contact"), gettext_noop("Leave it empty for today.")),
    "urgent_needs": Label(gettext_noop("What the person needs at once")),
    "domains": Label(
        gettext_noop("Areas of life"),
        gettext_noop("Open each area that you talked about. 0 is none and 4 is critical. Leave the others closed."),
    ),
    "domains.words": Label(gettext_noop("In the person's words")),
    "domains.harder": Label(gettext_noop("What makes it harder")),
    "domains.helps": Label(gettext_noop("What helps")),
    "domains.wants": Label(gettext_noop("What the person wants")),
    "domains.priority": Label(gettext_noop("Priority for the person, 1 to 5")),
    "domains.worker_need": Label(gettext_noop("Need, as you see it")),
    "domains.worker_risk": Label(gettext_noop("Risk, as you see it")),
    "domains.worker_words": Label(gettext_noop("Your own view")),
    "unfinished": Label(
        gettext_noop("Will you continue on another day?"), gettext_noop("Urgent needs and risks count at once.")
    ),
    "person_copy": Label(gettext_noop("Does the person have a copy?")),
}
