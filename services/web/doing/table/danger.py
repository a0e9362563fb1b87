"""Alerts about a danger."""

from typing import Final

from services.web.doing.act import Act
from services.web.words.texts import gettext_noop

DANGER: Final = (
    Act(
        code="raise-alert",
        service="support",
        request="raise_alert",
        title=gettext_noop("Raise an alert"),
        button=gettext_noop("Raise the alert"),
        group=gettext_noop("Danger"),
        first=("danger_type", "urgency"),
        without=("decided_by",),
        effect=gettext_noop(
            "The lead, the support workers and the counsellors of the team see the alert at once, and the on-call "
            "notifiers of their agency ring, if it has registered any. If you are the only one of them, the "
            "supervisors see it at once. It is escalated until a person acknowledges it."
        ),
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
        code="record-alert-call",
        service="support",
        request="record_alert_call",
        title=gettext_noop("Record a call about an alert"),
        group=gettext_noop("Danger"),
        records="alerts",
        described_by=(("danger_type", "danger_type"), ("urgency", "danger_urgency"), ("raised_at", "")),
        first=("called", "agency", "outcome"),
        without=("decided_by",),
        effect=gettext_noop("Colleagues see whom you called, and whether the call was answered."),
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
)
