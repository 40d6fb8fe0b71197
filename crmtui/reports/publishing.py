"""All reports written into a folder, for a mail or a wiki: Markdown, HTML and SVG with the same numbers, and an index of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from html import escape
from pathlib import Path

from crmtui.blocks import Report
from crmtui.errors import Failed, Refused
from crmtui.frozen import dataclass
from crmtui.present import markdown
from crmtui.present.cleaner import show
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store import files
from crmtui.store.connection import current

KINDS = ("md", "html", "svg")
"""The forms of every report, as the endings of their files."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Reports</title></head>
<body><h1>Reports</h1>
<ul>
{lines}
</ul></body></html>
"""


@dataclass(frozen=True, slots=True)
class Published:
    """Where the reports were written: the folder, how many reports, the names of the files."""

    folder: str
    reports: int
    files: tuple[str, ...]


def write(folder: Path, options: Options) -> Published:
    """Write every report, each asked for the options that it takes, into files that only their owner can read.

    The folder is made when it is not there. Raises `Refused` when one of the files is there already: then nothing is written;
    `Failed` when the folder cannot be written.
    """
    with current().reading():
        reports = [registry.run(name, _taken(name, options)) for name in registry.names()]
    texts = dict(_texts(reports))
    _make(folder)
    for name in texts:
        files.refuse_taken(folder / name)
    for name, text in texts.items():
        with files.new(folder / name) as stream:
            stream.write(text)
    return Published(str(folder), len(reports), tuple(texts))


def _taken(name: str, options: Options) -> Options:
    takes = registry.entry(name).options
    return replace(options, **{field.name: None for field in fields(options) if field.name not in takes})


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        raise Refused(f"{folder} is no folder", "name a folder") from None
    except OSError as why:
        raise Failed(f"no folder can be made at {folder}: {why.strerror}") from None


def _texts(reports: list[Report]) -> Iterator[tuple[str, str]]:
    from crmtui.present import drawing

    yield "index.md", "".join(["# Reports\n\n", *(f"- {_links(each)}\n" for each in reports)])
    links = (f'<li><a href="{each.name}.html">{escape(show(each.title))}</a></li>' for each in reports)
    yield "index.html", _PAGE.format(lines="\n".join(links))
    for each in reports:
        for kind, text in zip(KINDS, (markdown.report(each), drawing.html(each), drawing.svg(each)), strict=True):
            yield f"{each.name}.{kind}", text


def _links(report: Report) -> str:
    return f"[{markdown.escaped(report.title)}]({report.name}.md), [HTML]({report.name}.html), [SVG]({report.name}.svg)"
