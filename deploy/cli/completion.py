"""`completion`: shell completion of commands and options."""

import click
from click.shell_completion import get_completion_class

from deploy.cli.errors import CommandRefused

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print shell completion.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, *, shell: str) -> None:
    r"""Print a shell script that completes commands and options of ./casepath.

    \b
    Examples:
      eval "$(./casepath completion bash)"
      ./casepath completion fish >~/.config/fish/completions/casepath.fish
    """
    completing = get_completion_class(shell)
    if completing is None:
        raise CommandRefused(
            f"Completion for {shell} is not supported.", next_step="name bash, zsh or fish", exit_code=2
        )
    click.echo(completing(ctx.find_root().command, {}, "casepath", "_CASEPATH_COMPLETE").source())
