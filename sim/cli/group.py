"""Base classes of all commands: language, one-line usage errors, and exit statuses.

Exit statuses: 1 for a system error (:class:`OSError`), 2 for invalid input (:class:`InputError`), 3 for an
interruption.
"""

from __future__ import annotations

import errno
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import click

from sim.engine.errors import InputError, OutputError, WorkerError, one_line
from sim.texts import LANGUAGES, say, use


def report_interrupt() -> None:
    """Print that the command was interrupted by Ctrl-C.

    If the interrupt passed through an ``exec`` call (``dataclass`` makes such calls during imports), Python
    exits as if killed by the signal and ignores the exit status; another ``exec`` call prevents this.
    """
    click.echo(say("error.stopped"), err=True)
    exec("")


class LocalisedType(click.ParamType, ABC):  # type: ignore[type-arg]  # not generic in older versions of click
    """A parameter type whose error messages are in the current language and quote the given value."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Convert a value with the base type; an invalid value raises an error with a one-line message."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            given, name = one_line(str(value), 60), param.opts[0] if param else ""
            raise click.BadParameter(self.message(given, name) + _help_hint(ctx), ctx, param) from None

    @abstractmethod
    def message(self, given: str, name: str) -> str:
        """Return a message that states what is wrong with a value and which values are allowed.

        Args:
            given: the value, shortened to one line.
            name: name of the option or argument.
        """


class OneOf(LocalisedType, click.Choice[str]):
    """Parameter type that accepts one of a fixed set of words."""

    def message(self, given: str, name: str) -> str:
        """Return a message that lists the allowed words and suggests the most similar one."""
        words = [str(choice) for choice in self.choices]
        if name.startswith("-"):
            text = say("usage.no_choice", option=name, given=given, allowed=", ".join(words))
        else:
            text = say("usage.no_word", given=given, allowed=", ".join(words))
        return text + _nearest_hint(given, words)


class WholeNumber(LocalisedType, click.IntRange):
    """Parameter type for whole numbers, optionally limited by ``min`` and ``max``."""

    name = "integer"

    def _describe_range(self) -> str:
        """Return the range for the help text; without bounds, an empty string instead of ``x<=None``."""
        return "" if self.min is None and self.max is None else super()._describe_range()

    def message(self, given: str, name: str) -> str:
        """Return a message that states the allowed range."""
        key = "whole" if self.min is None else "whole_from" if self.max is None else "whole_between"
        allowed = say(f"usage.{key}", least=self.min, most=self.max)
        return say("usage.no_number", option=name, given=given, allowed=allowed)


class Number(LocalisedType, click.types.FloatParamType):
    """Parameter type for numbers."""

    def message(self, given: str, name: str) -> str:
        """Return a message that states that a number is required."""
        return say("usage.no_number", option=name, given=given, allowed=say("usage.number"))


def _nearest_hint(given: str, known: Iterable[str]) -> str:
    """Return a hint that suggests the most similar known name, or an empty string if none is similar."""
    from sim.policy.reading.names import names, nearest

    near = nearest(given, names(known))
    return say("fault.nearest", near=near) if near else ""


def _help_hint(ctx: click.Context | None) -> str:
    """Return a hint on how to show the help of the command, or of the program if there is no command."""
    inside = ctx is not None and ctx.parent is not None
    return say("usage.hint", command=f"zsim {ctx.info_name}" if ctx and inside else "zsim")


def _usage_message(error: click.UsageError) -> str:
    """Return the message of a usage error in one line, with a hint."""
    ctx, param = error.ctx, getattr(error, "param", None)
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        return error.message  # from a `LocalisedType`
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        params = ctx.command.get_params(ctx)
        known = [name for param in params for name in param.opts if name.startswith("--")]
        given = one_line(error.option_name, 60)
        near = _nearest_hint(given, known) if given.startswith("--") else ""
        return say("usage.no_option", given=given) + near + _help_hint(ctx)
    if isinstance(error, click.MissingParameter) and param is not None:
        is_option = isinstance(param, click.Option)
        name = "/".join(param.opts) if is_option else param.human_readable_name
        return say("usage.missing", name=name) + _help_hint(ctx)
    if isinstance(error, click.BadOptionUsage):
        is_flag = ctx is not None and any(
            error.option_name in param.opts and getattr(param, "is_flag", False)
            for param in ctx.command.params
        )
        key = "usage.no_value" if is_flag else "usage.lacks_value"
        return say(key, option=error.option_name) + _help_hint(ctx)
    return one_line(error.message, 200) + _help_hint(ctx)


def _use_language(_context: click.Context, _option: click.Parameter, lang: str | None) -> None:
    if lang:
        use(lang)


class Command(click.Command):
    """A command with the option ``--lang``, whose help and errors are in the current language."""

    allow_extra_args = True  # checked in `parse_args`, so that the message is in the current language

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(
            click.Option(
                ["--lang"],
                type=OneOf(LANGUAGES),
                callback=_use_language,
                expose_value=False,
                is_eager=True,
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; surplus arguments are an error."""
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # not always set by the parser
            raise
        if ctx.args and not isinstance(self, click.Group):
            raise InputError([say("usage.extra", given=one_line(" ".join(ctx.args), 60)) + _help_hint(ctx)])
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters with their help texts in the current language."""
        params = super().get_params(ctx)
        for param in params:
            if isinstance(param, click.Option):
                name = "help" if "--help" in param.opts else param.name
                param.help = say(f"option.{name}")
        return params

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the description of the command for the list of commands."""
        return say(f"command.{self.name}")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the description of the command above its options."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(say(f"command.{self.name}"))


class Group(Command, click.Group):
    """A group of commands that prints each error in one line and sets the exit status."""

    command_class = Command

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run the program; the language is parsed first, because ``--help`` may precede ``--lang``."""
        words = list(sys.argv[1:] if args is None else args)
        for word, following in zip(words, [*words[1:], ""], strict=False):
            chosen = following if word == "--lang" else word.removeprefix("--lang=")
            if word.startswith("--lang") and chosen in LANGUAGES:
                use(chosen)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # escape characters that the terminal cannot show
                stream.reconfigure(errors="backslashreplace")
        return super().main(words, *rest, **options)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named by the first argument.

        Raises:
            InputError: there is no such command; the message suggests a similar name.
        """
        if args and self.get_command(ctx, args[0]) is None:
            given = one_line(args[0], 60)
            near = _nearest_hint(given, self.list_commands(ctx))
            raise InputError([say("usage.no_command", given=given) + near + _help_hint(ctx)])
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Parse the arguments; errors are printed as in :meth:`invoke`."""
        try:
            return super().make_context(*args, **options)
        except click.UsageError as error:
            if isinstance(error, click.exceptions.NoArgsIsHelpError):
                raise
            click.echo(_usage_message(error), err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            report_interrupt()
            sys.exit(3)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the module docstring lists the exit statuses."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except click.UsageError as error:
            click.echo(_usage_message(error), err=True)
            ctx.exit(2)
        except (WorkerError, OutputError) as error:
            click.echo(one_line(str(error)), err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            report_interrupt()
            ctx.exit(3)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has closed the pipe, as in `zsim plan | head`
                raise
            long = error.errno == errno.ENAMETOOLONG  # an input error: the user chose the name
            reason = os.strerror(error.errno) if error.errno else str(error)
            key = "error.long_name" if long else "error.machine"
            click.echo(one_line(say(key, reason=reason, path=error.filename or "-")), err=True)
            ctx.exit(2 if long else 1)
