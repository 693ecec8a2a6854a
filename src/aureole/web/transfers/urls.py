from __future__ import annotations

from django.urls import path

from aureole.web.transfers import views

urlpatterns = [
    path("card", views.show_card, name="transfer-card"),
    path("offers", views.take_offer, name="transfer-offers"),
    path("receipts", views.take_receipt, name="transfer-receipts"),
    path("notices", views.take_notice, name="transfer-notices"),
    path("outcomes", views.take_outcome, name="transfer-outcomes"),
    path("withdrawals", views.take_withdrawal, name="transfer-withdrawals"),
    path("<uuid:transfer_id>/pieces/<int:number>", views.take_piece, name="transfer-piece"),
    path("<uuid:transfer_id>/delivered", views.give_receipt, name="transfer-delivered"),
]
