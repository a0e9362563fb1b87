"""The page with the paper for the person. The choices and typed texts are stored encrypted, and are in no address."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Flask, Response, g, make_response, redirect, render_template, request

from services.web import parts
from services.web.case.page import page_of
from services.web.guarding import for_sessions
from services.web.paper.page import FORMS, LONGEST, Choice, paper_of
from services.web.paper.words import PaperWords, spoken
from services.web.session.drafts import Draft
from services.web.sign_in.not_shown import instead_of
from services.web.upstream import reads
from services.web.words.speech import MISSING
from services.web.words.texts import gettext_noop
from shared.reference.words import PUBLIC_LANGUAGES

_FIELDS: Final = ("language", "form", *LONGEST)
FORM_NAMES: Final = {
    "disguised": gettext_noop("Disguised: days, the next step and a number, and nothing that says what it is about"),
    "open": gettext_noop("Open: also rights, ways to ask for money, who decides, and help numbers"),
}


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    paper = "/cases/<uuid:case_id>/paper"
    app.add_url_rule(paper, view_func=show_paper)
    app.add_url_rule(paper, view_func=choose_paper, methods=["POST"])


# control: H-DESK-17 only-the-paper-is-printed
@for_sessions
def show_paper(case_id: UUID) -> str | tuple[str, int]:
    """Show the paper and the form that changes it."""
    desk = parts.current()
    answers = desk.upstream.together(reads.case(case_id), desk.caller())
    instead = instead_of(answers["intake"])
    if instead is not None:
        return instead
    kept = desk.drafts.find(desk.person(), request.path, desk.clock()) if request.args.get("again") == "1" else None
    if kept is None:
        desk.drafts.delete(desk.person(), request.path)
    typed = {} if kept is None else {name: texts[0] for name, texts in kept.typed.items()}
    page, today = page_of(answers, desk.today(), desk.settings.zone), desk.today()
    language = str(page.case.get("language") or "")
    choice = Choice.read(typed, language)
    words = PaperWords(choice.language)
    return render_template(
        "paper.html",
        case_id=case_id,
        page=page,
        choice=choice,
        words=words,
        paper=paper_of(page, choice, words, today),
        today=today,
        languages=sorted(PUBLIC_LANGUAGES, key=lambda code: g.speech.word("language", code).casefold()),
        form_names={name: FORM_NAMES[name] for name in FORMS},
        longest=LONGEST,
        missing_texts=MISSING,
        untranslated=language if language and spoken(language) != language else "",
    )


@for_sessions
def choose_paper(case_id: UUID) -> Response:
    """Store the choices and typed texts for the paper, and redirect to it, so that Back and Reload work."""
    desk = parts.current()
    typed = {name: (request.form[name],) for name in _FIELDS if request.form.get(name)}
    desk.drafts.save(desk.person(), f"/cases/{case_id}/paper", Draft(typed, {}, "", ""), desk.clock())
    return make_response(redirect(f"/cases/{case_id}/paper?again=1", HTTPStatus.SEE_OTHER))
