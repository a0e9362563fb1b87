"""The largest body that a route's schema accepts, and bodies of the maximum request size that it rejects."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from marshmallow import Schema, fields, validate

from shared.access.declarations import example_of
from shared.events.contract import Code, Day, Instant, Moment, PartialDay
from shared.events.kinds import BoundedMap
from shared.http.server import LARGEST_BODY

#: Characters that expand to many or are many bytes long, between ordinary words.
RARE = "\ufdfa\u33ff"
#: Fields that do not accept any text.
FORMED = {"begins": "09:00", "ends": "17:00", "zone": "America/Argentina/ComodRivadavia", "from": "2026-03-06"}
WORDS = 40
TODAY = datetime.now(UTC)


def largest(schema: type[Schema], chance: random.Random, left_out: float = 0) -> bytes:
    """Return a body with every field, lists and maps at their full length, and the longest and rarest texts.

    The texts are shorter if the body would exceed the limit of a request. `left_out` is the share of optional fields to
    omit, for routes that do not allow all of them together.
    """
    for share in (1.0, 0.5, 0.25, 0.1):
        whole = _object(schema, chance, share)
        body = _written({name: whole[name] for name in _kept(schema, chance, left_out)})
        if len(body) <= LARGEST_BODY:
            return body
    raise ValueError(f"{schema.__name__} has no body that a request can hold")


def hostile(schema: type[Schema]) -> Iterator[tuple[str, bytes]]:
    """Yield rejected bodies of the maximum size, with the reason for each."""
    many = {f"{number:x}": 1 for number in range(5_000)}
    yield "unknown fields", _written(many)
    yield "many small lists", b'{"a": [' + b"[]," * 20_000 + b"1]}"
    yield "escaped characters", b'{"a": ["' + b'\\u0001","' * 7_000 + b'"]}'
    for name, field in schema().fields.items():
        key = field.data_key or name
        if isinstance(field, fields.List):
            yield f"`{key}` too long", _written({key: ["\u4e00"] * 8_000})
            if isinstance(field.inner, fields.Nested):
                yield f"`{key}` of strangers", _written({key: [dict(list(many.items())[:90])] * 50})
        elif isinstance(field, (fields.Mapping, fields.Nested)):
            yield f"`{key}` of strangers", _written({key: many})
        elif isinstance(field, fields.String):
            yield f"`{key}` of marks", _written({key: "a" + "\u0316\u0301" * 15_000})


def _kept(schema: type[Schema], chance: random.Random, left_out: float) -> list[str]:
    return [
        field.data_key or name
        for name, field in schema().fields.items()
        if field.required or chance.random() >= left_out
    ]


def _written(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _object(schema: type[Schema], chance: random.Random, share: float) -> dict[str, Any]:
    return {
        field.data_key or name: _field(field.data_key or name, field, chance, share)
        for name, field in schema().fields.items()
    }


def _field(name: str, field: fields.Field[Any], chance: random.Random, share: float) -> Any:
    if isinstance(field, fields.Nested):
        return _object(type(field.schema), chance, share)
    if isinstance(field, fields.List):
        return _list(name, field, chance, share)
    if isinstance(field, BoundedMap):
        names = _choices(field.key_field) if field.key_field else []
        return {key: _field(name, field.value_field, chance, share) for key in names if field.value_field}
    choices = _choices(field)
    return chance.choice(choices) if choices else _plain(name, field, chance, share)


def _list(name: str, field: fields.List[Any], chance: random.Random, share: float) -> list[Any]:
    most = _longest(field)
    choices = _choices(field.inner)
    if choices:
        return chance.sample(choices, min(most, len(choices)))
    return [_field(name, field.inner, chance, share) for _ in range(most)]


def _longest(field: fields.Field[Any]) -> int:
    return next((int(check.max) for check in field.validators if isinstance(check, validate.Length) and check.max), 1)


def _choices(field: fields.Field[Any]) -> list[Any]:
    return [choice for check in field.validators if isinstance(check, validate.OneOf) for choice in check.choices]


def _plain(name: str, field: fields.Field[Any], chance: random.Random, share: float) -> Any:  # noqa: PLR0911 - a case a kind
    if name in FORMED:
        return FORMED[name]
    if isinstance(field, fields.Boolean):
        return chance.choice((True, False))
    if isinstance(field, fields.UUID):
        return str(uuid4())
    if isinstance(field, PartialDay):
        return "2019-03" if name == "since" else "2026-03-02"
    if isinstance(field, Moment):
        return "2026-03-02"
    if isinstance(field, Day):
        return chance.choice((TODAY.date().isoformat(), "2026-03-02"))
    if isinstance(field, Instant):
        return TODAY.isoformat()
    if isinstance(field, fields.Integer):
        return next((check.max for check in field.validators if isinstance(check, validate.Range)), 1)
    if isinstance(field, Code):
        return example_of(field)
    return _rare(max(1, int(_longest(field) * share)), chance)


def _rare(length: int, chance: random.Random) -> str:
    # The number of different words: a person's names can contain a hundred.
    kinds = (chr(0xAC00 + 28 * chance.randrange(WORDS)) for _ in range(length // 16 + 1))
    return "".join(f"{chance.choice(RARE)}{kind * 14} " for kind in kinds)[:length].strip() or "A"
