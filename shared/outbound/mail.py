"""Send one short email through the operator's mail server (`smtplib`): TLS by default, bounded in time."""

import smtplib
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from shared.outbound.posting import Unanswered

#: A mail server that takes longer for one step is treated as unreachable (seconds).
STEP_SECONDS: Final = 10.0
_PORTS: Final = {"smtps": 465, "smtp": 587}


@dataclass(frozen=True)
class MailServer:
    """The mail server: `smtps` is TLS from the first byte, `smtp` is STARTTLS, `plain` is without TLS."""

    host: str
    port: int
    sender: str
    implicit_tls: bool
    plain: bool
    user: str | None
    password: str | None

    @classmethod
    def read(cls, url: str, sender: str, plain_hosts: Collection[str]) -> "MailServer | None":
        """Read `smtp://user:password@host:587`; None for an empty address. Raises `ValueError`."""
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
            raise ValueError("a mail server is smtp://host or smtps://host, and needs a sender's address")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            sender=sender,
            implicit_tls=parts.scheme == "smtps",
            plain=parts.scheme == "smtp" and parts.hostname in plain_hosts,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    def send(self, message: EmailMessage, certificates: ssl.SSLContext) -> None:
        """Send a message. Raises `Unanswered`; `mail_refused` is the server's final answer."""
        try:
            with self._connected(certificates) as connection:
                if not self.implicit_tls and not self.plain:
                    connection.starttls(context=certificates)
                if self.user is not None:
                    connection.login(self.user, self.password or "")
                connection.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
            raise Unanswered("mail_refused") from None
        except smtplib.SMTPAuthenticationError:
            raise Unanswered("mail_sign_in_refused") from None
        except TimeoutError:
            raise Unanswered("timed_out") from None
        except ssl.SSLCertVerificationError:
            raise Unanswered("certificate_refused") from None
        except (ssl.SSLError, smtplib.SMTPNotSupportedError):
            raise Unanswered("no_tls") from None
        except (OSError, smtplib.SMTPException):
            raise Unanswered("unreachable") from None

    def _connected(self, certificates: ssl.SSLContext) -> smtplib.SMTP:
        if self.implicit_tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=STEP_SECONDS, context=certificates)
        return smtplib.SMTP(self.host, self.port, timeout=STEP_SECONDS)
