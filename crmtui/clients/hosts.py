"""Domains of web and mail addresses, and those that are nobody's own: where anyone may have a mailbox."""

from __future__ import annotations

from crmtui.store.keys import fold

FREE = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "icloud.com", "aol.com", "gmx.com", "gmx.de",
    "gmx.net", "web.de", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "yandex.ru", "ya.ru", "rambler.ru", "proton.me", "protonmail.com",
    "qq.com", "163.com", "126.com", "naver.com", "daum.net", "hanmail.net", "inbox.lv", "seznam.cz", "wp.pl", "ukr.net", "orange.fr",
    "free.fr", "libero.it", "t-online.de", "msn.com", "me.com", "yahoo.co.jp",
})  # fmt: skip
"""Domains of free mail."""


def host(address: str) -> str:
    """The domain of a web or mail address: `https://www.Acme.com/en` and `ann@acme.com` → `acme.com`; empty for neither."""
    bare = fold(address).strip().rpartition("@")[2].partition("://")
    name = (bare[2] or bare[0]).partition("/")[0].partition("?")[0].partition(":")[0].strip(". ")
    name = name.removeprefix("www.")
    return name if "." in name and " " not in name else ""
