"""The providers that people sign in with, as the file of an installation declares them: read, added, tried out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

from deploy.cli.accepted_providers import WITH_TRAINING, with_training
from deploy.cli.api import set_by_caller
from deploy.cli.compose import is_of_docker
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import NOTHING_DECLARED, PROVIDERS, Installation, write_private
from shared.access.providers.checking import ProviderTokens, SignIn
from shared.access.providers.declared import Provider, ProvidersRefused, read
from shared.access.providers.fetching import ProviderAway, fetch
from shared.access.providers.keys import KnownKeys
from shared.access.tokens import TokenRefused

_USUAL = Provider("", "")
#: Reasons why a new token of the provider is refused, for the person who configures the provider.
_ADVICE = {
    "of_another_type": "the provider does not write RFC 9068's at+jwt into its access tokens: switch that on there, or "
    "declare it again with --token-type JWT",
    "InvalidClaimError": "its issuer, audience or times are others than declared: compare --audience with the token's",
    "MissingClaimError": "it lacks iss, aud, exp or iat: have the provider put the audience into its access tokens",
    "algorithm_not_declared": "it is signed otherwise than declared: --algorithm names what the provider uses",
    "no_token": "it is no JSON Web Token: have the provider make such access tokens for this audience",
    "unknown_issuer": "its issuer is none that is declared",
    "no_access_token": "it is an ID token: the access token is what services take",
    "lives_too_long": "it lives for more than eight hours: shorten that at the provider",
    "no_roles": "the declared claim holds no list of roles",
    "no_subject": "the claim that names the subject is not there: --subject-claim names another",
}


def file_of(installation: Installation) -> Path:
    """Return the file that declares an installation's providers; it may not be there."""
    return (installation.checkout / "secrets" if is_of_docker(installation) else installation.home) / PROVIDERS


def declared(installation: Installation) -> tuple[Provider, ...]:
    """Return the providers of an installation. Raises `CommandRefused` if an entry is invalid."""
    file = file_of(installation)
    text = set_by_caller(installation, "CASEPATH_PROVIDERS")
    if text is None:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    try:
        return read(text)
    except ProvidersRefused as refused:
        raise CommandRefused(
            f"{file} can't be used: {refused}.", next_step="correct the file; nothing was changed"
        ) from None


def add(installation: Installation, stated: Mapping[str, object]) -> Provider:
    """Declare a provider, or replace the entry of its issuer. Return the provider.

    The keys of the provider are fetched first. Raises `CommandRefused` without writing anything.
    """
    provider = provider_of(stated)
    known_keys(provider)
    others = [other for other in declared(installation) if other.issuer != provider.issuer]
    text = NOTHING_DECLARED + "".join(map(written, (*others, provider)))
    file = file_of(installation)
    if is_of_docker(installation):
        _write_for_containers(file, text)
        combined = file.with_name(WITH_TRAINING)
        if combined.exists():
            [training] = [each for each in read(combined.read_text(encoding="utf-8")) if each.training]
            _write_for_containers(combined, with_training(text, training.issuer, training.reached_at))
    else:
        installation.make_home()
        write_private(file, text)
    return provider


def _write_for_containers(file: Path, text: str) -> None:
    """Write a file that another user reads inside a container; only its owner can enter the folder."""
    file.unlink(missing_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o444)


def provider_of(stated: Mapping[str, object]) -> Provider:
    """Return the provider that is stated by its fields. Raises `CommandRefused`."""
    try:
        [provider] = read(_written({name: value for name, value in stated.items() if value}))
    except ProvidersRefused as refused:
        raise CommandRefused(f"That is no provider: {refused}.", next_step="./casepath provider add --help") from None
    return provider


def written(provider: Provider) -> str:
    """Return the settings of a provider that differ from the defaults, as in the file."""
    values = {name: getattr(provider, name) for name in (field.name for field in fields(Provider))}
    return _written({name: value for name, value in values.items() if value != getattr(_USUAL, name)})


def _written(values: Mapping[str, object]) -> str:
    return "\n[[provider]]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in values.items())


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(name)} = {json.dumps(text)}" for name, text in value.items()) + " }"
    return json.dumps(value if isinstance(value, (str, bool)) else list(value))  # type: ignore[call-overload]  # a list of texts


def known_keys(provider: Provider) -> KnownKeys:
    """Fetch a provider's keys. Raises `CommandRefused` where it can't be reached."""
    keys = KnownKeys()
    try:
        keys.take(provider.issuer, fetch(provider))
    except ProviderAway as away:
        raise CommandRefused(
            f"{provider.issuer} does not answer as a provider of sign-in ({away.reason}); nothing was changed.",
            why="services fetch its public keys from it over TLS",
            next_step="compare the issuer with the provider's documentation; use --certificates for its own CA, "
            "and --keys-at for the address of its keys",
        ) from None
    return keys


def taken(provider: Provider, token: str) -> SignIn:
    """Return whose sign-in a token is, checked as services check it. Raises `CommandRefused` with what is wrong."""
    try:
        return ProviderTokens((provider,), known_keys(provider)).verify(token)
    except TokenRefused as refused:
        raise CommandRefused(
            f"No service would take this token ({refused.reason}).",
            why=_ADVICE.get(refused.reason, ""),
            next_step="docs/guides/operate/identity.md has the settings of your provider",
        ) from None


def chosen(installation: Installation, issuer: str | None) -> Provider:
    """Return the provider of an issuer, or the only one. Raises `CommandRefused`."""
    providers = [provider for provider in declared(installation) if issuer in (None, provider.issuer)]
    if len(providers) == 1:
        return providers[0]
    raise CommandRefused(
        "Several providers are declared here." if providers else "No such provider is declared here.",
        next_step="select one with --issuer" if providers else "./casepath provider add --help",
        exit_code=2,
    )


def as_document(sign_in: SignIn) -> dict[str, object]:
    """Return whose sign-in it is, as the register asks for it."""
    stated = asdict(sign_in)
    return {"issuer": stated["issuer"], "subject": stated["subject"]}
