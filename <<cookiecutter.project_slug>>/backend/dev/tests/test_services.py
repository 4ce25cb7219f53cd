"""PostgreSQL and Valkey of a project's own, and those that the environment names."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from dev import binaries, ports, postgres, rootless, services, valkey
from dev.console import Failure
from dev.processes import Processes
from dev.project import Project
from dev.state import StateFile


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("VENV", sys.prefix)
    return Project(tmp_path)


@pytest.fixture
def processes(project: Project) -> Iterator[Processes]:
    made = Processes(StateFile(project.var / "state.json"), project.logs)
    yield made
    made.end_all()


@pytest.mark.parametrize("service", ["postgres", "valkey"])
def test_a_port_that_is_lost_in_the_last_moment_is_replaced(
    project: Project, processes: Processes, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        lost, found = squatter.getsockname()[1], ports.any_free()
        chosen = iter([lost, found])
        monkeypatch.setattr(ports, "any_free", lambda: next(chosen))
        if service == "postgres":
            urls = postgres.start(processes, project, project.var / "data", "shop", throw_away=True)
        else:
            urls = valkey.start(processes, project, project.var / "data", throw_away=True)
    assert all(f"@127.0.0.1:{found}/" in url for url in urls.values())
    assert [one.name for one in processes.state.processes()] == [service]


def test_the_roles_are_those_of_production(project: Project, processes: Processes) -> None:
    urls = postgres.start(processes, project, project.var / "postgres", "shop", throw_away=True)
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as owner:
        roles = owner.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin"
            " FROM pg_roles WHERE rolname LIKE 'shop%' ORDER BY 1"
        ).fetchall()
        assert roles == [
            ("shop_app", False, False, False, False, False, True),
            ("shop_owner", False, False, True, True, False, True),
        ]
        assert owner.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'shop_app'::regrole").fetchone() == (
            0,
        )
        assert owner.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'").fetchone() == (
            "shop_owner",
        )
        assert owner.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'shop'").fetchone() == (
            "b",
            "C.UTF-8",
        )
        owner.execute("CREATE TABLE secret (id int)")
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as app:
        for forbidden in (
            "SELECT * FROM secret",
            "CREATE TABLE mine (id int)",
            "CREATE DATABASE other",
            "SET ROLE shop_owner",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_no_password_no_entry(project: Project, processes: Processes) -> None:
    url = postgres.start(processes, project, project.var / "postgres", "shop", throw_away=True)["DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guess")


def test_only_throw_away_data_are_written_carelessly(project: Project, processes: Processes) -> None:
    for throw_away, expected in ((False, "on"), (True, "off")):
        folder = project.var / str(throw_away)
        with psycopg.connect(
            postgres.start(processes, project, folder, "shop", throw_away)["DATABASE_URL"]
        ) as connection:
            assert connection.execute("SHOW fsync").fetchone() == (expected,)


def test_an_interrupted_initdb_is_made_again(project: Project, processes: Processes) -> None:
    half = project.var / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert postgres.start(processes, project, project.var / "postgres", "shop", throw_away=True)
    assert not half.exists()


def test_a_stale_note_of_a_dead_server_is_dropped(project: Project, processes: Processes) -> None:
    folder = project.var / "postgres"
    postgres.start(processes, project, folder, "shop", throw_away=True)
    processes.end_all()
    # After a restart of the machine the id belongs to something else: here, to this test.
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'data'}\n1\n5432\n\n127.0.0.1\n")
    fresh = Processes(processes.state, project.logs)
    assert postgres.start(fresh, project, folder, "shop", throw_away=True)
    fresh.end_all()


def test_data_of_another_version_are_refused(project: Project, processes: Processes) -> None:
    folder = project.var / "postgres"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Failure, match=r"made by PostgreSQL 9, and this is PostgreSQL \d+\. Move the folder away"):
        postgres.start(processes, project, folder, "shop")


@pytest.fixture
def in_reach() -> Iterator[Path]:
    """A folder that every user may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(dir=rootless.SHELTER) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


# Only root has to become somebody else, and has three ways to; the third is what remains when the others do not work.
@pytest.mark.parametrize("way", range(3) if os.geteuid() == 0 else range(1))
def test_whoever_one_is_it_starts(
    project: Project, processes: Processes, in_reach: Path, monkeypatch: pytest.MonkeyPatch, way: int
) -> None:
    ways = list(rootless._ways())
    monkeypatch.setattr(rootless, "_ways", lambda: iter(ways[way : way + 1]))
    monkeypatch.setattr(rootless, "SHELTER", in_reach)
    urls = postgres.start(processes, project, in_reach / "postgres", "shop", throw_away=True)
    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert len(list(in_reach.glob("dev-services-*"))) == (way == 2)
    processes.end_all()


def test_a_shelter_that_somebody_else_may_change_is_refused(in_reach: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rootless, "SHELTER", in_reach)
    rootless._shelter(in_reach / "data").chmod(0o777)
    with pytest.raises(Failure, match="is not a folder of root's own"):
        rootless._shelter(in_reach / "data")


def test_valkey_asks_for_its_password(project: Project, processes: Processes) -> None:
    url = valkey.start(processes, project, project.var / "valkey", throw_away=True)["REDIS_URL"]
    assert redis.Redis.from_url(url).ping() is True
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(url.replace(url.split("@")[0], "redis://:guess")).ping()


def test_what_is_queued_survives_a_restart(project: Project, processes: Processes) -> None:
    folder = project.var / "valkey"
    redis.Redis.from_url(valkey.start(processes, project, folder)["REDIS_URL"]).rpush("queue", "job")
    processes.end_all()
    again = Processes(processes.state, project.logs)
    assert redis.Redis.from_url(valkey.start(again, project, folder)["REDIS_URL"]).lrange("queue", 0, -1) == [b"job"]
    again.end_all()


def test_named_servers_are_used_and_none_started(project: Project, processes: Processes) -> None:
    named = {"DATABASE_URL": "postgres://a@h/d", "DATABASE_OWNER_URL": "postgres://o@h/d", "REDIS_URL": "redis://h"}
    assert services.start(processes, project, {**named, "OTHER": "x"}, project.var) == named
    assert processes.state.processes() == []


def test_half_of_the_addresses_is_refused(project: Project, processes: Processes) -> None:
    with pytest.raises(Failure, match="DATABASE_URL is set and DATABASE_OWNER_URL is not"):
        services.start(processes, project, {"DATABASE_URL": "postgres://a@h/d"}, project.var)


def test_a_database_name_that_would_need_quotes_is_refused(project: Project, processes: Processes) -> None:
    with pytest.raises(Failure, match="DATABASE_NAME is 'a\"b'"):
        services.start(processes, project, {"DATABASE_NAME": 'a"b'}, project.var)


def test_programs_that_are_named_come_first(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = binaries.postgres(project)
    named = tmp_path / "named"
    shutil.copytree(installed.parent, named, symlinks=True)
    monkeypatch.setenv("POSTGRES_BIN", str(named / "bin"))
    assert binaries.postgres(project) == named / "bin"
    (named / "bin" / "psql").unlink()
    assert binaries.postgres(project) == installed


def test_without_programs_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENV", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(binaries, "OLDEST_POSTGRES", 99)
    with pytest.raises(Failure, match="Install PostgreSQL 99 or newer, or set DATABASE_URL and DATABASE_OWNER_URL"):
        binaries.postgres(Project(tmp_path))
    with pytest.raises(Failure, match="Install Valkey or Redis, or set REDIS_URL"):
        binaries.valkey(Project(tmp_path))
