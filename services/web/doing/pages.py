"""The pages of an action: its form, the choice of a record, the second question, and both versions after a conflict."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any, Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, g, render_template, request

from services.web import parts
from services.web.doing.act import Act, Source
from services.web.doing.allowed import ROLE, WHY_NOT, fits, why_not
from services.web.doing.context import Context
from services.web.doing.describing import confirmation_facts, offer_facts
from services.web.doing.forming import Wording, every_field, fields_of, offered
from services.web.doing.reaching import NOT_CONNECTED, NOT_KNOWN, is_unreached, obstacle_of
from services.web.doing.sending import Submission, takes_back
from services.web.doing.table import ACTS, CASE_ACTS
from services.web.doing.table.referral import OFFERS
from services.web.forms.conflict import Difference
from services.web.forms.reading import Typed, typed_from
from services.web.forms.refusals import Refusal
from services.web.guarding import signed_in
from services.web.session.drafts import Draft
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream.client import Answer
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

#: A page, with its status if that is not 200.
Page: TypeAlias = str | tuple[str, int]
_AWAY: Final = gettext_noop(
    "The service does not answer, so this cannot be shown. Nothing was changed. Try again in a minute."
)

_ARRIVING: Final = gettext_noop(
    "The case was opened a moment ago and is still arriving at this service. Nothing was changed. Try again in a "
    "moment."
)


@dataclass(frozen=True)
class Place:
    """Where a form is: its action, its case and its record."""

    act: Act
    case: UUID | None
    record: UUID | None

    @property
    def back(self) -> str:
        """Return the address of the page to which the person returns."""
        if self.case is not None:
            return f"/cases/{self.case}"
        lists = {Source.OFFER: "/offers", Source.CONFIRMATION: "/confirmations", Source.REGISTER: "/register/staff"}
        return (
            f"/register/staff/{self.record}" if self.act.source is Source.MEMBER else lists.get(self.act.source, "/do")
        )


@dataclass(frozen=True)
class Shown:
    """The content of a form page besides the fields."""

    refusals: Sequence[Refusal] = ()
    differences: Sequence[Difference] = ()
    draft: Draft | None = None
    status: int = HTTPStatus.OK


def zone() -> ZoneInfo:
    """Return the time zone in which pages state the time of day."""
    return ZoneInfo(parts.current().settings.zone)


def stopped(place: Place, context: Context) -> Page | None:
    """Return the page that explains why there is no form; None if there is one."""
    if context.state == "token":
        return refused_token()
    if context.state == "away":
        return notice(_("Not possible now"), _(_AWAY), link=(place.back, _("Back"))), HTTPStatus.SERVICE_UNAVAILABLE
    if context.state == "arriving":
        return notice(_("Not here yet"), _(_ARRIVING), link=(request.path, _("Try again"))), 503
    if context.state == "hidden":
        abort(HTTPStatus.NOT_FOUND)
    if context.why_not:
        return notice(_(place.act.title), _(context.why_not), link=(place.back, _("Back"))), HTTPStatus.FORBIDDEN
    return None


def choice_of_record(place: Place, context: Context) -> str:
    """Return the page on which the person chooses the record."""
    wording = Wording(g.speech, context.named, place.act)
    records = [(each["id"], wording.record(each)) for each in context.records]
    return render_template("do_choose.html", act=place.act, records=records, place=place)


def first_form(place: Place, context: Context, draft: Draft | None) -> Page:
    """Return the form as the person opens it."""
    shown = typed_from(every_field(place.act), context.begins, zone())
    chosen = request.args.get(place.act.decides, "") if place.act.decides else ""
    is_asked = chosen in place.act.shows and not place.act.is_correction
    if draft is None or (is_asked and draft.typed.get(place.act.decides) != (chosen,)):
        # A link to the form can name what decides about its fields.
        typed = {**shown, place.act.decides: (chosen,)} if is_asked else shown
        sent, draft = Submission(typed, shown, context.version, token_urlsafe(24)), None
    else:
        sent = Submission(draft.typed, draft.shown, draft.version, draft.key)
    return form_page(place, context, sent, Shown(draft=draft))


def form_page(place: Place, context: Context, sent: Submission, shown: Shown) -> Page:
    """Return a form with what the person typed."""
    act = place.act
    fields = offered(act, fields_of(act, sent.typed), context.record)
    text = render_template(
        "do_form.html",
        **_of_each(place, context, sent),
        fields=fields,
        needs_choice=bool(act.decides) and len(fields) == 1,
        refusals=shown.refusals,
        refused={each.field: each.message for each in shown.refusals if each.field},
        differences=[
            (
                each.field.label,
                _said(place, context, each.field, each.recorded),
                _said(place, context, each.field, each.typed),
            )
            for each in shown.differences
        ],
        draft=shown.draft,
        about=_about(place, context),
    )
    return text, shown.status


def second_question(place: Place, context: Context, sent: Submission, token: str) -> Page:
    """Return the page that asks again before an action that cannot be undone."""
    wording = Wording(g.speech, context.named, place.act)
    return render_template(
        "do_confirm.html",
        **_of_each(place, context, sent),
        said=wording.said(fields_of(place.act, sent.typed), sent.typed, zone()),
        token=token,
        takes_back=takes_back(place.act, sent.typed),
        preview=_preview(context),
        left_out=[] if context.preview is None else context.preview.get("left_out") or [],
        about=_about(place, context),
    )


def _reach(place: Place, context: Context) -> dict[str, Any]:
    """Return what stands between a referral and its agency, for a form that sends one."""
    if not place.act.preview or context.preview is None:
        return {}
    agency, because = context.agency, context.preview.get("held_because")
    return {
        "obstacle": obstacle_of(because) if because else None,
        "not_covered": context.preview.get("not_covered") or (),
        "connection": NOT_KNOWN if agency is None else NOT_CONNECTED if is_unreached(agency) else "",
        "contact": (agency or {}).get("contact") or "",
    }


def _of_each(place: Place, context: Context, sent: Submission) -> dict[str, Any]:
    return {
        "act": place.act,
        "acts": ACTS,
        "place": place,
        "wording": Wording(g.speech, context.named, place.act),
        "offered": context.offered,
        "typed": sent.typed,
        "version": sent.version,
        "key": sent.key,
        "shown": json.dumps(sent.shown) if sent.shown else "",
        "zone": parts.current().settings.zone,
        "following": ACTS.get(place.act.leads_to),
        "reach": _reach(place, context),
        "about_case": (context.record or {}).get("case"),
    }


def _said(place: Place, context: Context, each: Any, typed: Typed) -> str:
    wording = Wording(g.speech, context.named, place.act)
    return "; ".join(text for _name, text in wording.said((each,), typed, zone()))


def _about(place: Place, context: Context) -> list[tuple[str, str]]:
    """Return what the action is about, as labels and texts."""
    record = context.record
    if record is None:
        return []
    if place.act.source is Source.CONFIRMATION:
        return confirmation_facts(record)
    if place.act.source is Source.OFFER:
        return offer_facts(record)
    if place.act.source is Source.MEMBER:
        return [(_("Member of staff"), record["name"] or g.speech.words("staff_role", record["roles"] or ()))]
    return [(_("About"), Wording(g.speech, context.named, place.act).record(record))]


def _preview(context: Context) -> list[tuple[str, str]]:
    """Return what the agency would receive, as labels and texts."""
    package = {} if context.preview is None else context.preview.get("package") or {}
    act = ACTS["referral-package"]
    fields = every_field(act)
    said = Wording(g.speech, context.named, act).said(fields, typed_from(fields, package, zone()), zone())
    known = {each.name for each in fields}
    others = {name: value for name, value in package.items() if name not in known and value not in (None, "", [], {})}
    return [*said, *((_label(name), _words(value)) for name, value in others.items())]


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(
            f"{_label(name)}: {_words(each)}" for name, each in value.items() if each not in (None, "", [])
        )
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    return str(value)


def listed(template: str, answer: Answer, name: str) -> Page:
    """Return a page with a list that a service answered, or the reason why there is none."""
    if answer.is_refused_token:
        return refused_token()
    if answer.is_hidden:
        return notice(
            _("Not for your roles"), _("Your roles do not include this list."), link=("/", _("Back"))
        ), answer.status
    facts = {"offers": offer_facts, "confirmations": confirmation_facts}[name]
    entries = [(each, facts(each)) for each in answer.document.get(name) or ()]
    status = HTTPStatus.SERVICE_UNAVAILABLE if answer.is_away else HTTPStatus.OK
    roles = frozenset(signed_in().tokens.roles)
    acts = [act for act in OFFERS if act.for_roles & roles]
    return render_template(template, here="do", entries=entries, state=answer.state, acts=acts), status


@dataclass(frozen=True)
class Group:
    """Actions of one topic: those that the person may do, and the others with the reasons."""

    name: str
    allowed: list[Act] = field(default_factory=list)
    refused: list[tuple[Act, str]] = field(default_factory=list)


def actions_of_case(case: UUID, answers: Mapping[str, Answer]) -> Page:
    """Return the list of actions on a case, without those of other roles. A service that does not answer is named."""
    groups: dict[str, Group] = {}
    for act in CASE_ACTS:
        answer = answers[act.service]
        group = groups.setdefault(act.group, Group(act.group))
        reason = "" if answer.is_away else _why_not(act, answer)
        if answer.is_good and not reason:
            group.allowed.append(act)
        elif not answer.is_away and reason != WHY_NOT[ROLE]:
            group.refused.append((act, reason))
    away = [name for name, answer in answers.items() if answer.is_away and not answer.is_arriving]
    arriving = any(answer.is_arriving for answer in answers.values())
    shown = {"groups": list(groups.values()), "away": away, "arriving": arriving}
    return render_template("do_case.html", case=case, **shown)


def _why_not(act: Act, answer: Answer) -> str:
    if not answer.is_good:
        return gettext_noop("This part of the case is hidden from you.")
    if (
        act.records
        and not act.records_from
        and not any(fits(act, each) for each in answer.document.get(act.records) or ())
    ):
        return why_not(act, answer.document) or gettext_noop("There is no record for this action.")
    return why_not(act, answer.document)
