"""Actions about the self-check: load, decide, store. None commits."""

import dataclasses
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.facts.detection import rules
from services.intake.facts.detection.models import ReturnCode, SelfCheckCount
from services.intake.facts.detection.schemas import CheckSelf, ComeBack
from shared.access.agencies import CONTACTED
from shared.access.staff import SECOND_PERSON
from shared.access.tokens import lasting_secret
from shared.casework.refusals import FactRefused
from shared.operate.documents import Document, document_of
from shared.reference import JURISDICTIONS, codes, profile
from shared.reference import public_site as public

#: The most return codes of one day, so that a flood of requests cannot fill the database. Further replies contain the
#: information without a code.
CODES_A_DAY: Final = 2_000
#: The code lists whose codes the public site shows.
_SHOWN_LISTS: Final = ("self_check_question", "information_topic", "if_another_answers")


def code_key(signing_key: str, codes_of: bytes = b"casepath: fingerprints of return codes") -> bytes:
    """Return the key of the fingerprints of some codes, derived from the service's private key, in no database.

    A rotation of that key does not change it, so earlier codes stay valid.
    """
    secret = lasting_secret(json.loads(signing_key)).encode()
    return hmac.new(secret, codes_of, hashlib.sha256).digest()


def questions() -> Mapping[str, object]:
    """Return the questions and the possible answers, as codes; nothing reveals how an answer is evaluated."""
    return {
        "says": rules.SAYS,
        "questions": list(codes("ilo_forced_labour_indicator").parts[0].values),
        "answers": list(codes("self_check_answer").parts[0].values),
    }


def public_site(session: Session, language: str) -> Document:
    """Return the questions with all that the public site shows in one language, as one document with one ETag."""
    served = CONTACTED.find(session) or {}
    return _public_site(language, tuple(sorted(served)), is_production=bool(SECOND_PERSON.find(session)))


@cache
def _public_site(language: str, contact_in: tuple[str, ...], *, is_production: bool) -> Document:
    shown = public.public_site(
        language,
        {name: codes(name).values for name in _SHOWN_LISTS},
        [profile(code) for code in JURISDICTIONS],
        contact_in,
        is_production=is_production,
    )
    text = json.dumps({**questions(), "public": shown}, ensure_ascii=False, separators=(",", ":"))
    return document_of(text.encode(), "application/json")


def check_self(session: Session, today: date, key: bytes, command: CheckSelf) -> Mapping[str, object]:
    """Return the information for these answers, and count the check. The answers are not stored."""
    answers = rules.by_indicator(command.questions) if command.questions is not None else command.answers
    information = rules.information(answers or {})
    code = _new_code(session, today, key) if command.return_code else None
    _count(session, today, command.language, urgent=information.urgent, code=code is not None)
    return {**dataclasses.asdict(information), "return_code": code}


def come_back(session: Session, today: date, key: bytes, command: ComeBack) -> rules.Information:
    """Return the information for a return code, which another person may hold by now.

    Raises `FactRefused` for an invalid code. The refusal of an unknown code and of an expired code is the same.
    """
    fingerprint = rules.fingerprint(rules.read_code(command.code), key)
    issued = session.execute(
        select(ReturnCode.issued_on).where(ReturnCode.fingerprint == fingerprint)
    ).scalar_one_or_none()
    if issued is None or not rules.still_leads_back(issued, today):
        raise FactRefused("code", "code_leads_back", "This code was not found. Start again. Nothing is lost.")
    return rules.on_return(command.topics)


def _new_code(session: Session, today: date, key: bytes) -> str | None:
    session.execute(delete(ReturnCode).where(ReturnCode.issued_on < today - timedelta(days=rules.LASTS_DAYS)))
    given = select(func.count()).select_from(ReturnCode).where(ReturnCode.issued_on == today)
    if session.execute(given).scalar_one() >= CODES_A_DAY:
        return None
    code = rules.return_code(secrets.token_bytes(rules.RANDOM_BYTES))
    session.add(ReturnCode(fingerprint=rules.fingerprint(rules.read_code(code), key), issued_on=today))
    return code


def _count(session: Session, today: date, language: str, *, urgent: bool, code: bool) -> None:
    counts = {"completed": 1, "urgent": int(urgent), "return_codes": int(code)}
    new = insert(SelfCheckCount).values(month=today.replace(day=1), language=language, **counts)
    more = {name: getattr(SelfCheckCount, name) + new.excluded[name] for name in counts}
    session.execute(new.on_conflict_do_update(index_elements=["month", "language"], set_=more))
