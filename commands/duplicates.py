"""Commands on clients who may be one."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from commands.paging import Limit, size
from commands.parameters import ClientRef
from commands.results import Done, Listing


def find_duplicates(
    *,
    min_score: Annotated[int | None, Option(min=0, max=100, help="Only pairs that are so likely to be one.", show_default="75")] = None,
    limit: Limit = None,
    fail_on_findings: Annotated[bool, Option("--fail-on-findings", help="Leave with 9 when there are any.")] = False,
) -> Listing:
    """Find clients who may be entered twice, the likeliest first, with the reasons. Those told apart by not-duplicates are left out."""
    from crmtui.clients import duplicates
    from crmtui.present import lists

    search = duplicates.find(least=duplicates.LIKELY if min_score is None else min_score)
    pairs = search.pairs[: size(limit) or None]
    said = [f"{len(pairs)} of {len(search.pairs):,} pairs; --limit 0 for all"] if len(pairs) < len(search.pairs) else []
    said += ["crmtui merge-clients ID ID makes two one, not-duplicates ID ID remembers that they are two"] if pairs else []
    said += [f"{search.crowded:,} names or numbers are shared by so many that these were not all compared"] if search.crowded else []
    code = 9 if fail_on_findings and pairs else 0
    return Listing(pairs, lists.DUPLICATES, duplicates.Pair, "; ".join(said), "no duplicates", code)


def merge_clients(
    kept: ClientRef,
    gone: ClientRef,
    *,
    take: Annotated[
        list[str] | None,
        Option(help="Whose value of a field is kept: FIELD=a the first's, FIELD=b the second's; may be given again.", metavar="FIELD=SIDE"),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Show what would become of each field and change nothing.")] = False,
) -> Done | Listing:
    """Make two clients one: the first stays, and what belongs to the second is its own from then on. The old id leads to it.

    The first one's values stay, those that it lacks come from the second; lists are united, notes joined. Undo parts them again.
    """
    from crmtui.clients import merging

    chosen = _choices(take or [])
    if dry_run:
        from crmtui.present import lists

        return Listing(merging.preview(kept, gone, chosen), lists.CHOICES, merging.FieldChoice, "dry run: nothing was changed")
    merged = merging.merge(kept, gone, chosen)
    moved = ", ".join(_counted(count, noun) for noun, count in merged.moved.items())
    told = f"merged client {merged.gone_id} {merged.gone} into {merged.client.id} {merged.client.name}"
    return Done(f"{told}; took over {moved}" if moved else told, merged.client, merged.client.id)


def _counted(count: int, nouns: str) -> str:
    """So many of a noun: `2 deals`, `1 person`."""
    noun, blank, rest = nouns.partition(" ")
    return f"{count:,} {nouns}" if count != 1 else f"1 {'person' if noun == 'people' else noun.removesuffix('s')}{blank}{rest}"


def _choices(pairs: list[str]) -> dict[str, str]:
    """`field=side` texts as a mapping. Raises `Unreadable` for one without an equals sign."""
    from crmtui.errors import Unreadable

    found = {}
    for pair in pairs:
        name, equals, side = pair.partition("=")
        if not equals:
            raise Unreadable(f'"{pair}" chooses nothing', "write it as FIELD=b")
        found[name.strip().lower().replace("-", "_")] = side.strip().lower()
    return found


def not_duplicates(client: ClientRef, other: ClientRef) -> Done:
    """Remember that two clients are not the same, so that find-duplicates never offers them again."""
    from crmtui.clients import duplicates

    pair, news = duplicates.tell_apart(client, other)
    told = "are not the same" if news else "were known not to be the same"
    return Done(f"clients {pair.a_id} {pair.a} and {pair.b_id} {pair.b} {told}", pair, None)
