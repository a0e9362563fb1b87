"""What a statement says, in plain words. A kind of statement without its own words shows its summary."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from deploy.review_pack.labels import joined, label, listed
from deploy.review_pack.rules import sentences_of_period
from shared.reference import Statement


def in_plain_words(statement: Statement) -> tuple[str, ...]:
    """Return the sentences of a statement."""
    told = _SECTIONS.get(statement.section)
    return (f"{statement.says}.",) if told is None else tuple(sentence for sentence in told(statement.leaf) if sentence)


def _bodies(codes: Iterable[str]) -> str:
    """Return bodies, which are authorities of the profile or first responders."""
    return joined([label("authority" if "." in code else "first_responder", code) for code in codes], "and")


def _consent(leaf: Any) -> tuple[str, ...]:
    adult, child = ("must" if asked else "does not have to" for asked in (leaf.adult, leaf.child))
    return (
        f"An adult {adult} consent before a referral to official identification. A child {child} consent.",
        f"The basis for a child is: {label('consent_basis', leaf.child_basis)}.",
        f"The basis for an adult who cannot decide is: {label('consent_basis', leaf.unable_basis)}.",
    )


def _duty(leaf: Any) -> tuple[str, ...]:
    others = " Any other institution that finds a possible victim has this duty, too." if leaf.any_institution else ""
    receiver = f"They report to: {_bodies([leaf.receiver])}. " if leaf.receiver else ""
    identity = "must not" if leaf.anonymous else "may"
    return (
        f"These bodies must report a possible victim, even without consent: {_bodies(leaf.bodies)}.{others}",
        f"{receiver}Without consent, the report {identity} identify the person.",
    )


def _stage(leaf: Any) -> tuple[str, ...]:
    kinds = {"submission": "a submission to an authority", "decision": "a decision", "step": "a step"}
    by = {"submission": "It goes to", "decision": "It is made by", "step": "It is taken by"}[leaf.kind]
    return (
        f"This is {kinds[leaf.kind]} in the official identification.",
        f"{by}: {_bodies(leaf.authorities)}." if leaf.authorities else "",
        f"Possible outcomes: {listed('decision_outcome', leaf.outcomes)}." if leaf.outcomes else "",
        f"It comes after: {listed('identification_stage', leaf.requires)}." if leaf.requires else "",
        f"It can replace: {listed('identification_stage', leaf.reconsiders)}." if leaf.reconsiders else "",
        f"It can be requested by: {listed('requester', leaf.requested_by)}." if leaf.requested_by else "",
        "It needs the consent that this law requires." if leaf.needs_consent else "",
    )


def _remedy(leaf: Any) -> tuple[str, ...]:
    limit = (
        f"Its limit is the period “{label('clock_code', leaf.clock)}”." if leaf.clock else "We know no limit in days."
    )
    return f"This is a way to compensation or other redress. Where: {leaf.forum}.", limit


def _residence(leaf: Any) -> tuple[str, ...]:
    return (
        f"A ground for residence is: {leaf.name}.",
        f"It is decided by: {_bodies(leaf.authorities)}." if leaf.authorities else "",
        f"It is granted for at least {leaf.at_least.words}." if leaf.at_least else "",
    )


def _basis(leaf: Any) -> tuple[str, ...]:
    kinds = {"residence": "leave to stay", "legal_aid": "legal aid", "non_punishment": "not being punished"}
    return (
        f"This is a legal basis of: {', '.join(kinds[kind] for kind in leaf.kinds)}.",
        "A refusal is challenged as a refusal of asylum is." if leaf.asylum else "",
    )


def _entitlement(leaf: Any) -> tuple[str, ...]:
    lasts = {"minimum": "at least", "maximum": "at most", "open": "for"}[leaf.kind]
    then = f"It can be followed by: {listed('entitlement', leaf.then, 'or')}." if leaf.then else ""
    by = leaf.prolonged_by
    return (
        f"The person is entitled to: {label('entitlement', leaf.code)}.",
        f"It starts with: {label('entitlement_start', leaf.starts)}.",
        f"It ends with: {label('entitlement_end', leaf.ends_with)}.",
        f"It lasts {lasts} {leaf.days} days." if leaf.days else "",
        f"It can be extended by: {label('entitlement_prolonging', by)}." if by else "",
        then,
    )


def _other_period(leaf: Any) -> tuple[str, ...]:
    return f"{leaf.name}.", f"The period is {leaf.length.words}, counted from {leaf.counted_from}."


def _right(leaf: Any) -> tuple[str, ...]:
    answered = f"The authorities have {leaf.answered_in.words} to answer a request." if leaf.answered_in else ""
    return f"The person has this right, and it must be explained: {label('victim_right', leaf.code)}.", answered


def _conflict(leaf: Any) -> tuple[str, ...]:
    first, second = label("remedy", leaf.first), label("remedy", leaf.second)
    return (f"What “{first}” means for “{second}”: {label('remedy_conflict', leaf.effect)}.",)


_SECTIONS: Final[Mapping[str, Callable[[Any], tuple[str, ...]]]] = MappingProxyType(
    {
        "timezone": lambda leaf: (f"Days begin and end by the local time of {leaf.name}.",),
        "calendar": lambda leaf: (
            "Working days are all days except Saturdays, Sundays and public holidays.",
            f"The public holidays are those of {leaf.calendar.country} {leaf.calendar.subdivision or ''}".rstrip()
            + ".",
        ),
        "day off": lambda leaf: (f"{leaf.name} is a day of rest, as a public holiday is.",),
        "languages": lambda leaf: (f"The authorities work in: {listed('language', leaf.values)}.",),
        "consent": _consent,
        "duty to notify": _duty,
        "first responders": lambda leaf: (
            f"Only these bodies can refer a person to the authority: {_bodies(leaf.bodies)}.",
        ),
        "majority": lambda leaf: (f"A person is a child until the birthday on which they become {leaf.years}.",),
        "retention": lambda leaf: (
            f"A closed file ({label('record_class', leaf.record_class)}) is kept for {leaf.years} years.",
        ),
        "risk looked at again": lambda leaf: (
            "Staff assess the risk again after some time. By level of risk, this is: "
            + ", ".join(f"{label('risk_level', level)} {length.words}" for level, length in leaf.after.items())
            + ".",
        ),
        "danger now": lambda leaf: (
            f"The highest risk in these areas means danger now: {listed('need_domain', leaf.domains)}.",
        ),
        "authority": lambda leaf: (f"{leaf.name} is an authority in the official identification.",),
        "stage": _stage,
        "clock": sentences_of_period,
        "period without a clock": _other_period,
        "remedy": _remedy,
        "conflict of remedies": _conflict,
        "right": _right,
        "residence": _residence,
        "basis": _basis,
        "jurisdiction": lambda leaf: (f"The country is {leaf.country}. Awards are in {leaf.currency}.",),
        "entitlement": _entitlement,
    }
)
