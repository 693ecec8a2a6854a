from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "aureole.vault"
    label = "vault"

    def ready(self) -> None:
        from aureole.ledger import ports
        from aureole.vault.confidant import VaultConfidant
        from aureole.vault.log_signer import VaultSigner

        ports.fill(VaultConfidant())
        ports.fill_signer(VaultSigner())
