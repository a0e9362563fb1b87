"""`docs/reference/errors.md`: every error of services and commands, with its cause and the next step."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from deploy.cli.installation import SERVICES
from deploy.documents.refusals import Refusal, refusals
from shared.http.field_codes import SAID, STEPS
from shared.http.problems import problem_type

PAGE: Final = "docs/reference/errors.md"
_HEAD: Final = """# Errors

Generated from the code by `make documents`; a test fails when it is stale.

A service answers an error with a problem document (RFC 9457). Compare its `type`, and the `code` or `rule` of each
entry in `errors`: they are the same in every language. `title`, `detail` and `message` are translated. In the tables,
the first sentence of a message is under *what happened and why*, and the others are under *what to do*. A value in
braces, such as `{field}`, differs in each message.
"""
_TYPES: Final = """## Problem types

A retry helps if the table says so: send the same request again, with the same `Idempotency-Key`. If the response has a
`Retry-After` header, wait that many seconds first. Other errors stay until the request or the data changes.
"""
_FIELDS: Final = """## Fields

An entry of `errors` with a `field` and a `code` names a field that is not valid (status 422, `Check the fields`).
"""
_RULES: Final = """## Rules of {place}

An entry of `errors` with a `rule` names the rule that the request breaks.
"""
_COMMANDS: Final = """## Commands

`./casepath` ends with exit code 1 or 2 and prints what happened, why, and what to do.
"""
_SETTINGS: Final = """## Settings

A service does not start with a setting that is not valid. It prints one of these messages.
"""
_PLACES: Final = {"shared": "every service", "deploy": "commands"}


def page() -> str:
    """Return the page as Markdown."""
    texts = [each for each in refusals() if not each.is_of_another]
    problems = [each for each in texts if each.place != "deploy" and each.kind != "SettingRefused"]
    places = ["shared", *(place for place in SERVICES if any(each.place == place for each in problems))]
    return "\n".join(
        [
            _HEAD,
            _TYPES,
            *_table(("title", "type", "status", "retry helps"), _types(problems)),
            "## Requests\n",
            *_table(
                ("title", "what happened and why", "what to do"),
                [(each.title, each.happened, each.to_do) for each in problems if not each.rule],
            ),
            *(line for place in places for line in _rules(place, problems)),
            _FIELDS,
            *_table(
                ("code", "message", "what to do"),
                [(f"`{code}`", "<br>".join(SAID[code]), STEPS[code]) for code in SAID],
            ),
            _COMMANDS,
            *_table(
                ("what happened", "why", "what to do"),
                [
                    (each.happened, each.why, each.to_do)
                    for each in texts
                    if each.place == "deploy" and each.kind != "SettingRefused"
                ],
            ),
            _SETTINGS,
            *_table(
                ("what happened and why", "what to do"),
                [(each.happened, each.to_do) for each in texts if each.kind == "SettingRefused"],
            ),
        ]
    )


def _types(problems: Iterable[Refusal]) -> list[tuple[str, ...]]:
    """Return a row for each problem type and status."""
    found: dict[tuple[str, str], bool] = {}
    for each in problems:
        if each.title and not re.search("[{}]", each.title + each.status):
            found[each.title, each.status] = found.get((each.title, each.status), False) or each.is_worth_a_retry
    rows = sorted(found.items(), key=lambda item: (item[0][1], item[0][0]))
    return [(title, f"`{problem_type(title)}`", status, "yes" if retry else "no") for (title, status), retry in rows]


def _rules(place: str, problems: Iterable[Refusal]) -> list[str]:
    rows = [
        (f"`{each.rule}`", each.status, each.happened, each.to_do)
        for each in problems
        if each.rule and each.place == place
    ]
    if not rows:
        return []
    head = _RULES.format(place=_PLACES.get(place, f"`{place}`"))
    return [head, *_table(("rule", "status", "what happened and why", "what to do"), sorted(rows))]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = dict.fromkeys(f"| {' | '.join(map(_cell, row))} |" for row in rows)
    return [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |", *lines, ""]


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()
