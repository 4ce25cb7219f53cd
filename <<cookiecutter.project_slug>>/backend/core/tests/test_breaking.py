"""What breaks a client, and what does not."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from core import breaking
from core.breaking import breaks
from core.management.commands.write_schema import FILE

TODAY = date(2027, 1, 1)
PERSON = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "maxLength": 200},
        "role": {"enum": ["admin", "member"], "type": "string"},
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        "phone": {"type": ["string", "null"]},
    },
    "required": ["id", "name"],
}
WANTED = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "role": {"enum": ["admin", "member"], "type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
        "age": {"type": "integer", "minimum": 0},
    },
    "required": ["name"],
}
JSON = "application/json"


def reference(name: str) -> dict[str, Any]:
    return {"content": {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


OLD: dict[str, Any] = {
    "paths": {
        "/people": {
            "get": {
                "x-required-permission": "people.read",
                "parameters": [{"in": "query", "name": "search", "schema": {"type": "string"}}],
                "responses": {"200": reference("Person"), "404": {"description": "None."}},
            },
            "post": {
                "x-required-permission": "people.write",
                "requestBody": reference("Wanted"),
                "responses": {"201": reference("Person"), "204": {"description": "Nothing."}},
            },
        },
    },
    "components": {"schemas": {"Person": PERSON, "Wanted": WANTED}},
}

Change = Callable[[dict[str, Any]], Any]


def get(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["paths"]["/people"]["get"]
    return found


def post(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["paths"]["/people"]["post"]
    return found


def person(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["components"]["schemas"]["Person"]
    return found


def wanted(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["components"]["schemas"]["Wanted"]
    return found


def parameter(**values: Any) -> dict[str, Any]:
    return {"in": "query", "name": "since", "schema": {"type": "string"}, **values}


BREAKS: dict[str, tuple[Change, str]] = {
    "no path": (lambda s: s["paths"].pop("/people"), "GET /people is gone."),
    "no method": (lambda s: s["paths"]["/people"].pop("post"), "POST /people is gone."),
    "another permission": (
        lambda s: get(s).update({"x-required-permission": "people.write"}),
        "GET /people requires people.write instead of people.read.",
    ),
    "no parameter": (
        lambda s: get(s).update(parameters=[]),
        "GET /people takes the query parameter `search` no more.",
    ),
    "a required parameter": (
        lambda s: get(s)["parameters"].append(parameter(required=True)),
        "GET /people needs the query parameter `since` now.",
    ),
    "a parameter that is required": (
        lambda s: get(s)["parameters"][0].update(required=True),
        "GET /people needs the query parameter `search` now.",
    ),
    "a parameter of another type": (
        lambda s: get(s)["parameters"][0].update(schema={"type": "integer"}),
        "GET /people takes no string as the query parameter `search` any more.",
    ),
    "a body that is required": (
        lambda s: post(s)["requestBody"].update(required=True),
        "POST /people needs a body now.",
    ),
    "no such body": (
        lambda s: post(s)["requestBody"].update(content={}),
        "POST /people takes application/json no more.",
    ),
    "a required property": (
        lambda s: wanted(s)["required"].append("age"),
        "POST /people needs `age` in the body now.",
    ),
    "no property to send": (
        lambda s: wanted(s)["properties"].pop("age"),
        "POST /people takes `age` in the body no more.",
    ),
    "another type to send": (
        lambda s: wanted(s)["properties"]["tags"]["items"].update(type="integer"),
        "POST /people takes no string as an item of `tags` in the body any more.",
    ),
    "a choice less": (
        lambda s: wanted(s)["properties"]["role"].update(enum=["member"]),
        "POST /people takes admin as `role` in the body no more.",
    ),
    "choices where there was freedom": (
        lambda s: wanted(s)["properties"]["name"].update(enum=["Ann"]),
        "POST /people takes anything as `name` in the body no more.",
    ),
    "shorter": (
        lambda s: wanted(s)["properties"]["name"].update(maxLength=100),
        "POST /people takes less as `name` in the body than it did.",
    ),
    "a limit where there was none": (
        lambda s: wanted(s)["properties"]["age"].update(maximum=150),
        "POST /people takes less as `age` in the body than it did.",
    ),
    "longer": (
        lambda s: wanted(s)["properties"]["name"].update(minLength=2),
        "POST /people wants more as `name` in the body than it did.",
    ),
    "another form": (
        lambda s: wanted(s)["properties"]["name"].update(pattern="^A"),
        "POST /people wants `name` in the body in another form.",
    ),
    "no such answer": (lambda s: post(s)["responses"].pop("204"), "POST /people answers 204 no more."),
    "an answer of another kind": (
        lambda s: get(s)["responses"]["200"].update(content={"text/csv": {}}),
        "GET /people answers 200 with application/json no more.",
    ),
    "no property to read": (
        lambda s: person(s)["properties"].pop("phone"),
        "GET /people has no `phone` in the answer any more.",
    ),
    "perhaps no property": (
        lambda s: person(s)["required"].remove("name"),
        "GET /people may have no `name` in the answer now.",
    ),
    "perhaps null": (
        lambda s: person(s)["properties"]["name"].update(type=["string", "null"]),
        "GET /people has null as `name` in the answer now.",
    ),
    "another form to read": (
        lambda s: person(s)["properties"]["id"].pop("format"),
        "GET /people has `id` in the answer in another form.",
    ),
}

HARMLESS: dict[str, Change] = {
    "another path": lambda s: s["paths"].update({"/dogs": get(s)}),
    "another method": lambda s: s["paths"]["/people"].update(put=post(s)),
    "an optional parameter": lambda s: get(s)["parameters"].append(parameter()),
    "an optional property to send": lambda s: wanted(s)["properties"].update(phone={"type": "string"}),
    "nothing that is required": lambda s: wanted(s).update(required=[]),
    "a choice more to send": lambda s: wanted(s)["properties"]["role"]["enum"].append("viewer"),
    "a choice more to read": lambda s: person(s)["properties"]["role"]["enum"].append("viewer"),
    "more to send": lambda s: wanted(s)["properties"]["name"].update(maxLength=300, minLength=0),
    "no limit": lambda s: wanted(s)["properties"]["tags"].pop("maxItems"),
    "another type to send as well": lambda s: wanted(s)["properties"]["name"].update(type=["string", "null"]),
    "another property to read": lambda s: person(s)["properties"].update(age={"type": "integer"}),
    "always there": lambda s: person(s)["required"].append("phone"),
    "never null": lambda s: person(s)["properties"]["phone"].update(type="string"),
    "no such error": lambda s: get(s)["responses"].pop("404"),
    "another answer": lambda s: get(s)["responses"].update({"202": {"description": "Later."}}),
}


def changed(change: Change) -> dict[str, Any]:
    new = deepcopy(OLD)
    change(new)
    return new


@pytest.mark.parametrize(("change", "sentence"), BREAKS.values(), ids=BREAKS.keys())
def test_a_break_is_told(change: Change, sentence: str) -> None:
    assert sentence in breaks(OLD, changed(change), TODAY)


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_harms_nobody_is_not(change: Change) -> None:
    assert breaks(OLD, changed(change), TODAY) == []


def test_nothing_has_changed() -> None:
    committed = json.loads(FILE.read_text(encoding="utf-8"))
    assert breaks(committed, deepcopy(committed), TODAY) == []


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ({"deprecated": True, "x-sunset": "2027-01-01"}, False),
        ({"deprecated": True, "x-sunset": "2027-01-02"}, True),
        ({"deprecated": True}, True),
        ({"x-sunset": "2027-01-01"}, True),
    ],
)
def test_what_was_said_to_go_may_go(values: dict[str, Any], is_told: bool) -> None:
    old = deepcopy(OLD)
    get(old).update(values)
    new = changed(lambda s: s["paths"]["/people"].pop("get"))
    assert breaks(old, new, TODAY) == (["GET /people is gone."] if is_told else [])


def test_the_command_fails_where_there_is_one(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    committed = json.loads(FILE.read_text(encoding="utf-8"))
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(committed)))
    breaking.main()
    assert capsys.readouterr().out == ""
    committed["paths"]["/api/v1/dogs"] = {"get": {"responses": {}}}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(committed)))
    with pytest.raises(SystemExit):
        breaking.main()
    assert capsys.readouterr().out == "GET /api/v1/dogs is gone.\n"
