"""Keep what was chosen.

A choice is a folder with one entry per answer. The entry that was chosen takes the folder's place, and the
others go. cookiecutter.json lists the choices, under the option that decides them:

    backend/tenants/isolation/{shared,schema,database}/  ->  backend/tenants/isolation/
    frontend/{nextjs}/                                   ->  frontend/, or nothing

A folder that is listed and not there fails the bake: a choice that was forgotten would leave all its entries in.
"""

import json
import shutil
from pathlib import Path

ANSWERS = json.loads(r"""<< cookiecutter | tojson >>""")


def keep(answer: str, folder: Path) -> None:
    """Put the entry that the answer names in its folder's place."""
    aside = folder.rename(folder.with_name("." + folder.name))
    for entry in aside.iterdir():
        if entry.stem == answer:
            entry.rename(folder.with_name(folder.name + entry.suffix))
    shutil.rmtree(aside)


choices = [(Path(folder), ANSWERS[option]) for option, folders in ANSWERS["_choices"].items() for folder in folders]
# Deepest first, since a choice may lie inside another one's entry.
for folder, answer in sorted(choices, key=lambda choice: len(choice[0].parts), reverse=True):
    keep(answer, folder)
