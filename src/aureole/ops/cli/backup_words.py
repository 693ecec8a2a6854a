"""What a restore came to, in words."""

from __future__ import annotations

from typing import Any

from aureole.ops.cli.output import Report

_NAMED = 20  # ticket numbers spelt out in words; the JSON document has them all


def say_report(answer: Report, found: dict[str, Any]) -> None:
    _say_replayed(answer, found["replayed"], found["fences"])
    _say_lost(answer, found["lost"])
    if found["written_off"]:
        answer.say(
            f"Written off for want of keys: {found['written_off']} keys' worth of data reads as erased now."
        )
    say_readable(answer, found["readable"])
    answer.say("Open again: `aureole up`. Everybody signs in anew.")


def _say_replayed(answer: Report, done: dict[str, Any], fences: dict[str, Any]) -> None:
    answer.say(
        f"Fence list: {fences['lines']} lines" + ("." if fences["current"] else ", NOT CURRENT: see the log.")
    )
    rows = sum(done["rows"].values())
    answer.say(f"Erased again: {done['persons']} persons ({rows} rows), {done['keys']} keys.")
    if done["texts"] or done["deleted"]:
        answer.say(
            f"Blacked out again in what others wrote: {done['texts']} rows, {done['deleted']} deleted."
        )
    if done["withheld"]:
        answer.say(
            f"Withheld, because the blacked-out form is not in the backup: {done['withheld']} texts or files."
        )
    if done["resumed"]:
        answer.say(f"Erasures that had begun and are finished now: {done['resumed']}.")
    if done["refused"]:
        answer.say(f"Erasures that had begun and were refused: {done['refused']}. Look into Privacy.")
    standing = sum(done["standing"].values())
    if standing:
        answer.say(
            "Holds, restrictions, children, objections and withdrawals newer than the backup, in force again: "
            f"{standing}."
        )
    for held in done["held"]:
        answer.say(f"{held['label']}: {held['count']}.")
    answer.say(f"Indexed: {done['indexed']} rows, {done['identifiers']} addresses and numbers.")


def _say_lost(answer: Report, lost: dict[str, Any]) -> None:
    if not lost["compared"]:
        known = lost["entries"]
        answer.say(
            "What was made after the backup is lost. The database it could be compared with is not there;"
        )
        answer.say(
            f"the fence list knows of {known} later log entries." if known else "nothing else tells how much."
        )
    elif not lost["rows"] and not lost["entries"]:
        answer.say("Nothing was made after the backup: nothing is lost.")
    else:
        answer.say(f"Made after the backup, and lost ({lost['entries']} log entries later):")
        answer.table(("Number", "What"), [(row["count"], row["label"]) for row in lost["rows"]])
        if lost["tickets"]:
            more = f" and {len(lost['tickets']) - _NAMED} more" if len(lost["tickets"]) > _NAMED else ""
            answer.say("Tickets " + ", ".join(f"#{number}" for number in lost["tickets"][:_NAMED]) + more)
        answer.say("Changes to what the backup has went back too, and are not counted here.")
    if lost["keys_without_data"]:
        answer.say(f"{lost['keys_without_data']} persons have keys and no data: made after the backup.")


def say_readable(answer: Report, found: dict[str, Any]) -> None:
    lost = [place for place in found["places"] if place["lost"]]
    if not lost and not found["files_lost"]:
        answer.say("Every value has its key, or was erased.")
        return
    answer.say(
        f"Lost for want of keys: {found['lost']} values of {found['lost_persons']} of {found['persons']} persons, "
        f"{found['files_lost']} files."
    )
    answer.table(
        ("Lost", "Readable", "Erased", "What"),
        [(p["lost"], p["readable"], p["erased"], p["label"]) for p in lost],
    )
    answer.say(
        f"What still stands: tickets' states and figures, statistics, and {found['entries']} log entries."
    )
