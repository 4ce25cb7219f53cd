"""Own domains, against a DNS server on the loopback that answers from a table."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from tenants.domains import Challenge, DnsUnavailable, add_domain, challenge_of, recheck_domain, verify_domain
from tenants.models import Domain
from tenants.selectors import tenant_of_host

pytestmark = pytest.mark.django_db


def publish(records, domain: Domain) -> Challenge:
    challenge = challenge_of(domain)
    records.setdefault(challenge.name, []).append(challenge.value)
    return challenge


def test_a_domain_serves_its_tenant_once_that_is_shown(records, acme) -> None:
    domain = add_domain(acme, host="App.Acme.test.")
    assert domain.host == "app.acme.test"
    assert tenant_of_host("app.acme.test") is None
    challenge = publish(records, domain)
    assert challenge.name.endswith("-challenge.app.acme.test")
    assert domain.token in challenge.value
    verify_domain(domain)
    assert tenant_of_host("app.acme.test") == acme


def test_the_answer_says_what_to_create_and_what_is_there(records, acme) -> None:
    domain = add_domain(acme, host="app.acme.test")
    challenge = challenge_of(domain)
    with pytest.raises(ValidationError) as refused:
        verify_domain(domain)
    assert refused.value.messages == [
        f"Create the TXT record {challenge.name} with the value '{challenge.value}'. There is no such record."
    ]
    records[challenge.name] = ["something", "else"]
    with pytest.raises(ValidationError, match="There is 'else' and 'something'"):
        verify_domain(domain)
    assert tenant_of_host("app.acme.test") is None


def test_a_claim_without_proof_keeps_nobody_out(records, acme, globex) -> None:
    add_domain(acme, host="app.globex.test")
    theirs = add_domain(globex, host="app.globex.test")
    publish(records, theirs)
    verify_domain(theirs)
    assert tenant_of_host("app.globex.test") == globex


def test_anothers_record_shows_nothing(records, acme, globex) -> None:
    claim = add_domain(acme, host="app.globex.test")
    publish(records, add_domain(globex, host="app.globex.test"))
    with pytest.raises(ValidationError, match="Create the TXT record"):
        verify_domain(claim)


def test_a_domain_that_is_shown_to_be_anothers_stays_theirs(records, acme, globex) -> None:
    first, second = (add_domain(tenant, host="app.acme.test") for tenant in (acme, globex))
    publish(records, first)
    verify_domain(first)
    publish(records, second)
    with pytest.raises(ValidationError, match="serves another customer"):
        verify_domain(second)
    assert tenant_of_host("app.acme.test") == acme


def test_a_domain_that_was_sold_goes_to_its_new_owner(records, acme, globex) -> None:
    first, second = (add_domain(tenant, host="app.acme.test") for tenant in (acme, globex))
    challenge = publish(records, first)
    verify_domain(first)
    records[challenge.name] = []
    publish(records, second)
    verify_domain(second)
    assert tenant_of_host("app.acme.test") == globex


def test_the_database_knows_one_owner_of_a_domain(records, acme, globex) -> None:
    first, second = (add_domain(tenant, host="app.acme.test") for tenant in (acme, globex))
    publish(records, first)
    verify_domain(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.filter(pk=second.pk).update(verified_at=Domain.objects.get(pk=first.pk).verified_at)


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("localhost", "product's own"),
        ("globex.localhost", "product's own"),
        ("https://app.acme.test", "Use a host name"),
        ("app.acme.test:8000", "Use a host name"),
        ("127.0.0.1", "Use a host name"),
    ],
)
def test_what_cannot_be_a_domain_is_refused(host, says, acme) -> None:
    with pytest.raises(ValidationError) as refused:
        add_domain(acme, host=host)
    assert says in refused.value.messages[0]


def test_a_domain_is_added_once(acme) -> None:
    add_domain(acme, host="app.acme.test")
    with pytest.raises(ValidationError, match="already"):
        add_domain(acme, host="app.acme.test")


def test_a_record_that_is_gone_ends_it_and_dns_that_is_away_does_not(records, acme, capsys) -> None:
    domain = add_domain(acme, host="app.acme.test")
    challenge = publish(records, domain)
    verify_domain(domain)
    call_command("check_domains")
    assert capsys.readouterr().out == "app.acme.test: fine\n"
    records[challenge.name] = None
    with pytest.raises(DnsUnavailable, match="gave no answer"):
        recheck_domain(domain)
    assert tenant_of_host("app.acme.test") == acme
    records[challenge.name] = []
    call_command("check_domains")
    assert capsys.readouterr().out == "app.acme.test: its TXT record is gone, so it no longer serves acme\n"
    assert tenant_of_host("app.acme.test") is None
