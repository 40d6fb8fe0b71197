"""Mails and phones: read as people write them, with the key under which the same one is recognised."""

from __future__ import annotations

import re

from crmtui import config, texts
from crmtui.errors import Refused

_PLAIN_MAIL = re.compile(r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"\+[1-9]\d{7,14}")
_LABELLED = re.compile(r"([^\W\d_][^\W_]{0,19}): ?(.+)", re.DOTALL)
_NO_DIGIT = re.compile(r"\D+")
_SHAPE = re.compile(r"[\d\s().+/x;=,#*extEXT-]{3,60}")
LONGEST_MAIL = 254


def labelled(text: str) -> tuple[str, str]:
    """`work: +371 …` → label and value; without a label the label is empty."""
    match = _LABELLED.fullmatch(text.strip())
    return (match[1].lower(), match[2].strip()) if match else ("", text.strip())


def email(text: str) -> tuple[str, str]:
    """The mail as written and its key (case folded). Raises `Refused` for what is no address; nothing is asked of the network."""
    bare = text.strip()
    if _PLAIN_MAIL.fullmatch(bare) and len(bare) <= LONGEST_MAIL and len(bare.partition("@")[0]) <= 64:
        return bare, bare.lower()
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(texts.line(bare, "mail"), check_deliverability=False, test_environment=True)
    except EmailNotValidError as why:
        raise Refused(f'"{text}" is no e-mail address', str(why).rstrip(".")) from None
    return bare, found.normalized.casefold()


def phone(text: str) -> tuple[str, str]:
    """The number as written and its key: E.164 (with `x` and the extension) when the country is known, else its digits.

    The country is that of the number or, without `+`, the configured one. Raises `Refused` for fewer than three digits or for words.
    """
    bare = text.strip()
    if _INTERNATIONAL.fullmatch(bare):
        return bare, bare
    digits = _NO_DIGIT.sub("", bare)
    if not 3 <= len(digits) <= 30 or not _SHAPE.fullmatch(bare):
        raise Refused(f'"{text}" is no phone number', "write it like +371 2000 0000")
    return bare, _international(bare) or digits


def _international(text: str) -> str | None:
    """E.164 and extension of a number whose country is known and which that country could have given out."""
    region = config.current().phone_region.upper() or None
    if not text.startswith(("+", "00")) and not region:
        return None
    import phonenumbers

    written = "+" + text[2:] if text.startswith("00") else text
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain}x{number.extension}" if number.extension else plain


def phone_digits(text: str) -> str:
    """The digits of what may be a phone number in a reference; empty when it has letters or too few digits to be one."""
    digits = _NO_DIGIT.sub("", text)
    return digits if len(digits) >= 5 and _SHAPE.fullmatch(text.strip()) else ""


def one_key(key: str) -> str:
    """The key of a phone as it is compared: a Russian number begins with +7, also where it was kept as it was written, with 8."""
    return f"+7{key[1:]}" if len(key) == 11 and key.isdigit() and key[0] in "78" else key


def spellings(key: str) -> tuple[str, ...]:
    """The keys under which the number of a phone's key may be kept."""
    plain = one_key(key)
    return (key, plain, plain[1:], f"8{plain[2:]}") if plain.startswith("+7") and len(plain) == 12 else (key, plain)
