"""The command line: its commands and options. What a command needs is imported when it runs, and not before."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from calmlint import __version__
from calmlint.terminal import ended, refuse

_FORMAT = click.option(
    "--format", "output_format", type=click.Choice(["text", "json"]), default="text", help="How to print it."
)


class Commands(click.Group):
    """The commands; paths without a command are checked. Mistakes are one line on standard error, and exit 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `check` in front of arguments that name no command."""
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h", "--version"}:
            self._refuse_misspelt(args[0])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _refuse_misspelt(self, word: str) -> None:
        """Raise UsageError for a word that is no path, but nearly a command."""
        if not word.replace("-", "").isalpha() or word.startswith("-") or os.path.exists(word):
            return
        from calmlint.nearest import nearest  # noqa: PLC0415 - only a mistake pays for it

        near = nearest(word, self.commands)
        if near:
            message = f'"{word}" is neither a file nor a command; did you mean "{near}"?'
            raise click.UsageError(message)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - as click declares it
        """Run a command and leave the process with its exit code."""
        extra |= {"standalone_mode": False, "prog_name": "calmlint"}

        def run() -> int | None:
            try:
                code: int | None = super(Commands, self).main(*args, **extra)
            except click.exceptions.NoArgsIsHelpError as error:
                error.show()
                code = error.exit_code
            except click.ClickException as error:
                code = refuse(error.format_message())
            except click.Abort:
                raise KeyboardInterrupt from None
            return code

        sys.exit(ended(run))


def _words(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select a,b --select c` as one list."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="calmlint", message="%(prog)s %(version)s")
def main() -> None:
    """Find what in a support reply will anger the customer, and what is missing from it.

    `calmlint PATHS...` is the same as `calmlint check PATHS...`; a path named like a command is written ./check.
    """


@main.command()
@click.argument("paths", nargs=-1, metavar="PATHS...")
@click.option("--customer", metavar="FILE", help="The customer's message that the reply answers.")
@click.option(
    "--situation",
    type=click.Choice(["upset", "problem", "request", "good-news", "notice", "unknown"]),
    help="What the customer is in, instead of what is inferred.",
)
@click.option(
    "--channel", type=click.Choice(["email", "chat", "social", "review"]), help="Where the reply will be read."
)
@click.option(
    "--select",
    multiple=True,
    callback=_words,
    metavar="RULES",
    help="Run these rules alone: names, codes, prefixes, ALL.",
)
@click.option("--ignore", multiple=True, callback=_words, metavar="RULES", help="Do not run these rules.")
@click.option("--extend-select", multiple=True, callback=_words, metavar="RULES", help="Run these rules as well.")
@click.option("--preview", is_flag=True, default=None, help="Run the rules that are still on trial, too.")
@click.option(
    "--profile", metavar="NAME", help="The kind of text: email, chat, social, public-review, notice, dunning."
)
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "info", "never"]), help="Exit with 1 from this severity on."
)
@click.option("--output-format", metavar="FORMAT", help="text (default), concise, json, or statistics.")
@click.option("--output-file", metavar="FILE", help="Write the report to this file.")
@click.option("--statistics", is_flag=True, help="Print how often each rule spoke, not each finding.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else.")
@click.option("--color/--no-color", default=None, help="Color the report, whatever it is written to.")
@click.option("--fix", is_flag=True, help="Carry out the safe fixes in the files.")
@click.option("--unsafe-fixes", is_flag=True, help="Carry out all fixes in the files: read them afterwards.")
@click.option("--diff", is_flag=True, help="Show what the fixes would change, and change nothing.")
@click.option(
    "--stdin-filename", metavar="PATH", help="What standard input (-) is called: it decides format and settings."
)
@click.option("--config", metavar="FILE", help="Take the settings from this file.")
@click.option("--isolated", is_flag=True, help="Take no settings from any file.")
def check(**options: Any) -> int:  # noqa: ANN401 - click hands over what the options above declare
    """Lint replies: files, folders, globs, or - for standard input."""
    from calmlint import check as command  # noqa: PLC0415 - imported when it runs

    return command.run(command.Options(**options))


@main.command()
@_FORMAT
def rules(output_format: str) -> None:
    """List the rules, your own included."""
    from calmlint import catalogue  # noqa: PLC0415 - imported when it runs

    click.echo(catalogue.listing(catalogue.rules_here(), output_format), nl=False)


@main.command()
@click.argument("name", metavar="NAME|CODE")
@_FORMAT
def rule(name: str, output_format: str) -> None:
    """Explain a rule: why it is there, what to write instead, and examples."""
    from calmlint import catalogue  # noqa: PLC0415 - imported when it runs

    found = catalogue.find(catalogue.rules_here(), name)
    click.echo(catalogue.explanation(found, output_format), nl=False)


@main.command()
@click.argument("folder", metavar="DIR")
def test(folder: str) -> int:
    """Run the examples in the rule files of a folder."""
    from calmlint import ruletest  # noqa: PLC0415 - imported when it runs

    return ruletest.run(folder, sys.stdout)


@main.command("new-rule")
@click.argument("name")
@click.option("--dir", "folder", metavar="DIR", default="rules", help="The folder of your rules; default: rules.")
@click.option("--code", help="Its code, such as OWN101; default: the next free one of its category.")
@click.option("--category", metavar="NAME", default="custom", help="The group it belongs to; default: custom.")
def new_rule(name: str, folder: str, code: str | None, category: str) -> None:
    """Write the file of a new rule, ready to be filled in."""
    from calmlint import new_rule as command  # noqa: PLC0415 - imported when it runs

    click.echo(command.write(name, folder=folder, code=code, category=category))
    click.echo(
        f'fill it in, run `calmlint test {folder}`, and name the folder in calmlint.toml: rules = ["{folder}"]',
        err=True,
    )


@main.command()
@click.option("--show", "path", metavar="PATH", required=True, help="The file or folder to which the settings apply.")
def config(path: str) -> None:
    """Show which settings apply to a file, and where each comes from."""
    from calmlint import check as command  # noqa: PLC0415 - imported when it runs

    click.echo(command.settings(path))


@main.command()
def clean() -> None:
    """Remove what calmlint has kept in the cache folder of this user."""
    from pathlib import Path  # noqa: PLC0415 - imported when it runs

    from calmlint.rule import cache_folder  # noqa: PLC0415 - imported when it runs

    folder = Path(cache_folder())
    kept = [path for path in folder.glob("rules-*") if path.is_file()]  # $CALMLINT_CACHE may hold other files, too
    for path in kept:
        path.unlink(missing_ok=True)
    click.echo(f"removed {len(kept)} file{'s' * (len(kept) != 1)} from {folder}")
