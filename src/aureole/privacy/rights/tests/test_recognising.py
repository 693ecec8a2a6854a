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


# Without a word of the law, as most people write.
PLAIN = {
    "en": (
        ("access", "What information do you have about me?"),
        ("access", "Can you tell me what data you store about me?"),
        ("access", "I would like to see all the data you have on me."),
        ("access", "Please send me everything you have on me."),
        ("access", "I would like a copy of my data please."),
        ("access", "Could I have my personal data please? Under GDPR."),
        ("erasure", "Please delete my account and all my data."),
        ("erasure", "I want to be forgotten. Please remove my details from your system."),
        ("erasure", "Can you please remove all my information from your database?"),
        ("erasure", "Kindly erase my personal information."),
        ("rectification", "My address is wrong in your records, please correct my details."),
        ("rectification", "Please update the personal data you hold about me, my surname is wrong."),
        ("portability", "Please send my data to another provider."),
        ("portability", "I would like to take my data with me to another shop, please export it in a common format."),
        ("restriction", "Please freeze my data."),
        ("objection", "I do not want you to use my data for advertising any more."),
        ("objection", "Please stop sending me marketing and stop using my data for it."),
        ("withdrawal", "I take back my consent."),
        ("withdrawal", "I no longer consent to you using my e-mail address."),
        ("review", "Please have a human look at the decision your system made automatically."),
        ("access", "I'd like to know what personal data you hold about me."),
        ("access", "Please provide me with all personal data you have about me."),
        ("access", "Could you send me all the information you have on me?"),
        ("erasure", "Please remove me and all my data from your systems."),
        ("erasure", "I wish to have my personal data erased."),
        ("withdrawal", "I want to withdraw the consent I gave you."),
        ("objection", "Please do not use my data for marketing."),
        ("portability", "Could you send my data directly to another company?"),
    ),
    "de": (
        ("access", "Was wissen Sie über mich?"),
        ("access", "Welche Daten haben Sie von mir?"),
        ("access", "Ich hätte gern eine Kopie meiner Daten."),
        ("access", "Bitte schicken Sie mir alles, was Sie über mich gespeichert haben."),
        ("erasure", "Bitte löschen Sie mein Konto und meine Daten."),
        ("erasure", "Ich möchte, dass alle meine Daten gelöscht werden."),
        ("erasure", "Löschen Sie bitte alles, was Sie über mich haben."),
        ("rectification", "Meine Adresse ist falsch gespeichert, bitte berichtigen Sie meine Daten."),
        ("rectification", "Bitte korrigieren Sie meinen Namen in Ihren Daten."),
        ("portability", "Ich möchte meine Daten zu einem anderen Anbieter mitnehmen."),
        ("portability", "Bitte übertragen Sie meine Daten an einen anderen Anbieter."),
        ("restriction", "Bitte sperren Sie meine Daten."),
        ("restriction", "Bitte schränken Sie die Verarbeitung meiner Daten ein."),
        ("objection", "Ich möchte nicht, dass Sie meine Daten für Werbung nutzen."),
        ("objection", "Bitte verwenden Sie meine Daten nicht mehr für Werbung."),
        ("withdrawal", "Ich ziehe meine Einwilligung zurück."),
        ("review", "Bitte lassen Sie einen Menschen die automatische Entscheidung prüfen."),
        ("access", "Bitte geben Sie mir Auskunft, was Sie über mich gespeichert haben."),
        ("access", "Ich möchte wissen, welche Daten Sie über mich haben."),
        ("erasure", "Bitte entfernen Sie alle meine Daten aus Ihrem System."),
        ("erasure", "Hiermit verlange ich die Löschung meiner Daten."),
        ("withdrawal", "Hiermit widerrufe ich meine Einwilligung zur Nutzung meiner E-Mail-Adresse."),
        ("objection", "Ich widerspreche der Nutzung meiner Daten für Werbung."),
        ("rectification", "Bitte ändern Sie meine Adresse in Ihrem System."),
    ),
    "fr": (
        ("access", "Quelles informations avez-vous sur moi ?"),
        ("access", "Je voudrais une copie de mes données."),
        ("access", "Pouvez-vous m’envoyer toutes les données que vous avez sur moi ?"),
        ("erasure", "Supprimez mon compte et toutes mes données, s’il vous plaît."),
        ("erasure", "Je souhaite que vous effaciez mes données."),
        ("erasure", "Veuillez effacer tout ce que vous avez sur moi."),
        ("rectification", "Merci de corriger mes données, mon adresse est fausse."),
        ("portability", "Je voudrais transférer mes données à un autre prestataire."),
        ("portability", "Je demande la portabilité de mes données."),
        ("restriction", "Je demande la limitation du traitement de mes données."),
        ("restriction", "Merci de geler mes données."),
        ("objection", "Je ne veux plus que vous utilisiez mes données pour la publicité."),
        ("withdrawal", "Je souhaite retirer mon consentement."),
        ("review", "Je demande qu’une personne examine la décision automatisée."),
        ("access", "Je veux savoir quelles données vous avez sur moi."),
        ("access", "Merci de me communiquer les données que vous détenez sur moi."),
        ("erasure", "Je veux que toutes mes données soient supprimées."),
        ("erasure", "Veuillez supprimer mes informations personnelles."),
        ("objection", "Je m’oppose à l’utilisation de mes données à des fins publicitaires."),
        ("rectification", "Veuillez corriger mon adresse dans vos fichiers."),
    ),
    "es": (
        ("access", "¿Qué datos tienen sobre mí?"),
        ("access", "Quisiera una copia de mis datos."),
        ("access", "Envíenme toda la información que tienen sobre mí, por favor."),
        ("erasure", "Borren mi cuenta y todos mis datos, por favor."),
        ("erasure", "Quiero que eliminen mis datos."),
        ("erasure", "Por favor, borren todo lo que saben de mí."),
        ("rectification", "Por favor, corrijan mis datos, mi dirección está mal."),
        ("portability", "Quiero llevarme mis datos a otra empresa."),
        ("portability", "Solicito la portabilidad de mis datos."),
        ("restriction", "Solicito la limitación del tratamiento de mis datos."),
        ("restriction", "Por favor, bloqueen mis datos."),
        ("objection", "No quiero que usen mis datos para publicidad."),
        ("withdrawal", "Quiero retirar mi consentimiento."),
        ("review", "Pido que una persona revise la decisión automática."),
        ("access", "Quiero saber qué datos tienen de mí."),
        ("access", "Me gustaría recibir una copia de los datos que guardan sobre mí."),
        ("erasure", "Solicito la eliminación de mis datos personales."),
        ("erasure", "Quiero que se borren todos mis datos."),
        ("withdrawal", "Revoco mi consentimiento."),
        ("rectification", "Corrijan mi dirección en su sistema, por favor."),
        ("objection", "Me opongo a que usen mis datos para publicidad."),
    ),
}  # fmt: skip
BESIDE_IT = (
    "What information do you have about the new tent?",
    "Do you have any data on how warm the bag is?",
    "Please send me everything you have on the trekking poles.",
    "Can you transfer my booking to another date?",
    "Please correct my order: two tents, not one.",
    "I no longer want the poles; please cancel.",
    "Please export the invoice in a common format.",
    "Please update my delivery details: leave it with the neighbour.",
    "Stop sending me the wrong size!",
    "The device deletes all my data when I press reset. Please help.",
    "My data plan is too slow with your map app.",
    "I lost all my data on the watch, can you restore it?",
    "Please transfer the money to my account.",
    "Can a person look at my complaint?",
    "I do not want to use the app any more, is there a website?",
    "Was wissen Sie über das neue Zelt?",
    "Welche Daten hat der Schlafsack?",
    "Bitte korrigieren Sie meine Bestellung, ich brauche zwei.",
    "Kann ich die Karten auf ein anderes Gerät mitnehmen?",
    "Bitte sperren Sie meine verlorene Kundenkarte.",
    "Bitte übertragen Sie die Garantie auf meinen Bruder.",
    "Die Uhr hat alle meine Daten gelöscht, was kann ich tun?",
    "Ich möchte keine Plastiktüten mehr.",
    "Können Sie mir die Daten der Lieferung nennen?",
    "Ich ziehe meine Bestellung zurück.",
    "Quelles informations avez-vous sur cette tente ?",
    "Pouvez-vous corriger ma commande ?",
    "La montre a effacé toutes mes données, que faire ?",
    "Je voudrais transférer ma réservation à une autre date.",
    "Merci de m’envoyer toutes les informations que vous avez sur les sacs.",
    "Je retire ma commande en magasin demain.",
    "¿Qué datos tienen sobre el saco de dormir?",
    "Quiero llevarme la tienda a otro país.",
    "El reloj borró todos mis datos, ¿qué hago?",
    "Por favor, corrijan mi pedido.",
    "¿Pueden enviarme toda la información que tienen sobre las botas?",
    "Quiero retirar mi pedido en la tienda.",
)


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [(language, kind, text) for language, mails in ASKED.items() for kind, text in mails],
)
def test_a_mail_that_asks_for_a_right_is_recognised(language: str, kind: str, text: str) -> None:
    asked = rights_asked_in(text)
    assert asked, "not recognised"
    assert (asked[0].kind, asked[0].language) == (kind, language)


@pytest.mark.parametrize("language", sorted(PLAIN))
def test_plain_words_are_enough(language: str) -> None:
    found = {text: [a.kind for a in rights_asked_in(text)][:1] for _, text in PLAIN[language]}
    assert found == {text: [kind] for kind, text in PLAIN[language]}


def test_words_that_only_sound_like_it_are_not() -> None:
    assert [text for text in BESIDE_IT if rights_asked_in(text)] == []


@pytest.mark.parametrize("text", EVERYDAY)
def test_an_everyday_mail_is_not(text: str) -> None:
    assert rights_asked_in(text) == []


def test_a_long_mail_costs_little() -> None:
    hostile = "please delete my my my art. 15 gdpr all all all the the the " * 2_000
    begun = time.process_time()
    rights_asked_in(hostile)
    assert time.process_time() - begun < 2
