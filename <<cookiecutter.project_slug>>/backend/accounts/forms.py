"""Sign-up: what it asks for beyond email and password."""

from typing import Any
from unicodedata import category

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest

from tenants.models import Tenant
from tenants.services import create_tenant

from .adapters import refusal
from .models import User

UNUSABLE = {"Cc": "control characters", "Cs": "broken characters"}
TAKEN = ValidationError("Somebody has chosen this name at the same moment. Try again.", code="taken")


class SignupForm(forms.Form):
    """The base of allauth's forms for signing up: with the user, their tenant is created.

    Either all of it happens or nothing: an exception leaves neither user nor tenant.
    """

    tenant_name = forms.CharField(max_length=Tenant._meta.get_field("name").max_length)
    name = forms.CharField(max_length=User._meta.get_field("name").max_length, required=False)

    def clean_tenant_name(self) -> str:
        """A name with something in it that can be read out, for an address is made of it."""
        name = _one_line(self.cleaned_data["tenant_name"])
        if not any(character.isalnum() for character in name):
            raise ValidationError("Use at least one letter or digit in the name.", code="invalid")
        return name

    def clean_name(self) -> str:
        """The person's name in one line; it may be empty."""
        return _one_line(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Compare the password with the rest, which allauth cannot do before there is a user."""
        data: dict[str, Any] = self.cleaned_data
        if "password" in data:
            try:
                validate_password(data["password"], User(email=data.get("email", ""), name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the user is stored: make their tenant, with them as its owner."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        try:
            create_tenant(name=self.cleaned_data["tenant_name"], owner=user)
        except ValidationError as error:
            raise refusal("tenant_name", error) from error
        except IntegrityError as error:
            raise refusal("tenant_name", TAKEN) from error


def _one_line(text: str) -> str:
    """The text with single spaces. Raises ValidationError for characters that nobody can read."""
    line = " ".join(text.split())
    for character in line:
        if what := UNUSABLE.get(category(character)):
            raise ValidationError(f"The name has {what} in it. Leave them out.", code="invalid")
    return line
