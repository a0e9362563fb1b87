"""Restore databases from a backup, each in one transaction. Until it commits, the database is unchanged.

The transaction drops, loads and records everything. It commits only after the dump was decrypted and read to its end.
People who were erased after the backup stay erased: erasures in the current key database and its archive are kept.
"""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID, uuid5

from deploy.cli.audit_check import RESTORED
from deploy.cli.errors import CommandRefused
from deploy.cli.saving.places import Saved
from deploy.cli.saving.reach import PsqlSession, Reach, reason_of
from deploy.cli.saving.seals import opening

#: The ids of restores are made in it, from the backup's id and the service.
_RESTORES = UUID("b0a3ea3c-5f0f-5f0e-9f57-5f2b7d1f3a10")
_CHUNK = 256 * 1024

_END_SESSIONS = """
    select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""
_OWNER = "select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()"
_EMPTY = (
    "drop schema if exists rebuild cascade",
    "drop schema public cascade",
    "create schema public authorization pg_database_owner",
    "grant usage on schema public to public",
)
#: Tables of a running rebuild are in no backup. The rebuild starts again.
_REBUILDS = (
    "update public.rebuilds set state = 'waiting' where ended_at is null",
    "delete from public.rebuild_cursors",
    "delete from public.rebuild_waiting",
)
_REMEMBER_ERASED = """
    do $$ begin
        create temporary table erased_since (subject uuid primary key);
        if to_regclass('public.tombstones') is not null then
            insert into erased_since select subject from public.tombstones;
        end if;
    end $$
"""
_KEEP_ERASED = (
    "insert into public.tombstones (subject) select subject from pg_temp.erased_since on conflict do nothing",
    "delete from public.case_keys where subject in (select subject from public.tombstones)",
    "delete from public.blind_indexes where subject in (select subject from public.tombstones)",
)


@dataclass(frozen=True)
class Bringing:
    """One restore: from which backups, by whom."""

    reach: Reach
    identity: Path | None
    #: The staff id of the operator who restores, for the audit log.
    actor: str

    def data(self, service: str, saved: Saved) -> None:
        """Bring a service's database back, and note in its audit that it was. Raises `CommandRefused`."""
        correlation = uuid5(_RESTORES, f"{saved.manifest['id']}/{service}")
        note = (
            "insert into public.audit_log (actor, roles, action, subject, status, correlation)"  # noqa: S608 - ids
            f" values ('{UUID(self.actor)}', 'operator', '{RESTORED}', null, 200, '{correlation}')"
        )
        self._load(service, saved, before=_EMPTY, after=(*_REBUILDS, note))

    def keys(self, database: str, saved: Saved) -> None:
        """Restore a key database without the keys of people who were erased since. Raises `CommandRefused`."""
        self._load(database, saved, before=(_REMEMBER_ERASED, *_EMPTY), after=_KEEP_ERASED)

    def _load(self, database: str, saved: Saved, *, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        owner = self._end_sessions(database)
        file = saved.file(f"{database}.dump")
        with tempfile.TemporaryFile() as complaint, _script(self.reach, database, complaint) as script:
            role = [f'set role "{owner}"'] if self.reach.as_superuser else []
            script.write("".join(f"{statement};\n" for statement in ("begin", *role, *before)).encode())
            self._read_into(script, database, file)
            script.write("".join(f"{statement};\n" for statement in (*after, "commit")).encode())

    def _end_sessions(self, database: str) -> str:
        """Close other connections, as far as allowed. Return the role that owns the database."""
        with PsqlSession(self.reach, database) as session:
            if self.reach.as_superuser:
                session.ask(_END_SESSIONS)
            return str(session.ask(_OWNER)[0]["owner"])

    def _read_into(self, script: "_Script", database: str, file: Path) -> None:
        """Write a dump as statements. Raises `CommandRefused` unless it opened and was read to its end."""
        call = self.reach.call("pg_restore", database, "--file=-", "--no-owner", "--no-privileges")
        with opening(file, self.identity) as opened, tempfile.TemporaryFile() as complaint:
            reading = subprocess.Popen(
                call.command,
                env=dict(call.environment),
                stdin=opened.stdout,
                stdout=subprocess.PIPE,
                stderr=complaint,
            )
            try:
                while reading.stdout and (chunk := reading.stdout.read(_CHUNK)):
                    script.write(chunk)
            finally:
                if reading.stdout:
                    reading.stdout.close()
                code = reading.wait()
            if opened.stdout:
                opened.stdout.close()
            if code and opened.wait() == 0:  # else it did not open, and `opening` says why
                complaint.seek(0)
                raise CommandRefused(
                    f"{file.name} can't be read; the database {database} is as it was.",
                    why=reason_of(complaint.read().decode(errors="replace")),
                    next_step="another backup, or another copy of this one: ./casepath backup list",
                )


class _Script:
    """The standard input of a `psql`."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def write(self, text: bytes) -> None:
        """Have statements run. Raises `CommandRefused` where an earlier one failed."""
        if self._process.stdin is not None:
            self._process.stdin.write(text)


@contextlib.contextmanager
def _script(reach: Reach, database: str, complaint: IO[bytes]) -> Iterator[_Script]:
    """Yield the input for the statements of one transaction. If it fails or is incomplete, nothing changes."""
    call = reach.call("psql", database, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-")
    process = subprocess.Popen(
        call.command,
        env=dict(call.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=complaint,
    )
    try:
        with contextlib.suppress(BrokenPipeError):  # it ended at a failed statement, and its output names it
            yield _Script(process)
        with contextlib.suppress(BrokenPipeError):
            if process.stdin:
                process.stdin.close()
    finally:
        if process.stdin and not process.stdin.closed:
            process.kill()  # before its end was written: nothing of it is to count
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        code = process.wait()
    if code:
        complaint.seek(0)
        raise CommandRefused(
            f"The database {database} could not be brought back; it is as it was.",
            why=reason_of(complaint.read().decode(errors="replace")),
            next_step="no part of it was kept; correct the cause above and start again",
        )
