import zipfile
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parent / "packages"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny French and English packages, unpacked. Read only."""
    folder = tmp_path_factory.mktemp("packages")
    for pair in ("fr_en", "en_fr"):
        with zipfile.ZipFile(PACKAGES / f"translate-{pair}-0_1.argosmodel") as archive:
            archive.extractall(folder)
    return folder
