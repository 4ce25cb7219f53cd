"""Reading contacts from CSV files of all kinds."""

import pytest

from contacts.sheets import BadRow, Sheet

HEADER = b"name,email,phone,company\n"


def read(content):
    """[(line, values or reason)] of all rows."""
    sheet = Sheet(content)
    return [(row.line, outcome(sheet, row)) for row in sheet.rows()]


def outcome(sheet, row):
    try:
        return tuple(sheet.contact(row).values())
    except BadRow as error:
        return str(error)


ANN = ("Ann", "ann@x.test", "1", "Zeta")


@pytest.mark.parametrize(
    "content",
    [
        HEADER + b"Ann,ann@x.test,1,Zeta\n",
        b"\xef\xbb\xbf" + HEADER + b"Ann,ann@x.test,1,Zeta",
        b"Company, EMAIL ,Phone,NAME\r\nZeta,ann@x.test,1,Ann\r\n",
        b"name;email;phone;company\nAnn;ann@x.test;1;Zeta\n",
        b"name\temail\tphone\tcompany\nAnn\tann@x.test\t1\tZeta\n",
        b"name,email,phone,company\rAnn,ann@x.test,1,Zeta\r",
        b"name,age,email,phone,company\nAnn,31,ann@x.test,1,Zeta\n",
        HEADER + b" Ann , ann@x.test , 1 , Zeta ,,\n",
    ],
    ids=["plain", "bom", "any-order", "semicolons", "tabs", "old-line-ends", "other-columns", "blanks"],
)
def test_one_contact_in_many_forms(content):
    assert read(content) == [(2, ANN)]


def test_optional_columns_may_be_missing():
    assert read(b"email,name\nann@x.test,Ann\n") == [(2, ("Ann", "ann@x.test", "", ""))]


def test_a_line_is_where_the_row_starts():
    content = (
        HEADER + b'"Ann, ""A""",ann@x.test,,"Zeta\nLtd"\n\n,,,\nBo,bo@x.test\n"Cy\r\n\r\nOh",cy@x.test,,\nDi,di@x.test'
    )
    assert read(content) == [
        (2, ('Ann, "A"', "ann@x.test", "", "Zeta\nLtd")),
        (6, ("Bo", "bo@x.test", "", "")),
        (7, ("Cy\r\n\r\nOh", "cy@x.test", "", "")),
        (10, ("Di", "di@x.test", "", "")),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Ann,", "The email is missing."),
        (",ann@x.test", "The name is missing."),
        ("Ann,ann@x", "“ann@x” is not an email address."),
        (" ,nope", "The name is missing. “nope” is not an email address."),
        (
            "Ann,ann@x.test,1,Zeta,5",
            "There are 5 fields, but only 4 columns. Put quotes around a field that holds a comma.",
        ),
        (f"{'A' * 201},ann@x.test", "The name is longer than 200 characters."),
        (f"Ann,{'a' * 250}@x.test", "The email is longer than 254 characters."),
        (f"Ann,ann@x.test,{'1' * 41}", "The phone is longer than 40 characters."),
        (f"Ann,ann@x.test,1,{'Z' * 201}", "The company is longer than 200 characters."),
        ("A\x00nn,ann@x.test", "The name holds a null character."),
        (
            'An"n" "x",ann@x.test\n"An"n,x',
            None,
        ),
    ],
)  # fmt: skip
def test_bad_rows_are_told_in_words(row, reason):
    rows = read(HEADER + row.encode() + b"\nBo,bo@x.test\n")
    if reason is not None:
        assert rows[0] == (2, reason)
    assert rows[-1][1] == ("Bo", "bo@x.test", "", "")


def test_longest_values_are_fine():
    values = ("A" * 200, "a@" + "b" * 63 + ".test", "1" * 40, "Z" * 200)
    assert read(HEADER + ",".join(values).encode()) == [(2, values)]


def test_quotes_that_do_not_match_cost_their_lines_only():
    content = HEADER + b'"An"n,ann@x.test\n"Bo\n,bo@x.test"x\nCy,cy@x.test\n"Di,di@x.test\nEd,ed@x.test\n'
    advice = 'left out: the quotes do not match. Put " around the whole field, and "" for a quote inside.'
    assert read(content) == [
        (2, f"This line was {advice}"),
        (3, f"The lines 3 to 4 were {advice}"),
        (5, ("Cy", "cy@x.test", "", "")),
        (6, f"The lines 6 to 7 were {advice}"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n\r\n", "The file is empty."),
        (HEADER, "The file names its columns, but has no rows."),
        (HEADER + b"\n,,,\n", "The file names its columns, but has no rows."),
        (b"name,phone\nAnn,1\n", "It lacks “email”; it has “name”, “phone”."),
        (b"Ann,ann@x.test\n", "It lacks “name” and “email”; it has “ann”, “ann@x.test”."),
        (b"name,email,Email\nAnn,a@x.test,b@x.test\n", "The first line names the column “email” more than once."),
        (HEADER + b"Bo,bo@x.test\nJos\xe9,jose@x.test\n", "The file is not UTF-8: line 3 has the byte 0xE9"),
        (HEADER.decode().encode("utf-16"), "The file is not UTF-8: line 1 has the byte 0xFF"),
        (b'"name,email\nAnn,ann@x.test\n', "The first line has to name the columns. The lines 1 to 2 were left out"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(content, reason):
    with pytest.raises(ValueError, match=r"file|line") as refused:
        Sheet(content)
    assert reason in str(refused.value)
