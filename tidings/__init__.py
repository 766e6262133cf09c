"""Tidings: a live notification centre that one person can start with one command."""

__version__ = "0.1.0"
