"""How a figure moved against the one before it, in words and in a direction."""

from __future__ import annotations

from crmtui.blocks import Figure, Kind
from crmtui.present.text import value


def change(figure: Figure) -> tuple[str, int]:
    """How the figure moved against `before`, in words (`▲ 12 %`, `▼ 3.1 pp` for shares, `=`), and its direction: 1, 0 or -1.

    Empty without a number before. Relative to the size of the number before; from zero only the direction is told.
    """
    if figure.value is None or figure.before is None:
        return "", 0
    moved = figure.value - figure.before
    if figure.kind is Kind.SHARE:
        said = f"{abs(moved) * 100:.1f} pp"
    elif figure.before:
        said = f"{abs(moved / figure.before) * 100:,.0f} %"
    else:
        said = "from 0"
    if not moved or said in ("0 %", "0.0 pp"):
        return "=", 0
    return (f"▲ {said}", 1) if moved > 0 else (f"▼ {said}", -1)


def beside(figure: Figure, currency: str) -> tuple[str, int]:
    """What is told beside a figure: how it moved, or the number before itself while the two cannot be compared yet.

    With it whether that is good (1), bad (-1) or neither.
    """
    said, direction = change(figure)
    if figure.rise == "open" and said:
        return f"before {value(figure.before, figure.kind, currency)}", 0
    return said, -direction if figure.kind is Kind.DAYS or figure.rise == "bad" else direction
