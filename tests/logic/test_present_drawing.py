"""Reports as drawn: within the width, without escape codes where they are not wanted, and every number there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui import clock, config
from crmtui.blocks import Column, Figure, Figures, Kind, Note, Report, Table
from crmtui.periods import Period
from crmtui.present import bars, layout, slots, text
from crmtui.present.changes import change
from crmtui.present.cleaner import width as cells
from crmtui.present.drawing import print_report

LONG = "Licence renewal with a very long description of everything that was promised to them in the autumn"
HOSTILE = "x\x1b]52;c;aGk=\x07[bold]y[/]\u202e"
NAMES = ("Ann Lee", "Иван Константинопольский", "株式会社山田製作所 東京本社 営業第一部", "שרה כהן", HOSTILE, LONG)
AT = datetime(2026, 2, 1, tzinfo=UTC)

REPS = Table(
    "reps",
    "By rep",
    (
        Column("rep_id", "Id", only_data=True),
        Column("rep", "Rep"),
        Column("won_cents", "Won", Kind.MONEY, bar=True),
        Column("deals", "Deals", Kind.COUNT),
        Column("share", "Share of the whole", Kind.SHARE, bar=True),
        Column("days", "Mean days to win", Kind.DAYS),
        Column("last", "Last win", Kind.MOMENT),
    ),
    tuple((place, name, place * 123450, place, place / 7, place * 1.5, AT) for place, name in enumerate(NAMES)),
)
STAGES = Table(
    "stages",
    "By stage",
    (Column("stage", "Stage"), Column("deals", "Deals", Kind.COUNT), Column("share", "From before", Kind.SHARE)),
    (("Lead", 100, None), ("Qualified", 50, 0.5), ("Won", 1, 0.02), ("Nothing", 0, 0.0)),
    "funnel",
)
WIDE = Table(
    "months",
    "By month",
    (Column("rep", "Rep"), *(Column(f"m{month}_cents", f"Month {month}", Kind.MONEY) for month in range(1, 13))),
    tuple((name, *(month * 1000001 for month in range(1, 13))) for name in NAMES),
)
FIGURES = Figures(
    (
        Figure("won_cents", "Won", 12050000, Kind.MONEY, 10758900),
        Figure("win_rate", "Win rate", 0.632, Kind.SHARE, 0.601),
        Figure("cycle_days", "Sales cycle", 51.8, Kind.DAYS, 54.2),
        Figure("open", "Open deals", 1248, Kind.COUNT, 1248),
        Figure("lost", "Lost deals", None, Kind.COUNT, 3),
    )
)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CRMTUI_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TZ", "UTC")
    config.current.cache_clear()
    clock.named_zone.cache_clear()
    yield
    config.current.cache_clear()
    clock.named_zone.cache_clear()


def drawn(*blocks: Figures | Table | Note, width: int | None = 80, colour: bool = False) -> str:
    period = Period("2026-Q1", date(2026, 1, 1), date(2026, 4, 1))
    stream = io.StringIO()
    print_report(Report("r", "Sales", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), period, "USD", blocks), stream, width=width, colour=colour)
    return stream.getvalue()


def test_a_report_is_drawn_with_its_title_figures_and_notes() -> None:
    assert drawn(Note("Three deals are left out."), FIGURES) == (
        "Sales  2026-01-01 – 2026-03-31 · as of 2026-03-01 09:30\n"
        "\n"
        "▎ Won                   ▎ Win rate              ▎ Sales cycle\n"
        "▎ 120,500 USD  ▲ 12 %   ▎ 63.2 %  ▲ 3.1 pp      ▎ 51.8 d  ▼ 4 %\n"
        "\n"
        "▎ Open deals            ▎ Lost deals\n"
        "▎ 1,248  =              ▎ –\n"
        "\n"
        "Three deals are left out.\n"
    )


def test_a_title_that_is_too_long_for_one_line_takes_two() -> None:
    assert drawn(width=50) == "Sales\n2026-01-01 – 2026-03-31 · as of 2026-03-01 09:30\n"


def test_a_funnel_narrows_around_its_middle() -> None:
    assert drawn(STAGES, width=59).partition("By stage\n")[2] == (
        "Stage                                    Deals  From before\n"
        "───────────────────────────────────────────────────────────\n"
        "Lead       ████████████████████████████    100            –\n"
        "Qualified         ██████████████            50       50.0 %\n"
        "Won                     ▐▌                   1        2.0 %\n"
        "Nothing                                      0        0.0 %\n"
    )


def test_bars_stand_between_the_name_and_the_number() -> None:
    columns = (Column("rep", "Rep"), Column("won_cents", "Won", Kind.MONEY, bar=True))
    table = Table("reps", "By rep", columns, (("Ann", 3200), ("Иван", 100), ("[b]Zoë[/]", 0)), "bars")
    assert drawn(table, width=80).partition("By rep\n")[2] == (
        "Rep                                             Won\n"
        "───────────────────────────────────────────────────\n"
        "Ann        ████████████████████████████████  32 USD\n"
        "Иван       █                                  1 USD\n"
        "[b]Zoë[/]                                     0 USD\n"
    )


def test_an_empty_table_says_so() -> None:
    table = Table("lost", "Lost deals", (Column("deal", "Deal"),), (), empty="no deal was lost")
    assert drawn(table).endswith("\nLost deals\nno deal was lost\n")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(map(cells, drawn(FIGURES, REPS, STAGES, WIDE, width=width).splitlines())) <= width


@pytest.mark.parametrize("width", [80, 120, None])
@pytest.mark.parametrize("table", [REPS, STAGES, WIDE])
def test_every_number_of_a_table_is_there(table: Table, width: int | None) -> None:
    drawing = drawn(table, width=width)
    numbers = [place for place, column in enumerate(table.columns) if column.kind in layout.RIGHT]
    assert [row[place] for row in text.cells(table.columns, table.rows, "USD") for place in numbers if row[place] not in drawing] == []


def test_without_a_width_no_name_is_cut() -> None:
    assert LONG in drawn(REPS, WIDE, width=None)


@pytest.mark.parametrize("width", [80, None])
def test_without_colour_there_is_no_escape_code(width: int | None) -> None:
    assert "\x1b" not in drawn(FIGURES, REPS, STAGES, Note("\x1b[2J"), width=width)


def test_with_colour_the_bars_are_cyan_and_names_still_harmless() -> None:
    drawing = drawn(FIGURES, REPS, colour=True)
    assert "\x1b[36m" in drawing
    assert "\x1b]" not in drawing
    assert "\x07" not in drawing


def test_amounts_in_several_currencies_have_no_bars() -> None:
    columns = (Column("deal", "Deal"), Column("value_cents", "Value", Kind.MONEY, bar=True), Column("currency", "Currency", only_data=True))
    assert "█" not in drawn(Table("deals", "Deals", columns, (("a", 100, "USD"), ("b", 100, "JPY"))))


@pytest.mark.parametrize(
    ("value", "before", "kind", "said"),
    [
        (112, 100, Kind.COUNT, "▲ 12 %"),
        (97, 100, Kind.MONEY, "▼ 3 %"),
        (1001, 1000, Kind.COUNT, "="),
        (5, 0, Kind.COUNT, "▲ from 0"),
        (0, 0, Kind.COUNT, "="),
        (-50, -100, Kind.MONEY, "▲ 50 %"),
        (0.5, 0.531, Kind.SHARE, "▼ 3.1 pp"),
        (None, 5, Kind.COUNT, ""),
        (5, None, Kind.COUNT, ""),
    ],
)
def test_change_is_told_against_the_period_before(value: float | None, before: float | None, kind: Kind, said: str) -> None:
    assert change(Figure("f", "F", value, kind, before))[0] == said


@given(st.floats(0, 1), st.integers(2, 60))
def test_a_bar_is_never_longer_than_its_column_and_empty_only_for_zero(share: float, room: int) -> None:
    for bar in (bars.bar(share, room), bars.centred(share, room)):
        assert len(bar) <= room
        assert bool(bar) == (share > 0)


def test_a_bar_is_exact_to_an_eighth_of_a_cell() -> None:
    assert [bars.bar(eighths / 16, 2) for eighths in (0, 1, 8, 11, 16)] == ["", "▏", "█", "█▍", "██"]


def test_a_series_is_one_small_picture_with_every_row_on_the_same_scale() -> None:
    months = tuple(Column(f"m{n}", f"{n}", Kind.COUNT, only_data=True, series="Last 3") for n in range(3))
    table = Table("reps", "By rep", (Column("rep", "Rep"), *months), (("Ann", 0, 4, 8), ("Ben", 1, None, 2)))
    assert [slot.texts for slot in slots.of(table, "USD")] == [("Ann", "Ben"), ("·▄█", "▁·▂")]
