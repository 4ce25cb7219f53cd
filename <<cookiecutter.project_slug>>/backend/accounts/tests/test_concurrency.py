"""Refresh tokens under committed transactions: what several connections at once make of them."""

import threading

from django.db import connection

from accounts.models import Revocation, TokenFamily
from accounts.tests.browser import logged_in, outcome
from accounts.tokens import RefreshToken, rotate
from conftest import World


def test_of_eight_at_once_all_get_the_one_successor(committed_db: World) -> None:
    raw = logged_in(committed_db.alice).cookies["refresh"].value
    barrier = threading.Barrier(8)
    successors: list[str] = []

    def renew() -> None:
        barrier.wait()
        try:
            successors.append(str(rotate(raw).refresh))
        finally:
            connection.close()

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    family = TokenFamily.objects.get()
    assert len(successors) == 8
    assert {RefreshToken(successor)["jti"] for successor in successors} == {family.current_jti}
    assert family.previous_jti == RefreshToken(raw)["jti"]


def test_a_revocation_for_reuse_is_committed_although_the_answer_is_401(committed_db: World) -> None:
    browser = logged_in(committed_db.alice)
    first = browser.cookies["refresh"].value
    browser.refresh()
    browser.refresh()
    browser.cookies["refresh"] = first
    assert outcome(browser.refresh()) == (401, "reuse_detected")
    assert TokenFamily.objects.get().revoked_reason == Revocation.REUSE
