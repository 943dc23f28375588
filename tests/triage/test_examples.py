from app.phrasebook import Phrasebook
from app.triage.examples import make_examples


def test_the_same_seed_makes_the_same_examples(small_book: Phrasebook):
    assert make_examples(small_book, seed=4) == make_examples(small_book, seed=4)
    assert make_examples(small_book, seed=4) != make_examples(small_book, seed=5)


def test_slots_are_filled_with_varied_values(small_book: Phrasebook):
    texts = [example.text for example in make_examples(small_book, seed=4)]
    assert not any("{" in text for text in texts)
    assert len(set(texts)) > len(texts) * 0.8


def test_every_kind_and_language_of_the_book_is_there(small_book: Phrasebook):
    examples = make_examples(small_book, seed=4)
    buyers = [group for group in small_book.groups if group.role == "buyer"]
    assert {(e.intent, e.level) for e in examples} == {(g.intent, g.level) for g in buyers}
    assert {e.lang for e in examples} == {lang for g in buyers for lang in g.texts}
