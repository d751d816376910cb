"""Build the documentation site: `make docs`.

docs/index.md lists the pages. It determines the navigation, the order and llms.txt. Links in copied
pages point to the site, or to the repository for other files. A reference of every public name,
made from docstrings and types, follows. Zensical renders the site. A broken link or anchor, an
unlisted page, and a docstring that is missing or does not fit its signature fail the build.
"""

from __future__ import annotations

import importlib
import inspect
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import tomlkit

from veneer_codegen import contracts, pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
SITE: Final = ROOT / ".cache" / "docs"
LIST: Final = "docs/index.md"
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REFERENCE: Final = "API reference"
MODULES: Final = {
    "Event streams": "veneer.sse",
    "Webhook requests": "veneer.webhooks",
    "Sandbox": "veneer.sandbox",
    "Testing": "veneer.testing",
    "Sampling": "veneer.sampling",
}
PLATFORMS: Final = {
    "hybriDB": "hybridb",
    "HestiaOS": "hestiaos",
    "Velerian": "velerian",
    "Aerostack": "aerostack",
}
_FENCED: Final = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"(?<=\]\()(?!\w+:)([^)#\s]+)")
_ENTRY: Final = re.compile(r"^- \[([^]]+)\]\(([^)]+)\): (.+(?:\n  .+)*)", re.MULTILINE)
_GROUP: Final = re.compile(r"^    # (.+)\n((?:    \"\w+\",\n)+)", re.MULTILINE)
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")


class DocumentationError(Exception):
    """The site cannot be built. The message is a sentence."""


@dataclass(frozen=True)
class Page:
    """A page of the site: `place` is the path below the site's root, `sections` the headings above it in the navigation."""

    sections: tuple[str, ...]
    title: str
    place: str
    text: str
    about: str = ""


# -- hand-written pages ------------------------------------------------------------------------------------------


def written(root: Path = ROOT) -> list[Page]:
    """Return docs/index.md and the pages that it lists, in order."""
    listed: list[tuple[str, str, str, str]] = []
    for part in (root / LIST).read_text(encoding="utf-8").split("\n## ")[1:]:
        section = part.partition("\n")[0]
        for title, link, about in _ENTRY.findall(part):
            listed.append((section, title, posixpath.normpath(f"docs/{link}"), " ".join(about.split())))
    listed.append((listed[-1][0], "All pages", LIST, "the list of these pages"))
    places = {source: place_of(source) for _, _, source, _ in listed}
    if missing := {f"docs/{page.name}" for page in (root / "docs").glob("*.md")} - places.keys():
        raise DocumentationError(f"{LIST} does not list {', '.join(sorted(missing))}: add a line for each")
    return [
        Page((section,), title, places[source], linked(root, source, places), about)
        for section, title, source, about in listed
    ]


def place_of(source: str) -> str:
    """Return a file's place in the site. README.md is its first page."""
    folder, name = posixpath.split(source)
    fixed = {"README.md": "index.md", LIST: "all-pages.md"}
    return fixed.get(source) or (f"{folder}.md" if name == "README.md" else name.lower())


def linked(root: Path, source: str, places: Mapping[str, str]) -> str:
    """Return a page's text with links to the site's pages, and to the repository for other files."""
    repository = PROJECT["urls"]["Repository"]

    def turned(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), found[1]))
        if target in places:
            return places[target]
        kind = "tree" if (root / target).is_dir() else "blob"
        return f"{repository}/{kind}/main/{target}" if (root / target).exists() else found[1]

    text = (root / source).read_text(encoding="utf-8")
    pieces = zip([*_FENCED.split(text)], [*_FENCED.findall(text), ""], strict=True)
    return "".join(_LINK.sub(turned, prose) + code for prose, code in pieces)


# -- the reference -----------------------------------------------------------------------------------------------


def reference() -> Iterator[Page]:
    """Yield the reference pages: veneer's groups, its modules, and the platforms."""
    groups = (ROOT / "overlay/veneer/__init__.py").read_text(encoding="utf-8")
    for group, names in _GROUP.findall(groups):
        place = f"reference/{re.sub(r'[^a-z0-9]+', '-', group.lower())}.md"
        title = group[0].upper() + group[1:]
        yield Page((REFERENCE,), title, place, names_of("veneer", title, re.findall(r"\w+", names)))
    for title, module in MODULES.items():
        yield module_page((REFERENCE,), title, module, f"reference/{module.replace('.', '-')}.md")
    contract_of = {contract.package.rpartition(".")[2]: contract for contract in contracts.read(ROOT)}
    for title, name in PLATFORMS.items():
        yield from platform_pages(title, name, contract_of[name])


def platform_pages(title: str, name: str, contract: contracts.Contract) -> Iterator[Page]:
    """Yield a platform's pages: its client, one page per namespace, and all names of its package."""
    above, module, folder = (REFERENCE, title), f"veneer.{name}", f"reference/{name}"
    client = pages.client_of(contract, ROOT, contracts.generated(ROOT))
    if client and len(client.spaces) > 1:
        for file, text in client.pages(f"<!-- {module} -->"):
            part = "Client" if file == "index.md" else file.removesuffix(".md").rstrip("_")
            yield Page(above, part, f"{folder}/{file}", text)
    else:  # a client with both flavours, whose namespaces are modules
        for path in sorted((ROOT / "overlay/veneer" / name).glob("[a-z]*.py")):
            if path.read_text(encoding="utf-8").startswith('"""The class of'):
                inner = f"{module}.{path.stem}"
                yield module_page(above, path.stem, inner, f"{folder}/{path.stem}.md", inherited=True)
    yield module_page(above, "All names", module, f"{folder}/names.md")


def module_page(
    sections: tuple[str, ...], title: str, module: str, place: str, *, inherited: bool = False
) -> Page:
    """Return the page of a module: its docstring and every name of its `__all__`."""
    loaded = importlib.import_module(module)
    names = [name for name in loaded.__all__ if not inspect.ismodule(getattr(loaded, name))]
    options = "\n    options:\n      "
    about = f"::: {module}{options}members: false\n      show_root_heading: false\n      show_root_toc_entry: false"
    more = f"{options}inherited_members: true" if inherited else ""
    return Page(sections, title, place, names_of(module, f"`{module}`", names, about, more))


def names_of(module: str, title: str, names: Sequence[str], about: str = "", options: str = "") -> str:
    """Return a page with a directive per name.

    Raises DocumentationError for a missing docstring.
    """
    loaded = importlib.import_module(module)
    own = [
        name for name in names if inspect.isclass(found := getattr(loaded, name)) or inspect.isfunction(found)
    ]
    if bare := [name for name in own if not inspect.getdoc(getattr(loaded, name))]:
        raise DocumentationError(f"{module} has names without a docstring: {', '.join(bare)}")
    directives = [f"::: {module}.{name}{options}" for name in names]
    return "\n\n".join(filter(None, [f"# {title}", about, *directives])) + "\n"


# -- the site ----------------------------------------------------------------------------------------------------


def write(site: Sequence[Page]) -> None:
    """Write the pages and the settings that Zensical reads."""
    shutil.rmtree(SITE / "pages", ignore_errors=True)
    shutil.copytree(ROOT / "docs/assets", SITE / "pages/assets")
    navigation: dict[str, Any] = {}
    for page in site:
        path = SITE / "pages" / page.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8")
        level = navigation
        for section in page.sections:
            level = level.setdefault(section, {})
        level[page.title] = page.place
    settings = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    settings["project"] |= {
        "nav": listed(navigation),
        "site_description": PROJECT["description"],
    }
    (SITE / "zensical.toml").write_text(tomlkit.dumps(settings), encoding="utf-8")


def listed(level: Mapping[str, Any]) -> list[Any]:
    """Return one level of the navigation in Zensical's form: a list of tables with one key."""
    return [{name: listed(one) if isinstance(one, dict) else one} for name, one in level.items()]


def index_for_models(site: Sequence[Page]) -> str:
    """Return llms.txt (https://llmstxt.org): every page by section, as Markdown if it is hand-written."""
    lines = [f"# {PROJECT['name']}", "", f"> {PROJECT['description']}"]
    above: tuple[str, ...] = ()
    for page in site:
        if page.sections != above:
            above = page.sections
            lines += ["", f"## {': '.join(above)}", ""]
        place = page.place if "\n::: " not in page.text else page.place.removesuffix(".md") + ".html"
        lines.append(f"- [{page.title}]({place})" + (f": {page.about}" if page.about else ""))
    return "\n".join(lines) + "\n"


def build() -> str:
    """Render the site strictly. Raises DocumentationError with the faults."""
    command = [
        str(SITE / "env/bin/zensical"),
        "build",
        "--strict",
        "--clean",
        "-f",
        str(SITE / "zensical.toml"),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    output = _COLOUR.sub("", built.stdout + built.stderr)
    # A docstring that does not fit its signature is only printed. The traceback after a failed
    # build
    # adds nothing.
    if built.returncode or "griffe: " in output:
        raise DocumentationError(re.sub(r"Traceback .*\n(?=\w+Error: )", "", output, flags=re.DOTALL))
    return output


def main() -> int:
    """Build the site. Return 0 if it has no faults."""
    try:
        site = [*written(), *reference()]
        write(site)
        print(f"docs: {len(site)} pages …", flush=True)
        print(build().strip())
    except DocumentationError as error:
        print(f"docs: {error}")
        return 1
    for page in site:
        if "\n::: " not in page.text:
            shutil.copy(SITE / "pages" / page.place, SITE / "site" / page.place)
    (SITE / "site/llms.txt").write_text(index_for_models(site), encoding="utf-8")
    print(f"docs: open {SITE / 'site/index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
