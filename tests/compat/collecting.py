"""Every name that is stored or exposed, by its kind: read from the registries of the code, or from literals."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import click
import yaml
from sqlalchemy import MetaData, Table

from deploy.cli.__main__ import casepath
from deploy.documents import configuration
from services import PORTS
from services.partners.channels.broker_queue import rules as agency_queue
from services.registry import migrations_of, parts_of
from shared import encryption
from shared.deadlines import fact_events
from shared.deadlines.derivation.periods import Period
from shared.encryption.sealed_rows import sealed_columns
from shared.exchange.broker import AGENCIES_VHOST, topology
from shared.exchange.eventlog import reaction_ids
from shared.exchange.follower import reactions
from shared.http import openapi
from shared.http.problems import Refused, problem_type
from shared.http.route import routes_of
from shared.reference import code_lists, id_of_authority
from shared.runtime import environment
from shared.sealing.seal import bound
from shared.store.database import metadata as mechanism
from shared.store.migration import replaced_migrations
from shared.telemetry.metrics import REGISTRY
from tests.compat import literals

CHECKOUT = Path(__file__).resolve().parents[2]
#: A fixed id from which ids are derived here, for comparison.
_SAMPLE = UUID("00000000-0000-4000-8000-000000000000")


def _metadata() -> Iterator[tuple[str, MetaData]]:
    """Yield each database's tables: the common ones of all services, each service's, and those of a key database."""
    assert environment.installation.metadata is mechanism  # importing it registers its table
    yield "every", mechanism
    for service in PORTS:
        yield service, parts_of(service)[0].migrations.metadata[-1]
    for tables in encryption.MIGRATIONS.metadata:
        yield "keys", tables


def _tables() -> Iterator[tuple[str, Table]]:
    for database, tables in _metadata():
        for table in tables.sorted_tables:
            yield database, table


def columns() -> Iterator[str]:
    """Yield each column of each table."""
    for database, table in _tables():
        yield from (f"{database} {table.name}.{column.name}" for column in table.columns)


def sealed() -> Iterator[str]:
    """Yield the bindings of encrypted values: columns, the form of associated data, and names of fingerprints."""
    for database, table in _tables():
        if database in PORTS:
            yield from (f"{database} {table.name}.{column.key}" for column in sealed_columns(table))
    yield from (f"cell: {place}" for place in literals.cells())
    for bound_to in sorted(PORTS):
        data = bound(bound_to, _SAMPLE, encryption.Cell("table", "column", _SAMPLE))
        yield f"associated data of table.column: {data.decode('latin1')!r}"
    yield from (f"blind index: {name}" for name in literals.stated("index", 1) | literals.stated("found_among", 1))
    yield from (f"fingerprint: {name}" for name in literals.stated("fingerprint", 0))


def ids() -> Iterator[str]:
    """Yield how ids are derived from names: the arguments of each `uuid5` in the code, and sample ids."""
    yield from (f"uuid5: {made}" for made in literals.ids_by_name())
    for service in PORTS:
        for reaction in parts_of(service)[0].following.reactions:
            this = reactions.id_of(service, reaction.name, _SAMPLE)
            yield f"reaction {service}/{reaction.name}: {this}, its first event {reaction_ids(this)()}"
    yield f"fact of the law: {fact_events.law_fact(_SAMPLE)}"
    yield f"fact of the person: {fact_events.person_fact(_SAMPLE)}"
    period = cast("property", Period.id).fget
    for start in (None, _SAMPLE):
        key = cast("property", Period.key).fget
        bare = SimpleNamespace(case=_SAMPLE, jurisdiction="NL", code="NL.OBJECTION", start=start)
        bare.key = key(bare) if key else None
        yield f"period NL.OBJECTION from {start}: {period(bare) if period else None}"
    yield from (f"authority {code}: {id_of_authority(code)}" for code in code_lists()["authority"])


def locks() -> Iterator[str]:
    """Yield the locks of a database, and the tasks that one process at a time performs."""
    yield from literals.locks()
    yield from (f"leader: casepath.{task}" for task in literals.stated("try_acquire", 1))


def migrations() -> Iterator[str]:
    """Yield the migrations of each database, which stores their names, and those that a baseline has replaced."""
    for database, steps in [*((service, migrations_of(service)) for service in PORTS), ("keys", encryption.MIGRATIONS)]:
        names = {path.stem for folder in steps.folders for path in folder.glob("*_[0-9]*.py")}
        yield from (f"{database} {name}" for name in names | replaced_migrations(steps))


def timers() -> Iterator[str]:
    """Yield the kinds of timers that each service handles."""
    for service in PORTS:
        yield from (f"{service} {kind}" for kind in parts_of(service)[0].on_timer)


def projections() -> Iterator[str]:
    """Yield the projections and reactions of each service, as operators and stored rows name them."""
    for service in PORTS:
        following = parts_of(service)[0].following
        yield from (f"{service} projection {projection.name}" for projection in following.projections)
        yield from (f"{service} reaction {reaction.name}" for reaction in following.reactions)


def audit() -> Iterator[str]:
    """Yield the actions in audit rows: of routes, of access tables, and of code that writes rows directly."""
    for service in PORTS:
        parts, service_class = parts_of(service)
        actions = {route.action for route in routes_of(service_class)} - {None}
        yield from (f"{service} {action}" for action in actions | parts.access.keys())
    noted = literals.stated("note", None, "action") | literals.stated("note_each", None, "action")
    yield from (f"noted {action}" for action in noted | literals.stated("Reply", None, "noted_as"))
    yield from (f"noted {action}" for action in literals.stated("replace", None, "noted_as"))


def rules() -> Iterator[str]:
    """Yield the `rule` of each problem."""
    return literals.rules()


def problems() -> Iterator[str]:
    """Yield the types of problems; each is derived from the problem's title."""
    titles = literals.stated(Refused.__name__, 1, "title") | literals.stated("_problem", 1)
    yield from map(problem_type, titles.union(literals.of_class("title")))


def metrics() -> Iterator[str]:
    """Yield each metric with its labels, as it is exposed."""
    for metric in REGISTRY.collect():
        collector = REGISTRY._names_to_collectors.get(metric.name)
        labels = ",".join(getattr(collector, "_labelnames", ()))
        yield f"{metric.name}{'_total' if metric.type == 'counter' else ''}{{{labels}}} {metric.type}"


def alarms() -> Iterator[str]:
    """Yield the alarms, and the series that rules record."""
    for path in (CHECKOUT / "deploy" / "monitoring" / "rules").glob("*.yml"):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            yield from (rule.get("alert") or rule["record"] for rule in group["rules"])


def settings() -> Iterator[str]:
    """Yield the variables that a service, the command or Docker reads."""
    return iter(configuration.names())


def commands() -> Iterator[str]:
    """Yield the commands of `./casepath` with their options and arguments."""
    yield from _verbs(casepath, "casepath")


def _verbs(command: click.Command, called: str) -> Iterator[str]:
    yield called
    for parameter in command.params:
        names = parameter.opts if isinstance(parameter, click.Option) else [str(parameter.name).upper()]
        yield from (f"{called} {name}" for name in [*names, *parameter.secondary_opts])
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{called} lists {name}, and has it not"
            yield from _verbs(inner, f"{called} {name}")


def operations() -> Iterator[str]:
    """Yield each operation of the services' APIs: its id, method and address."""
    for service in PORTS:
        document: Mapping[str, Any] = openapi.document(parts_of(service)[1])
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if isinstance(operation, Mapping) and "operationId" in operation:
                    yield f"{service} {operation['operationId']}: {method.upper()} {path}"


def events() -> Iterator[str]:
    """Yield the type of each event, with every published version, and the events that each service reads."""
    for service in PORTS:
        following = parts_of(service)[0].following
        for event in following.emits:
            yield from (f"org.casepath.{service}.{event.name}.v{each}" for each in _versions(event))
        yield from (f"{service} reads {read.key} v{read.version}" for read in following.reads.reads)


def _versions(event: Any) -> Iterable[int]:
    return {event.version, *(older.version for older in event.older)}


def broker() -> Iterator[str]:
    """Yield the exchanges, queues and topics at the broker."""
    link = cast("Any", SimpleNamespace(channel=_Silent(), in_time=nullcontext))
    for service in PORTS:
        following = parts_of(service)[0].following
        yield f"exchange {topology.declare_source(link, service)}"
        yield f"queue {topology.declare_inbox(link, service)}"
        yield f"queue {topology.declare_guard(link, service)}"
        for queue, bindings in (
            (f"{service}.inbox", topology.inbox_bindings(following.reads.sources)),
            (f"{service}.guard", topology.guard_bindings(following.reads.protecting)),
        ):
            yield from (f"binding {queue}: {binding.source} {binding.topic}" for binding in bindings)
    yield f"virtual host {AGENCIES_VHOST}"
    yield f"queue of an agency {agency_queue.name_of(_SAMPLE, 'lot')}"


class _Silent:
    """A channel that accepts every declaration."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_given, **_named: None


def codes() -> Iterator[str]:
    """Yield each code of each list: rows and events contain them."""
    return (f"{name}/{code}" for name, code_list in code_lists().items() for code in code_list)


def identifiers() -> Iterator[str]:
    """Yield the names below `casepath` in the code."""
    return literals.identifiers()


KINDS: Mapping[str, Callable[[], Iterator[str]]] = {
    "alarms": alarms,
    "audit": audit,
    "broker": broker,
    "codes": codes,
    "columns": columns,
    "commands": commands,
    "events": events,
    "identifiers": identifiers,
    "ids": ids,
    "locks": locks,
    "metrics": metrics,
    "migrations": migrations,
    "operations": operations,
    "problems": problems,
    "projections": projections,
    "rules": rules,
    "sealed": sealed,
    "settings": settings,
    "timers": timers,
}


def collect() -> dict[str, frozenset[str]]:
    """Return the current names by their kind."""
    return {kind: frozenset(names()) for kind, names in KINDS.items()}
