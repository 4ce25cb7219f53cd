"""Guards of the money: what is believed, who writes, what is charged, and what a plan allows."""

from .mutant import Mutant

SYNC = "subscriptions/tests/test_sync.py::"
APART = "subscriptions/tests/test_apart.py::"
MAY = "subscriptions/tests/test_entitlements.py::"

BILLING = [
    Mutant(
        "billing: who has lost the account writes nothing",
        "subscriptions/sync.py",
        "        if account.sync_token != lease.token:",
        "        if False:",
        f"{SYNC}test_a_worker_taken_for_dead_writes_nothing",
    ),
    Mutant(
        "billing: one worker has an account",
        "subscriptions/sync.py",
        ".filter(_free())",
        "",
        f"{SYNC}test_nobody_takes_an_account_that_somebody_has",
    ),
    Mutant(
        "billing: what was wanted while the provider was asked is asked for again",
        "subscriptions/sync.py",
        "        account.sync_done = lease.wanted\n",
        "        account.sync_done = account.sync_wanted + 1\n",
        f"{SYNC}test_a_slow_writer_does_not_undo_what_a_quick_one_wrote",
    ),
    Mutant(
        "billing: an event is stored once",
        "subscriptions/services.py",
        "        WHERE id = %(account)s AND NOT EXISTS (\n"
        "            SELECT FROM {WebhookEvent._meta.db_table} "
        "WHERE provider = %(provider)s AND event_id = %(event_id)s\n"
        "        )",
        "        WHERE id = %(account)s",
        f"{SYNC}test_replayed_events_change_nothing",
    ),
    Mutant(
        "billing: an event about two tenants is refused",
        "subscriptions/services.py",
        "    if len(found) > 1:",
        "    if False:",
        f"{APART}test_an_event_about_two_tenants_is_refused_and_leaves_no_row",
    ),
    Mutant(
        "billing: a change cut off is asked for with the same key",
        "subscriptions/operations.py",
        "    return started\n",
        "    return BillingOperation(account=account, kind=kind, params=params)\n",
        f"{SYNC}test_a_change_that_was_cut_off_is_asked_for_with_the_same_key",
    ),
    Mutant(
        "billing: one change at a time",
        "subscriptions/operations.py",
        "    if started is None or (started.kind, started.params) != (kind, params):",
        "    if started is None:",
        f"{SYNC}test_another_change_waits_for_the_one_before",
    ),
    Mutant(
        "billing: who has paid does not pay twice",
        "subscriptions/checkouts.py",
        '    if (current := account.current) and current.is_live:\n        raise ValidationError("You have a sub',
        '    if False:\n        raise ValidationError("You have a sub',
        f"{SYNC}test_who_has_paid_cannot_pay_twice",
    ),
    Mutant(
        "billing: a checkout is confirmed by whose it is",
        "subscriptions/checkouts.py",
        "    gateway.confirm_checkout(account, attempt, answer)\n",
        "",
        f"{APART}test_anothers_checkout_is_not_confirmed",
    ),
    Mutant(
        "billing: invoices are the tenant's own",
        "subscriptions/selectors.py",
        "Invoice.objects.filter(account__tenant=tenant)",
        "Invoice.objects",
        f"{APART}test_anothers_invoices_are_not_seen_and_not_paid",
    ),
    Mutant(
        "plan: seats are counted under a lock",
        "subscriptions/entitlements.py",
        "    lock_seats(tenant)\n    require_room",
        "    require_room",
        f"{MAY}test_twenty_invitations_at_the_seat_limit",
    ),
    Mutant(
        "plan: contacts are counted under a lock",
        "contacts/limits.py",
        "        lock_limit(tenant, CONTACTS)\n        require_room",
        "        require_room",
        f"{MAY}test_twenty_contacts_at_the_limit",
    ),
    Mutant(
        "plan: what is owed makes everything read-only",
        "tenants/access.py",
        "        require_changeable(tenant)\n",
        "        pass\n",
        f"{MAY}test_what_can_only_be_read_can_be_read_exported_and_paid",
    ),
    Mutant(
        "plan: a feature that it lacks",
        "tenants/access.py",
        "        require_feature(tenant, feature)\n",
        "        pass\n",
        f"{MAY}test_a_feature_that_the_plan_lacks",
    ),
    Mutant(
        "sandbox: nowhere but on a developer's machine",
        "subscriptions/sandbox/guard.py",
        "    if not settings.IS_DEVELOPMENT:",
        "    if False:",
        "subscriptions/tests/test_sandbox.py::test_it_runs_nowhere_else",
    ),
]
"""By part of the code, in the order of a request."""
