"""What a vendor's agents have approved, sentence by sentence, and what of it fits a new text.

Works on texts in which privacy has hidden what must be hidden, and keeps them without their facts.
It must never show one vendor what another one said, never keep a sentence longer than the
conversations that it came from, and never commits.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import Select, bindparam, delete, exists, func, select, union_all

from app.extensions import db
from app.lib.clock import now
from app.lib.database import insert_or_skip
from app.translation.house import Offer, Recalled, obeys
from app.translation.memory_models import Origin, Segment, SegmentScope, SegmentWord
from app.translation.negation import is_flipped
from app.translation.segments import MARK, Pattern, filled, keywords, pattern_of, spelt

LIKE_ENOUGH = 85  # per cent of RapidFuzz's ratio
SHORTEST = 12  # characters; of shorter ones 85 % is another sentence
MOST_ASKED = 40  # sentences of one text for which ones like them are looked up
PER_WORD = 600  # segments looked at for one keyword
MOST_COMPARED = 60
# An 85 % likeness bounds the lengths: twice the shorter one is at least 85 % of both together.
SHORTER, LONGER = 0.85 / 1.15, 1.15 / 0.85
MOST_SCOPES = 5  # conversations noted for one segment; a greeting is said in every one

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """Whose memory, and from which language to which."""

    vendor_id: int
    source: str
    target: str

    @property
    def back(self) -> "Way":
        """The other way round."""
        return Way(self.vendor_id, self.target, self.source)

    def digest(self, pattern: str) -> str:
        """By which the very same sentence is found."""
        return self._hashed(spelt(pattern), size=16).hex()

    def word(self, word: str) -> int:
        """A keyword as a number that no other vendor or way shares but by the rarest chance."""
        return int.from_bytes(self._hashed(word, size=8)) >> 1

    def _hashed(self, text: str, *, size: int) -> bytes:
        about = f"{self.vendor_id}|{self.source}|{self.target}|{text}"
        return blake2b(about.encode("utf-8", "surrogatepass"), digest_size=size).digest()


# --- remembering ---------------------------------------------------------------------------


def remember(way: Way, pairs: Iterable[tuple[str, str]], *, origin: Origin, scope: str = "") -> int:
    """Keep pairs of patterns (`segments.paired`), both ways; the latest wins. How many were new.

    `scope` is the conversation that they come from, "" for none. Not committed.
    """
    wanted: dict[str, Row] = {}
    for source, text in pairs:
        there = _row(way, source, text, origin=origin, is_back=False)
        back = _row(way.back, text, source, origin=origin, is_back=True)
        wanted[there["digest"]] = there
        wanted.setdefault(back["digest"], back)
    known = {row.digest: row for row in _by_digest(wanted)}
    fresh = [row for digest, row in wanted.items() if digest not in known]
    for segment in known.values():
        _bring_up_to_date(segment, wanted[segment.digest])
    added = _add(fresh)
    if scope:
        said = [s.id for s in known.values() if s.text == wanted[s.digest]["text"]]
        _note_scope([*added, *said], scope)
    return sum(not row["is_back"] for row in fresh)


def _row(way: Way, source: str, text: str, *, origin: Origin, is_back: bool) -> Row:
    return {
        "vendor_id": way.vendor_id, "digest": way.digest(source), "source_lang": way.source,
        "target_lang": way.target, "source": source, "text": text, "is_back": is_back,
        "origin": origin, "learned_at": now(),
    }  # fmt: skip


def _by_digest(digests: Iterable[str]) -> Sequence[Segment]:
    return db.session.scalars(select(Segment).where(Segment.digest.in_(list(digests)))).all()


def _bring_up_to_date(segment: Segment, row: Row) -> None:
    """The latest wording stands. What somebody wrote this way is not undone by the way back."""
    if segment.text == row["text"] or (row["is_back"] and not segment.is_back):
        return
    segment.text, segment.is_back = row["text"], row["is_back"]
    segment.origin, segment.learned_at = row["origin"], row["learned_at"]
    # The conversations before said something else.
    db.session.execute(delete(SegmentScope).where(SegmentScope.segment_id == segment.id))


def _add(rows: Sequence[Row]) -> list[int]:
    """Insert segments with their keywords; another worker may have been faster."""
    if not rows:
        return []
    db.session.execute(insert_or_skip(Segment), rows)
    ids = {segment.digest: segment.id for segment in _by_digest(row["digest"] for row in rows)}
    words = [
        {"segment_id": ids[row["digest"]], "word": way.word(word), "length": len(row["source"])}
        for row in rows
        for way in [Way(row["vendor_id"], row["source_lang"], row["target_lang"])]
        for word in keywords(row["source"])
    ]
    if words:
        db.session.execute(insert_or_skip(SegmentWord), words)
    return list(ids.values())


def _note_scope(segment_ids: Sequence[int], scope: str) -> None:
    query = (
        select(SegmentScope.segment_id)
        .where(SegmentScope.segment_id.in_(segment_ids))
        .group_by(SegmentScope.segment_id)
        .having(func.count() >= MOST_SCOPES)
    )
    enough = set(db.session.scalars(query))
    rows = [{"segment_id": i, "scope": scope} for i in segment_ids if i not in enough]
    if rows:
        db.session.execute(insert_or_skip(SegmentScope), rows)


def forget(scopes: Collection[str]) -> int:
    """Delete what only these conversations have said. How many segments went. Not committed."""
    if not scopes:
        return 0
    theirs = SegmentScope.scope.in_(scopes)
    said = db.session.scalars(select(SegmentScope.segment_id).where(theirs).distinct()).all()
    db.session.execute(delete(SegmentScope).where(theirs))
    others = exists().where(SegmentScope.segment_id == Segment.id)
    gone = delete(Segment).where(Segment.id.in_(said), Segment.origin == Origin.ANSWER, ~others)
    return len(db.session.execute(gone.returning(Segment.id)).all())


def clear(vendor_id: int) -> int:
    """Forget everything that a vendor has ever approved. How many segments went."""
    gone = delete(Segment).where(Segment.vendor_id == vendor_id)
    return len(db.session.execute(gone.returning(Segment.id)).all())


# --- recalling -----------------------------------------------------------------------------


class Said(NamedTuple):
    """A sentence of a text: whose memory it concerns, and the names in it that stay as they are."""

    way: Way
    sentence: str
    keep: tuple[str, ...] = ()

    @property
    def pattern(self) -> Pattern:
        """The sentence without its facts."""
        return pattern_of(self.sentence, self.keep)


def recall(
    way: Way, sentences: Sequence[str], *, keep: Sequence[str] = (), terms: Mapping[str, str]
) -> Recalled:
    """What was approved for these very sentences, and for ones like them, facts filled in."""
    said = [Said(way, sentence, tuple(keep)) for sentence in sentences]
    return recalled(said, approved(said), terms=terms)


def approved(said: Collection[Said]) -> dict[Said, str]:
    """What was approved for the very sentences, of any vendors and languages, in one query."""
    patterns = {one: one.pattern for one in said}
    digests = {one: one.way.digest(pattern.text) for one, pattern in patterns.items()}
    if not digests:
        return {}
    # Asked by digest alone: with the vendor beside it SQLite would read all of the vendor's rows.
    query = select(Segment.digest, Segment.vendor_id, Segment.text).where(
        Segment.digest.in_(set(digests.values()))
    )
    known = {(row.digest, row.vendor_id): row.text for row in db.session.execute(query)}
    told = (
        (one, filled(known[digest, one.way.vendor_id], patterns[one].facts))
        for one, digest in digests.items()
        if (digest, one.way.vendor_id) in known
    )
    return {one: text for one, text in told if text is not None}


def recalled(
    said: Sequence[Said], found: Mapping[Said, str], *, terms: Mapping[str, str]
) -> Recalled:
    """What of `found` (by `approved`) serves these sentences of one text, and offers for the rest.

    What does not obey the glossary is not recalled.
    """
    exact = {
        one.sentence: found[one]
        for one in said
        if one in found and obeys(one.sentence, found[one], terms)
    }
    left = [one for one in said if one.sentence not in exact][:MOST_ASKED]
    offers = ((one.sentence, _offer(one.way, one.pattern, terms=terms)) for one in _familiar(left))
    return Recalled(exact, {sentence: offer for sentence, offer in offers if offer})


def _familiar(said: Sequence[Said]) -> list[Said]:
    """Those that share a keyword with anything remembered: one query spares one for each other."""
    words = {one: {one.way.word(word) for word in keywords(one.pattern.text)} for one in said}
    among = set().union(*words.values())
    if not among:
        return []
    query = select(SegmentWord.word).where(SegmentWord.word.in_(among)).distinct()
    heard = set(db.session.scalars(query))
    return [one for one in said if words[one] & heard]


def _is_of(way: Way, segment: Any) -> bool:
    """Digests and keywords differ by vendor already; this does not depend on them."""
    return bool(segment.vendor_id == way.vendor_id)


def _offer(way: Way, pattern: Pattern, *, terms: Mapping[str, str]) -> Offer | None:
    """The most alike earlier sentence with the same facts that says the same yes or no."""
    if len(pattern.text) < SHORTEST or not keywords(pattern.text):
        return None
    found = db.session.execute(*_candidates(way, pattern.text))
    candidates = [row for row in found if _is_of(way, row)]
    ranked = process.extract(
        spelt(pattern.text), [spelt(row.source) for row in candidates],
        scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH, limit=5,
    )  # fmt: skip
    for _, likeness, place in ranked:
        row = candidates[place]
        offer = _filled_offer(row.source, row.text, pattern.facts, likeness=int(likeness))
        if offer and _is_harmless(pattern.text, offer, way=way, terms=terms):
            return offer
    return None


def _filled_offer(source: str, text: str, facts: Sequence[str], *, likeness: int) -> Offer | None:
    before, told = filled(source, facts), filled(text, facts)
    return None if before is None or told is None else Offer(before, told, likeness)


def _is_harmless(pattern: str, offer: Offer, *, way: Way, terms: Mapping[str, str]) -> bool:
    """“We can” and “we cannot” are alike in spelling."""
    flipped = is_flipped(MARK.sub(" ", pattern), offer.source, languages=(way.source, way.source))
    return not flipped and obeys(offer.source, offer.text, terms)


def _candidates(way: Way, pattern: str) -> tuple[Select[*tuple[Any, ...]], Row]:
    """Segments of about this length, those that share the most keywords first. Bounded, whatever
    the size of the memory: an index range a keyword, at most PER_WORD entries of each."""
    size, words = len(pattern), keywords(pattern)
    given = {f"word_{place}": way.word(word) for place, word in enumerate(words)}
    lengths = {"shortest": int(size * SHORTER), "longest": int(size * LONGER) + 1}
    return _sharing(len(words)), given | lengths


@cache
def _sharing(words: int) -> Select[*tuple[Any, ...]]:
    """The query for so many keywords. Made once: putting it together takes longer than its run."""
    shared = [
        select(SegmentWord.segment_id)
        .where(
            SegmentWord.word == bindparam(f"word_{place}"),
            SegmentWord.length.between(bindparam("shortest"), bindparam("longest")),
        )
        .limit(PER_WORD)
        .subquery()
        for place in range(words)
    ]
    found = union_all(*(select(one.c.segment_id) for one in shared)).subquery()
    best = (
        select(found.c.segment_id, func.count().label("words"))
        .group_by(found.c.segment_id)
        .order_by(func.count().desc(), found.c.segment_id.desc())
        .limit(MOST_COMPARED)
        .subquery()
    )
    return (
        select(Segment.vendor_id, Segment.source, Segment.text)
        .join(best, best.c.segment_id == Segment.id)
        .order_by(best.c.words.desc(), Segment.id.desc())
    )
