"""Letters: mails to reps on their way, each put down once under its key and claimed before it is handed over."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from crmtui import clock
from crmtui.frozen import dataclass
from crmtui.present import messages
from crmtui.store.connection import current
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Letter, Notice, Rep
from crmtui.team import Member

WAITING, SENDING, SENT, REFUSED, UNSURE = "waiting", "sending", "sent", "refused", "unsure"

UNSURE_AFTER = timedelta(minutes=10)
"""From then on a letter that is being sent counts as one of which nobody knows: whoever sent it has gone."""

NOTICE = "notice "
"""How the key of a letter begins that tells a notice; the notice's id follows."""


@dataclass(frozen=True, slots=True)
class Post:
    """A letter as people see it: to whom, about what, and what became of it.

    `state` is waiting (for the next run), sending, unsure (it was handed over, and whether it arrived is not known), refused or sent.
    """

    id: int
    rep: str | None
    rep_id: int
    recipient: str
    subject: str
    state: str
    trouble: str | None
    created_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that this process alone may send: its id, its address, its text."""

    id: int
    recipient: str
    text: str


def put(key: str, member: Member, subject: str, message: EmailMessage) -> bool:
    """Put a letter down unless there was one of this key; whether it is new. Inside a transaction that writes."""
    if is_put(key):
        return False
    Letter.insert(
        key=key, rep_id=member.id, recipient=member.email, subject_line=subject, message=messages.printed(message), created_at=clock.now()
    ).execute()
    return True


def is_put(key: str) -> bool:
    """Whether a letter was ever put down under this key."""
    return Letter.select(Letter.id).where(Letter.key == key).exists()


def waiting() -> list[int]:
    """The ids of the letters that wait to be sent, the oldest first."""
    return ids(Letter.select(Letter.id).where(Letter.state == WAITING).order_by(Letter.id))


def claim(letter_id: int) -> Claimed | None:
    """Take a waiting letter to send it; None when another has taken it, or when what it tells was taken back."""
    with current().writing():
        row = Letter.get_or_none(Letter.id == letter_id, Letter.state == WAITING)
        if row is None:
            return None
        if _is_void(row):
            row.delete_instance()
            return None
        Letter.update(state=SENDING, claimed_at=clock.now()).where(Letter.id == letter_id).execute()
        return Claimed(row.id, row.recipient, row.message)


def _is_void(row: Letter) -> bool:
    """Whether it tells a notice that is no more, since what it came from was undone."""
    notice = _notice(row.key)
    return notice is not None and not Notice.select(Notice.id).where(Notice.id == notice).exists()


def settle(letter_id: int, state: str, trouble: str | None = None) -> None:
    """Write down what became of a claimed letter; the text of one that was sent is let go, and its notice counts as sent."""
    now = clock.now()
    with current().writing():
        row = Letter.get_by_id(letter_id)
        row.state, row.trouble = state, trouble
        if state == SENT:
            row.message, row.sent_at = "", now
            Notice.update(sent_at=now).where(Notice.id == (_notice(row.key) or 0), Notice.sent_at.is_null()).execute()
        row.save()


def _notice(key: str) -> int | None:
    return int(key.removeprefix(NOTICE)) if key.startswith(NOTICE) else None


def listed() -> list[Post]:
    """The letters that are not sent, the oldest first."""
    names = dict(tuples(Rep.select(Rep.id, Rep.name)))
    return [
        Post(
            id=row.id, rep=names.get(row.rep_id), rep_id=row.rep_id, recipient=row.recipient, subject=row.subject_line,
            state=_state(row.state, row.claimed_at), trouble=row.trouble, created_at=row.created_at, claimed_at=row.claimed_at,
            sent_at=row.sent_at,
        )
        for row in Letter.select().where(Letter.state.in_([WAITING, SENDING, REFUSED])).order_by(Letter.id)
    ]  # fmt: skip


def _state(state: str, claimed_at: datetime | None) -> str:
    return UNSURE if state == SENDING and claimed_at is not None and claimed_at <= clock.now() - UNSURE_AFTER else state


def retry() -> int:
    """Have those sent anew that were refused, or of which nobody knows whether they arrived; how many they are."""
    lost = (Letter.state == SENDING) & (Letter.claimed_at <= clock.now() - UNSURE_AFTER)
    with current().writing():
        found: int = Letter.update(state=WAITING, claimed_at=None).where((Letter.state == REFUSED) | lost).execute()
    return found


__all__ = [
    "NOTICE", "REFUSED", "SENDING", "SENT", "UNSURE", "UNSURE_AFTER", "WAITING", "Claimed", "Post", "claim", "is_put", "listed", "put",
    "retry", "settle", "waiting",
]  # fmt: skip
