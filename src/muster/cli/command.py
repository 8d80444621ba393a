"""What makes an asynchronous function a command: it ends with an exit code, and its errors are told alike."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec

from muster.cli.options import Place
from muster.cli.output import Format, conclude

Options = ParamSpec("Options")


def command(function: Callable[Options, Awaitable[int | None]]) -> Callable[Options, int]:
    """A command of the function's options. It ends with 0 where the function returns nothing, see conclude.

    The function takes `place` (options.Place), or `format` where it is about no tenant.
    """

    @wraps(function)
    def run(*given: Options.args, **named: Options.kwargs) -> int:
        async def body() -> int:
            return await function(*given, **named) or 0

        place, chosen = named.get("place"), named.get("format")
        if isinstance(place, Place):
            chosen = place.format
        return conclude(body, chosen if isinstance(chosen, Format) else Format.TABLE)

    return run
