"""What a declared provider answers just now: whether it can be reached, and what its keys can be used for.

In Docker one container alone has a way out, so there it asks: `python -m deploy.cli.provider_look` prints the answers.
"""

import json
import sys
from dataclasses import asdict, dataclass

from deploy.cli.declared_providers import declared
from deploy.cli.installation import here
from shared.access.providers import Provider
from shared.access.providers.fetching import ProviderAway, fetch
from shared.access.providers.keys import usable, verifies


@dataclass(frozen=True)
class Look:
    """What a provider answered: how many keys it publishes, how many can be used, and for which algorithms."""

    issuer: str
    published: int = 0
    usable: int = 0
    algorithms: tuple[str, ...] = ()
    #: Why it is none: the code that services log.
    trouble: str = ""


def look(provider: Provider) -> Look:
    """Ask a provider for its keys, by its discovery document where none says where they are."""
    try:
        fetched = fetch(provider)
        keys = usable(fetched).values()
    except ProviderAway as away:
        return Look(provider.issuer, trouble=away.reason)
    can = tuple(name for name in provider.algorithms if any(verifies(key, name) for key in keys))
    return Look(provider.issuer, len(fetched.keys), len(keys), can)


def main() -> int:
    """Print what each declared provider answers, as JSON."""
    print(json.dumps([asdict(look(provider)) for provider in declared(here())]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
