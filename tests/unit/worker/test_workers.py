"""What a pool of workers promises to whoever gives it tasks."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coffre_cli.errors import FileUnreadableError, MissingProgramError
from coffre_cli.worker.errors import (
    UntrustworthyResultError,
    WorkerCrashedError,
    WorkerFailedError,
    WorkerMemoryError,
    WorkerTimedOutError,
)
from coffre_cli.worker.limits import Limits, limits_for
from coffre_cli.worker.pool import Task, Workers, task
from coffre_cli.worker.program import sandbox_works
from tests.unit.worker import jobs

HERE = "tests.unit.worker.jobs"
WITH_PROGRAMS = Limits(runs_programs=True)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, preload=(HERE,)) as pool:
        yield pool


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z (zombie)" not in Path(f"/proc/{process}/status").read_text(encoding="ascii")


def test_a_task_gives_its_value(workers: Workers) -> None:
    assert workers.run(task(jobs.double, 21)) == 42


def test_outcomes_come_in_the_order_of_the_tasks(workers: Workers) -> None:
    outcomes = workers.each(task(jobs.slow_double, number) for number in range(3))
    assert [outcome.value() for outcome in outcomes] == [0, 2, 4]


def test_outcomes_as_completed_say_which_task_they_answer(workers: Workers) -> None:
    outcomes = workers.as_completed(task(jobs.slow_double, number) for number in range(3))
    assert sorted((position, outcome.value()) for position, outcome in outcomes) == [(0, 0), (1, 2), (2, 4)]


def test_one_bad_task_does_not_disturb_the_others(workers: Workers) -> None:
    tasks: list[Task[object]] = [task(jobs.double, 1), task(jobs.crash), task(jobs.double, 3)]
    assert [outcome.result for outcome in workers.each(tasks)] == [2, None, 6]


def test_an_error_of_ours_comes_back_with_its_facts(workers: Workers) -> None:
    with pytest.raises(FileUnreadableError) as caught:
        workers.run(task(jobs.refuse))
    assert caught.value.facts == {"path": Path("/a/b"), "reason": "test"}


def test_another_exception_is_a_failure_that_names_it(workers: Workers) -> None:
    with pytest.raises(WorkerFailedError) as caught:
        workers.run(task(jobs.fail))
    assert caught.value.facts["reason"] == "ValueError: odd file"


def test_a_crash_is_an_error_and_the_pool_goes_on(workers: Workers) -> None:
    with pytest.raises(WorkerCrashedError):
        workers.run(task(jobs.crash))
    assert workers.run(task(jobs.double, 1)) == 2


@pytest.mark.parametrize(
    ("function", "limits"),
    [(jobs.sleep_for_ever, Limits(wall_seconds=0.3)), (jobs.burn, Limits(cpu_seconds=1))],
)
def test_a_task_without_end_is_ended(workers: Workers, function: Callable[[], None], limits: Limits) -> None:
    with pytest.raises(WorkerTimedOutError):
        workers.run(task(function).within(limits))


def test_a_task_that_wants_all_memory_gets_none(workers: Workers) -> None:
    with pytest.raises(WorkerMemoryError):
        workers.run(task(jobs.eat_memory))


def test_a_task_cannot_fill_the_disk(workers: Workers) -> None:
    with pytest.raises(WorkerFailedError):
        workers.run(task(jobs.write_much).within(Limits(file_bytes=1 << 20)))


def test_no_secret_of_the_parent_reaches_a_task(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COFFRE_PASSWORD_FILE", "/secret/place")
    with Workers(1, preload=(HERE,)) as pool:
        assert set(pool.run(task(jobs.environment))) <= {"PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "LC_CTYPE"}


def test_a_task_writes_in_its_private_directory_which_is_removed(workers: Workers) -> None:
    place = Path(workers.run(task(jobs.write_near)))
    assert not place.exists()


def test_a_directory_of_the_caller_is_kept(workers: Workers) -> None:
    mine = workers.fresh_directory()
    workers.run(task(jobs.write_near).inside(mine))
    assert [path.name for path in mine.iterdir()] == ["here"]


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_a_task_writes_nowhere_else(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(WorkerFailedError):
        workers.run(task(jobs.write_far, str(tmp_path / "x")))


def test_a_task_reaches_no_network(workers: Workers) -> None:
    if not workers.network_cut:
        pytest.skip("this kernel lets nobody cut the network")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(WorkerFailedError):
        workers.run(task(jobs.connect, server.getsockname()[1]))


def test_a_foreign_type_is_not_let_in(workers: Workers) -> None:
    with pytest.raises(UntrustworthyResultError):
        workers.run(task(jobs.foreign))


def test_a_result_that_is_a_link_is_not_read(workers: Workers) -> None:
    with pytest.raises(UntrustworthyResultError):
        workers.run(task(jobs.link_result))


def test_what_a_task_leaves_running_is_killed(workers: Workers) -> None:
    process = workers.run(task(jobs.leave_a_program).within(WITH_PROGRAMS))
    workers.run(task(jobs.double, 1))
    assert not alive(process)


def test_a_program_gives_its_output(workers: Workers) -> None:
    assert workers.run(task(jobs.program_output, "echo", "bon").within(WITH_PROGRAMS))[:2] == (0, b"bon\n")


def test_a_program_in_the_sandbox_sees_no_home(workers: Workers) -> None:
    if not sandbox_works():
        pytest.skip("bubblewrap does not work here")
    code, output, sandboxed = workers.run(task(jobs.program_output, "ls", "/").within(WITH_PROGRAMS))
    assert (code, sandboxed) == (0, True)
    assert not {b"root", b"home"} & set(output.split())


def test_a_program_that_is_too_slow_is_ended(workers: Workers) -> None:
    with pytest.raises(WorkerTimedOutError):
        workers.run(task(jobs.program_in_no_time, "sleep", "1000").within(WITH_PROGRAMS))


def test_a_missing_program_is_named(workers: Workers) -> None:
    with pytest.raises(MissingProgramError):
        workers.run(
            task(
                jobs.program_output,
                "no-such-program",
            ).within(WITH_PROGRAMS)
        )


def test_nothing_outlives_a_killed_parent() -> None:
    script = (
        "import os; from coffre_cli.worker.pool import Workers, task; from tests.unit.worker import jobs\n"
        "with Workers(1) as pool:\n"
        "    print(pool.directory, pool.run(task(os.getppid)), flush=True)\n"
        "    pool.run(task(jobs.sleep_for_ever))\n"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        place, server = parent.stdout.readline().split()
        watch = os.pidfd_open(int(server))
        parent.send_signal(signal.SIGKILL)
    assert select.select([watch], [], [], 10)[0] == [watch]
    os.close(watch)
    assert not Path(place.decode()).exists()


def test_limits_grow_with_the_file_up_to_a_ceiling() -> None:
    assert (limits_for(0).cpu_seconds, limits_for(1 << 21).cpu_seconds, limits_for(1 << 40).cpu_seconds) == (
        20,
        30,
        120,
    )
