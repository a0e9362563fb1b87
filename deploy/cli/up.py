"""`up`: start Casepath on this machine with one command, and stop it with Ctrl-C."""

import contextlib
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
from deploy.cli.console import print_table, say, whole
from deploy.cli.environment import service_program
from deploy.cli.environment_record import NOBODY_SIGNS_IN, PRODUCTION, environment_name, record_environment
from deploy.cli.errors import CommandRefused, RefusedInProduction, StopAsked
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.keys import make_keys
from deploy.cli.log_file import LogFile
from deploy.cli.migration import migrate_all
from deploy.cli.orphan_reaper import start_where_needed
from deploy.cli.servers.rabbitmq_programs import install_where_we_may
from deploy.cli.staff import own_subject
from deploy.cli.stores import Stores, check_ports, stores_of
from services import DESK, PUBLIC


@dataclass
class Up:
    """One run of `up`, from the private servers to the services."""

    installation: Installation
    stores: Stores
    #: Whether the desk is started with the services.
    has_desk: bool = False
    #: Whether the terminal shows every line of the log.
    is_verbose: bool = False
    children: ChildProcesses = field(init=False)
    log: LogFile = field(init=False)

    def __post_init__(self) -> None:
        """Open the log file, and record the children's processes as they change."""
        self.log = LogFile(self.installation.log_file, verbose=self.is_verbose)
        self.children = ChildProcesses(
            say,
            self.log.write,
            lambda processes: running.write(self.installation, processes, environment_name(self.installation)),
        )

    @property
    def has_public(self) -> bool:
        """Whether the public pages are started with the services."""
        return public.has_public(self.installation)

    @property
    def trains(self) -> bool:
        """Whether fictitious people sign in at the desk by a click."""
        return self.has_desk and is_for_training(self.installation)

    def start(self) -> None:
        """Start everything in order and return when every service is ready."""
        began = time.monotonic()
        self._start_servers()
        self.children.watch()
        pages = [*(["the desk"] if self.has_desk else []), *(["the public pages"] if self.has_public else [])]
        say(f"Starting {', '.join([*SERVICES, *pages])}.")
        if self.trains:
            self.children.start(desk.training_program(self.installation), wait=False)
        for service in SERVICES:
            self.children.start(service_program(self.installation, self.stores, service), wait=False)
        if self.has_desk:
            self.children.start(desk.desk_program(self.installation, self.stores), wait=False)
        if self.has_public:
            self.children.start(public.public_program(self.installation), wait=False)
        self.children.wait_ready(*SERVICES, TRAINING, DESK, PUBLIC)
        say(f"Ready after {time.monotonic() - began:.1f} s.")

    def stop(self) -> None:
        """Stop everything that was started."""
        self.children.stop()
        self.log.close()
        self.installation.running_file.unlink(missing_ok=True)

    def _start_servers(self) -> None:
        postgres, rabbitmq = self.stores.postgres, self.stores.rabbitmq
        if postgres:
            say("Starting PostgreSQL.")
            postgres.prepare()
            for program in postgres.programs():
                self.children.start(program)
            postgres.refuse_older_databases()  # before the broker's accounts change
        if rabbitmq:  # takes longest, so it is waited for last
            say("Starting RabbitMQ.")
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
        """Print the addresses, how to sign in, and where the log is."""
        print_table(["open", "address", "use"], self._addresses())
        if environment_name(self.installation) == PRODUCTION:
            from deploy.cli.declared_providers import declared  # loaded only when it is wanted

            if not declared(self.installation):
                say(NOBODY_SIGNS_IN, style="yellow")
        say(f"Log: {self.installation.log_file} (./casepath up --verbose shows it here)")

    def _addresses(self) -> list[list[str | Text]]:
        rows: list[list[str | Text]] = []
        if self.has_desk:
            sign_in = "choose a fictitious person to sign in" if self.trains else "sign in with your provider"
            rows.append(["desk", whole(desk.address(self.installation)), sign_in])
        if self.has_public:
            rows.append(["public pages", whole(public.address(self.installation)), "open to everyone, no sign-in"])
        for name in SERVICES:
            address = whole(f"{self.installation.address(name)}/docs")
            rows.append([name, address, "API; figures at /metrics"])
        return rows

    def register_people(self) -> None:
        """Register the fictitious people who sign in at the training provider."""
        from deploy.cli import training  # not usable in the image, which has no deploy/training

        with self.children.interruptible():
            training.register(targets_of(self.installation), training_issuer(self.installation))

    def play_samples(self) -> bool:
        """Play one journey per jurisdiction, and open cases for the desk; return whether all are complete."""
        from deploy.cli.journey import SAMPLES, play  # loaded only when it is wanted

        say("Creating fictitious cases.")
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


@click.command(short_help="Start everything on this machine.")
@click.option("--once", is_flag=True, help="Create fictitious cases, stop everything, exit 0 or 1.")
@click.option("--no-journeys", is_flag=True, help="Do not create fictitious cases in empty databases.")
@click.option("--verbose", is_flag=True, help="Show every line of the log on the terminal.")
def up(*, once: bool, no_journeys: bool, verbose: bool) -> None:
    r"""Start RabbitMQ, PostgreSQL and all services on this machine, and run until you press Ctrl-C.

    If the databases are empty, `up` creates one fictitious case per jurisdiction. It never does this in production.
    The terminal shows errors only. The log file has every line of the services.
    To use your own servers, set CASEPATH_<SERVICE>_AMQP_URI and CASEPATH_<SERVICE>_DATABASE_URL. Then `up` starts no
    server for that service.

    \b
    Examples:
      ./casepath up
      ./casepath up --once
      ./casepath up --verbose
      CASEPATH_POSTGRES_PORT=9154 ./casepath up --no-journeys
    """
    installation = here()
    if once and not no_journeys:
        _refuse_samples_in_production(installation)
    with running.the_only_up(installation):
        environment = record_environment(installation)  # before the record of a run of 0.1.0 goes
        strays = running.end_strays(installation.running_file)
        if strays:
            say(f"Stopped the processes of an earlier run that was killed: {', '.join(strays)}.")
        stores = stores_of(installation)
        if stores.rabbitmq:
            install_where_we_may()
        check_ports(installation, stores, [*desk.ports(installation, stores), *public.ports(installation)])
        make_keys(installation.keys, environment)
        run = Up(installation, stores, desk.has_desk(installation, stores), is_verbose=verbose)
        _run(run, once=once, journeys=not no_journeys)


def _refuse_samples_in_production(installation: Installation) -> None:
    if environment_name(installation) == PRODUCTION:
        raise RefusedInProduction(
            "up --once is refused: this is a production installation.",
            why="it would create fictitious cases among the cases of real people",
            next_step="./casepath up --once --no-journeys, or a training installation with its own CASEPATH_HOME",
        )


def _run(run: Up, *, once: bool, journeys: bool) -> None:
    reaper = start_where_needed(run.installation)
    with run.children.heeding_signals():
        try:
            run.start()
            wants_samples = journeys and run.wants_samples(once=once)
            if run.trains:
                run.register_people()
            complete = not wants_samples or run.play_samples()
            if not once:
                run.show()
                say("Press Ctrl-C to stop.")
                run.children.stay()
            elif not complete:
                raise CommandRefused(
                    "A fictitious case is not complete.", next_step="./casepath up, then ./casepath status"
                )
        except StopAsked:
            pass
        finally:
            say("Stopping.")
            run.stop()
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
                run.stop()
                _end_reaper(reaper)


def _end_reaper(reaper: "subprocess.Popen[bytes] | None") -> None:
    if reaper is not None and reaper.stdin is not None:
        reaper.stdin.close()
        reaper.wait()
