from __future__ import annotations

from procrastinate.contrib.django import app

from aureole.kernel.retrying import RETRY

_AT_MOST = 8 * 60  # seconds; the next run goes on


@app.periodic(cron="23 2 1 * *", periodic_id="search.rotate_index_keys")
@app.task(name="search.rotate_index_keys", queue="default", retry=RETRY)
def rotate_index_keys(timestamp: int) -> None:
    """Once a month each index gets a new key. One that is still being exchanged is left alone. Safe to run twice."""
    from aureole.search.upkeep import INDEXES, rotate
    from aureole.vault.epochs import epochs

    rotate([name for name in INDEXES if not epochs(name).is_turning])


@app.periodic(cron="*/10 * * * *", periodic_id="search.keep_up")
@app.task(name="search.keep_up", queue="default", lock="search.keep_up")
def keep_up(timestamp: int) -> None:
    """Go on with what a rotation or an upgrade left to do. Nearly free when nothing is. Safe to run twice."""
    from aureole.search.upkeep import go_on

    go_on(seconds=_AT_MOST)
