"""The page that answers a form that was sent and not saved: errors, the second question, or both versions.

The form is answered by a redirect to its own address, and the answer is stored with the draft. The browser's Back and
Reload buttons therefore work, and no page has to be sent again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Response, make_response, redirect, request

from services.web import parts
from services.web.doing import pages
from services.web.doing.context import Context
from services.web.doing.drafting import store
from services.web.doing.forming import fields_of
from services.web.doing.pages import Page, Place, Shown
from services.web.doing.sending import Submission, reading_of
from services.web.forms.conflict import differences
from services.web.forms.reading import Reading
from services.web.forms.refusals import Refusal
from services.web.guarding import signed_in
from services.web.session.drafts import Draft

#: The name in the query of the address that shows the answer.
AGAIN: Final = "again"
FORM, QUESTION, VERSIONS = "form", "question", "versions"


def lead_to_form(sent: Submission, refusals: Sequence[Refusal] = (), status: int = HTTPStatus.OK) -> Response:
    """Lead to the form again, with what the person typed and the errors."""
    listed = [[each.field, each.label, each.message] for each in refusals]
    return _lead(sent, {"view": FORM, "refusals": listed, "status": int(status)})


def lead_to_question(sent: Submission) -> Response:
    """Lead to the second question before an action that cannot be undone."""
    return _lead(sent, {"view": QUESTION})


def lead_to_versions(fresh: Submission, own: Submission, message: str) -> Response:
    """Redirect to both versions of a record that another person changed; `own`: the texts that the person typed."""
    reply = {"view": VERSIONS, "refusals": [["", "", message]], "status": int(HTTPStatus.CONFLICT)}
    return _lead(fresh, {**reply, "typed": {name: list(texts) for name, texts in own.typed.items()}})


def _lead(sent: Submission, reply: Mapping[str, Any]) -> Response:
    store(sent, parts.current().person(), request.path, reply)
    return make_response(redirect(f"{request.path}?{AGAIN}=1", HTTPStatus.SEE_OTHER))


def answer_page(place: Place, context: Context, kept: Draft) -> Page:
    """Return the page that answers a form."""
    sent, reply = Submission(kept.typed, kept.shown, kept.version, kept.key), kept.reply
    if reply["view"] == QUESTION:
        return pages.second_question(place, context, sent, token(sent, reading_of(place.act, sent, pages.zone())))
    fields = fields_of(place.act, sent.typed)
    own = {name: tuple(texts) for name, texts in reply.get("typed", {}).items()}
    found = differences(fields, sent.shown, own) if reply["view"] == VERSIONS else []
    refusals = [Refusal(*each) for each in reply["refusals"]]
    return pages.form_page(place, context, sent, Shown(refusals, found, status=int(reply["status"])))


# control: H-DESK-9 asks-twice
def token(sent: Submission, reading: Reading) -> str:
    """Return what the second question sends back. It belongs to this session, this record and exactly these values."""
    stated = json.dumps([request.path, sent.version, reading.body], sort_keys=True)
    return hashlib.blake2b(stated.encode(), key=signed_in().form_token.encode(), digest_size=24).hexdigest()
