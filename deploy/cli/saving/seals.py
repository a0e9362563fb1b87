"""Encryption for a recipient: making a backup needs no secret, and only the recipient's secret key decrypts it.

The form of the recipient selects one of two programs: `age` (`age1…`, `ssh-…`) or GnuPG (a file with a public key, or
the name of a key in your key ring). A backup can therefore be decrypted without Casepath.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.cli.errors import CommandRefused, MissingOnThisMachine

AGE, GPG = "age", "gpg"
_CHUNK = 256 * 1024
_OF_AGE = ("age1", "ssh-ed25519 ", "ssh-rsa ")


@dataclass(frozen=True)
class Seal:
    """An encryption program and its recipient."""

    program: str
    recipient: str

    @property
    def suffix(self) -> str:
        """How the names of sealed files end."""
        return f".{self.program}"

    @contextlib.contextmanager
    def command(self) -> Iterator[list[str]]:
        """Yield the command that seals its standard input to its standard output."""
        program = _program(self.program)
        if self.program == AGE:
            yield [program, "--encrypt", "--recipient", self.recipient]
            return
        # What is dumped is compressed already.
        command = [program, "--batch", "--quiet", "--no-tty", "--trust-model", "always", "--compress-algo", "none"]
        if Path(self.recipient).is_file():
            with _home_of_its_own() as home:
                yield [*command, "--homedir", home, "--recipient-file", self.recipient, "--encrypt"]
            return
        yield [*command, "--recipient", self.recipient, "--encrypt"]

    def try_out(self) -> None:
        """Raise `CommandRefused` unless something can be sealed to this recipient."""
        with self.command() as command:
            done = subprocess.run(command, input=b"", capture_output=True, check=False)
        if done.returncode:
            raise CommandRefused(
                "Encryption for this recipient failed; nothing was backed up.",
                why=done.stderr.decode(errors="replace").strip(),
                next_step="name an age recipient (age1…), a file with a GnuPG public key, or a key in your key ring",
                exit_code=2,
            )


def seal_for(recipient: str) -> Seal:
    """Return what seals to a recipient, known by its form. Raises `MissingOnThisMachine` where the program is not."""
    seal = Seal(AGE if recipient.startswith(_OF_AGE) else GPG, recipient)
    _program(seal.program)
    return seal


@contextlib.contextmanager
def opening(file: Path, identity: Path | None) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield the process that writes a sealed file's content to its standard output.

    `identity`: the recipient's secret key; with GnuPG, None is the key in your own key ring. Raises `CommandRefused`
    at the end where the file did not open to its last byte.
    """
    with _opening_command(file, identity) as command, file.open("rb") as sealed, tempfile.TemporaryFile() as complaint:
        process = subprocess.Popen(command, stdin=sealed, stdout=subprocess.PIPE, stderr=complaint)
        try:
            yield process
        finally:
            if process.stdout is not None:
                process.stdout.close()
            code = process.wait()
        if code:
            complaint.seek(0)
            words = complaint.read().decode(errors="replace").strip().splitlines()
            raise CommandRefused(
                f"{file.name} does not open.",
                why=words[-1] if words else "",
                next_step="name the recipient's secret key with --identity; the backup itself was not changed",
                exit_code=2,
            )


def try_to_open(file: Path, identity: Path | None) -> None:
    """Raise `CommandRefused` unless a sealed file opens to its end."""
    with opening(file, identity) as process:
        while process.stdout and process.stdout.read(_CHUNK):
            pass


@contextlib.contextmanager
def _opening_command(file: Path, identity: Path | None) -> Iterator[list[str]]:
    if file.suffix == f".{AGE}":
        if identity is None:
            raise CommandRefused(
                f"{file.name} was sealed with age, and no identity is named.",
                next_step="--identity FILE, the secret key of the recipient",
                exit_code=2,
            )
        yield [_program(AGE), "--decrypt", "--identity", str(identity)]
        return
    command = [_program(GPG), "--quiet", "--decrypt"]
    if identity is None:
        yield command
        return
    with _home_of_its_own() as home:
        importing = [_program(GPG), "--batch", "--quiet", "--homedir", home, "--import", str(identity)]
        done = subprocess.run(importing, capture_output=True, check=False)
        if done.returncode:
            raise CommandRefused(
                f"{identity} does not contain a secret key that GnuPG can read.",
                next_step="name the file of the recipient's secret key with --identity",
                exit_code=2,
            )
        yield [*command, "--batch", "--pinentry-mode", "loopback", "--homedir", home]


@contextlib.contextmanager
def _home_of_its_own() -> Iterator[str]:
    """Yield a home folder for GnuPG apart from the caller's key ring, and stop its agent afterwards."""
    with tempfile.TemporaryDirectory(prefix="casepath-gpg-", ignore_cleanup_errors=True) as home:
        try:
            yield home
        finally:
            agent = shutil.which("gpgconf")
            if agent is not None:
                subprocess.run([agent, "--homedir", home, "--kill", "all"], capture_output=True, check=False)


def _program(name: str) -> str:
    program = shutil.which(name, path=os.environ.get("PATH", os.defpath))
    if program is None:
        raise MissingOnThisMachine(
            f"The program {name} is not installed.",
            why="it encrypts and decrypts backups",
            next_step=f"apt-get install {'gnupg' if name == GPG else name}",
        )
    return program
