"""What all commands share: the language, usage in one line, and the exit statuses.

2 the input is wrong (:class:`InputError`), 1 the machine failed (:class:`OSError`), 3 stopped.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from sim.engine.errors import InputError, OutputError, WorkerError, one_line
from sim.texts import LANGUAGES, say, use


def stopped() -> None:
    """Say that Ctrl-C was pressed.

    Python ends as if killed, whatever its exit status, once an interrupt has passed through an
    ``exec`` (``dataclass`` calls it, so it happens in imports); another ``exec`` takes that back.
    """
    click.echo(say("error.stopped"), err=True)
    exec("")


class _Told(click.ParamType):  # type: ignore[type-arg]  # not generic in older clicks
    """A type whose faults are said in the language in use, with what was given."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As the type; a value that it does not take is one line."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            given, name = one_line(str(value), 60), param.opts[0] if param else ""
            raise click.BadParameter(self.wanted(given, name) + _hint(ctx), ctx, param) from None

    def wanted(self, given: str, name: str) -> str:
        """What is wrong with what was given, and what is allowed."""
        raise NotImplementedError


class OneOf(_Told, click.Choice[str]):
    """One of a few words."""

    def wanted(self, given: str, name: str) -> str:
        """With the nearest of them."""
        among = [str(choice) for choice in self.choices]
        if name.startswith("-"):
            text = say("usage.no_choice", option=name, given=given, allowed=", ".join(among))
        else:
            text = say("usage.no_word", given=given, allowed=", ".join(among))
        return text + _nearest(given, among)


class Whole(_Told, click.IntRange):
    """A whole number, from ``min`` and up to ``max`` where these are given."""

    def wanted(self, given: str, name: str) -> str:
        """With the ends that are allowed."""
        key = "whole" if self.min is None else "whole_from" if self.max is None else "whole_between"
        allowed = say(f"usage.{key}", least=self.min, most=self.max)
        return say("usage.no_number", option=name, given=given, allowed=allowed)


class Number(_Told, click.types.FloatParamType):
    """A number."""

    def wanted(self, given: str, name: str) -> str:
        """It is none."""
        return say("usage.no_number", option=name, given=given, allowed=say("usage.number"))


def _nearest(given: str, among: Iterable[str]) -> str:
    """The hint at the nearest name, if one is near."""
    from sim.policy.reading.names import names, nearest

    near = nearest(given, names(among))
    return say("fault.nearest", near=near) if near else ""


def _hint(ctx: click.Context | None) -> str:
    """Where to read on."""
    inside = ctx is not None and ctx.parent is not None
    return say("usage.hint", command=f"zsim {ctx.info_name}" if ctx and inside else "zsim")


def _usage(error: click.UsageError) -> str:
    """One line for what the parser does not understand, with a hint."""
    ctx, param = error.ctx, getattr(error, "param", None)
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        return error.message  # of `_Told`
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        known = [name for one in ctx.command.get_params(ctx) for name in one.opts if name.startswith("--")]
        given = one_line(error.option_name, 60)
        near = _nearest(given, known) if given.startswith("--") else ""
        return say("usage.no_option", given=given) + near + _hint(ctx)
    if isinstance(error, click.MissingParameter) and param is not None:
        option = isinstance(param, click.Option)
        name = "/".join(param.opts) if option else param.human_readable_name
        return say("usage.missing", name=name) + _hint(ctx)
    if isinstance(error, click.BadOptionUsage):
        flag = ctx is not None and any(
            error.option_name in one.opts and getattr(one, "is_flag", False) for one in ctx.command.params
        )
        return say("usage.no_value" if flag else "usage.lacks_value", option=error.option_name) + _hint(ctx)
    return one_line(error.message, 200) + _hint(ctx)


def _speak(_context: click.Context, _option: click.Parameter, lang: str | None) -> None:
    if lang:
        use(lang)


class Command(click.Command):
    """A command that speaks the chosen language and takes ``--lang``."""

    allow_extra_args = True  # looked at in `parse_args`, to say it in the language in use

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(
            click.Option(
                ["--lang"],
                type=OneOf(LANGUAGES),
                callback=_speak,
                expose_value=False,
                is_eager=True,
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; words that nothing takes are a fault."""
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # which the parser does not always know
            raise
        if ctx.args and not isinstance(self, click.Group):
            raise InputError([say("usage.extra", given=one_line(" ".join(ctx.args), 60)) + _hint(ctx)])
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Parameters with their help in the language in use."""
        params = super().get_params(ctx)
        for param in params:
            if isinstance(param, click.Option):
                name = "help" if "--help" in param.opts else param.name
                param.help = say(f"option.{name}")
        return params

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line for the list of commands."""
        return say(f"command.{self.name}")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does, above its options."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(say(f"command.{self.name}"))


class Group(Command, click.Group):
    """The group: turns what went wrong into one line each and an exit status."""

    command_class = Command

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        """Run; the language is looked for first, since ``--help`` may stand before ``--lang``."""
        words = list(sys.argv[1:] if args is None else args)
        for word, following in zip(words, [*words[1:], ""], strict=False):
            chosen = following if word == "--lang" else word.removeprefix("--lang=")
            if word.startswith("--lang") and chosen in LANGUAGES:
                use(chosen)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal without Chinese shows escapes, no traceback
                stream.reconfigure(errors="backslashreplace")
        return super().main(words, *rest, **more)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named first; the nearest name where there is none."""
        if args and self.get_command(ctx, args[0]) is None:
            given = one_line(args[0], 60)
            near = _nearest(given, self.list_commands(ctx))
            raise InputError([say("usage.no_command", given=given) + near + _hint(ctx)])
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Parse; what is wrong is told as in :meth:`invoke`."""
        try:
            return super().make_context(*args, **more)
        except click.UsageError as error:
            if isinstance(error, click.exceptions.NoArgsIsHelpError):
                raise
            click.echo(_usage(error), err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            stopped()
            sys.exit(3)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the module for the exit statuses."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except click.UsageError as error:
            click.echo(_usage(error), err=True)
            ctx.exit(2)
        except (WorkerError, OutputError) as error:
            click.echo(one_line(str(error)), err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            stopped()
            ctx.exit(3)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader went away, as in `zsim plan | head`
                raise
            long = error.errno == errno.ENAMETOOLONG  # nobody but who wrote the name can help
            reason = os.strerror(error.errno) if error.errno else str(error)
            key = "error.long_name" if long else "error.machine"
            click.echo(one_line(say(key, reason=reason, path=error.filename or "-")), err=True)
            ctx.exit(2 if long else 1)
