"""Rows: what a table of frames does on its way to as many lines.

No number and no person may come in here. Made by the composition root, used by the live room
(tidings.live.pipe.SendRows).
"""

import logging
import os

import numpy as np

from tidings.live.pipe import ROWS_AT_ONCE, Numbers, SendRows, Table
from tidings.wire.ring import Ring

log = logging.getLogger("tidings.wire")


class Rows:
    """Sends rows with one system call where the kernel offers that (ring.py), else with one each."""

    def __init__(self) -> None:
        self._ring: Ring | None = None
        self._send: SendRows | None = None  # made when it is needed; a small team never does

    def send(self, descriptors: Numbers, table: Table) -> Numbers:
        """Give each descriptor its row; return how many bytes of it were taken, below one for none."""
        if self._send is None:
            self._send = self._open()
        return self._send(descriptors, table)

    def close(self) -> None:
        """Give back what is shared with the kernel."""
        self._send = send_each
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def _open(self) -> SendRows:
        try:
            self._ring = Ring(ROWS_AT_ONCE)
        except OSError as refused:
            log.info("Frames are sent one by one, for io_uring is not to be had: %s.", refused.strerror)
            return send_each
        return self._ring.send


def send_each(descriptors: Numbers, table: Table) -> Numbers:
    """Do with one call for each row what the ring does with one for all."""
    size, rows = table.shape[1], table.reshape(-1).data
    places = zip(descriptors.tolist(), range(0, table.size, size), strict=True)
    return np.array([_write(line, rows[at : at + size]) for line, at in places], np.int32)


def _write(descriptor: int, row: memoryview) -> int:
    try:
        return os.write(descriptor, row)
    except OSError as refused:
        return -(refused.errno or 1)
