"""Sign-up: what it asks for beyond email and password."""

from typing import Any
from unicodedata import category

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from tenants.invitations import InvitationEnded, open_invitation
from tenants.models import Tenant

from .models import User

CONTROL = "Cc"


class SignupForm(forms.Form):
    """The base of allauth's forms for signing up: what the user's tenant is to be called, or which one invites them.

    Whose address is not verified gets no tenant: anybody could make any number of them. See AccountAdapter.login.
    """

    tenant_name = forms.CharField(max_length=Tenant._meta.get_field("name").max_length, required=False)
    invitation = forms.CharField(max_length=500, required=False)
    """The token of one that is still open: then they need no tenant of their own."""
    name = forms.CharField(max_length=User._meta.get_field("name").max_length, required=False)

    def clean_tenant_name(self) -> str:
        """A name with something in it that can be read out, for an address is made of it."""
        name = _one_line(self.cleaned_data["tenant_name"])
        if name and not any(character.isalnum() for character in name):
            raise ValidationError("Use at least one letter or digit in the name.", code="invalid")
        return name

    def clean_name(self) -> str:
        """The person's name in one line; it may be empty."""
        return _one_line(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Compare the password with the rest, which allauth cannot do before there is a user."""
        data: dict[str, Any] = self.cleaned_data
        if data.get("tenant_name") == "" and not _is_open(data.get("invitation", "")):
            self.add_error("tenant_name", ValidationError("This field is required.", code="required"))
        if "password" in data:
            try:
                validate_password(data["password"], User(email=data.get("email", ""), name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the user is stored: keep what else they have said."""
        user.name, user.pending_tenant = self.cleaned_data["name"], self.cleaned_data["tenant_name"]
        user.save(update_fields=["name", "pending_tenant"])


def _is_open(token: str) -> bool:
    try:
        open_invitation(token)
    except InvitationEnded:
        return False
    return True


def _one_line(text: str) -> str:
    """The text with single spaces. Raises ValidationError for characters that nobody can see."""
    line = " ".join(text.split())
    if CONTROL in map(category, line):
        raise ValidationError("The name has control characters in it. Leave them out.", code="invalid")
    return line
