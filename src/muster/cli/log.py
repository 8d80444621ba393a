"""The log: events with fields on standard error, so that standard output holds results alone."""

import logging
import sys

import structlog

from muster.settings import Settings


def configure(settings: Settings) -> None:
    """Log as MUSTER_LOG and MUSTER_LOG_LEVEL say."""
    as_json = settings.log == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
