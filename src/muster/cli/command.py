"""What makes an asynchronous function a command: it ends with an exit code, and its errors are told alike."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

from muster.cli.options import Place
from muster.cli.output import Format, say, write_json
from muster.vocabulary.errors import MusterError

Options = ParamSpec("Options")


def command(function: Callable[Options, Coroutine[Any, Any, int | None]]) -> Callable[Options, int]:
    """A command of the function's options; returns the exit code, 0 where the function returns nothing.

    The function takes `place` (options.Place), or `format` where it is about no tenant. A MusterError becomes its
    message, its hint and its exit code.
    """

    @wraps(function)
    def run(*given: Options.args, **named: Options.kwargs) -> int:
        place, chosen = named.get("place"), named.get("format")
        if isinstance(place, Place):
            chosen = place.format
        gc.freeze()  # what was imported stays
        gc.enable()
        try:
            return asyncio.run(function(*given, **named)) or 0
        except MusterError as error:
            if chosen is Format.JSON:
                write_json({"error": {"code": error.code, "message": str(error), "hint": error.recovery_hint}})
            say(f"{error}\n{error.recovery_hint}")
            return error.exit_code
        except KeyboardInterrupt:
            say("Stopped. Nothing that was committed is lost; the same command goes on from there.")
            return 3

    return run
