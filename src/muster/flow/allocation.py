"""Memory that is free goes back to the system, so that one step does not pay for what another needed."""

import ctypes

# Parameters of mallopt(3) in glibc, with what they are set to.
MMAP_THRESHOLD, LARGE = -3, 1 << 20
ARENA_MAX, ARENAS = -8, 2


def few_arenas() -> None:
    """Have threads share what is kept: glibc gives each an arena of its own. Other libraries are told nothing."""
    _tell(ARENA_MAX, ARENAS)


def give_back() -> None:
    """Have large blocks go back as soon as they are free, too.

    glibc raises the size of what goes back with each large block that was freed, to 32 MB. It is for a worker, which
    stays: a process that computes block after block would ask the system for the same memory again each time.
    """
    few_arenas()
    _tell(MMAP_THRESHOLD, LARGE)


def _tell(parameter: int, value: int) -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(parameter, value)
