import pytest

from app.translation.check import find_fault

GOOD = [
    ("Je ne l'ai pas.", "I don't have it.", (), "en"),
    ("Ce n'est pas la bonne taille.", "The size is wrong.", (), "en"),
    ("N'hésitez pas à écrire.", "Feel free to write.", (), "en"),
    ("ou est mon colis", "Where is my parcel?", (), "en"),
    ("Où est ma commande ?", "Where is my order?", (), "en"),
    ("Remboursez 37,80 € !", "Refund 37,80 €!", ("37,80 €",), "en"),
    ("Oui.", "Yes.", (), "en"),
    ("Super !", "Super!", (), "en"),
    ("Merci beaucoup.", "非常感谢。", (), "zh"),
    ("届きません。", "It has not arrived.", (), "en"),
    ("Voir https://a.example/b", "See https://a.example/b", ("https://a.example/b",), "en"),
    ("Code ABC1 reçu", "Получен код ABC1", ("ABC1",), "ru"),
    ("non non non non non non", "no no no no no no", (), "en"),
    ("Le 5 et le 15 €", "The 5 and the 15 €", ("5", "15 €"), "en"),
]
BAD = [
    ("Je ne veux pas annuler ma commande.", "I want to cancel my order.", (), "en", "not"),
    ("J'ai reçu la lampe.", "I have not received the lamp.", (), "en", "not"),
    ("Je n'ai rien reçu.", "I got it all.", (), "en", "not"),
    ("Où est ma commande ?", "", (), "en", "no text"),
    ("Où est ma commande ?", "  ", (), "en", "no text"),
    ("Ma théière ?", "My ⁇?", (), "en", "does not know"),
    ("Voir https://a.example", "See it", ("https://a.example",), "en", "a.example"),
    ("Le 19:30 svp", "At 7:30 please", ("19:30",), "en", "19:30"),
    ("Payé 15 €", "Paid 15 $", ("15 €",), "en", "15 €"),
    ("Payé en €.", "Paid in $.", (), "en", "currency"),
    ("Commande 113-1", "Order 113-12", ("113-1",), "en", "113-1"),
    ("Le 5 mai", "The 5 May 5", ("5",), "en", "twice"),
    ("J'attends encore.", "I have waited for 3 days.", (), "en", "made up"),
    ("Mon numéro : +", "My number:", (), "en", "plus"),
    ("Je veux un remboursement.", "I want want want want want want it.", (), "en", "repeated"),
    ("Je veux un remboursement rapide.", "a refund of " * 5 + "a", (), "en", "repeated"),
    ("Pas reçu.", "In accordance with Regulation of the Council on persons", (), "en", "length"),
    ("Je n'ai jamais reçu la lampe que j'ai commandée chez vous le mois dernier.", "No.", (), "en",
     "length"),
    ("Где моя посылка?", "Gde moya posylka?", (), "ru", "script"),
    ("Where is it?", "它在哪里 dónde está el paquete?", (), "zh", "script"),
    ("Où est ma commande ?", "Où est ma commande ?", (), "en", "original back"),
    ("merci", "Merci!", (), "en", "original back"),
    ("Où est ma commande ?", "Here is my order.", (), "en", "question"),
    ("Voici ma commande.", "Where is my order?", (), "en", "question"),
]  # fmt: skip


def spoken(source: str) -> str:
    return "fr" if source[0].isascii() else "ja"


@pytest.mark.parametrize(("source", "output", "facts", "target"), GOOD)
def test_a_fair_translation_passes(
    source: str, output: str, facts: tuple[str, ...], target: str
) -> None:
    assert find_fault(source, output, facts=facts, languages=(spoken(source), target)) == ""


@pytest.mark.parametrize(("source", "output", "facts", "target", "reason"), BAD)
def test_a_known_failure_of_engines_is_named(
    source: str, output: str, facts: tuple[str, ...], target: str, reason: str
) -> None:
    assert reason in find_fault(source, output, facts=facts, languages=(spoken(source), target))
