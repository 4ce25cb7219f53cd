"""The one screen at the end of `make start`: where to click, whom to log in as, how to stop."""

from urllib.parse import urlsplit

from . import demo
from .console import bold, say
from .project import Project


def show(project: Project, urls: dict[str, str], heading: str, how_to_stop: str) -> None:
    """Print it. `urls` has "app", where people go, "api" and, if there is one, "sandbox"."""
    width = max(map(len, demo.people())) + 2
    say()
    say(f"  {bold(f'{project.root.name} {heading}')}")
    say()
    say(f"    Open       {bold(urls['app'])}")
    for tenant in demo.TENANTS:
        say(f"    {tenant.name:10} {tenant_url(urls['app'], tenant.slug)}")
    say(f"    API        {urls['api']}/api/v1/docs")
    say(f"    Mails      {urls['api']}/dev/mail")
    if "sandbox" in urls:
        say(f"    Payments   {urls['sandbox']}  (a sandbox: nobody is charged)")
    say()
    say(f"    Log in with the password {bold(demo.PASSWORD)} as")
    for email, roles in demo.people().items():
        say(f"      {email:{width}}{', '.join(roles)}")
    say()
    say(f"    {how_to_stop} Logs: var/log/")
    say()


def tenant_url(app: str, slug: str) -> str:
    """The address of a tenant: its slug is a subdomain of the app's."""
    parts = urlsplit(app)
    return f"{parts.scheme}://{slug}.{parts.netloc}"
