"""What a declared provider answers now: whether it can be reached, and what its keys can be used for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from shared.access.providers.declared import Provider
from shared.access.providers.fetching import Fetched, ProviderAway, fetch
from shared.access.providers.keys import Key, usable, verifies


@dataclass(frozen=True)
class Look:
    """What a provider answered: how many keys it publishes, how many can be used, and for which algorithms."""

    issuer: str
    published: int = 0
    usable: int = 0
    algorithms: tuple[str, ...] = ()
    #: Why there are no keys: the code that services log.
    trouble: str = ""


def look(provider: Provider, fetch: Callable[[Provider], Fetched] = fetch) -> Look:
    """Ask a provider for its keys, by its discovery document where its declaration does not name their address."""
    try:
        fetched = fetch(provider)
        return look_of(provider, len(fetched.keys), usable(fetched).values())
    except ProviderAway as away:
        return Look(provider.issuer, trouble=away.reason)


def look_of(provider: Provider, published: int, keys: Collection[Key]) -> Look:
    """Return what is to be said of a provider's keys; `keys` are those that can be used."""
    algorithms = tuple(name for name in provider.algorithms if any(verifies(key, name) for key in keys))
    return Look(provider.issuer, published, len(keys), algorithms)
