"""Read a command's options and arguments from its function: `Annotated[int | None, option("--limit", min=1, help="…")]`."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import click

__all__ = ["EACH_SECTION", "Action", "Option", "Positional", "action", "argument", "option"]


EACH_SECTION: Final = "Many calls"
"""The section of help with the options of many calls."""


class Declared(NamedTuple):
    """An option (`words` are its flags) or argument; `settings` are those of click, and `min` and `max` of a number."""

    words: tuple[str, ...]
    settings: Mapping[str, Any]
    is_argument: bool = False


class Action(NamedTuple):
    """What a command does: a function of the context, its parameters, and its help text."""

    run: Callable[..., Any]
    parameters: tuple[click.Parameter, ...]
    help: str


class Positional(click.Argument):
    """An argument with a line of help."""

    def __init__(self, words: list[str], *, about: str = "", **settings: Any) -> None:
        super().__init__(words, **settings)
        self.about = about

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Return the argument's row in help."""
        return self.make_metavar(ctx), self.about


class Option(click.Option):
    """An option of a `section` of help; the values of a `secret` one are not printed."""

    def __init__(
        self, words: list[str], *, section: str = "Options", secret: bool = False, **settings: Any
    ) -> None:
        super().__init__(words, **settings)
        self.section = section
        self.secret = secret


def option(*words: str, **settings: Any) -> Declared:
    """Declare an option; without words it has the name of the function's parameter."""
    return Declared(words, settings)


def argument(**settings: Any) -> Declared:
    """Declare an argument."""
    return Declared((), settings, is_argument=True)


def action(function: Callable[..., Any]) -> Action:
    """Return the action of a function with annotated parameters; `ctx` or `_`, if first, is the context.

    `**more` of the function are parameters that the caller adds.
    """
    takes_context = not {"ctx", "_"}.isdisjoint(inspect.signature(function).parameters)
    run = function if takes_context else lambda _ctx, **given: function(**given)
    return Action(run, tuple(_parameters(function)), inspect.getdoc(function) or "")


def _parameters(function: Callable[..., Any]) -> Iterator[click.Parameter]:
    hints = get_type_hints(function, include_extras=True)
    for name, one in inspect.signature(function).parameters.items():
        if name not in {"ctx", "_"} and one.kind is not inspect.Parameter.VAR_KEYWORD:
            yield _parameter(name, hints[name], one.default)


def _parameter(name: str, hint: Any, default: Any) -> click.Parameter:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{name} is neither an option nor an argument")
    kind, declared = get_args(hint)
    kind = _without_none(kind)
    is_list = get_origin(kind) is list
    required = default is inspect.Parameter.empty
    settings: dict[str, Any] = {**declared.settings, "required": required}
    if not required:
        settings["default"] = default
    settings.setdefault("type", _type(get_args(kind)[0] if is_list else kind, settings))
    if declared.is_argument:
        about = settings.pop("help", "")
        settings["nargs"] = -1 if is_list else 1
        return Positional([name], about=about, **settings)
    if kind is bool:
        settings |= {"is_flag": True, "type": None}
    elif default is not None and not required:
        settings["show_default"] = True
    words = declared.words or (f"--{name.replace('_', '-')}",)
    return Option([name, *words], multiple=is_list, **settings)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in {Union, types.UnionType}:
        return next(one for one in get_args(kind) if one is not type(None))
    return kind


def _type(kind: Any, settings: dict[str, Any]) -> Any:
    """Return click's type, and remove its settings from `settings`."""
    bounds = {name: settings.pop(name) for name in ("min", "max") if name in settings}
    if bounds:
        return click.IntRange(**bounds) if kind is int else click.FloatRange(**bounds)
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    return click.Path(path_type=Path) if kind is Path else kind
