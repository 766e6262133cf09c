"""A ring: many sends with one system call (io_uring(7), io_uring_enter(2)).

No frame and no WebSocket may come in here. Made by rows.py where the kernel offers it: Linux does since 5.18,
though many containers forbid it. Nothing is ever waited for: each send is over when the call returns.
"""

import ctypes
import errno
import mmap
import os
import sys
from functools import cache

import numpy as np

from tidings.live.pipe import Numbers, Table

# The kernel's interface, the same on every kind of processor (linux/io_uring.h, asm-generic/unistd.h).
SETUP, ENTER = 425, 426
SUBMIT_ALL = 1 << 7  # a send that is refused does not keep the next ones back
UNTIL_DONE = 1
SEND = 26
DO_NOT_WAIT, NO_SIGNAL = 0x40, 0x4000
QUEUES_AT, REQUESTS_AT = 0, 0x1000_0000
OFFSETS = [(name, "u4") for name in ("head", "tail", "mask", "entries", "a", "b", "c", "d", "e", "f")]
PARAMETERS = np.dtype(
    [("entries", "u4", 2), ("flags", "u4"), ("rest", "u4", 7), ("asked", OFFSETS), ("done", OFFSETS)]
)
WHAT = [("opcode", "u1"), ("flags", "u1"), ("priority", "u2"), ("descriptor", "i4"), ("offset", "u8")]
WHICH = [("address", "u8"), ("size", "u4"), ("how", "u4"), ("name", "u8"), ("rest", "u8", 3)]
REQUEST = np.dtype([*WHAT, *WHICH])
RESULT = np.dtype([("name", "u8"), ("taken", "i4"), ("flags", "u4")])


class Ring:
    """Two queues shared with the kernel: what is asked, and what came of it. For one thread.

    Raises `OSError` where the kernel does not offer it.
    """

    def __init__(self, entries: int) -> None:
        if sys.platform != "linux":  # the numbers would mean something else there
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        parameters = np.zeros(1, PARAMETERS)
        parameters["flags"] = SUBMIT_ALL
        self._descriptor = _call(SETUP, entries, parameters.ctypes.data)
        try:
            self._map(parameters[0])
        except OSError:
            os.close(self._descriptor)
            raise
        self._steps = np.arange(entries, dtype=np.uint32)
        self._requests["opcode"], self._requests["how"] = SEND, DO_NOT_WAIT | NO_SIGNAL
        self._requests["name"] = self._steps
        self._layout = (0, 0)

    def send(self, descriptors: Numbers, table: Table) -> Numbers:
        """Send each descriptor its row; return how many bytes were taken, or minus the reason (errno(3))."""
        amount, size = table.shape
        steps = self._steps[:amount]
        self._requests["descriptor"][:amount] = descriptors
        self._lay_out(table.__array_interface__["data"][0], size)
        self._order[self._asked_tail + steps & self._asked_mask] = steps
        self._asked_tail += np.uint32(amount)
        self._work(amount)
        return self._take(amount)

    def close(self) -> None:
        """Give everything back."""
        del self._requests, self._order, self._results
        del self._asked_head, self._asked_tail, self._done_head, self._done_tail
        for memory in self._memories:
            memory.close()
        os.close(self._descriptor)

    def _lay_out(self, address: int, size: int) -> None:
        """Say where all rows are; the next table usually takes the place of the one before."""
        if self._layout != (address, size):
            self._layout = (address, size)
            self._requests["address"] = address + size * self._steps.astype(np.uint64)
            self._requests["size"] = size

    def _work(self, amount: int) -> None:
        """Let the kernel send until all is done, also when a signal comes in between."""
        while waiting := amount - int((self._done_tail - self._done_head)[0]):
            asked = int((self._asked_tail - self._asked_head)[0])
            try:
                _call(ENTER, self._descriptor, asked, waiting, UNTIL_DONE, 0, 0)
            except InterruptedError:
                continue
            except OSError:  # it has no memory for more now; what it has not looked at is not asked any more
                self._asked_tail[:] = self._asked_head
                return

    def _take(self, amount: int) -> Numbers:
        """Return what came of each, in the order they were asked."""
        done = self._steps[: int((self._done_tail - self._done_head)[0])]
        order = self._done_head + done & self._done_mask
        taken = np.full(amount, -errno.EAGAIN, np.int32)
        taken[self._results["name"][order]] = self._results["taken"][order]
        self._done_head += np.uint32(len(done))
        return taken

    def _map(self, given: np.void) -> None:
        entries, done_entries = (int(number) for number in given["entries"])
        asked, done = given["asked"], given["done"]
        self._asked_mask, self._done_mask = np.uint32(entries - 1), np.uint32(done_entries - 1)
        order_at, results_at = int(asked["c"]), int(done["b"])
        size = max(order_at + 4 * entries, results_at + RESULT.itemsize * done_entries)
        queues = mmap.mmap(self._descriptor, size, offset=QUEUES_AT)
        requests = mmap.mmap(self._descriptor, REQUEST.itemsize * entries, offset=REQUESTS_AT)
        self._memories = (queues, requests)
        self._requests = np.frombuffer(requests, REQUEST, entries)
        self._order = np.frombuffer(queues, np.uint32, entries, order_at)
        self._results = np.frombuffer(queues, RESULT, done_entries, results_at)
        heads = [int(offsets[name]) for offsets in (asked, done) for name in ("head", "tail")]
        views = [np.frombuffer(queues, np.uint32, 1, at) for at in heads]
        self._asked_head, self._asked_tail, self._done_head, self._done_tail = views


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _call(number: int, *arguments: int) -> int:
    """Make a system call. Raises `OSError`."""
    answer = _libc().syscall(*(ctypes.c_long(value) for value in (number, *arguments)))
    if answer < 0:
        reason = ctypes.get_errno()
        raise OSError(reason, os.strerror(reason))
    return int(answer)
