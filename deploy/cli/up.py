"""`up`: the whole of Casepath on this machine, started by one command and ended by Ctrl-C."""

import contextlib
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import click
from rich.text import Text

from deploy.cli import desk, public, running
from deploy.cli.accepted_providers import TRAINING, is_for_training, training_issuer
from deploy.cli.api import Api, targets_of
from deploy.cli.child_processes import ChildProcesses
from deploy.cli.console import print_table, say, say_line_of
from deploy.cli.environment import service_program
from deploy.cli.environment_record import NOBODY_SIGNS_IN, PRODUCTION, environment_name, record_environment
from deploy.cli.errors import CommandRefused, RefusedInProduction, StopAsked
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.keys import make_keys
from deploy.cli.migration import migrate_all
from deploy.cli.orphan_reaper import start_where_needed
from deploy.cli.servers.rabbitmq_programs import install_where_we_may
from deploy.cli.staff import own_subject
from deploy.cli.stores import Stores, check_ports, stores_of
from services import DESK, PUBLIC

#: The log line of a request that succeeded. A page that is open writes dozens of them a minute.
_REQUEST = re.compile(r"request\.answered\b.*\bstatus=(?:\x1b\[[0-9;]*m)*[123]\d\d\b")


def say_line_without_requests(name: str, line: str) -> None:
    """Show one line of a child's output, unless it is about a request that succeeded."""
    if not _REQUEST.search(line):
        say_line_of(name, line)


@dataclass
class Up:
    """One run of `up`, from the private servers to the services."""

    installation: Installation
    stores: Stores
    #: Whether the desk is started with the services.
    has_desk: bool = False
    #: Whether each request has a line.
    shows_requests: bool = True
    children: ChildProcesses = field(init=False)

    def __post_init__(self) -> None:
        """Record the children's processes as they change."""
        self.children = ChildProcesses(
            say,
            say_line_of if self.shows_requests else say_line_without_requests,
            lambda processes: running.write(self.installation, processes, environment_name(self.installation)),
        )

    @property
    def trains(self) -> bool:
        """Whether fictitious people sign in at the desk by a click."""
        return self.has_desk and is_for_training(self.installation)

    def start(self) -> None:
        """Start everything in order and return when every service is ready."""
        began = time.monotonic()
        self._start_servers()
        self.children.watch()
        if self.trains:
            self.children.start(desk.training_program(self.installation), wait=False)
        for service in SERVICES:
            self.children.start(service_program(self.installation, self.stores, service), wait=False)
        if self.has_desk:
            self.children.start(desk.desk_program(self.installation, self.stores), wait=False)
        if public.has_public(self.installation):
            self.children.start(public.public_program(self.installation), wait=False)
        self.children.wait_ready(*SERVICES, TRAINING, DESK, PUBLIC)
        say(f"Ready after {time.monotonic() - began:.1f} s.")

    def _start_servers(self) -> None:
        postgres, rabbitmq = self.stores.postgres, self.stores.rabbitmq
        if postgres:
            say("Starting a private PostgreSQL.")
            postgres.prepare()
            for program in postgres.programs():
                self.children.start(program)
            postgres.refuse_older_databases()  # before the broker's accounts change
        if rabbitmq:  # takes longest, so it is waited for last
            say("Starting a private RabbitMQ node.")
            rabbitmq.prepare()
            name_server, node = rabbitmq.programs()
            self.children.start(name_server)
            self.children.start(node, wait=False)
        if postgres:
            postgres.complete_setup()
        with self.children.interruptible():
            if self.has_desk:
                desk.prepare(self.installation, self.stores)
            migrate_all(self.installation, self.stores)
        if rabbitmq:
            self.children.wait_ready("rabbitmq")

    def show(self) -> None:
        """Print where everything is."""
        rows: list[list[str | Text]] = []
        for name in SERVICES:
            address = self.installation.address(name)
            rows.append([name, address, f"{address}/docs", f"{address}/metrics"])
        print_table(["service", "address", "docs", "metrics"], rows)
        if environment_name(self.installation) == PRODUCTION:
            from deploy.cli.declared_providers import declared  # loaded only when it is wanted

            if not declared(self.installation):
                say(NOBODY_SIGNS_IN, style="yellow")

    def show_pages(self) -> None:
        """Print the addresses that people open: the public pages, and last the desk."""
        if public.has_public(self.installation):
            say(f"Open {public.address(self.installation)} to see the public pages.")
        if self.has_desk:
            say(f"Open {desk.address(self.installation)} in a browser.", style="bold")

    def register_people(self) -> None:
        """Register the fictitious people who sign in at the training provider."""
        from deploy.cli import training  # not usable in the image, which has no deploy/training

        with self.children.interruptible():
            training.register(targets_of(self.installation), training_issuer(self.installation))

    def play_samples(self) -> bool:
        """Play one journey per jurisdiction, and open cases for the desk; return whether all are complete."""
        from deploy.cli.journey import SAMPLES, play  # loaded only when it is wanted

        say("Playing one fictitious journey per jurisdiction.")
        with self.children.interruptible():
            if self.trains:
                from deploy.cli import training

                return training.play_samples(targets_of(self.installation))
            return bool(play(targets_of(self.installation), SAMPLES, len(SAMPLES)))

    def wants_samples(self, *, once: bool) -> bool:
        """Return whether to play sample journeys: into empty stores or with --once, never in production."""
        return environment_name(self.installation) != PRODUCTION and (once or self.is_empty())

    def is_empty(self) -> bool:
        """Return whether nothing has ever happened here: the first service's log has no entry."""
        api = Api(targets_of(self.installation), roles=["operator"], subject=own_subject(self.installation))
        return int(api.get("intake", "/v1/exchange").json()["head"]) == 0


@click.command(short_help="Start everything and stay until Ctrl-C.")
@click.option("--once", is_flag=True, help="Play the sample journeys, stop everything, exit 0 or 1.")
@click.option("--no-journeys", is_flag=True, help="Do not play sample journeys into empty stores.")
@click.option("--requests", is_flag=True, help="Show a line for each request. Otherwise only for those that fail.")
def up(*, once: bool, no_journeys: bool, requests: bool) -> None:
    r"""Start everything and stay until Ctrl-C: a private RabbitMQ and PostgreSQL, then the services.

    Into empty stores one fictitious journey per jurisdiction is played, so that there is something to look at;
    never in production.
    CASEPATH_<SERVICE>_AMQP_URI and CASEPATH_<SERVICE>_DATABASE_URL point at servers of your own; then none is started
    for them.

    \b
    Examples:
      ./casepath up
      ./casepath up --once
      ./casepath up --requests
      CASEPATH_POSTGRES_PORT=9154 ./casepath up --no-journeys
    """
    installation = here()
    if once and not no_journeys:
        _refuse_samples_in_production(installation)
    with running.the_only_up(installation):
        environment = record_environment(installation)  # before the record of a run of 0.1.0 goes
        strays = running.end_strays(installation.running_file)
        if strays:
            say(f"An earlier run was killed; ended what it left running: {', '.join(strays)}.")
        stores = stores_of(installation)
        if stores.rabbitmq:
            install_where_we_may()
        check_ports(installation, stores, [*desk.ports(installation, stores), *public.ports(installation)])
        make_keys(installation.keys, environment)
        run = Up(installation, stores, desk.has_desk(installation, stores), shows_requests=requests)
        _run(run, once=once, journeys=not no_journeys)


def _refuse_samples_in_production(installation: Installation) -> None:
    if environment_name(installation) == PRODUCTION:
        raise RefusedInProduction(
            "up --once is refused: this is a production installation.",
            why="it plays fictitious journeys, and they would stand among the cases of people",
            next_step="./casepath up --once --no-journeys, or one for training, with a CASEPATH_HOME of its own",
        )


def _run(run: Up, *, once: bool, journeys: bool) -> None:
    reaper = start_where_needed(run.installation)
    with run.children.heeding_signals():
        try:
            run.start()
            run.show()
            wants_samples = journeys and run.wants_samples(once=once)
            if run.trains:
                run.register_people()
            complete = not wants_samples or run.play_samples()
            if not once:
                run.show_pages()
                if not run.shows_requests:
                    say("Only requests that fail have a line here. ./casepath up --requests shows all.")
                say("Ctrl-C ends it.")
                run.children.stay()
            elif not complete:
                raise CommandRefused(
                    "Not every journey came to its end.", next_step="./casepath up, then ./casepath status"
                )
        except StopAsked:
            pass
        finally:
            say("Stopping.")
            run.children.stop()
            run.installation.running_file.unlink(missing_ok=True)
            _end_reaper(reaper)


@contextlib.contextmanager
def serving(installation: Installation) -> Iterator[Stores]:
    """Have everything run for as long as the block lasts; nothing is played, and a request to stop is heeded."""
    stores = stores_of(installation)
    with running.the_only_up(installation):
        environment = record_environment(installation)
        check_ports(installation, stores)
        make_keys(installation.keys, environment)
        run = Up(installation, stores)
        reaper = start_where_needed(installation)
        with run.children.heeding_signals():
            try:
                run.start()
                with run.children.interruptible():
                    yield stores
            finally:
                run.children.stop()
                installation.running_file.unlink(missing_ok=True)
                _end_reaper(reaper)


def _end_reaper(reaper: "subprocess.Popen[bytes] | None") -> None:
    if reaper is not None and reaper.stdin is not None:
        reaper.stdin.close()
        reaper.wait()
