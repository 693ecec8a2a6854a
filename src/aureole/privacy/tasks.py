"""Where the worker finds the jobs of each room. Nothing imports this: a job is left with `kernel.jobs.store_job`.

Names of jobs and what they take are kept: an instance that is upgraded has some in its queue (tests/test_jobs.py).
"""

from __future__ import annotations

import aureole.privacy.breaches.tasks
import aureole.privacy.consulting.tasks
import aureole.privacy.erasure.tasks
import aureole.privacy.export.tasks
import aureole.privacy.informing.tasks
import aureole.privacy.retention.tasks
import aureole.privacy.rights.tasks
import aureole.privacy.suppression.tasks
import aureole.privacy.transfer.tasks  # noqa: F401
