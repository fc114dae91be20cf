"""Tables of other programs: columns by their names, and nothing guessed in silence."""

from datetime import date, time

import pytest

from taskora.transfer.errors import FileTooLarge, FileUnreadable


def test_columns_are_recognised_by_what_people_call_them(read) -> None:
    result = read(
        "Task Name;Notes;Due Date;Due Time;Priority;Labels;List;Status;Assignee\n"
        "Pay rent;by card;2026-04-01;09:30;High;home, money;Flat;Done;Bo\n"
    )
    task = result.task
    assert (task.title, task.description, task.priority, task.project) == ("Pay rent", "by card", "high", "Flat")
    assert task.completed
    assert task.tags == ["home", "money"]
    assert (task.due.date, task.due.time) == (date(2026, 4, 1), time(9, 30))
    assert result.parsed.ignored_columns == ["Assignee"]
    assert result.parsed.columns["Task Name"] == "title"
    assert (result.parsed.delimiter, result.parsed.kind) == (";", "csv")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Card Name,Card Description,Labels,List Name,Due Date", "Buy paint,blue,Home (green),To buy,2026-03-06"),
        ("Subject,Notes,Categories,Project,Due Date", "Buy paint,blue,Home,To buy,2026-03-06"),
        ("Summary,Description,Labels,Project name,Due date", "Buy paint,blue,Home,To buy,2026-03-06"),
        ("Name,Notes,Tags,Section/Column,Due Date", "Buy paint,blue,Home,To buy,2026-03-06"),
        ("title,body,tags,folder,deadline", "Buy paint,blue,Home,To buy,6 march"),
    ],
)
def test_the_same_task_from_many_programs(read, header: str, row: str) -> None:
    task = read(f"{header}\n{row}\n").task
    assert (task.title, task.description, task.tags, task.project) == ("Buy paint", "blue", ["Home"], "To buy")
    assert task.due.date == date(2026, 3, 6)


def test_lines_above_the_header_are_passed_over(read) -> None:
    columns = (
        "Folder Name", "List Name", "Title", "Kind", "Tags", "Content", "Due Date", "Repeat", "Priority", "Status",
        "Created Time",
    )  # fmt: skip
    cells = (
        "", "Home", "Water plants", "TEXT", "green", "the big one", "2026-03-09T19:00:00+0000", "FREQ=WEEKLY", "5", "0",
        "2026-02-01T08:00:00+0000",
    )  # fmt: skip
    above = '"Date: 2026-03-01+0000"\n"Version: 7.1"\n"Status: \n0 Normal\n1 Completed"\n'
    task = read(above + "\n".join(",".join(f'"{cell}"' for cell in row) for row in (columns, cells))).task
    assert (task.title, task.project, task.description) == ("Water plants", "Home", "the big one")
    assert (task.priority, task.completed) == ("urgent", False)
    assert (task.due.date, task.due.time, task.due.timezone) == (date(2026, 3, 10), time(0, 0), "Asia/Karachi")
    assert task.recurrence.rrule == "FREQ=WEEKLY"
    assert task.created_at is not None


@pytest.mark.parametrize(
    ("written", "done"),
    [("TRUE", True), ("x", True), ("100%", True), ("Completed", True), ("✓", True), ("2026-01-05 10:00", True),
     ("", False), ("no", False), ("In Progress", False), ("40%", False), ("0", False)],
)  # fmt: skip
def test_being_done_has_many_words(read, written: str, done: bool) -> None:
    result = read(f"title,done\nA,{written}\n")
    assert result.task.completed is done
    assert result.problems == []


def test_words_that_are_not_known_are_told_and_change_nothing(read) -> None:
    result = read("title,status,priority,due\nA,perhaps,purple,the day after never\n")
    task = result.task
    assert (task.completed, task.priority, task.due) == (False, "medium", None)
    assert "the day after never" in task.description
    assert [severity for _, severity, _ in result.problems] == ["changed"] * 3


def test_numbers_follow_the_locale(read) -> None:
    assert read("title,due\nA,6/8/2026\n").task.due.date == date(2026, 6, 8)  # en-US


def test_steps_in_a_cell(read) -> None:
    task = read('title,subtasks\nA,"[x] one\n- two\n[ ] three"\n').task
    assert [(step.title, step.completed) for step in task.steps] == [("one", True), ("two", False), ("three", False)]


def test_a_list_without_header_is_a_list_of_titles(read) -> None:
    assert [task.title for task in read("Buy milk\nCall Bo\n\nPay rent\n", "list.txt").tasks] == [
        "Buy milk",
        "Call Bo",
        "Pay rent",
    ]


def test_a_table_without_a_title_column_is_refused_with_what_to_do(read) -> None:
    with pytest.raises(FileUnreadable, match="Title"):
        read("alpha,beta\n1,2\n")


def test_an_empty_file_is_refused(read) -> None:
    with pytest.raises(FileUnreadable):
        read(" \n ")


def test_rows_are_bounded(read) -> None:
    with pytest.raises(FileTooLarge):
        read("title\n" + "x\n" * 20_001)


def test_old_files_of_spreadsheets_keep_their_letters(read) -> None:
    result = read("Title;Notes\nÜbung;café\n".encode("windows-1252"))
    assert (result.task.title, result.task.description, result.parsed.encoding) == ("Übung", "café", "windows-1252")
