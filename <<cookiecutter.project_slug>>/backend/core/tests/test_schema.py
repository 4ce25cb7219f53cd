"""The committed schema is that of the code."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from core.management.commands import write_schema
from core.management.commands.write_schema import FILE, current_schema


def test_it_is_current() -> None:
    committed = json.loads(FILE.read_text(encoding="utf-8"))
    assert committed == current_schema(), "The API has changed: run `make schema`, look at what that means, commit it."


def test_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_schema, "FILE", tmp_path / "openapi.json")
    call_command("write_schema")
    assert json.loads((tmp_path / "openapi.json").read_text()) == current_schema()
