"""The colours: dark, light, high contrast, and the terminal's own sixteen."""

from __future__ import annotations

import os

from textual.theme import Theme

DARK = Theme(
    name="dark", dark=True, primary="#7aa2f7", secondary="#9ece6a", accent="#e0af68", foreground="#d5d9e4", background="#16181f",
    surface="#1b1e27", panel="#242836", success="#9ece6a", warning="#e0af68", error="#f7768e",
    variables={"block-cursor-background": "#3d59a1", "block-cursor-foreground": "#ffffff", "text-muted": "#8b93a8"},
)  # fmt: skip
LIGHT = Theme(
    name="light", dark=False, primary="#2f5fb3", secondary="#3f7d20", accent="#9a6200", foreground="#22252e", background="#fbfbf9",
    surface="#f4f4f0", panel="#e4e6ea", success="#2f7d32", warning="#9a6200", error="#b3261e",
    variables={"block-cursor-background": "#2f5fb3", "block-cursor-foreground": "#ffffff", "text-muted": "#5d6472"},
)  # fmt: skip
CONTRAST = Theme(
    name="contrast", dark=True, primary="#ffff00", secondary="#00ff00", accent="#00ffff", foreground="#ffffff", background="#000000",
    surface="#000000", panel="#000000", success="#00ff00", warning="#ffff00", error="#ff6060",
    variables={"block-cursor-background": "#ffff00", "block-cursor-foreground": "#000000", "text-muted": "#ffffff",
               "text-primary": "#ffff00", "text-accent": "#00ffff", "text-success": "#00ff00", "text-warning": "#ffff00",
               "text-error": "#ff6060"},
)  # fmt: skip

THEMES = (DARK, LIGHT, CONTRAST)
SIXTEEN = "ansi-dark"
"""Textual's theme that names only the terminal's own colours."""


def chosen(setting: str) -> str:
    """The name of the theme that a setting means; `auto` takes the sixteen colours where the terminal has no more."""
    if setting == "auto":
        return DARK.name if _many_colours() else SIXTEEN
    return SIXTEEN if setting == "16" else setting


def _many_colours() -> bool:
    term = os.environ.get("TERM", "")
    return "256color" in term or os.environ.get("COLORTERM", "") in ("truecolor", "24bit") or term in ("xterm-kitty", "alacritty", "foot")
