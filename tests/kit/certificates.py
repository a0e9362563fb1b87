"""Certificates for servers of this machine, signed by an authority that only a test knows."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

#: The key usage of the authority. Since 3.13, Python refuses an authority without it (RFC 5280, 4.2.1.3).
_FOR_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def made(folder: Path, host: str = "127.0.0.1", *names: str) -> tuple[Path, Path]:
    """Make an authority, and a certificate that it signs for an address of this machine and for these names.

    Returns the authority's certificate, and the server's certificate with its key in one file (PEM).
    """
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fictitious authority")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    of_authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    authority = (
        _builder(issuer, issuer, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_FOR_CERTIFICATES, critical=True)
        .add_extension(of_authority, critical=False)
    )
    server = (
        _builder(subject, issuer, key)
        .add_extension(of_authority, critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ip_address(host)), *(x509.DNSName(name) for name in ("localhost", *names))]
            ),
            critical=False,
        )
    )
    signed = [each.sign(authority_key, hashes.SHA256()) for each in (authority, server)]
    authority_file, server_file = folder / "authority.pem", folder / "server.pem"
    authority_file.write_bytes(signed[0].public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server_file.write_bytes(signed[1].public_bytes(Encoding.PEM) + secret)
    return authority_file, server_file


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number())
    built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
