"""What allauth's mails say: one function for each of its templates, which is called with that template's context."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from core.mail import Link, Mail

Context = Mapping[str, Any]

NOT_YOU = "If this was not you, you need not do anything: without the code nothing happens. Tell it to nobody."
MINUTES = settings.MAILED_CODE_LIFETIME // 60


def mail(name: str, context: Context) -> Mail:
    """The mail for `<app>/email/<name>` of allauth's."""
    return MAILS[name.rpartition("/")[2]](context)


def _code(what_for: str) -> Callable[[Context], Mail]:
    def make(context: Context) -> Mail:
        use = f"{what_for}: enter this code in the window that asks for it, within {MINUTES} minutes."
        return Mail(f"{context['code']} is your code", (use,), NOT_YOU, code=context["code"])

    return make


def _notice(what: str) -> Callable[[Context], Mail]:
    """Something about how they log in has changed: who did it, and what to do if that was somebody else."""

    def make(context: Context) -> Mail:
        done, where = what.format(**context), f"from the address {context['ip']}, with {context['user_agent']}"
        when = f"{context['timestamp']:%-d %B %Y, %H:%M} UTC"
        paragraphs = (f"{done}.", f"It was done on {when}, {where}.", "If that was not you, reset your password now.")
        why = "You get this because it concerns how you log in."
        return Mail(done, paragraphs, why, link=Link("Reset the password", f"{settings.APP_URL}/reset-password"))

    return make


def _has_account(context: Context) -> Mail:
    text = f"Somebody, perhaps you, wanted to sign up with {context['email']}. There is an account with that address."
    why = "If this was not you, you need not do anything. Whoever it was has not been told that there is one."
    return Mail("You have an account", (text,), why, link=Link("Reset the password", context["password_reset_url"]))


def _has_none(context: Context) -> Mail:
    text = f"Somebody, perhaps you, wanted to log in as {context['email']}. There is no account with that address."
    why = "If this was not you, you need not do anything."
    return Mail("There is no account with this address", (text,), why, link=Link("Sign up", context["signup_url"]))


MAILS: Mapping[str, Callable[[Context], Mail]] = {
    "email_confirmation_signup": _code("To finish signing up"),
    "email_confirmation": _code("To confirm that this address is yours"),
    "login_code": _code("To log in"),
    "password_reset_code": _code("To choose a new password"),
    "account_already_exists": _has_account,
    "unknown_account": _has_none,
    "email_changed": _notice("Your address is {to_email} now, and not {from_email}"),
    "email_confirm": _notice("Your address was confirmed"),
    "email_deleted": _notice("The address {deleted_email} was removed from your account"),
    "password_changed": _notice("Your password was changed"),
    "password_reset": _notice("Your password was reset"),
    "password_set": _notice("Your account has a password now"),
    "totp_activated": _notice("An authenticator app was added to your account"),
    "totp_deactivated": _notice("The authenticator app was removed from your account"),
    "recovery_codes_generated": _notice("Your account has new recovery codes"),
    "webauthn_added": _notice("A passkey was added to your account"),
    "webauthn_removed": _notice("A passkey was removed from your account"),
    "account_connected": _notice("An account at {provider} was connected to yours"),
    "account_disconnected": _notice("The account at {provider} was disconnected from yours"),
}
