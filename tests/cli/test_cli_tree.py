"""What a command line loads, what help says, and what a misspelt word is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.kit import Invoke, failure
from veneer_cli import app, project
from veneer_cli.commands import hestiaos
from veneer_cli.flags import flags_of
from veneer_cli.parameters import Action, action
from veneer_cli.service import PLATFORMS
from veneer_cli.tree import Command, Group, built, lines

PROGRAMS = {"veneer": app.tree(), "hestiaos": hestiaos.program()}

LOADED = """
import sys
from veneer_cli import main
code = main()
print(*sorted(one for one in sys.modules if one.startswith("veneer_cli") or "." not in one), file=sys.stderr)
sys.exit(code)
"""
BASE = {"veneer_cli"} | {
    f"veneer_cli.{one}"
    for one in ("app", "choice", "flags", "options", "parameters", "process", "service", "tree")
}
VELERIAN = {"veneer_cli.commands", "veneer_cli.commands.velerian"} | {
    f"veneer_cli.{one}" for one in ("inputs", "output", "progress", "selection", "text")
}


@pytest.mark.parametrize(
    ("words", "modules"),
    [
        (["--help"], BASE),
        (["--version"], BASE),
        (["velerian", "--help"], BASE | VELERIAN),
        (["velerian", "plans", "--help"], BASE | VELERIAN),
    ],
    ids=["--help", "--version", "a group's help", "a command's help"],
)
def test_a_command_line_loads_what_it_names_and_no_more(words: list[str], modules: set[str]) -> None:
    """Modules are what a start costs; they are counted because no load of the machine moves them."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.split())
    assert {one for one in loaded if one.startswith("veneer_cli")} == modules
    heavy = {
        "rich",
        "httpx",
        "typer",
        "pydantic",
        "attrs",
        "veneer_codegen",
        "veneer_generated",
        "keyring",
        "asyncio",
    }
    assert heavy & loaded == set()


def every(home: Group, above: str = "") -> Iterator[tuple[str, Command]]:
    """Every command and group by its words."""
    for one in home.commands.values():
        words = f"{above} {one.name}".strip()
        yield words, one
        found = one.load()
        if isinstance(found, Group):
            yield from every(found, words)


@pytest.mark.parametrize("program", PROGRAMS)
def test_lists_say_of_a_command_what_its_help_begins_with(program: str) -> None:
    """Lists do not load a command, so its sentence is in two places."""
    for words, one in every(PROGRAMS[program]):
        found = one.load()
        if isinstance(found, Group):
            said = found.about
        else:
            said = found.help if isinstance(found, Action) else (found.__doc__ or "")
        assert said.partition("\n")[0] == one.about, words


@pytest.mark.parametrize("tree", [*PROGRAMS.values(), project.tree(PLATFORMS["velerian"])], ids=["veneer", "hestiaos", "a project"])  # fmt: skip
def test_every_command_can_be_listed_without_the_library_of_commands(tree: Group) -> None:
    found = [*lines(tree)]
    assert len(found) == len({*found})
    assert ("completion",) in found


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("veleria", "plans"), "No such command 'veleria'. Did you mean 'velerian'?"),
        (("velerian", "plnas"), "No such command 'plnas'. Did you mean 'plans'?"),
        (("velerian", "networks", "rnu"), "No such command 'rnu'. Did you mean 'run'?"),
        (("velerian", "zzz"), "No such command 'zzz'."),
        (("velerian", "plans", "--jsn"), "--json"),
        (("--jsn",), "--json"),
        (("velerian", "call", "list_planz"), "no operation 'list_planz'; did you mean list_plans"),
        (("sample", "velerain"), "no platform 'velerain'; did you mean velerian?"),
        (("completion", "bsh"), "'bsh' is not one of 'bash', 'zsh', 'fish'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_misspelt_word_is_told_what_is_near(bare: Invoke, words: tuple[str, ...], says: str) -> None:
    code, said = failure(bare(*words))
    assert (code, says in said) == (2, True), said


def test_help_tells_arguments_options_and_common_options_apart(bare: Invoke) -> None:
    shown = bare("velerian", "evidence", "--help").stdout
    titles = [line for line in shown.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["Arguments:", "Options:", "Common options:"]
    assert "ABP         The ABP's id." in shown
    assert next(line for line in bare("--help").stdout.splitlines() if line.endswith(":")) == "Commands:"


def test_a_parameter_that_is_neither_option_nor_argument_is_a_mistake_in_the_command() -> None:
    def command(ctx: click.Context, path: Path) -> None:
        """Do something."""

    with pytest.raises(TypeError, match="path is neither an option nor an argument"):
        action(command)


def test_a_name_that_an_api_has_for_its_own_is_before_the_command_a_common_option() -> None:
    """APIs have parameters called `query` and `fields`; what they were called before such options came stays."""
    given: list[tuple[str | None, str | None]] = []

    def run(ctx: click.Context, p0: str | None) -> None:
        given.append((p0, flags_of(ctx).query))

    home = Group("acme", "Find.")
    found = Action(run, (click.Option(["p0", "--query"]),), "Find.")
    home.add(Command("find", "Find.", lambda: found))
    for line in (["find", "--query", "text"], ["--query", "a.b", "find"]):
        assert CliRunner().invoke(built(home), line).exit_code == 0
    assert given == [("text", None), (None, "a.b")]
