"""Another instance, or any witness that speaks C2SP tlog-witness."""

from __future__ import annotations

import base64
from http import HTTPStatus

from aureole.kernel.wire import ask
from aureole.ledger.verifier import Flaw, Note, read_note, read_verifier_key, verify_note
from aureole.ledger.witnesses.port import PATIENCE, UNKNOWN, Showing, WitnessAway, WitnessRefused

_LARGEST_ANSWER = 10_000
_UNKNOWN = "The witness {name} does not know this log yet, or not by this key: it answered {status}."
_OTHER_LOG = "The witness {name} saw another log than this one: it answered {status}."


class InstanceWitness:
    patience = PATIENCE

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address, key
        self.name = read_verifier_key(key)[0]

    def show(self, showing: Showing) -> str:
        status, text = self._ask(showing, 0)
        if status == HTTPStatus.CONFLICT and text.strip().isdecimal():
            seen = int(text)
            if seen > showing.size:
                raise WitnessRefused(f"The witness {self.name} saw {seen} entries, more than there are.")
            status, text = self._ask(showing, seen)
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            raise WitnessRefused(_UNKNOWN.format(name=self.name, status=status), UNKNOWN)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise WitnessAway
        if status != HTTPStatus.OK:
            raise WitnessRefused(_OTHER_LOG.format(name=self.name, status=status))
        return self._checked(showing.note, text)

    def _ask(self, showing: Showing, old: int) -> tuple[int, str]:
        hashes = showing.proof(old) if 0 < old < showing.size else []
        lines = [f"old {old}", *(base64.b64encode(step).decode() for step in hashes)]
        body = "\n".join(lines) + "\n\n" + showing.note
        return _post(f"{self._address}/ledger/witness/add-checkpoint", body)

    def _checked(self, note: str, line: str) -> str:
        try:
            signed = read_note(note + line)
            verify_note(Note(text=signed.text, signatures=signed.signatures), self._key)
        except Flaw as flaw:
            raise WitnessRefused(
                f"The witness {self.name} answered with a signature that does not fit. {flaw}", "unfit"
            ) from None
        return line


def _post(address: str, body: str) -> tuple[int, str]:
    try:
        status, answer = ask(address, body=body.encode(), most=_LARGEST_ANSWER)
    except OSError as trouble:
        raise WitnessAway from trouble
    return status, answer.decode("utf-8", "replace")
