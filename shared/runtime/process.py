"""One service's running parts, assembled from its settings and shared by requests, loops and operators' routes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from shared import encryption
from shared.access.agencies import ALERTED, CONTACTED
from shared.access.agency_keys import KeyCheck
from shared.access.known_tokens import KnownTokens
from shared.access.permissions import Need
from shared.access.providers.checking import ProviderTokens
from shared.access.providers.fetching import fetch, fetch_through
from shared.access.providers.keys import KeyRefresh, KnownKeys
from shared.access.signing import ServiceTokens
from shared.access.staff import SECOND_PERSON, SUBJECT_KEY
from shared.audit import hash_chain
from shared.audit.hash_chain import Chainer
from shared.deadlines import timers
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Handlers, Timers
from shared.encryption.archive import Archive, Archiver
from shared.encryption.exchange_keys import ExchangeKeys, KeyRotation
from shared.encryption.watch import KeyWatch
from shared.events.contract import Emits
from shared.exchange import deployed_version, eventlog, tombstones
from shared.exchange.broker import BROKER_OF_AGENCIES, BrokerOfAgencies, uri_of_agencies
from shared.exchange.feed import FeedReader
from shared.exchange.follower import EndingsWatch, Follower, Following, Guard
from shared.exchange.follower.apply import Application
from shared.exchange.proofs import BatchSigner, BatchVerifier
from shared.exchange.rebuild import Rebuilder
from shared.exchange.relay import Relay
from shared.exchange.sealed import Sealer
from shared.exchange.watchdog import Watchdog
from shared.http import Cases, MetricsListener, RequestPipeline
from shared.http.agency_callers import AgencyCallers
from shared.http.callers import Callers, Turns
from shared.http.rates import Rates
from shared.http.server import bounds
from shared.http.server.waits import MarksOf, Waits
from shared.outbound import OUTBOUND, RINGER, RemoteRinger
from shared.privacy.erasure import Erasing
from shared.privacy.erasure.eraser import Eraser
from shared.runtime.expiry import Expiring, Expiry
from shared.runtime.settings import Settings, direct_ringer, outbound
from shared.store.context import Carried
from shared.store.database import Database, engine_for
from shared.store.loop import Loop
from shared.store.measuring import Measure, Measuring
from shared.store.migration import MigrationSet
from shared.store.store_watch import StoreWatch
from shared.telemetry.machine import measure_backup, measure_disk

#: Metrics that are counted in the tables that every service has.
MEASURES = (*tombstones.MEASURES, *timers.MEASURES, *hash_chain.MEASURES)
#: A key is requested once per case and minute.
KEY_CONNECTIONS = 4


#: Builds a loop that a service runs next to its requests.
LoopOf = Callable[[Database, Emits, FeedReader], Loop]


def _nothing(_settings: Settings) -> Iterable[Carried]:
    return ()


@dataclass(frozen=True)
class ServiceParts:
    """The parts of a service: its access table and its cases, its subscriptions, its timer handlers.

    `loops`: loops of only this service. `agency_keys`: looks up the owner of an agency's key, at the one service that
    accepts them; for all others such a key is an invalid token. `expiring`: rows of its own tables that expire.
    `carries`: the context of each of its transactions, in addition to the common one. `marks`: returns a value that
    changes with news, if requests can wait for news. `measures`: metrics that are counted in its own tables.
    `on_release`: actions that a release does once when it is new to the database.
    """

    migrations: MigrationSet
    following: Following
    access: Mapping[str, Mapping[str, Need]]
    cases: Cases
    on_timer: Handlers
    erasing: Erasing | None = None
    loops: tuple[LoopOf, ...] = ()
    expiring: tuple[Expiring, ...] = ()
    carries: Callable[[Settings], Iterable[Carried]] = _nothing
    agency_keys: KeyCheck | None = None
    marks: MarksOf | None = None
    measures: tuple[Measure, ...] = ()
    on_release: tuple[Callable[[Session], None], ...] = ()


@dataclass
class Process:
    """The parts of one running service."""

    settings: Settings
    parts: ServiceParts
    database: Database
    time_source: TimeSource
    pipeline: RequestPipeline
    callers: Callers
    relay: Relay
    follower: Follower
    guard: Guard
    timers: Timers
    chainer: Chainer
    rebuilder: Rebuilder
    expiry: Expiry
    watchdog: Watchdog
    keys: encryption.Keys
    exchange_keys: ExchangeKeys
    exchange_key_rotation: KeyRotation
    key_watch: KeyWatch
    database_watch: StoreWatch
    key_store_watch: StoreWatch
    measuring: Measuring
    archive: Archive | None
    archiver: Archiver | None
    eraser: Eraser | None
    provider_keys: KeyRefresh | None = None
    own_loops: tuple[Loop, ...] = ()
    waits: Waits | None = None
    metrics_listener: MetricsListener | None = None

    @property
    def service(self) -> str:
        """The service's name."""
        return self.parts.following.service

    # control: H-AGENCY-2 age-of-oldest-ending
    @property
    def is_an_ending_late(self) -> bool:
        """Whether a revocation may have been waiting too long; False without a watch for it."""
        return any(loop.is_late for loop in self.own_loops if isinstance(loop, EndingsWatch))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The addresses that have their own port, and are not served where the service listens."""
        return (MetricsListener.path,) if self.metrics_listener else ()

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops that run next to the requests."""
        return (
            self.relay,
            self.follower,
            self.guard,
            self.timers,
            self.chainer,
            self.rebuilder,
            self.expiry,
            self.watchdog,
            self.exchange_key_rotation,
            self.key_watch,
            self.database_watch,
            self.key_store_watch,
            self.measuring,
            *([self.archiver] if self.archiver else []),
            *([self.eraser] if self.eraser else []),
            *([self.provider_keys] if self.provider_keys else []),
            *([self.waits] if self.waits else []),
            *([self.metrics_listener] if self.metrics_listener else []),
            *self.own_loops,
        )

    def begin(self) -> None:
        """Begin a new epoch of the log if this database is not the one in which the last epoch began.

        A release that is new to the database also retries the parked subjects once, and calls `on_release`.
        """
        with self.database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        with self.database.transaction() as session:
            deployed_version.retry_parked_once(session, self.service, self.parts.following.reads, self.parts.on_release)
        if self.provider_keys is not None:
            self.provider_keys.begin()
        # The first request for readiness then gets the actual state.
        self.database_watch.look()
        self.key_store_watch.look()


def assemble(parts: ServiceParts, settings: Settings) -> Process:
    """Assemble a service without opening any connection. Raises `ValueError` for unusable keys."""
    following = parts.following
    key_store = engine_for(settings.keys_database_url, pool_size=KEY_CONNECTIONS)
    ring = encryption.FileRing(settings.key_ring, settings.key_ring_path)
    sealed_rows = encryption.SealedRows(parts.migrations.metadata[-1])
    own_keys = encryption.Keys(key_store, ring, following.service, sealed_rows)
    exchange_keys = ExchangeKeys(key_store, ring, following.service, days=settings.key_days)
    archive = _archive(key_store, settings)
    is_production = settings.environment == "production"
    measure_disk(settings.key_archive)
    measure_backup(settings.backup_record, settings.backup_hours, is_production=is_production)
    time_source = TimeSource(movable=not is_production)
    database = _database(following.service, settings, time_source, own_keys)
    for carried in parts.carries(settings):
        database.provide(carried.key, carried.held)
    feeds = FeedReader(settings.addresses, ServiceTokens(following.service, settings.signing_key).current)
    application = Application(database, following)
    known_keys = KnownKeys()
    verifier = KnownTokens(settings.key_set, ProviderTokens(settings.providers, known_keys))
    proofs = BatchVerifier(verifier.keys)
    pipeline, callers = _pipeline(parts, database, time_source, settings, verifier)
    relay = _relay(following.service, database, settings, exchange_keys)
    return Process(
        settings=settings,
        parts=parts,
        database=database,
        time_source=time_source,
        pipeline=pipeline,
        callers=callers,
        relay=relay,
        follower=Follower(database, following, application, feeds, settings.amqp_uri, proofs),
        guard=Guard(database, following, application, feeds, settings.amqp_uri, proofs),
        timers=Timers(database, time_source, following.emits, parts.on_timer),
        chainer=_chainer(following.service, database, settings),
        rebuilder=Rebuilder(database, following, application, feeds, settings.database_url),
        expiry=Expiry(database, parts.expiring),
        watchdog=Watchdog(database, relay),
        keys=own_keys,
        exchange_keys=exchange_keys,
        exchange_key_rotation=KeyRotation(exchange_keys),
        key_watch=KeyWatch(own_keys, archive, database, sealed_rows),
        database_watch=StoreWatch(database.engine, "database", lacks_room=lambda: database.lacks_room),
        key_store_watch=StoreWatch(key_store, "keys"),
        measuring=Measuring(database, (*MEASURES, *parts.measures)),
        archive=archive,
        archiver=Archiver(archive, settings.keys_database_url) if archive else None,
        eraser=Eraser(database, own_keys, following.emits, parts.erasing) if parts.erasing else None,
        provider_keys=_key_refresh(database, settings, known_keys),
        waits=_waits(parts, database, settings),
        metrics_listener=MetricsListener(settings.metrics_listen) if settings.metrics_listen else None,
        own_loops=tuple(loop(database, following.emits, feeds) for loop in parts.loops),
    )


def _database(service: str, settings: Settings, time_source: TimeSource, own_keys: encryption.Keys) -> Database:
    """Create the service's database, and the context of each of its transactions."""
    engine = engine_for(settings.database_url, pool_size=settings.http_workers + 8)
    database = Database(engine, settings.database_url)
    database.provide(TIME_SOURCE, time_source)
    database.provide(encryption.KEYS, own_keys)
    database.provide(SUBJECT_KEY, settings.subject_key)
    database.provide(SECOND_PERSON, settings.environment == "production")
    database.provide(ALERTED, settings.alerts_agency)
    database.provide(CONTACTED, settings.contact_agencies)
    database.provide(OUTBOUND, outbound(settings))
    tokens = ServiceTokens(service, settings.signing_key)
    ringer = RemoteRinger(settings.ring_sender, tokens.current) if settings.ring_sender else direct_ringer(settings)
    database.provide(RINGER, ringer)
    own_uri = settings.agencies_amqp_uri or uri_of_agencies(settings.amqp_uri)
    broker = BrokerOfAgencies(own_uri, settings.agencies_broker, settings.broker_sign_in)
    database.provide(BROKER_OF_AGENCIES, broker)
    return database


def _relay(service: str, database: Database, settings: Settings, exchange_keys: ExchangeKeys) -> Relay:
    return Relay(
        database,
        service=service,
        database_url=settings.database_url,
        amqp_uri=settings.amqp_uri,
        sealer=Sealer(exchange_keys, service, BatchSigner(service, settings.signing_key)),
    )


def _chainer(service: str, database: Database, settings: Settings) -> Chainer:
    return Chainer(database, service=service, database_url=settings.database_url, signing_key=settings.signing_key)


def _pipeline(
    parts: ServiceParts, database: Database, time_source: TimeSource, settings: Settings, verifier: KnownTokens
) -> tuple[RequestPipeline, Callers]:
    """Assemble the request pipeline and the queue of callers.

    Both share one token cache and one set of rate limits.
    """
    rates = Rates(
        settings.rate_client,
        settings.rate_caller,
        settings.rate_codes,
        contacts=settings.rate_contacts,
        scans=settings.rate_scans,
        agency=settings.rate_agency,
        trusted_header=settings.trusted_header,
        public_secret=settings.public_secret,
    )
    agency_callers = AgencyCallers(parts.agency_keys, database) if parts.agency_keys else None
    turns = Turns(settings.caller_at_once, settings.caller_in_hand, settings.http_workers)
    callers = Callers(verifier, turns, rates, agency_callers)
    emits = parts.following.emits
    pipeline = RequestPipeline(
        database,
        time_source,
        verifier,
        emits,
        parts.access,
        parts.cases,
        rates,
        unread_words=settings.unread_words,
        agency_callers=agency_callers,
    )
    return pipeline, callers


def _waits(parts: ServiceParts, database: Database, settings: Settings) -> Waits | None:
    """Return the holder of requests that wait for news; None if no request waits."""
    most = max(1, int(settings.connections * bounds.WAITING_SHARE))
    return Waits(database, parts.marks, most=most) if parts.marks else None


def _key_refresh(database: Database, settings: Settings, known: KnownKeys) -> KeyRefresh | None:
    """Return the loop that refreshes the providers' keys; None if no provider is configured."""
    if not settings.providers:
        return None
    fetcher = settings.key_fetcher
    return KeyRefresh(database, settings.providers, known, partial(fetch_through, fetcher) if fetcher else fetch)


def _archive(key_store: Engine, settings: Settings) -> Archive | None:
    if not settings.key_archive:
        return None
    return Archive(key_store, Path(settings.key_archive), days=settings.key_days)
