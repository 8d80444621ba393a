"""What a compiled reader does to a file that it did not expect: it panics, and what arrives here is no Exception."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muster.vocabulary.errors import FileDamaged


@contextmanager
def panic_is_damage(path: Path) -> Iterator[None]:
    """Raises FileDamaged where the reader fails an assertion of its own over odd bytes; everything else goes on."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise FileDamaged(f"{path.name} cannot be read: its parts contradict each other.") from error
        raise
