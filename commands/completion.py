"""Shell completion: commands, options and live names, by a path of its own that is done before Typer would be imported."""

from __future__ import annotations

import os
import sys
from typing import Any

from commands import registry
from crmtui.errors import CrmError

_SCRIPTS = {
    "bash": """\
_crmtui() {
    local IFS=$'\\n'
    COMPREPLY=($(_CRMTUI_COMPLETE=bash COMP_CWORD="$COMP_CWORD" "$1" "${COMP_WORDS[@]:1}" 2>/dev/null))
    [[ ${#COMPREPLY[@]} -eq 0 ]] && compopt -o default
}
complete -o nosort -F _crmtui crmtui crm
""",
    "zsh": """\
#compdef crmtui crm
_crmtui() {
    local -a found
    found=("${(@f)$(_CRMTUI_COMPLETE=zsh COMP_CWORD=$((CURRENT - 1)) "${words[1]}" "${words[@]:1}" 2>/dev/null)}")
    if [[ -n "${found[1]}" ]]; then compadd -V crmtui -- "${found[@]}"; else _files; fi
}
compdef _crmtui crmtui crm
""",
    "fish": """\
function __crmtui
    set -l typed (commandline -opc) (commandline -ct)
    env _CRMTUI_COMPLETE=fish COMP_CWORD=(math (count $typed) - 1) $typed[1] $typed[2..-1] 2>/dev/null
end
complete -c crmtui -f -a '(__crmtui)'
complete -c crm -f -a '(__crmtui)'
""",
}

_WORDS = {
    "kind": ("clients", "deals", "products", "reps", "interactions", "tasks", "purchases", "pipelines"),
    "noun": ("client", "deal", "task", "rep", "product"),
    "holder": ("client", "deal"),
    "shell": tuple(_SCRIPTS),
    "by": ("owner", "source", "region", "product", "tag", "month", "week"),
}
_OPTION_NOUNS = {
    "--client": "client", "--company": "client", "--contact": "client", "--deal": "deal", "--owner": "rep", "--for": "rep", "--as": "rep",
    "--rep": "rep", "--hand-to": "rep", "--assignee": "rep",
    "--manager": "rep", "--product": "product", "--stage": "stage", "--move": "stage", "--pipeline": "pipeline",
    "--after": "stage", "--before": "stage", "--move-to": "stage", "--tag": "tag", "--by": "by",
}  # fmt: skip


def script(shell: str) -> str:
    """The text that a shell reads at its start; `eval "$(crmtui completion bash)"`."""
    return _SCRIPTS[shell]


def answer() -> int:
    """Print what the word under the cursor could become, one a line; nothing when nothing fits. Never fails loudly."""
    place = os.environ.get("COMP_CWORD", "")
    last = len(sys.argv)
    position = min(int(place), last) if place.isascii() and place.isdigit() and len(place) < 6 else last - 1
    words = sys.argv[1 : position + 1]
    words += [""] * (position - len(words))
    try:
        offers = _offers(words)
    except (CrmError, OSError, UnicodeError):
        offers = []
    quoted = bool(words) and words[-1].startswith(("'", '"'))
    escape = _escaped if os.environ["_CRMTUI_COMPLETE"] == "bash" and not quoted else str
    sys.stdout.writelines(f"{escape(offer)}\n" for offer in dict.fromkeys(offers))
    return 0


def _escaped(word: str) -> str:
    """A word as bash must see it on the line: everything that is not a plain letter or digit behind a backslash."""
    return "".join(char if char.isalnum() or char in "-_./:@+,=" else f"\\{char}" for char in word)


def _offers(words: list[str]) -> list[str]:
    word = words[-1].replace("\\", "").strip("'\"") if words else ""
    if len(words) <= 1:
        return [entry.name for entry in registry.ENTRIES if entry.name.startswith(word)]
    entry = registry.BY_NAME.get(words[0])
    if entry is None:
        return []
    if word.startswith("-"):
        return [option for option in _options(entry) if option.startswith(word)]
    if _takes_value(entry, words[-2]):
        return _named(_OPTION_NOUNS[words[-2]], word, words) if words[-2] in _OPTION_NOUNS else _choices(entry, words[-2], word)
    pairs = zip(words[1:-1], words[:-2], strict=True)
    before = [each for each, prior in pairs if not each.startswith("-") and not _takes_value(entry, prior)]
    refs = entry.refs[1:] if "--ids" in words[1:-1] else entry.refs
    noun = refs[len(before)] if len(before) < len(refs) else ""
    if noun == "any" and before:
        noun = before[0]
    return _named(noun, word, words)


def _options(entry: registry.Entry) -> list[str]:
    """The options of a command."""
    return sorted(name for parameter in _parameters(entry) for name in parameter.opts if name.startswith("--"))


def _takes_value(entry: registry.Entry, word: str) -> bool:
    """Whether the word is an option whose value is the next word."""
    if not word.startswith("--") or "=" in word:
        return False
    return word in _OPTION_NOUNS or word == "--db" or any(word in each.opts and not each.is_flag for each in _parameters(entry))


def _choices(entry: registry.Entry, option: str, word: str) -> list[str]:
    """The words that an option takes, if it takes only some."""
    found = next((each.type for each in _parameters(entry) if option in each.opts), None)
    return [each for each in getattr(found, "choices", ()) if each.startswith(word)]


def _parameters(entry: registry.Entry) -> list[Any]:
    """The parameters of a command; only this asks Typer."""
    from commands import door

    return list(door.command(entry, door.load(entry)).params)


def _reports() -> tuple[str, ...]:
    from crmtui.reports import registry

    return (*registry.names(), "all")


def _named(noun: str, word: str, words: list[str]) -> list[str]:
    if noun in _WORDS or noun == "report":
        return [each for each in _WORDS.get(noun) or _reports() if each.startswith(word)]
    from crmtui import config
    from crmtui.store import names

    place = words[words.index("--db") + 1] if "--db" in words[:-1] else ""
    return names.beginning(place or config.database(), noun, word)
