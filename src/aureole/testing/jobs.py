"""Does what the worker would do now, in the test's own transaction."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_waiting_jobs(*names: str) -> int:
    """Run every job whose time has come, and those that they store; returns how many. `names` limits the tasks."""
    done = 0
    while job := _next(names):
        app.perform_import_paths()  # type: ignore[no-untyped-call]
        app.tasks[job.task_name].func(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk)._raw_delete("default")
        done += 1
    return done


def _next(names: tuple[str, ...]) -> ProcrastinateJob | None:
    jobs = ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=timezone.now())
    return (jobs.filter(task_name__in=names) if names else jobs).order_by("id").first()
