"""Check a declared provider: whether it can be reached, and which of its keys are usable."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from shared.access.providers.declared import Provider
from shared.access.providers.fetching import Fetched, ProviderAway, fetch
from shared.access.providers.keys import Key, usable, verifies


@dataclass(frozen=True)
class Look:
    """The result of a check: the number of published and usable keys, and their algorithms."""

    issuer: str
    published: int = 0
    usable: int = 0
    algorithms: tuple[str, ...] = ()
    #: The reason for missing keys: the code that services log.
    trouble: str = ""


def look(provider: Provider, fetch: Callable[[Provider], Fetched] = fetch) -> Look:
    """Query a provider for its keys, through its discovery document unless their address is declared."""
    try:
        fetched = fetch(provider)
        return look_of(provider, len(fetched.keys), usable(fetched).values())
    except ProviderAway as away:
        return Look(provider.issuer, trouble=away.reason)


def look_of(provider: Provider, published: int, keys: Collection[Key]) -> Look:
    """Return the result for a provider's published and usable keys."""
    algorithms = tuple(name for name in provider.algorithms if any(verifies(key, name) for key in keys))
    return Look(provider.issuer, published, len(keys), algorithms)
