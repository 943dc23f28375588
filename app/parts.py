"""The parts of a running desk, made from its settings: the real ones, where tests put fakes."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.config import Settings
from app.deadlines.step_bell import ring
from app.health import oldest_unread
from app.mail.smtp import transport_for
from app.privacy.keys import make_vault
from app.quality.survey_answers import hear
from app.relay.notices import post
from app.relay.resolver import Dns
from app.relay.signing import make_signer
from app.translation.detect import Detector
from app.translation.drafting import engine_for
from app.triage.lexicon import FILE as LEXICON
from app.triage.lexicon import CurrentLexicon
from app.triage.versions import CurrentClassifier

ROOT = Path(__file__).parent.parent


def make_parts(settings: Settings) -> dict[str, Any]:
    """Every part by its name. What is heavy is made at its first use, by calling the part."""
    return {
        "settings": settings,
        "vault": make_vault(settings),
        "detector": Detector(settings.desk_languages),
        "classifier": CurrentClassifier(settings.classifier_path),
        "lexicon": CurrentLexicon(settings.classifier_path / LEXICON),
        "engine": cache(lambda: engine_for(settings)),
        "resolver": Dns(),
        "signer": make_signer(settings),
        "transport": transport_for(settings.outbound_smtp_url, settings.outbox_dir),
        "oldest_unread": oldest_unread,
        "post": post,
        "ear": hear,
        "bell": ring,
        "instance_id": sha256(f"loop {settings.secret_key}".encode()).hexdigest()[:16],
    }
