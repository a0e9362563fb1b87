"""Options and arguments of verbs whose value may be a setting instead (`deploy.cli.settings`)."""

import click

from deploy.cli.installation import here


class SettingOption(click.Option):
    """An option that falls back to the setting that `envvar` names, in the shell or in `.env`."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:  # noqa: ARG002 - click's signature
        """Return the setting, or None where there is none."""
        return here().variables.get(str(self.envvar)) or None


class SettingArgument(click.Argument):
    """An argument that falls back to the setting that `envvar` names, in the shell or in `.env`."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:  # noqa: ARG002 - click's signature
        """Return the setting, or None where there is none."""
        return here().variables.get(str(self.envvar)) or None
