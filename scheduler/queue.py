"""The queue: one Procrastinate job a visit of a host, on the Postgres that is there anyway.

What a visit does stands in `jobs`; when it is due, in `host.next_visit_at`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from crawler.engine import EngineStoppedError
from news.errors import (
    DatabaseBusyError,
    DatabaseFullError,
    DatabaseUnreachableError,
    DataFolderError,
    PostgresStartError,
    WorkerBrokenError,
)
from scheduler.jobs.visit import visit
from scheduler.kit import Kit
from store import hosts

QUEUE = "visit"
TASK = "visit"
CLAIM = 500
"""Hosts claimed by one beat of the clock: 8 ms of the loop; the next beat takes the next."""

OUR_FAULT_WAIT_S = 300.0
"""A host whose visit ended in a mistake of ours is tried again after this."""

LOST_DATABASE_WAIT_S = 10.0
"""A host whose visit lost the database is tried again after this: no fault of its own, but perhaps of what it sent."""

DATABASE_AWAY = (
    DatabaseUnreachableError,
    DatabaseFullError,
    DatabaseBusyError,
    PostgresStartError,
    DataFolderError,
)
"""The embedded server is started by whoever needs it, and that may fail for a while."""

SIGN_OUT_S = 5.0
"""How long a worker without visits may take to strike itself off the list of those that live."""

KEEP_ENDED_JOBS_HOURS = 24

log = logging.getLogger(__name__)


def _as_an_outage(record: logging.LogRecord) -> bool:
    """Let the library tell of a lost database as we do: a line, for it is nobody's mistake and heals by itself."""
    if record.exc_info and isinstance(record.exc_info[1], ConnectorException):
        cause = record.exc_info[1].__cause__ or record.exc_info[1]
        record.msg, record.args, record.exc_info = "queue lost the database", (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.__dict__["error"] = str(cause)
    return True


logging.getLogger("procrastinate.utils").addFilter(_as_an_outage)


class Queue:
    """Jobs in, visits out. Open it with `open_queue`."""

    def __init__(self, kit: Kit, app: App) -> None:
        self._kit = kit
        self._app = app
        self._worker: Worker | None = None
        self._open: set[int | None] = set()
        self._strays: set[int | None] = set()

    async def dispatch(self, limit: int = CLAIM) -> int:
        """Claim the hosts that are due and put a visit of each into the queue; return how many. None when stopping."""
        if self._kit.stopping.is_set():
            return 0
        async with self._kit.database.connection() as conn, conn.transaction():
            names = await hosts.claim_hosts(conn, limit=limit, lease_s=self._kit.config.lease_s)
            # On a connection of the queue's own, before the lease is committed: if this process dies in between, there
            # is a visit too many, and no host that waits for its lease to end.
            await self.add_visits(names)
        return len(names)

    async def add_visits(self, names: Sequence[str]) -> None:
        """Put a visit of each host into the queue, unless one waits there already.

        Raises:
            WorkerBrokenError: The queue failed; the text says why.
        """
        if not names:
            return
        jobs = [_job(name) for name in names]
        with _failures_named():
            await self._add_jobs(jobs)

    async def _add_jobs(self, jobs: Sequence[Job]) -> None:
        try:
            await self._app.job_manager.batch_defer_jobs_async(list(jobs))
        except AlreadyEnqueued:
            # One conflict refuses the batch as a whole; another clock was quicker with some of them.
            for job in jobs:
                try:
                    await self._app.job_manager.batch_defer_jobs_async([job])
                except AlreadyEnqueued:
                    log.debug("visit waits already", extra={"action": "already_enqueued", "host": job.lock})

    async def work(self, *, until_empty: bool = False) -> None:
        """Run visits until the queue is empty, or until cancelled.

        Raises:
            WorkerBrokenError: It lost the database.
        """
        self._worker = Worker(
            self._app,
            queues=[QUEUE],
            wait=not until_empty,
            concurrency=self._kit.config.n_visits,
            fetch_job_polling_interval=1.0,
            abort_job_polling_interval=60.0,
            shutdown_graceful_timeout=self._kit.config.stop_grace_s,
            update_heartbeat_interval=self._kit.config.beat_s,
            stalled_worker_timeout=self._kit.config.stalled_after_s,
            listen_notify=not until_empty,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        with _failures_named():
            await self._worker.run()  # type: ignore[no-untyped-call]

    async def end(self, work: asyncio.Task[None]) -> None:
        """End the task that runs `work`: it waits for open visits for a while, then aborts them.

        Raises:
            WorkerBrokenError: It had lost the database.
        """
        if self._worker is not None:
            # A cancellation gets lost when a connection is handed out at that moment (`wait_for` of Python 3.11), and
            # one that comes while the worker signs in leaves it signed in: for a while it is taken for one that lives.
            self._worker.stop()  # type: ignore[no-untyped-call]
            await asyncio.wait({work}, timeout=self._kit.config.stop_grace_s + SIGN_OUT_S)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    async def visit(self, context: JobContext, host: str) -> None:
        """Run the visit that a job stands for."""
        self._open.add(context.job.id)
        try:
            await _visit_at_the_border(self._kit, host)
        finally:
            self._open.discard(context.job.id)

    async def recover_stalled(self) -> int:
        """Make due at once the hosts whose visits nobody carries out any more, and end their jobs; return how many.

        Those of workers that died; and those that this worker has ended, or never began, without the database knowing.

        Raises:
            WorkerBrokenError: The queue failed; the text says why.
        """
        with _failures_named():
            return await self._recover_stalled()

    async def _recover_stalled(self) -> int:
        jobs = self._app.job_manager
        strays: list[Job] = []
        if self._worker is not None and self._worker.worker_id is not None:
            # Procrastinate's own beat ends for good at its first failure (3.10).
            await jobs.update_heartbeat(self._worker.worker_id)
            strays = await self._find_strays(self._worker.worker_id)
        stalled = await jobs.get_stalled_jobs(seconds_since_heartbeat=self._kit.config.stalled_after_s)
        unattended = {job.id: job for job in (*strays, *stalled)}
        for job in unattended.values():
            # The job goes last: while it is there, whatever dies here is done again.
            async with self._kit.database.connection() as conn, conn.transaction():
                await hosts.settle_visit(conn, str(job.task_kwargs["host"]))
            await jobs.finish_job(job, status=Status.ABORTED, delete_job=True)
            log.warning("visit recovered", extra={"action": "visit_recovered", "host": job.lock})
        return len(unattended)

    async def _find_strays(self, worker_id: int) -> list[Job]:
        """Return the jobs that were this worker's last time and are now, by their record, while it runs no such visit.

        A job becomes one when the database is lost while its end is written, or forgets it in a crash: the queue's
        commits do not wait for the disk.
        """
        mine = await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value, worker_id=worker_id)
        found = [job for job in mine if job.id not in self._open]
        before, self._strays = self._strays, {job.id for job in found}
        return [job for job in found if job.id in before]

    async def forget_ended(self) -> None:
        """Delete the records of jobs that ended a day ago."""
        await self._app.job_manager.delete_old_jobs(
            nb_hours=KEEP_ENDED_JOBS_HOURS, include_failed=True, include_aborted=True, include_cancelled=True
        )


@contextlib.asynccontextmanager
async def open_queue(kit: Kit) -> AsyncIterator[Queue]:
    """Open the queue with connections of its own, in the schema `procrastinate`."""
    connector = PsycopgConnector(conninfo=kit.database.procrastinate_conninfo, min_size=1, max_size=4, timeout=15.0)
    app = App(connector=connector)

    queue = Queue(kit, app)
    app.task(name=TASK, queue=QUEUE, pass_context=True)(queue.visit)
    async with app.open_async():
        yield queue


@contextlib.contextmanager
def _failures_named() -> Iterator[None]:
    """Tell a failure of the queue, which is the database's, as one of ours."""
    try:
        yield
    except ConnectorException as error:
        cause = str(error.__cause__ or error).strip().splitlines() or [type(error).__name__]
        raise WorkerBrokenError(f"queue: it lost the database: {cause[0]}; start it again") from error


async def _visit_at_the_border(kit: Kit, host: str) -> None:
    """Run a visit; a mistake of ours ends here, with its traceback, and the next visit goes on."""
    try:
        await visit(kit, host)
    except Exception as error:
        causes = _causes(error)
        if any(isinstance(cause, EngineStoppedError | WorkerBrokenError) for cause in causes):
            # Nothing can be fetched or read any more: the worker ends, and the supervisor starts another.
            log.error("worker broken", extra={"action": "worker_broken", "host": host, "error": str(causes[0])})
            kit.broken.set()
        elif all(isinstance(cause, DATABASE_AWAY) for cause in causes):
            log.warning("visit lost the database", extra={"action": "visit_lost_database", "host": host})
            await _leave_alone(kit, host, LOST_DATABASE_WAIT_S, "the visit lost the database")
        else:
            log.exception("visit failed", extra={"action": "visit_failed", "host": host})
            kit.tally["our_faults"] += 1
            await _leave_alone(kit, host, OUR_FAULT_WAIT_S, "the visit failed; see the log")


async def _leave_alone(kit: Kit, host: str, wait_s: float, error: str) -> None:
    """Record that a visit failed, as soon as the database answers.

    Raises:
        WirewatchError: It does not, and the worker is to end. The job stays open, and is recovered.
    """
    while True:
        try:
            async with kit.database.connection() as conn, conn.transaction():
                await hosts.back_off(conn, host, wait_s=wait_s, error=error)
                await hosts.settle_visit(conn, host)
        except DATABASE_AWAY:
            if kit.stopping.is_set():
                raise
            await asyncio.sleep(1)
        else:
            return


def _causes(error: BaseException) -> list[BaseException]:
    """Return the errors of a group, however deep (a task group raises such); a single one is its own cause."""
    if isinstance(error, BaseExceptionGroup):
        return [cause for inner in error.exceptions for cause in _causes(inner)]
    return [error]


def _job(host: str) -> Job:
    return Job(queue=QUEUE, lock=host, queueing_lock=host, task_name=TASK, task_kwargs={"host": host})
