"""What `make bench-api` says about tokens and queries is what happens."""

from django.db import connections

from accounts.tests.browser import logged_in
from benchmarks.first_queries import queries_until_the_view
from benchmarks.storms import WIDTH, at_once, ours_for
from conftest import World


def test_a_storm_has_one_successor(committed_db: World) -> None:
    tokens = at_once(ours_for(committed_db.alice))
    assert (len(tokens), len(set(tokens)), "" in tokens) == (WIDTH, 1, False)


def test_a_refusal_is_no_successor(committed_db: World) -> None:
    refresh = ours_for(committed_db.alice)
    committed_db.alice.token_families.update(current_jti="other")
    assert at_once(refresh) == [""] * WIDTH


def test_queries_are_counted_up_to_the_view(committed_db: World) -> None:
    browser = logged_in(committed_db.alice)
    seen: list[str] = []

    def count(execute: object, sql: str, *rest: object) -> object:
        seen.append(sql)
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(count):
        assert browser.me().status_code == 200
    assert 0 < queries_until_the_view(lambda: browser.get("/api/v1/contacts")) <= len(seen)
