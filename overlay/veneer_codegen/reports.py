"""Reports of the drift check: text, JSON, SARIF 2.1.0 for code scanning, annotations for GitHub."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from veneer_codegen.changes import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veneer_codegen.changes import Change
    from veneer_codegen.impact import Impact
    from veneer_codegen.surface import Difference

ERROR: Final = 4
"""The exit code for drift that is not a change of a contract, and for errors."""


@dataclass(frozen=True)
class Problem:
    """A drifted file or contract, with the remedy and the severity (a Severity, or ERROR)."""

    place: str
    message: str
    level: int = ERROR

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True)
class Report:
    """The results of one run.

    `changes` are those of the contract `source`; `impact` is optional.
    """

    problems: Sequence[Problem] = ()
    changes: Sequence[Change] = ()
    source: str = ""
    impact: Impact | None = None
    version: str = ""
    notes: Sequence[str] = field(default=())
    surfaces: Mapping[str, Sequence[Difference]] = field(default_factory=dict)
    """The changes that `make generate` will make to each contract's public surface."""

    @property
    def exit_code(self) -> int:
        """0 none, 1 compatible, 2 risky, 3 breaking, 4 error."""
        return max(
            [
                0,
                *(int(change.severity) for change in self.changes),
                *(problem.level for problem in self.problems),
            ]
        )


def text(report: Report) -> str:
    """Return the report as text: the worst first, then the affected lines."""
    lines = [str(problem) for problem in report.problems]
    lines += [str(change) for change in report.changes]
    for name, differences in report.surfaces.items():
        lines += titled(
            f"changes that `make generate` will make to the public surface of {name}", differences
        )
    if report.impact:
        lines += titled("generated names that change", report.impact.names)
        lines += affected(report.impact)
    if report.version:
        lines += ["", f"next version: {report.version}"]
    lines += list(report.notes)
    if report.surfaces:
        lines.append("")
    counts = [
        f"{sum(change.severity is severity for change in report.changes)} {severity.name.lower()}"
        for severity in reversed(Severity)
    ]
    found = len(report.problems) + len(report.changes)
    lines.append(
        f"drift: {', '.join(counts)}"
        if report.changes
        else f"drift: {found or 'none'}{' problem' if found else ''}{'s' if found > 1 else ''}"
    )
    return "\n".join(lines) + "\n"


def affected(impact: Impact) -> list[str]:
    """Yield the hand-written lines that a change affects, as text."""
    return [
        *titled("lines of the overlay that use changed names", impact.uses),
        *titled("public methods around those lines", impact.methods),
        *titled("public signatures that change", impact.signatures),
    ]


def titled(title: str, items: Sequence[object]) -> list[str]:
    """Yield lines under a title, after an empty line; nothing if there are none."""
    return ["", f"{title}:", *(f"  {item}" for item in items)] if items else []


def as_json(report: Report) -> str:
    """Return the report as one JSON object."""
    return json.dumps(
        {
            "exit_code": report.exit_code,
            "problems": [asdict(problem) for problem in report.problems],
            "surfaces": {
                name: [{**asdict(one), "severity": one.severity.name.lower()} for one in differences]
                for name, differences in report.surfaces.items()
            },
            "changes": [{**asdict(change), "severity": change.severity.name.lower()} for change in report.changes],
            "impact": asdict(report.impact) if report.impact else None,
            "version": report.version or None,
        },
        indent=2,
    ) + "\n"  # fmt: skip


_SARIF_LEVELS: Final = {
    Severity.COMPATIBLE: "note",
    Severity.RISKY: "warning",
    Severity.BREAKING: "error",
    ERROR: "error",
}


def sarif(report: Report) -> str:
    """Return SARIF 2.1.0, with one result per finding, at its line if it is known.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    results = [
        _result("drift", problem.level, str(problem.message), problem.place) for problem in report.problems
    ]
    results += [
        _result(
            change.kind,
            change.severity,
            f"{change.place}: {change.message}",
            report.source,
            operations=list(change.operations),
        )
        for change in report.changes
    ]
    uses = report.impact.uses if report.impact else ()
    results += [_result("impact", Severity.RISKY, str(use), use.file, line=use.line) for use in uses]
    rules = [{"id": name} for name in sorted({result["ruleId"] for result in results})]
    run = {"tool": {"driver": {"name": "veneer-drift", "rules": rules}}, "results": results}
    return (
        json.dumps(
            {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]},
            indent=2,
        )
        + "\n"
    )


def _result(
    rule: str, level: int, message: str, file: str, line: int = 1, **properties: Any
) -> dict[str, Any]:
    location = {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line}}}
    return {
        "ruleId": rule,
        "level": _SARIF_LEVELS[level],
        "message": {"text": message},
        "locations": [location],
        "properties": properties,
    }


_GITHUB_LEVELS: Final = {
    Severity.COMPATIBLE: "notice",
    Severity.RISKY: "warning",
    Severity.BREAKING: "error",
    ERROR: "error",
}


def github(report: Report) -> str:
    """Return workflow commands that GitHub shows as annotations."""
    lines = [
        _annotation(problem.level, problem.place, 1, "drift", problem.message) for problem in report.problems
    ]
    lines += [
        _annotation(change.severity, report.source, 1, change.kind, f"{change.place}: {change.message}")
        for change in report.changes
    ]
    lines += [
        _annotation(Severity.RISKY, use.file, use.line, "impact", str(use))
        for use in (report.impact.uses if report.impact else ())
    ]
    return "".join(f"{line}\n" for line in lines)


def _annotation(level: int, file: str, line: int, title: str, message: str) -> str:
    # https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{_GITHUB_LEVELS[level]} file={file.replace(',', '%2C').replace(':', '%3A')},line={line},title={title}::{escaped}"


FORMATS: Final = {"text": text, "json": as_json, "sarif": sarif, "github": github}
