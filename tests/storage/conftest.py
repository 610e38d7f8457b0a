from pathlib import Path

import pytest

from storage.library import Library
from storage.model import Document
from storage.text import Text
from tests.storage.making import FOX, THE_NOTE, library_in_memory, text_of


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "library.json"


@pytest.fixture(params=["memory", "disk"])
def library(request: pytest.FixtureRequest, file: Path, state: Path) -> Library:
    return library_in_memory(state) if request.param == "memory" else Library.open(file, state=state)


@pytest.fixture
def fox() -> Text:
    return text_of(FOX)


@pytest.fixture
def document(library: Library, fox: Text, tmp_path: Path) -> Document:
    return library.receive(tmp_path / "fox.txt", fox)


@pytest.fixture
def filled(file: Path, state: Path, fox: Text, tmp_path: Path) -> Library:
    """A library of two documents with an annotation each, the second document's made first."""
    library = Library.open(file, state=state)
    first = library.receive(tmp_path / "fox.txt", fox)
    second = library.receive(tmp_path / "hen.txt", text_of("A hen."))
    library.annotate(second.uuid, [(2, 5)], text=text_of("A hen."))
    library.annotate(first.uuid, [(4, 9)], tags=["animal/speed"], note=THE_NOTE, text=fox)
    return library
