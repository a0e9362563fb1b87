"""Routes for code lists and profiles with labels in the caller's language, for forms."""

import functools
import json
from typing import Final

from marshmallow import fields

from shared.access.declarations import declare, nullable, omittable
from shared.access.tokens import TokenRefused
from shared.access.views import View, part, parts
from shared.http import Call, Refused, Reply, route
from shared.http.headers import of_language
from shared.http.route import Query
from shared.operate.documents import Document, document_of
from shared.reference import JURISDICTIONS, code_lists, profile
from shared.reference.words import documents

_LANGUAGE = declare(fields.String(), None, "The language that its words are in.", example="nl")
_READ = declare(fields.Boolean(), None, "Whether a native speaker has read these words; if not, say so on a screen.")
_WORDS = declare(fields.String(), None, "What it is called.", example="Why the case was closed")
_CODE = declare(fields.String(), None, "The code, as it is sent and stored.", example="goals_met")


class SpokenLanguage(View):
    """A language that has translations."""

    language = declare(fields.String(), None, "Its code.", example="nl")
    read_by_native_speaker = _READ


class NamedCodeList(View):
    """A list of codes, and its label."""

    list = declare(fields.String(), None, "Its name.", example="closure_reason")
    label = _WORDS
    about = declare(fields.String(), None, "`person`, `work`, or `exchange`: the words of others.", example="work")
    public = declare(fields.Boolean(), None, "Whether anybody may read it without a token.")
    codes = declare(fields.Integer(), None, "How many codes are recorded today.", example=9)


class CodeLists(View):
    """Every list that the caller can read."""

    language = _LANGUAGE
    read_by_native_speaker = _READ
    languages = parts(SpokenLanguage)
    lists = parts(NamedCodeList)


class WordsOfCode(View):
    """A code with its labels."""

    code = _CODE
    label = declare(fields.String(), None, "What a screen shows for it.", example="What was agreed was achieved")
    hint = declare(nullable(fields.String()), None, "A sentence about it, where it is not plain.", example=None)
    label_for_child = declare(
        nullable(fields.String()), None, "What a screen shows for it where it is about a child.", example=None
    )


class ListedCode(WordsOfCode):
    """A code of a list."""

    taken = declare(fields.Boolean(), None, "Whether it is recorded today; one that is not is read for ever.")
    effective_from = declare(nullable(fields.String()), None, "The day from which it holds.", example="2026-11-25")
    effective_to = declare(nullable(fields.String()), None, "The last day on which it holds.", example=None)


class WordedCodeList(View):
    """A list of codes in its own order, each with its labels."""

    list = declare(fields.String(), None, "Its name.", example="closure_reason")
    label = _WORDS
    about = declare(fields.String(), None, "`person`, `work`, or `exchange`: the words of others.", example="work")
    public = declare(fields.Boolean(), None, "Whether anybody may read it without a token.")
    language = _LANGUAGE
    read_by_native_speaker = _READ
    attribution = declare(
        fields.List(fields.String()), None, "What must be said wherever the list is shown or handed on.", example=[]
    )
    codes = parts(ListedCode)


class WordBundle(View):
    """The labels of several lists in one language."""

    language = _LANGUAGE
    read_by_native_speaker = _READ
    lists = declare(
        fields.Dict(),
        None,
        "By the name of each list: its `label`, and in `codes` by each code its `label` and, where there are any, its "
        "`hint` and `label_for_child`.",
        example={"closure_reason": {"label": "Why the case was closed", "codes": {"other": {"label": "Other"}}}},
    )


#: The query of the bundle.
_IN_LANGUAGE: Final[Query] = (
    "language",
    {"type": "string", "example": "nl"},
    "the language; without it, by `Accept-Language`",
)
_OF_LISTS: Final[Query] = (
    "lists",
    {"type": "string", "example": "closure_reason,due_item"},
    "the names of lists, separated by commas; without it, every list that the caller may read",
)
#: The most bundles in the cache: each requested combination of lists is one.
_MOST_BUNDLES: Final = 64


class SourcedStatement(View):
    """A statement of a law with its source. Its other fields depend on its kind."""

    code = omittable(_CODE)
    label = omittable(_WORDS)
    source = declare(fields.String(), None, "Where it is from.", example="Modern Slavery Act 2015, section 52")
    layer = declare(fields.String(), None, "The profile in which it stands, a parent's or its own.", example="NL")
    certainty = part(WordsOfCode)
    check = part(WordsOfCode)
    read_on = declare(nullable(fields.String()), None, "The day on which the source was read.", example="2026-11-25")
    from_memory = declare(fields.Boolean(), None, "Whether it was not read, and rests on what people know.")
    effective_from = declare(fields.String(), None, "The day from which it holds.", example="2013-04-01")
    effective_to = declare(nullable(fields.String()), None, "The last day on which it holds.", example=None)
    note = declare(nullable(fields.String()), None, "Further notes, in English.", example=None)


class Jurisdiction(WordsOfCode):
    """A jurisdiction: the path, who decides, outcomes, periods, remedies, rights, bodies, help, each sourced."""

    language = _LANGUAGE
    read_by_native_speaker = _READ
    country = declare(fields.String(), None, "The country (ISO 3166-1).", example="NL")
    currency = declare(fields.String(), None, "The currency of its awards (ISO 4217).", example="EUR")
    timezone = declare(fields.String(), None, "In whose days it counts (IANA).", example="Europe/Amsterdam")
    languages = parts(WordsOfCode)
    consent = part(SourcedStatement)
    majority = part(SourcedStatement)
    duty_to_notify = part(SourcedStatement)
    first_responders = part(SourcedStatement)
    authorities = parts(SourcedStatement)
    stages = parts(SourcedStatement)
    periods = declare(fields.List(fields.Dict()), None, "Periods, each with the versions of its rule.", example=[])
    other_periods = parts(SourcedStatement)
    remedies = parts(SourcedStatement)
    rights = parts(SourcedStatement)
    residence = parts(SourcedStatement)
    entitlements = parts(SourcedStatement)
    help = parts(SourcedStatement)


class OperatedReference:
    """The routes, for a service class that has an `edge`. Each list's file declares whether the public can read it."""

    @route("GET", "/v1/reference/lists", action=None, knows_callers=True, conditional=True, reply=CodeLists)
    def code_lists(self, call: Call) -> Reply:
        """Return the code lists that the caller can read, with their labels."""
        return _reply(_lists(call.language, is_public=not call.is_signed_in), call.language)

    @route(
        "GET",
        "/v1/reference/lists/<string:name>",
        action=None,
        knows_callers=True,
        conditional=True,
        reply=WordedCodeList,
    )
    def code_list(self, call: Call) -> Reply:
        """Return a code list in its own order, each code with its labels."""
        found = code_lists().get(call.path["name"])
        if found is None:
            raise Refused(
                404, "Not found", "There is no code list with this name. Read the names at /v1/reference/lists."
            )
        if not (found.public or call.is_signed_in):
            raise TokenRefused("list_is_not_public")
        return _reply(_list(found.name, call.language), call.language)

    @route(
        "GET",
        "/v1/words",
        action=None,
        knows_callers=True,
        conditional=True,
        query=(_IN_LANGUAGE, _OF_LISTS),
        reply=WordBundle,
    )
    def words(self, call: Call) -> Reply:
        """Return the labels of several code lists in one language, as one document with one ETag."""
        language = _asked_language(call)
        return _reply(_bundle(_asked_lists(call), language), language)

    @route(
        "GET",
        "/v1/reference/jurisdictions/<string:code>",
        action=None,
        knows_callers=True,
        conditional=True,
        reply=Jurisdiction,
    )
    def jurisdiction(self, call: Call) -> Reply:
        """Return a jurisdiction's profile: stages, who decides, periods, remedies, bodies and help, with sources."""
        code = call.path["code"]
        if code not in JURISDICTIONS:
            raise Refused(
                404, "Not found", "There is no profile of this jurisdiction. Choose a value of the list `jurisdiction`."
            )
        return _reply(_jurisdiction(code, call.language), call.language)


def _reply(document: Document, language: str) -> Reply:
    reply = document.reply()
    reply.headers.update(of_language(language))
    return reply


def _asked_language(call: Call) -> str:
    """Return the language of a bundle.

    Raises `Refused` for one without translations that the caller is allowed to see.
    """
    language = call.query.get("language", call.language)
    if language not in call.languages:
        raise Refused(
            400,
            "Check the address",
            f"The value of `language` is not known. Choose one of these: {', '.join(call.languages)}.",
        )
    return language


def _asked_lists(call: Call) -> tuple[str, ...]:
    """Return the names of the lists of a bundle. Raises `Refused` for an unknown one, and `TokenRefused`."""
    readable = [found.name for found in code_lists().values() if found.public or call.is_signed_in]
    if "lists" not in call.query:
        return tuple(readable)
    names = sorted(set(call.query["lists"].split(",")))
    unknown = [name for name in names if name not in code_lists()]
    if unknown:
        raise Refused(
            400, "Check the address", "A name in `lists` is not a code list. Read the names at /v1/reference/lists."
        )
    if not set(names) <= set(readable):
        raise TokenRefused("list_is_not_public")
    return tuple(names)


@functools.lru_cache(_MOST_BUNDLES)
def _bundle(names: tuple[str, ...], language: str) -> Document:
    return _json(documents.word_bundle([code_lists()[name] for name in names], language))


@functools.cache
def _lists(language: str, *, is_public: bool) -> Document:
    shown = [found for found in code_lists().values() if found.public or not is_public]
    languages = documents.told_languages()
    return _json(
        {
            **next(spoken for spoken in languages if spoken["language"] == language),
            "languages": languages,
            "lists": documents.told_lists(shown, language),
        }
    )


@functools.cache
def _list(name: str, language: str) -> Document:
    return _json(documents.told_list(code_lists()[name], language))


@functools.cache
def _jurisdiction(code: str, language: str) -> Document:
    return _json(documents.told_profile(profile(code), language))


def _json(document: documents.Told) -> Document:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return document_of(text.encode(), "application/json")
