"""What is told of a file before it is imported: its columns, their fields, what stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtui.clients import clients, fields
from crmtui.errors import Failed, NotFound, Question, Refused, Undecided, Unreadable
from crmtui.exchange import previews
from crmtui.exchange.importing import Options
from crmtui.exchange.previews import Seen
from crmtui.store.connection import Base


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "people.csv"
    found.write_text("Name,Mail,Roof\nAnn,ann@x.com,flat\nBen,-,flat\nCy,,pitched\nDi,N/A,\nEd,ed@x.com,hip\n", "utf-8")
    return found


def test_each_column_is_told_with_its_field_and_its_first_different_values(base: Base, file: Path) -> None:
    seen = previews.look("clients", file, Options())
    assert seen.columns == (
        Seen("Name", "name", ("Ann", "Ben", "Cy")),
        Seen("Mail", "emails", ("ann@x.com", "ed@x.com")),
        Seen("Roof", None, ("flat", "pitched", "hip")),
    )
    assert (seen.fields[:2], seen.keeps) == (("kind", "name"), True)


def test_a_mapping_is_told_and_an_own_field_is_offered_when_there_is_one(base: Base, file: Path) -> None:
    fields.add("client", "Roof type")
    seen = previews.look("clients", file, Options(mapping={"Roof": "roof_type", "Mail": "-"}))
    assert [each.field for each in seen.columns] == ["name", None, "roof_type"]
    assert seen.fields[-1] == "roof_type"


def test_a_file_that_lacks_names_is_told_as_well_and_refused_only_when_it_is_imported(base: Base, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Foo,Bar\n1,2\n")
    assert [each.field for each in previews.look("clients", file, Options()).columns] == [None, None]
    with pytest.raises(Refused, match="no column of the file is a field of clients"):
        previews.run("clients", file, Options())


def test_one_unknown_column_is_kept_as_an_own_field_and_the_others_are_not(base: Base, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Name,Roof,Designation,Shade\nAnn,flat,boss,red\n")
    options = Options(mapping={"Roof": "+", "Designation": "+"}, file_name=str(file))
    assert [each.field for each in previews.look("clients", file, options).columns] == ["name", "roof", "designation", None]
    done = previews.run("clients", file, options)
    assert (done.created, done.columns["Shade"]) == (1, None)
    card = clients.get(1)
    assert (card.fields, card.position) == ({"roof": "flat", "designation": "boss"}, None)


def test_a_column_whose_name_no_field_can_have_is_refused_and_kinds_without_own_fields_keep_none(base: Base, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Name,!!!\nAnn,flat\n")
    with pytest.raises(Refused, match='no own field can be called "!!!"'):
        previews.run("clients", file, Options(mapping={"!!!": "+"}))
    with pytest.raises(Unreadable, match="the unknown columns of products cannot be kept"):
        previews.run("products", file, Options(mapping={"!!!": "+"}))


def test_a_file_that_is_not_there_or_cannot_be_read_is_refused(base: Base, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path / "a\0b"):
        with pytest.raises(NotFound, match="no file"):
            previews.look("clients", path, Options())
    with pytest.raises(Failed, match="cannot be read: Is a directory"):
        previews.run("clients", tmp_path, Options())


@pytest.mark.parametrize(
    ("kind", "text", "question"),
    [
        (
            "clients",
            "Name,Birth date\nAnn,03/04/1990\n",
            Question("date_order", (("dmy", "day first: 25/12/2026"), ("mdy", "month first: 12/25/2026"))),
        ),
        ("deals", "Title,Client,Value\nRoof,Ann,1.234\n", Question("decimal_mark", ((",", "thousands: 1234"), (".", "decimals: 1.234")))),
        ("deals", "Title,Client,Stage\nRoof,Ann,Odd\n", Question("stages", guess="Odd")),
    ],
)
def test_what_only_a_person_can_decide_is_a_question_with_its_answers(
    base: Base, tmp_path: Path, kind: str, text: str, question: Question
) -> None:
    clients.add({"name": "Ann"})
    file = tmp_path / "x.csv"
    file.write_text(text)
    with pytest.raises(Undecided) as asked:
        previews.run(kind, file, Options())
    assert asked.value.question == question


def test_names_that_most_rows_lack_are_asked_about(base: Base, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Title,Client\nRoof,Ann\nDoor,Ben\n")
    with pytest.raises(Undecided) as asked:
        previews.run("deals", file, Options())
    assert asked.value.question == Question("missing", (("create", "make what the rows name"), ("reject", "put the rows aside")))
    assert previews.run("deals", file, Options(create_missing=True)).created == 2


def test_an_encoding_is_asked_for_with_how_each_would_read_the_file(base: Base, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("Name\nИВАНОВ\n".encode("cp1251"))
    with pytest.raises(Undecided) as asked:
        previews.look("clients", file, Options())
    question = asked.value.question
    assert question == Question("encoding", (("cp1251", 'cp1251: "ИВАНОВ"'), ("gb18030", 'gb18030: "嚷劳温"')))
    answered = previews.answered(Options(), question, "cp1251")
    assert previews.look("clients", file, answered).columns[0].samples == ("ИВАНОВ",)


def test_answers_become_options() -> None:
    def answered(option: str, answer: str, options: Options | None = None) -> Options:
        return previews.answered(options or Options(), Question(option), answer)

    assert answered("date_order", "dmy").date_order == "dmy"
    assert answered("missing", "create").create_missing
    assert answered("missing", "reject").reject_missing
    assert answered("stages", "New, Won").stages == ("New", "Won")
    assert answered("stages", "P: A, B; Q: C").pipelines == {"P": ("A", "B"), "Q": ("C",)}
    assert answered("stages", "P: A, B", Options(pipeline="X")).stages == ("P: A", "B")


def test_a_field_that_takes_one_column_is_taken_away_from_the_other() -> None:
    options = previews.remapped(Options(mapping={"A": "name", "B": "emails"}), "C", "name")
    assert options.mapping == {"B": "emails", "C": "name"}
    assert previews.remapped(options, "D", "emails").mapping == {"B": "emails", "C": "name", "D": "emails"}
    assert previews.remapped(Options(mapping={"A": "-"}), "B", "-").mapping == {"A": "-", "B": "-"}
