from __future__ import annotations

from pathlib import Path

import pytest

from tests.baking import COMBINATIONS, Bake, bake_all, combination_id, copy_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as a clone holds it."""
    return copy_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def bakes(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bake]:
    """Every combination, baked once for the whole run."""
    return {one.id: one for one in bake_all(template, tmp_path_factory.mktemp("bakes"))}


@pytest.fixture(params=[combination_id(answers) for answers in COMBINATIONS])
def project(request: pytest.FixtureRequest, bakes: dict[str, Bake]) -> Bake:
    """Each of the combinations in turn."""
    return bakes[request.param]
