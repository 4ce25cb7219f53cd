"""`make start` and `make stop`, for real."""

import http.client
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from dev import demo, family, ports
from dev.tests.conftest import Sandbox, kill


def still_running(pids: dict[int, str]) -> list[int]:
    return [pid for pid, started in pids.items() if family.started_at(pid) == started]


def wait_until_gone(pid: int) -> None:
    started = family.started_at(pid)
    deadline = time.monotonic() + 10
    while started and family.started_at(pid) == started:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    return connection.getresponse().status


def test_start_in_the_background_and_stop(sandbox: Sandbox) -> None:
    started = sandbox.command("start", DETACH="1")
    assert started.returncode == 0, started.stderr
    app = sandbox.addresses()["APP_URL"]
    for shown in (app, demo.PASSWORD, "alice@acme.test", "owner of Acme Corp", "`make stop` ends it"):
        assert shown in started.stdout
    assert status(int(app.rpartition(":")[2])) == 200
    pids = sandbox.pids()
    assert len(still_running(pids)) == 5

    again = sandbox.command("start", DETACH="1")
    assert again.returncode == 0
    assert "is running already" in again.stdout
    assert app in again.stdout
    assert still_running(pids) == list(pids)

    stopped = sandbox.command("stop")
    assert (stopped.returncode, stopped.stdout) == (0, "Stopped.\n")
    assert still_running(pids) == []
    assert not (sandbox.project.var / "services.env").exists()
    assert sandbox.command("stop").stdout == "Nothing was running.\n"


def test_the_database_is_set_up_by_the_application_role(sandbox: Sandbox) -> None:
    assert sandbox.command("start", DETACH="1").returncode == 0
    done = (sandbox.project.backend / "managed.txt").read_text().splitlines()
    assert done == ["migrate //sandbox_app", "demo_data //sandbox_app"]


IN_A_SCRIPT = ("sh", "-c", """trap '' INT; exec "$@" """, "sh")


@pytest.mark.parametrize(
    ("launcher", "number"),
    [((), signal.SIGINT), ((), signal.SIGHUP), (IN_A_SCRIPT, signal.SIGINT)],
    ids=["Ctrl-C", "terminal closed", "Ctrl-C in a script that runs it in the background"],
)
def test_an_interruption_ends_everything(sandbox: Sandbox, launcher: tuple[str, ...], number: int) -> None:
    foreground = sandbox.foreground(*launcher)
    pids = sandbox.pids()
    assert len(still_running(pids)) == 5
    os.kill(foreground.pid, number)
    assert foreground.wait(30) == 0
    assert still_running(pids) == []


def test_stop_from_another_terminal(sandbox: Sandbox) -> None:
    foreground = sandbox.foreground()
    pids = {**sandbox.pids(), foreground.pid: str(family.started_at(foreground.pid))}
    assert sandbox.command("stop").returncode == 0
    assert still_running(pids) == []


def test_stop_leaves_others_alone(sandbox: Sandbox) -> None:
    like_ours = [sys.executable, "-c", "import time; print('working', flush=True); time.sleep(600)"]
    with subprocess.Popen(like_ours, cwd=sandbox.project.backend, start_new_session=True) as stranger:
        assert sandbox.command("start", DETACH="1").returncode == 0
        assert sandbox.command("stop").returncode == 0
        assert stranger.poll() is None
        stranger.kill()


def test_data_survive_a_crash_of_everything(sandbox: Sandbox) -> None:
    foreground = sandbox.foreground()
    with psycopg.connect(sandbox.addresses()["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pids = sandbox.pids()
    kill(foreground.pid)
    foreground.wait()
    for one in sandbox.recorded():
        kill(one.pid)
        wait_until_gone(one.pid)

    again = sandbox.command("start", DETACH="1")
    assert again.returncode == 0, again.stderr
    assert still_running(pids) == []  # the server's child, too, which nothing but its mark tells from a stranger
    with psycopg.connect(sandbox.addresses()["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_processes_outlive_a_killed_supervisor_until_stop(sandbox: Sandbox) -> None:
    foreground = sandbox.foreground()
    pids = sandbox.pids()
    kill(foreground.pid)
    foreground.wait()
    assert "is running already" in sandbox.command("start").stdout
    assert sandbox.command("stop").stdout == "Stopped.\n"
    assert still_running(pids) == []


def test_what_ended_meanwhile_is_named_and_started_again(sandbox: Sandbox) -> None:
    assert sandbox.command("start", DETACH="1").returncode == 0
    before = sandbox.pids()
    worker = next(one for one in sandbox.recorded() if one.name == "worker")
    kill(worker.pid)
    wait_until_gone(worker.pid)
    again = sandbox.command("start", DETACH="1")
    assert "Since the last start these have ended: worker." in again.stdout
    assert still_running(before) == []
    assert len(still_running(sandbox.pids())) == 5


def test_a_taken_port_is_passed_over(sandbox: Sandbox) -> None:
    with subprocess.Popen([sys.executable, "-m", "http.server", "28000", "--bind", "127.0.0.1"]) as squatter:
        deadline = time.monotonic() + 20
        while ports.is_free(28000):
            assert time.monotonic() < deadline
        assert sandbox.command("start", DETACH="1").returncode == 0
        squatter.kill()
    assert int(sandbox.addresses()["APP_URL"].removeprefix("http://localhost:")) > 28000


def test_a_process_that_fails_is_shown_and_nothing_is_left(sandbox: Sandbox) -> None:
    procfile = sandbox.project.root / "Procfile"
    procfile.write_text(procfile.read_text() + "broken: cd backend && python -c \"raise SystemExit('no such key')\"\n")
    started = sandbox.command("start", DETACH="1")
    assert started.returncode == 1
    assert "broken ended with exit code 1" in started.stderr
    assert "no such key" in started.stderr
    assert "Traceback" not in started.stderr
    assert sandbox.recorded() == []


def test_a_failing_migration_is_shown(sandbox: Sandbox) -> None:
    (sandbox.project.backend / "manage.py").write_text("raise SystemExit('the model is wrong')")
    started = sandbox.command("start")
    assert started.returncode == 1
    assert "migrate failed with exit code 1" in started.stderr
    assert "the model is wrong" in started.stderr
    assert sandbox.recorded() == []


def test_run_starts_services_for_the_time_of_a_command(sandbox: Sandbox) -> None:
    script = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).info.user)"
    done = sandbox.command("run", "python", "-c", script)
    assert (done.returncode, done.stdout) == (0, "  .env written, with secrets of its own\nsandbox_app\n"), done.stderr
    assert list(sandbox.project.var.glob("run-*")) == []
    assert sandbox.command("run", "python", "-c", "raise SystemExit(7)").returncode == 7
