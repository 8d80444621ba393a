"""Muster: discovery for cloud migration."""

__version__ = "0.1.0"
