"""What a period says, in plain words: how long it is, and what starts, ends and pauses it."""

from collections.abc import Iterable
from typing import Final

from deploy.review_pack.labels import joined, label
from shared.reference import ChildWay, ClockRule, Trigger
from shared.reference.clock_rules import Cap, Pausing
from shared.reference.readings import worded

#: A label, and the lines next to it.
Row = tuple[str, tuple[str, ...]]

#: The code list of each field of a fact whose values are understood without the field's name.
_LISTS: Final = {
    "stage": "identification_stage",
    "outcome": "decision_outcome",
    "challenge": "clock_code",
    "remedy": "remedy",
    "jurisdiction": "jurisdiction",
    "result": "decision_outcome",
}
_OTHER_LISTS: Final = {"reconsiders": "identification_stage", "offender": "known_or_unknown"}
_UNDATED: Final = {
    "awaited": "the day is still to come, so there is no date yet",
    "ask": "there is no day to count from, so staff are told to ask for one",
    "now": "the law sets no day, so staff are told to act at once",
}
_DUTIES: Final = {
    "person": "the person",
    "authority": "the authority",
    "state": "the state",
    "we": "the organisation that supports the person",
}
_REPEATED: Final = {
    "each": "Each of these events starts a period of its own.",
    "after_end": "A new event while the period runs starts no second period.",
}


def sentences_of_period(rule: ClockRule) -> tuple[str, ...]:
    """Return what one version of a period says, in a few sentences."""
    sentences = [_length(rule)]
    if rule.forum:
        sentences.append(f"The body that decides: {rule.forum}.")
    if rule.kind == "limitation":
        late = (
            "Exceptions exist: a late request can still be possible." if rule.late_filing else "We know no exception."
        )
        sentences.append(late)
    if rule.extendable:
        sentences.append("The period can be extended.")
    return tuple(sentences)


def rows_of_period(rule: ClockRule) -> tuple[Row, ...]:
    """Return what starts, ends and pauses a period, and how it is counted for children."""
    met, ended = (
        tuple(_end(end, same_stage=end.same_stage) for end in rule.ends if end.effect == effect)
        for effect in ("met", "ended")
    )
    once = f"A case has one such period. It is counted from the {rule.pick} of these events."
    starts = (*(_start(each) for each in rule.starts), _REPEATED.get(rule.repeat, once)) if rule.starts else ()
    rows: Iterable[Row] = (
        ("Starts with", starts),
        ("Counted from", _counted_from(rule)),
        ("Met by", met),
        ("Not needed after", ended),
        ("Pauses", tuple(_pause(pause) for pause in rule.pauses)),
        ("For a child", tuple(f"{_child(way)}." for way in rule.child)),
    )
    return tuple((name, lines) for name, lines in rows if lines)


def _trigger(fact: Trigger) -> str:
    """Return a fact in words, with the values that it must have."""
    values = "; ".join(_field(name, codes) for name, codes in fact.where.items())
    return f"{label('fact_kind', fact.fact)}{f': {values}' if values else ''}"


def _field(name: str, codes: tuple[str, ...]) -> str:
    if name in _LISTS:
        return joined([label(_LISTS[name], code) for code in codes], "or")
    return f"{name}: {joined([label(_OTHER_LISTS.get(name, 'yes_no_unknown'), code) for code in codes], 'or')}"


def _length(rule: ClockRule) -> str:
    wording = worded(rule, rule.own_reading).replace(", an end", "; an end")
    if not wording:
        return "We do not know how long this period is. Casepath shows no date for it."
    match rule.kind:
        case "limitation":
            return f"The person must act within {wording}."
        case "minimum":
            return f"The person is protected for at least {wording}."
        case "maximum":
            return f"This lasts at most {wording}."
        case _:
            duty = _DUTIES[rule.duty]
            return f"{duty[0].upper()}{duty[1:]} should act within {wording}."


def _start(start: Trigger) -> str:
    notes = []
    if start.if_no:
        notes.append(f"only if this is not recorded: {label('fact_kind', start.if_no)}")
    if start.undated:
        notes.append(_UNDATED[start.undated])
    if start.interval:
        bounds = [label("fact_kind", fact) for fact in (*start.interval.not_before, *start.interval.not_after)]
        notes.append(f"if its day is not known, it lies between these: {joined(bounds, 'and')}")
        notes += ["each act also has a period of its own"] if start.interval.each_act else []
    return _trigger(start) + (f" ({'; '.join(notes)})" if notes else "")


def _counted_from(rule: ClockRule) -> tuple[str, ...]:
    if rule.count_from == ("learnt",):
        return ("The day of receipt.",)
    if "learnt" in rule.count_from:
        return ("The day of the event. The date from the day of receipt is shown next to it.",)
    return ("The day of the event.",)


def _end(end: Trigger, *, same_stage: bool) -> str:
    return f"{_trigger(end)}{' (about the same stage)' if same_stage else ''}"


def _pause(pause: Pausing) -> str:
    said = [f"The time stops from “{label('fact_kind', pause.begins)}” until “{label('fact_kind', pause.ends)}”."]
    if pause.at_most:
        said.append(f"It stops for at most {joined([_cap(cap) for cap in pause.at_most], 'and')}.")
    if pause.left:
        said.append(f"Time left after the pause: at least {pause.left.words}.")
    if pause.count == "first":
        said.append("Only the first such pause counts.")
    return " ".join(said)


def _cap(cap: Cap) -> str:
    return cap.length.words if cap.effective_from is None else f"{cap.length.words} (from {cap.effective_from})"


def _child(way: ChildWay) -> str:
    first = f"If “{label('fact_kind', way.fact)}” was before the age of {way.before_age}: " if way.fact else ""
    if way.until_age is not None:
        return f"{first}until the birthday on which the person becomes {way.until_age}"
    if way.length is None:
        return f"{first}no date is known"
    base = f"“{label('fact_kind', way.from_fact)}”" if way.from_fact else f"the birthday at {way.from_age}"
    return f"{first}{way.length.words} from {base}"
