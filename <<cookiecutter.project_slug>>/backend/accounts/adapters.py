"""Where allauth asks us how to do things."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.internal.restkit.response import APIResponse
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest

from core.mail import message
from tenants.services import create_tenant

from .mails import mail
from .models import User

TAKEN = ValidationError("Somebody has chosen this name at the same moment. Log in again.", code="taken")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's own, hardened where input could make it fail with a server error."""

    def clean_email(self, email: str) -> str:
        """Refuse an address that is too long, where allauth would cut it off and so store another one."""
        User._meta.get_field("email").run_validators(email)
        return email

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """None: nobody has a phone number here. allauth's own fails, and its address is there all the same."""
        return None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the tries by email alone. allauth adds the Host header, of which a guesser may send any number."""
        return str(credentials.get("email", "")).lower()

    def set_password(self, user: User, password: str) -> None:
        """Remember that the request did so, for whoever asks whether the password is theirs."""
        self.request.has_set_password = True
        super().set_password(user, password)

    def login(self, request: HttpRequest, user: User) -> None:
        """Called when all stages of a login are done: now the address is verified, and the tenant can be made."""
        if user.pending_tenant:
            _make_tenant(request, user)
        super().login(request, user)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMultiAlternatives:
        """As all mails of the product are."""
        return message(email, mail(template_prefix, context))

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Store the new user. Of two sign-ups with one address at the same moment, the second is refused."""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError as error:
            raise refusal(request, "email", self.validation_error("email_taken")) from error
        return saved


def _make_tenant(request: HttpRequest, user: User) -> None:
    """The tenant of somebody who has signed up, with them as its owner: with it, or not at all, they are logged in."""
    try:
        with transaction.atomic():
            create_tenant(name=user.pending_tenant, owner=user)
            user.pending_tenant = ""
            user.save(update_fields=["pending_tenant"])
    except ValidationError as error:
        raise refusal(request, "tenant_name", error) from error
    except IntegrityError as error:
        raise refusal(request, "tenant_name", TAKEN) from error


def refusal(request: HttpRequest, field: str, error: ValidationError) -> ImmediateHttpResponse:
    """An exception that undoes the request and answers it as allauth answers a form with this error."""
    errors = [{"message": error.messages[0], "code": error.code or "invalid", "param": field}]
    return ImmediateHttpResponse(APIResponse(request, errors=errors, status=400))
