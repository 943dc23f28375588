"""The engine that drafts are made with. Nothing is loaded before its first use."""

from app.config import Settings
from app.translation.engine import ArgosEngine, Engine


def engine_for(settings: Settings) -> Engine:
    """The engine over the packages that are installed in DATA_DIR."""
    return ArgosEngine(settings.packages_dir, max_models=settings.translation_max_models)
