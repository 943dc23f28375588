"""How a waiting draft is translated: with the desk's engine, in the worker only."""

from app.config import Settings
from app.extensions import part
from app.translation.engine import ArgosEngine, Engine
from app.translation.models import Draft
from app.translation.translator import Translation, translate_text


def translate_draft(draft: Draft) -> Translation:
    """The draft's text in its target language, with what could not be translated marked."""
    engine: Engine = part("engine")()
    return translate_text(
        engine, draft.source_text, source=draft.source_lang, target=draft.target_lang,
        keep=draft.keep,
    )  # fmt: skip


def engine_for(settings: Settings) -> Engine:
    """The engine over the packages that are installed in DATA_DIR."""
    return ArgosEngine(settings.packages_dir, max_models=settings.translation_max_models)
