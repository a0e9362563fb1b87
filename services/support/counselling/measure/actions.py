"""Record and correct questionnaires, and score them at each read. No event contains answers or results.

An event reports each correction, as for every record. An answer about danger raises an alert without the reason.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change, known
from services.support.cases.case.models import CASES, Correction
from services.support.counselling.measure import rules, schemas
from services.support.counselling.measure.models import Measure
from services.support.counselling.measure.schemas import CorrectMeasure, RecordMeasure
from shared import encryption
from shared.access.views import Shown, shown
from shared.casework import corrections
from shared.casework.corrections import Correct
from shared.casework.danger import report
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.reference.instruments import (
    NO_DIAGNOSIS,
    AnswerRefused,
    Instrument,
    Instruments,
    Scored,
    compare,
    score,
    shipped,
)
from shared.store.context import ContextKey
from shared.store.database import NamedRow

#: The instruments of the installation. Without them, those of the repository apply.
INSTRUMENTS: Final[ContextKey[Instruments]] = ContextKey("instruments")
#: In a correction, the previous answers: sealed, in hexadecimal.
ANSWERS: Final = "answers"
_BLANK: Final[Mapping[str, object]] = {
    **dict.fromkeys(("total", "band", "cutoff", "change", "direction", "notice")),
    "fits": (),
    "open_patterns": (),
    "asks_again": False,
}


def read_instruments(session: Session, now: datetime) -> Shown:
    """Return the questionnaires that can be offered, with their texts if the installation has them.

    Each is in its newest version that is in use today.
    """
    instruments = _instruments(session)
    codes = sorted({code for code, _number in instruments.by_key})
    current = (instruments.current(code, now.date()) for code in codes)
    instruments_shown = [_catalogued(instrument) for instrument in current if instrument is not None]
    return {"says": NO_DIAGNOSIS, "instruments": instruments_shown}


def _catalogued(instrument: Instrument) -> dict[str, object]:
    return shown(
        instrument,
        schemas.Instrument,
        version=instrument.number,
        youngest=instrument.ages[0],
        oldest=instrument.ages[1],
        values=[list(values) for values in instrument.scale.values()],
        most_missing=instrument.missing.most,
        tested=sorted(instrument.cutoffs),
        notice=instrument.licence.notice,
        texts=[instrument.texts[language] for language in sorted(instrument.texts)],
    )


def record_measure(change: Change, command: RecordMeasure) -> UUID:
    """Record a questionnaire that the person was offered; an answer about danger raises an alert.

    Return its id. Raises `FactRefused`.
    """
    stored, measure_id = change.recorded(command, "taken_on"), new_id()
    instrument = _instruments(change.session).current(command.instrument, stored["taken_on"])
    rules.check_offered(is_known=instrument is not None)
    assert instrument is not None  # noqa: S101 - checked by the rule just now
    rules.check_age(instrument.ages, known(change.session, change.case))
    scored = _scored(instrument, command.filled_by, command.answers, command.language)
    sealed = {ANSWERS: _sealed(change.session, change.case, measure_id, command.answers)}
    measure = change.add(Measure, id=measure_id, instrument_version=instrument.number, **{**stored, **sealed})
    report(change.session, measure, ANSWERS, now=_help_asked(scored))
    return measure_id


def correct_measure(change: Change, measure_id: UUID, command: CorrectMeasure) -> UUID:
    """Correct or withdraw a questionnaire; the earlier values are kept.

    Return the correction's id. An alert is raised if the answers report danger after the
    correction and did not before. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    measure = change.one(Measure, measure_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=measure.taken_back_at is not None, changes=stated)
    day = change.corrected_day("taken_on", measure, command)
    instrument = _instruments(change.session).find(measure.instrument, measure.instrument_version)
    rules.check_offered(is_known=instrument is not None)
    assert instrument is not None  # noqa: S101 - checked by the rule just now
    was = _opened(change.session, change.case, measure.id, measure.answers)
    before = _scored(instrument, measure.filled_by, was, measure.language)
    answers, filled_by = stated.get(ANSWERS, was), stated.get("filled_by", measure.filled_by)
    scored = _scored(instrument, filled_by, answers, stated.get("language", measure.language))
    if ANSWERS in stated:
        stated[ANSWERS] = _sealed(change.session, change.case, measure.id, answers)
    asked, asked_before = _help_asked(scored), _help_asked(before)
    return change.correct(
        measure,
        "measure",
        Correct(reason=command.reason),
        lambda corrected: report(
            change.session, measure, ANSWERS, now=None if corrected.takes_back else asked, before=asked_before
        ),
        **{**stated, "taken_on": day},
    )


def _scored(
    instrument: Instrument, filled_by: str | None, answers: Mapping[str, int] | None, language: str
) -> Scored | None:
    """Return the scores of answers; None if the person did not want to answer. Raises `FactRefused`."""
    by_item = None if answers is None else {int(item): value for item, value in answers.items()}
    rules.check_filled(filled_by, by_item)
    if not by_item:
        return None
    try:
        return score(instrument, by_item, language)
    except AnswerRefused:
        raise rules.refused_answer() from None


def _help_asked(scored: Scored | None) -> str | None:
    """Return how soon staff must act on an answer about danger; None if no answer reports danger."""
    return None if scored is None else rules.help_asked(risk=scored.risk, urgency=scored.urgency)


def read_measures(session: Session, case: UUID) -> tuple[Shown, int]:
    """Return a case's questionnaires and their scores, each compared with the previous one.

    The oldest is first.
    """
    columns = Measure.__table__.c
    rows = session.execute(select(*columns).where(columns.case_id == case).order_by(columns.id)).mappings().all()
    corrected = select(Correction.__table__).where(Correction.case_id == case).order_by(Correction.id)
    measures = with_results(session, case, rows, session.execute(corrected).mappings().all())
    return {"says": NO_DIAGNOSIS, "measures": measures}, CASES.version(session, case)


def with_results(
    session: Session, case: UUID, measures: Sequence[NamedRow], corrected: Iterable[NamedRow]
) -> list[dict[str, object]]:
    """Return the rows of a case's questionnaires, unsealed and scored, each compared with the previous one."""
    former: dict[UUID, list[bytes]] = {}
    for correction in corrected:
        sealed = (correction["was"] or {}).get(ANSWERS)
        if sealed is not None and correction["record_class"] == "measure":
            former.setdefault(correction["record"], []).append(bytes.fromhex(sealed))
    answers = {row["id"]: _opened(session, case, row["id"], row[ANSWERS]) for row in measures}
    results = _results(_instruments(session), measures, answers)
    return [
        {
            **row,
            ANSWERS: answers[row["id"]],
            "former_answers": [{ANSWERS: _opened(session, case, row["id"], was)} for was in former.get(row["id"], ())],
            **results[row["id"]],
        }
        for row in measures
    ]


def _results(
    instruments: Instruments, measures: Sequence[NamedRow], answers: Mapping[UUID, Mapping[str, int] | None]
) -> dict[UUID, Mapping[str, object]]:
    """Return the results by id. A questionnaire that was withdrawn is not compared with others."""
    results: dict[UUID, Mapping[str, object]] = {}
    before: dict[str, tuple[str, str, str, Scored]] = {}
    for row in sorted(measures, key=lambda row: (row["taken_on"], row["id"])):
        instrument = instruments.find(row["instrument"], row["instrument_version"])
        given = answers[row["id"]]
        if instrument is None or not given:
            results[row["id"]] = _BLANK
            continue
        scored = score(instrument, {int(item): value for item, value in given.items()}, row["language"])
        counts = row["taken_back_at"] is None
        earlier = before.get(instrument.code) if counts else None
        results[row["id"]] = _result(instruments, instrument, scored, row["language"], earlier)
        if counts:
            before[instrument.code] = (*instrument.key, row["language"], scored)
    return results


def _result(
    instruments: Instruments,
    instrument: Instrument,
    scored: Scored,
    language: str,
    before: tuple[str, str, str, Scored] | None,
) -> dict[str, object]:
    compared = compare(instrument, scored, language, before, instruments.chosen.get(instrument.code))
    better = {True: "better", False: "worse", None: "same"}[compared.is_better]
    return {
        "total": scored.shown_total,
        "band": scored.band,
        "cutoff": scored.cutoff,
        "fits": [code for code, fits in scored.fits.items() if fits],
        "open_patterns": [code for code, fits in scored.fits.items() if fits is None],
        "asks_again": scored.risk is None,
        "change": None if before is None else compared.verdict,
        "direction": None if compared.verdict == "not_comparable" else better,
        "notice": instrument.licence.notice,
    }


def without_answers(corrected: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's corrections without answers, which only questionnaires show."""
    return [
        {**row, "was": None if row["record_class"] == "measure" and row["was"] else row["was"]} for row in corrected
    ]


def _instruments(session: Session) -> Instruments:
    return INSTRUMENTS.find(session) or shipped()


def _sealed(session: Session, case: UUID, measure: UUID, answers: Mapping[str, int] | None) -> bytes | None:
    return encryption.of(session).seal(case, _cell(measure), json.dumps(answers)) if answers else None


def _opened(session: Session, case: UUID, measure: UUID, sealed: bytes | None) -> Mapping[str, int] | None:
    if sealed is None:
        return None
    answers: Mapping[str, int] = json.loads(encryption.of(session).unseal(case, _cell(measure), sealed))
    return answers


def _cell(measure: UUID) -> Cell:
    return Cell("measures", ANSWERS, measure)
