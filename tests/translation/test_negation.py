import pytest

from app.translation.negation import is_flipped


@pytest.mark.parametrize(
    ("languages", "source", "output", "flipped"),
    [
        (("fr", "en"), "Je n'ai pas reçu mon colis.", "I have received my parcel.", True),
        (("fr", "en"), "Je n'ai pas reçu mon colis.", "I did not receive my parcel.", False),
        (("fr", "en"), "j'ai jamais reçu mon colis", "I never received my parcel", False),
        (("en", "fr"), "You can't return it.", "Vous pouvez le retourner.", True),
        (("en", "fr"), "You can’t return it.", "Vous ne pouvez pas le retourner.", False),
        (("en", "de"), "It does not work.", "Es funktioniert.", True),
        (("en", "de"), "It does not work.", "Es funktioniert nicht.", False),
        (("de", "en"), "Ich habe keine Rechnung.", "I have an invoice.", True),
        (("es", "en"), "No quiero cancelar.", "I want to cancel.", True),
        (("es", "en"), "Falta una pieza.", "A piece is not there.", False),
        (("it", "en"), "Non ho mai ricevuto nulla.", "I received everything.", True),
        (("nl", "en"), "Het werkt niet.", "It works.", True),
        (("pt", "en"), "Não chegou.", "It arrived.", True),
        (("en", "pl"), "It arrived.", "Nie przyszło.", True),
        (("ru", "en"), "Посылка не пришла.", "The parcel came.", True),
        (("en", "fr"), "The colour is wrong.", "La couleur n'est pas la bonne.", False),
        (("fr", "en"), "N'hésitez pas à nous écrire.", "Feel free to write to us.", False),
        (("ja", "en"), "届きません。", "It arrived.", False),
        (("en", "tr"), "It does not work.", "Çalışıyor.", False),
    ],
)
def test_a_lost_or_added_not_is_seen_where_a_language_has_a_word_for_it(
    languages: tuple[str, str], source: str, output: str, flipped: bool
) -> None:
    assert is_flipped(source, output, languages=languages) is flipped
