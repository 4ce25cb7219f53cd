"""Reading contacts from a CSV file, as spreadsheets and other products write them."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .models import Contact

REQUIRED = ("name", "email")
COLUMNS = (*REQUIRED, "phone", "company")
LIMITS = {field.name: field.max_length or 0 for field in Contact._meta.concrete_fields if field.name in COLUMNS}
DELIMITERS = ",;\t"


class Row(NamedTuple):
    """A row with the number of the line where it starts: an editor shows the same."""

    line: int
    cells: list[str]
    fault: str = ""


class BadRow(ValueError):
    """A row is no contact; the message says why, in words for the person whose file it is."""


class Sheet:
    """A CSV file with a header row. Raises ValueError, in words for the person whose file it is, if it is none.

    Column names may come in any order and case; columns that a contact does not have are passed over.
    """

    def __init__(self, content: bytes) -> None:
        self.text = _decode(content)
        first = next(_rows(self.text), None)
        if first is None:
            raise ValueError("The file is empty.")
        if first.fault:
            raise ValueError(f"The first line has to name the columns. {first.fault}")
        self.columns = [cell.strip().lower() for cell in first.cells]
        _check_columns(self.columns)
        if next(self.rows(), None) is None:
            raise ValueError("The file names its columns, but has no rows.")

    def rows(self) -> Iterator[Row]:
        """The rows below the header; those without any text are passed over."""
        rows = _rows(self.text)
        next(rows)
        return rows

    def contact(self, row: Row) -> dict[str, str]:
        """The values of the contact in this row. Raises BadRow with all that is wrong with it."""
        if row.fault:
            raise BadRow(row.fault)
        if any(cell.strip() for cell in row.cells[len(self.columns) :]):
            raise BadRow(_too_many(len(row.cells), len(self.columns)))
        cells = dict(zip(self.columns, row.cells, strict=False))
        values = {column: cells.get(column, "").strip() for column in COLUMNS}
        if faults := list(_faults(values)):
            raise BadRow(" ".join(faults))
        return values


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"The file is not UTF-8: line {line} has the byte 0x{content[error.start]:02X}, which is not text. "
            "Save it as “CSV UTF-8” and upload it again."
        ) from error


def _rows(text: str) -> Iterator[Row]:
    """All rows that are not blank, the header too.

    After a row that cannot be read, reading goes on in the line below the one where it failed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line, [], _quotes(line, reader.line_num))
            continue
        if any(map(str.strip, cells)):
            yield Row(line, cells)


def _delimiter(text: str) -> str:
    """Spreadsheets write semicolons where a comma marks decimals: the header tells."""
    header = text.lstrip().split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def _quotes(first: int, last: int) -> str:
    lines = f"The lines {first} to {last} were" if last > first else "This line was"
    return f'{lines} left out: the quotes do not match. Put " around the whole field, and "" for a quote inside.'


def _check_columns(columns: Sequence[str]) -> None:
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise ValueError(f"The first line names the column “{twice[0]}” more than once.")
    missing = " and ".join(f"“{column}”" for column in REQUIRED if column not in columns)
    if missing:
        found = ", ".join(f"“{column[:40]}”" for column in columns[:10] if column)
        raise ValueError(f"The first line has to name the columns. It lacks {missing}; it has {found}.")


def _too_many(found: int, expected: int) -> str:
    return f"There are {found} fields, but only {expected} columns. Put quotes around a field that holds a comma."


def _faults(values: dict[str, str]) -> Iterator[str]:
    for column, value in values.items():
        if not value and column in REQUIRED:
            yield f"The {column} is missing."
        elif len(value) > LIMITS[column]:
            yield f"The {column} is longer than {LIMITS[column]} characters."
        elif "\x00" in value:
            yield f"The {column} holds a null character."
        elif column == "email" and not _is_email(value):
            yield f"“{value}” is not an email address."


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
