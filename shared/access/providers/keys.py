"""The known keys of the providers, and the loop that keeps them fresh.

A request finds its key in memory or is refused; it never waits for a provider. An unknown key triggers an early fetch,
with a rate limit against invented keys. Fetched keys are stored, so that a process can start while a provider is
unavailable.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from sqlalchemy import Column, DateTime, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import SQLAlchemyError

from shared.access.providers.declared import Provider
from shared.access.providers.fetching import Fetched, ProviderAway
from shared.access.tokens import TokenRefused
from shared.store.database import Database, metadata
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: Seconds between fetches of a set: normally, after a failure, and for an unknown key.
EVERY, AFTER_FAILURE, EARLY = 300.0, 15.0, 10.0
LOOK_SECONDS = 0.5
#: Maximum age of unconfirmed keys (seconds): a provider could have withdrawn a key in the meantime.
LONGEST_UNCONFIRMED = timedelta(hours=24)
MOST_KEYS = 100
LONGEST_KEY_ID = 500
SMALLEST_RSA: Final = 2_048

log = logger()
Key = RSAKey | ECKey | OKPKey

provider_keys = Table(
    "provider_keys",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("key_set", JSONB, nullable=False, comment="public keys alone, as the provider last published them"),
    Column("fetched_at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class _Known:
    keys: Mapping[str, Key]
    fetched_at: datetime


@dataclass
class KnownKeys:
    """Known keys by issuer and key id, shared by requests (readers) and the loop (writer).

    `generation` increases whenever keys change: tokens verified earlier must be verified again, because their key might
    have been withdrawn.
    """

    generation: int = 0
    _known: dict[str, _Known] = field(default_factory=dict)
    _wanted: set[str] = field(default_factory=set)

    def find(self, issuer: str, key_id: str, algorithm: str) -> Key:
        """Return a provider's key for an algorithm. Raises `TokenRefused`, and requests a fetch for an unknown key."""
        known = self._known.get(issuer)
        if known is None:
            raise TokenRefused("provider_has_no_keys_yet")
        if self.is_outdated(issuer):
            raise TokenRefused("provider_is_away_too_long")
        key = known.keys.get(key_id)
        if key is None:
            self._wanted.add(issuer)
            raise TokenRefused("unknown_key")
        if key.alg not in (None, algorithm):
            raise TokenRefused("key_is_for_another_algorithm")
        return key

    def take(self, issuer: str, fetched: Fetched) -> None:
        """Replace a provider's keys with these. Raises `ProviderAway` if none is usable."""
        keys = usable(fetched)
        before = self._known.get(issuer)
        if before is None or _thumbprints(before.keys) != _thumbprints(keys):
            self.generation += 1
        self._known[issuer] = _Known(keys, fetched.at)

    def unconfirmed(self, issuer: str) -> timedelta:
        """Return the seconds since keys were last confirmed by the provider; the maximum if none is known."""
        known = self._known.get(issuer)
        return timedelta.max if known is None else datetime.now(UTC) - known.fetched_at

    def is_outdated(self, issuer: str) -> bool:
        """Return whether a provider's keys have not been confirmed for too long."""
        return self.unconfirmed(issuer) > LONGEST_UNCONFIRMED

    def is_wanted(self, issuer: str) -> bool:
        """Return whether an unknown key was requested."""
        return issuer in self._wanted

    def looked_for(self, issuer: str) -> None:
        """Store that a set was fetched, successfully or not."""
        self._wanted.discard(issuer)


def _thumbprints(keys: Mapping[str, Key]) -> dict[str, str]:
    return {key_id: key.thumbprint() for key_id, key in keys.items()}


def usable(fetched: Fetched) -> dict[str, Key]:
    """Return the usable keys of a set by their ids, ignoring unusable ones.

    Raises `ProviderAway` if there is none.
    """
    keys: dict[str, Key] = {}
    for jwk in fetched.keys[:MOST_KEYS]:
        if isinstance(jwk, dict) and (key := _key(jwk)) is not None:
            keys.setdefault(str(jwk["kid"]), key)
    if not keys:
        raise ProviderAway("no_usable_keys")
    return keys


def _key(jwk: Mapping[str, Any]) -> Key | None:
    key_id = jwk.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID or jwk.get("use", "sig") != "sig":
        return None
    if jwk.get("kty") == "RSA" and len(str(jwk.get("n", ""))) < SMALLEST_RSA // 6:
        return None
    # Only the members of an asymmetric public key: a secret never verifies anything here.
    public = {name: jwk[name] for name in ("kty", "n", "e", "crv", "x", "y", "alg", "kid", "use") if name in jwk}
    try:
        key = JWKRegistry.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= SMALLEST_RSA else None
    return key if isinstance(key, (ECKey, OKPKey)) else None


def verifies(key: Key, algorithm: str) -> bool:
    """Return whether a key has the type that an algorithm needs, and declares no other use."""
    try:
        JWSRegistry(algorithms=[algorithm]).get_alg(algorithm).check_key(key)
    except JoseError:
        return False
    return key.alg in (None, algorithm)


Fetch = Callable[[Provider], Fetched]


class KeyRefresh(Loop):
    """Loop that keeps the providers' keys fresh, in every replica."""

    def __init__(self, database: Database, providers: tuple[Provider, ...], known: KnownKeys, fetch: Fetch) -> None:
        """Store the providers, and the function that fetches their keys."""
        super().__init__(self.look, pause=LOOK_SECONDS, retry=AFTER_FAILURE, passing=(SQLAlchemyError,))
        self._database = database
        self._providers = providers
        self._known = known
        self._fetch = fetch
        #: When each provider was last queried, and whether it answered.
        self._asked: dict[str, tuple[float, bool]] = {}

    def begin(self) -> None:
        """Load the stored keys, so that no token is refused before the first fetch."""
        issuers = {provider.issuer for provider in self._providers}
        with self._database.transaction() as session:
            session.execute(delete(provider_keys).where(provider_keys.c.issuer.not_in(issuers)))
            rows = session.execute(select(provider_keys)).all()
        for row in rows:
            try:
                self._known.take(row.issuer, Fetched(row.key_set, row.fetched_at))
            except ProviderAway as away:
                log.warning("provider.stored_keys_unusable", provider=row.issuer, reason=away.reason)

    def look(self) -> None:
        """Fetch the keys of each provider that is due."""
        for provider in self._providers:
            if self._is_due(provider.issuer) and not self.is_stopping:
                self._fetch_one(provider)
            age = self._known.unconfirmed(provider.issuer).total_seconds()
            metrics.provider_keys_age.labels(provider.issuer).set(age)

    def report(self, error: Exception) -> None:
        """Log a database error; the fetched keys are used anyway."""
        log.warning("provider.keys_not_stored", reason=type(error).__name__)

    def _is_due(self, issuer: str) -> bool:
        asked, answered = self._asked.get(issuer, (-EVERY, True))
        since = time.monotonic() - asked
        if self._known.is_wanted(issuer) and since >= EARLY:
            return True
        return since >= (EVERY if answered else AFTER_FAILURE)

    def _fetch_one(self, provider: Provider) -> None:
        answered, before = False, self._known.generation
        try:
            fetched = self._fetch(provider)
            self._known.take(provider.issuer, fetched)
            answered = True
        except ProviderAway as away:
            log.warning("provider.away", provider=provider.issuer, reason=away.reason)
            metrics.provider_away.labels(provider.issuer).inc()
        finally:
            self._asked[provider.issuer] = time.monotonic(), answered
            self._known.looked_for(provider.issuer)
        if answered:
            self._store(provider.issuer, fetched)
        if self._known.generation != before:
            log.info("provider.keys_changed", provider=provider.issuer)

    def _store(self, issuer: str, fetched: Fetched) -> None:
        new = insert(provider_keys).values(issuer=issuer, key_set=fetched.keys, fetched_at=fetched.at)
        changes = {"key_set": new.excluded.key_set, "fetched_at": new.excluded.fetched_at}
        # Replicas can store at the same time: the later fetch wins.
        later = provider_keys.c.fetched_at < new.excluded.fetched_at
        with self._database.transaction() as session:
            session.execute(new.on_conflict_do_update(index_elements=["issuer"], set_=changes, where=later))
