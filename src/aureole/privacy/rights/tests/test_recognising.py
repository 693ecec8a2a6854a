"""Mails that exercise a right are proposed to an officer; everyday mail never is."""

from __future__ import annotations

import time

import pytest

from aureole.privacy.rights.recognising import rights_asked_in

ASKED = {
    "en": (
        ("access", "Hello,\nplease send me a copy of all personal data you hold about me.\nAda"),
        ("access", "I am making a subject access request under the GDPR."),
        ("access", "Under Art. 15 GDPR I request access to my data."),
        ("erasure", "I want you to delete all my personal data."),
        ("erasure", "Could you please erase everything you know about me? I no longer use the shop."),
        ("rectification", "Please correct my details: my name is spelled Lindqvist."),
        ("portability", "I would like my data in a machine-readable format, I invoke data portability."),
        ("restriction", "Please restrict the processing of my data until this is settled."),
        ("objection", "I object to the processing of my data for marketing. Please stop at once."),
        ("withdrawal", "I hereby withdraw my consent to the newsletter."),
        ("review", "I want a human to review the automated decision about my credit."),
    ),
    "de": (
        ("access", "Guten Tag, hiermit bitte ich um Auskunft über meine bei Ihnen gespeicherten Daten."),
        ("access", "Bitte teilen Sie mir mit, welche Daten Sie über mich gespeichert haben."),
        ("access", "Ich stelle ein Auskunftsersuchen gemäß Art. 15 DSGVO."),
        ("erasure", "Ich fordere Sie auf, meine personenbezogenen Daten zu löschen."),
        ("erasure", "Bitte löschen Sie alle meine Daten. Danke!"),
        ("rectification", "Ich möchte, dass Sie meine Daten berichtigen."),
        ("objection", "Hiermit widerspreche ich der Verarbeitung meiner Daten zu Werbezwecken."),
        ("withdrawal", "Ich widerrufe meine Einwilligung in den Newsletter."),
    ),
    "fr": (
        ("access", "Je souhaite obtenir une copie de mes données personnelles."),
        ("access", "Veuillez me dire quelles données vous détenez me concernant, selon le RGPD."),
        ("erasure", "Merci de supprimer toutes mes données personnelles."),
        ("erasure", "Je demande l’effacement de mes données (article 17 du RGPD)."),
        ("rectification", "Veuillez rectifier mes coordonnées, mon nom est mal écrit."),
        ("objection", "Je m’oppose au traitement de mes données à des fins de prospection."),
        ("withdrawal", "Je retire mon consentement."),
    ),
    "es": (
        ("access", "Solicito una copia de todos mis datos personales."),
        ("access", "Ejerzo mi derecho de acceso según el RGPD."),
        ("erasure", "Por favor, eliminen todos mis datos personales."),
        ("erasure", "Quiero que borren mis datos, art. 17 RGPD."),
        ("rectification", "Les ruego rectificar mis datos: mi apellido lleva tilde."),
        ("objection", "Me opongo al tratamiento de mis datos para publicidad."),
        ("withdrawal", "Retiro mi consentimiento para el boletín."),
    ),
}  # fmt: skip
EVERYDAY = (
    "My pole snapped on the second day. Can you send me a new one, please?",
    "Please delete the order from yesterday, I ordered twice.",
    "How do I delete my data from the app? I only want to free some space on the phone.",
    "Please do not delete my account data, I am coming back in March.",
    "Could you correct the invoice? The address of the shop is wrong.",
    "Please see article 15 of your price list: I want the long one.",
    "I have read your privacy policy and the GDPR notice. Where do I find the size chart?",
    "Bitte stornieren Sie die Bestellung und löschen Sie den Artikel aus dem Warenkorb.",
    "Wie kann ich meine Daten im Gerät löschen, ohne die Karten zu verlieren?",
    "Ich hätte gern Auskunft über den Lieferstatus meiner Bestellung.",
    "Ich brauche bitte die technischen Daten des Zelts.",
    "Merci de supprimer cet article de ma commande.",
    "Pouvez-vous me donner des informations sur la livraison ?",
    "Por favor, eliminen el artículo duplicado de mi pedido.",
    "¿Pueden darme información sobre los datos técnicos de la tienda de campaña?",
    "We sell software that helps our customers delete all their data under the GDPR. Can we show it to you?",
    "I want to object: the tent is green, not blue as on the picture.",
    "Die neue Datenschutzerklärung gilt ab Mai. Sie müssen nichts tun.",
)


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [(language, kind, text) for language, mails in ASKED.items() for kind, text in mails],
)
def test_a_mail_that_asks_for_a_right_is_recognised(language: str, kind: str, text: str) -> None:
    asked = rights_asked_in(text)
    assert asked, "not recognised"
    assert (asked[0].kind, asked[0].language) == (kind, language)


@pytest.mark.parametrize("text", EVERYDAY)
def test_an_everyday_mail_is_not(text: str) -> None:
    assert rights_asked_in(text) == []


def test_a_long_mail_costs_little() -> None:
    hostile = "please delete my my my art. 15 gdpr all all all the the the " * 2_000
    begun = time.process_time()
    rights_asked_in(hostile)
    assert time.process_time() - begun < 2
