"""Consistency checks of an instrument: a band that no total reaches, a rule without an item, forbidden texts."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

from shared.reference.errors import BrokenReference
from shared.reference.instruments.forms import MAY_SHIP, Instrument, Licence, Text


def check(instrument: Instrument) -> None:
    """Raise `BrokenReference`, with the key in the file as its place, for an instrument that contradicts itself."""
    _check_items(instrument)
    _check_bands(instrument)
    _check_cutoffs(instrument)
    _check_patterns(instrument)
    if not instrument.bands and not instrument.patterns and instrument.total is None:
        raise BrokenReference("total", "is missing, and there are no rules: the answers would have no result")


def _check_items(instrument: Instrument) -> None:
    for item in instrument.is_reversed:
        if item not in instrument.scale:
            raise BrokenReference("items.reversed", f"{item} is no item of this instrument")
    for place, risk in enumerate(instrument.risks):
        if risk.item not in instrument.scale:
            raise BrokenReference(f"risk[{place}].item", "is no item of this instrument")
        if not min(instrument.scale[risk.item]) < risk.least <= max(instrument.scale[risk.item]):
            raise BrokenReference(f"risk[{place}].from", "does not distinguish between the answers")
    total, missing = instrument.total, instrument.missing
    if total is not None and not set(total.items) <= instrument.scale.keys():
        raise BrokenReference("total.of", "names an item that is not in this instrument")
    if not missing.never <= instrument.scale.keys():
        raise BrokenReference("missing.never", "names an item that is not in this instrument")
    if missing.most and not {risk.item for risk in instrument.risks} <= missing.never:
        raise BrokenReference("missing.never", "must name each risk item: a missing answer to it is never filled in")


def _check_bands(instrument: Instrument) -> None:
    edges = [edge for edge, _code in instrument.bands]
    if not edges:
        return
    if instrument.total is None:
        raise BrokenReference("bands", "need a total, and there is none")
    if edges[0] != instrument.lowest:
        raise BrokenReference("bands[0].from", f"must be the lowest total, {instrument.lowest}")
    for place, (before, edge) in enumerate(itertools.pairwise(edges), start=1):
        if edge <= before:
            raise BrokenReference(f"bands[{place}].from", "must be above the previous one")
    if edges[-1] > instrument.highest:
        raise BrokenReference(f"bands[{len(edges) - 1}].from", f"is past the highest total, {instrument.highest}")
    codes = [code for _edge, code in instrument.bands]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            raise BrokenReference(f"bands[{place}].code", "is the code of another band too")


def _check_cutoffs(instrument: Instrument) -> None:
    for place, at in enumerate(instrument.cutoffs.values()):
        if instrument.total is None or not instrument.lowest < at <= instrument.highest:
            raise BrokenReference(f"cutoffs[{place}].at", "must be a total between the lowest and the highest")


def _check_patterns(instrument: Instrument) -> None:
    codes = [pattern.code for pattern in instrument.patterns]
    for place, pattern in enumerate(instrument.patterns):
        if not pattern.items <= instrument.scale.keys():
            raise BrokenReference(f"rules[{place}]", "names an item that is not in this instrument")
        if pattern.code in codes[:place]:
            raise BrokenReference(f"rules[{place}].code", "is the code of another rule too")
        without = next((other for other in instrument.patterns if other.code == pattern.unless), None)
        if pattern.unless is not None and (without is None or without.unless is not None):
            raise BrokenReference(f"rules[{place}].unless", "must name a rule without another `unless`")


def check_licence(place: str, licence: Licence) -> None:
    """Raise `BrokenReference` for texts that are declared as shipped, under a licence that does not allow it."""
    if licence.wording == "shipped" and licence.id not in MAY_SHIP:
        raise BrokenReference(place, f"{licence.id!r} does not allow everyone to share the texts for any use")


def check_words_may_be(place: str, licence: Licence, *, ours: bool) -> None:
    """Raise `BrokenReference` for texts that are not allowed where they are: in the repository, or anywhere."""
    if licence.wording == "never":
        raise BrokenReference(place, "are texts that the owners of this instrument do not allow here")
    if ours and licence.wording != "shipped":
        raise BrokenReference(place, "are texts that only an installation can add, by this instrument's licence")


def with_texts(instrument: Instrument, texts: Mapping[str, Text]) -> Instrument:
    """Return an instrument with its texts."""
    return replace(instrument, texts=texts)
