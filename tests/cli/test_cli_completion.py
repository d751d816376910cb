"""The scripts of `completion` complete in the shells themselves: commands, options, operations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.kit import Invoke

# Each sources the script and asks for the completions of the line in $LINE, one to a line.
SHELLS = {
    "bash": """
source <(veneer completion bash)
COMP_LINE="$LINE"; read -r -a COMP_WORDS <<< "$LINE"
[[ "$LINE" == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_POINT=${#COMP_LINE}
$(complete -p veneer | sed 's/.*-F \\([^ ]*\\).*/\\1/') veneer
printf '%s\\n' "${COMPREPLY[@]}"
""",
    "zsh": """
autoload -Uz compinit; compinit -D -u
source <(veneer completion zsh)
compadd() { local name=$argv[-1]; print -l -- "${(@P)name}"; }
_describe() { local name=$3; local -a shown; shown=("${(@P)name}"); print -l -- "${(@)shown%%:*}"; }
words=(${(z)LINE}); [[ "$LINE" == *" " ]] && words+=("")
CURRENT=$#words
_veneer_completion
""",
    "fish": """
veneer completion fish | source
complete --do-complete "$LINE" | string split --fields 1 \\t
""",
}


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A shell, with `veneer` on its path."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param} on this machine")
    (tmp_path / "veneer").write_text(f"#!/bin/sh\nexec '{sys.executable}' -m veneer \"$@\"\n")
    (tmp_path / "veneer").chmod(0o755)
    return str(request.param)


def completed(shell: str, line: str, home: Path) -> list[str]:
    """Return what a shell offers at the end of a line."""
    words = {"bash": ["bash", "--norc"], "zsh": ["zsh", "-f"], "fish": ["fish", "--no-config"]}[shell]
    done = subprocess.run(
        [*words, "-c", SHELLS[shell]],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env={"PATH": f"{home}:{os.environ['PATH']}", "HOME": str(home), "LINE": line, "PYTHONUTF8": "1"},
    )
    assert done.stderr == ""
    return done.stdout.split("\n")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("veneer velerian pl", {"plans"}),
        ("veneer velerian networks ", {"run", "show"}),
        ("veneer velerian plans --dry", {"--dry-run"}),
        ("veneer velerian call list_p", {"list_plans"}),
        ("veneer login vel", {"velerian"}),
        ("veneer completion ", {"bash", "zsh", "fish"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_shell_completes_the_line(shell: str, tmp_path: Path, line: str, offered: set[str]) -> None:
    assert offered <= set(completed(shell, line, tmp_path))


@pytest.mark.parametrize("shell_name", SHELLS)
def test_each_shells_script_is_printed(bare: Invoke, shell_name: str) -> None:
    done = bare("completion", shell_name)
    assert (done.exit_code, "_VENEER_COMPLETE" in done.stdout) == (0, True)
