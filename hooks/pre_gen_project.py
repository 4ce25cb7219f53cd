"""Refuse, before a file is written, what could not become a project that works.

Each refusal is one sentence: which answer, what is wrong with it, what to write instead. Whatever passes here
has to show up unharmed in Python, TypeScript, TOML, YAML and Markdown; tests/test_hooks.py bakes the worst of it.
"""

import json
import re
import sys
from typing import Iterator  # noqa: UP035 - see refusals(): an old Python has to get as far as the sentence

ANSWERS = json.loads(r"""<< cookiecutter | tojson >>""")

LONGEST = {"project_name": 80, "description": 200, "company": 100}

# What opens a tag, by cookiecutter.json: a later bake from the same answers would take it for the template's own.
OPENINGS = [
    opening for name, opening in ANSWERS["_jinja2_env_vars"].items() if name.endswith(("_start_string", "_prefix"))
]

# A database and its roles are named after the slug, and so is the first label of host names.
# https://www.postgresql.org/docs/current/manage-ag-templatedbs.html, sql-createrole.html (names that begin with pg_)
RESERVED = {"admin", "api", "localhost", "postgres", "public", "template0", "template1", "www"}
SLUG = r"(?=.{3,40}\Z)[a-z](?:-?[a-z0-9])+"

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = rf"(?=.{{4,253}}\Z)(?:{LABEL}\.)+(?!\d+\Z){LABEL}"

# Zero-width joiners hold emoji and Indic letters together; every other invisible character is a trap.
JOINERS = {ord("\u200c"): None, ord("\u200d"): None}


def shown(answer: str) -> str:
    """The answer as a sentence can hold it: short, and on one line."""
    return repr(answer if len(answer) <= 60 else answer[:57] + "...")


def wrong_text(name: str, answer: str) -> str:
    """What is wrong with a line of free text; empty if nothing is."""
    if not answer.strip():
        return f"{name} is empty: write at least one word."
    if len(answer) > LONGEST[name]:
        return f"{name} has {len(answer)} characters: write at most {LONGEST[name]}."
    if not answer.translate(JOINERS).isprintable():
        return f"{name} {shown(answer)} has a line break or an invisible character in it: write one plain line."
    for opening in OPENINGS:
        if opening in answer:
            return f"{name} {shown(answer)} has {opening!r} in it, which the template keeps for itself: leave it out."
    return ""


def wrong_slug(slug: str) -> str:
    """Why the slug cannot be a folder, a database and a host name at once; empty if it can."""
    if not re.fullmatch(SLUG, slug):
        return (
            f"project_slug {shown(slug)} cannot be a folder, a database and a host name at once: write 3 to 40 of "
            "a-z, 0-9 and single dashes, with a letter first and no dash last."
        )
    if slug in RESERVED or slug.startswith("pg-"):
        return f"project_slug {shown(slug)} is a name that PostgreSQL or the web keeps for itself: choose another."
    return ""


def wrong_domain(domain: str) -> str:
    """Why the product could not be served on this domain; empty if it could."""
    if re.fullmatch(DOMAIN, domain):
        return ""
    return (
        f"domain {shown(domain)} is not a domain name: write it like example.com, in small letters, with no https:// "
        "before it, no path or port after it, and letters beyond a-z in their xn-- form."
    )


def refusals() -> Iterator[str]:
    """Every reason not to bake, or empty text, in the order in which they matter."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the hook is run by whatever Python cookiecutter lives in
        yield f"Python {sys.version_info[0]}.{sys.version_info[1]} is too old: Rowhouse needs 3.11 or newer."
    yield wrong_slug(ANSWERS["project_slug"])
    yield wrong_domain(ANSWERS["domain"])
    for name in LONGEST:
        yield wrong_text(name, ANSWERS[name])


for refusal in filter(None, refusals()):
    sys.exit(refusal)
