"""Errors of the store. Each message is a sentence for the operator, without personal data."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError as DatabaseFault

from store.crypto import KeysError

__all__ = ["UNREADABLE", "DatabaseFault", "KeysError", "LeaseLost", "StoreError"]

# What opening a row may raise that was sealed with a key that is gone, is broken, or was written by another version.
UNREADABLE = (KeysError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class StoreError(Exception):
    """The database cannot be used: a wrong address, no connection, a wrong state. The message says what to do."""


class LeaseLost(Exception):
    """Another worker has taken this incoming message over: roll the transaction back and drop the work."""
