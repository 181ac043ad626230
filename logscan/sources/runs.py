"""One run of a program: its process, its output, and what of that is handed on; it decides nothing."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Mapping, Sequence

from logscan.children import Streams, open_end, open_terminal, signal_group, spawn
from logscan.model import Chunk, News, NewsKind
from logscan.sources.framing import LineFramer, Lines
from logscan.sources.live import Sink, Stopped
from logscan.sources.overlaps import Recent, Replay

_READ_BYTES = 1 << 18
_MOST_LEFT_BYTES = 4 << 20  # what is read after the end, from a pipe that strangers may still fill
_TICK_SECONDS = 0.1  # how often to ask where the kernel does not say by itself that a child ended
_TERMINAL_SIZE = (50, 1000)  # wide, for some programs cut their lines at its edge


class Voice:
    """What one run says → lines that are handed on, without those that it repeats of the run before."""

    def __init__(self, name: str, sink: Sink, recent: Recent, max_line: int) -> None:
        self._name, self._sink, self._recent, self._max_line = name, sink, recent, max_line
        self._framers: dict[str, LineFramer] = {}
        self._replay = Replay(recent.count_identities())
        self.is_up = False

    def tell_up(self) -> None:
        """Say once that this run can be read."""
        if not self.is_up:
            self.is_up = True
            self._sink.tell(News(self._name, "", NewsKind.UP))

    def hear(self, stream: str, data: bytes) -> None:
        """Hand on the lines that these bytes complete."""
        self.tell_up()
        if stream not in self._framers:
            self._framers[stream] = LineFramer(self._max_line)
        self._put(stream, self._framers[stream].feed(data))

    def end(self) -> None:
        """Hand on last lines that lack their line end."""
        for stream, framer in self._framers.items():
            self._put(stream, framer.end())

    def _put(self, stream: str, lines: list[Lines]) -> None:
        for one in lines:
            text = one.text if self._replay.is_over else self._replay.keep_new(one.text)
            if text:
                self._recent.add(text)
            if text or one.lost_bytes:
                chunk = Chunk(self._name, stream, text, one.offset)
                self._sink.put(chunk._replace(cut_lines=one.cut_lines, lost_bytes=one.lost_bytes))


class Run:
    """A started program; `close` leaves nothing of it, whatever came before."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], *, use_terminal: bool) -> None:
        """Start it; raise OSError when that fails."""
        self._outputs: dict[int, str] = {}  # descriptor → stream
        self._poll = select.poll()
        theirs: list[int] = []
        try:
            streams = self._open_terminal(theirs) if use_terminal else self._open_pipes(theirs)
            self._pid = spawn(argv, environment, streams)
        except OSError:
            self._close_outputs()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._end = open_end(self._pid)
        if self._end is not None:
            self._poll.register(self._end, select.POLLIN)
        self._code: int | None = None

    @property
    def has_output(self) -> bool:
        """Somebody may still write what we read."""
        return bool(self._outputs)

    @property
    def has_ended(self) -> bool:
        # Not reaped before `close`: until then neither its pid nor its group's can become another's.
        if self._code is not None:
            return True
        return os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def signal(self, number: int) -> None:
        signal_group(self._pid, number)

    def read(self, voice: Voice, waker: int, timeout_seconds: float | None) -> bool:
        """Wait for something to happen and hand on what was said; True when that was anything.

        Raise Stopped when woken.
        """
        self._poll.register(waker, select.POLLIN)
        ready = {number for number, _ in self._poll.poll(self._limit(timeout_seconds))}
        if waker in ready:
            raise Stopped
        was_heard = False
        for descriptor in ready & self._outputs.keys():
            was_heard |= self._hear(descriptor, voice) > 0
        return was_heard

    def wait(self, seconds: float) -> None:
        """Give it time to end."""
        if self._end is None:
            for _ in range(int(seconds / _TICK_SECONDS)):
                if self.has_ended:
                    return
                select.poll().poll(_TICK_SECONDS * 1000)
            return
        waiting = select.poll()
        waiting.register(self._end, select.POLLIN)
        waiting.poll(seconds * 1000)

    def drain(self, voice: Voice) -> None:
        """Hand on what is left of its output, without waiting for more."""
        left = _MOST_LEFT_BYTES
        for descriptor in tuple(self._outputs):
            while left > 0 and (count := self._hear(descriptor, voice)):
                left -= count

    def end_code(self) -> int:
        """How it ended, negative for a signal; whoever is still there is killed."""
        if self._code is None:
            self.signal(signal.SIGKILL)
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._code

    def close(self) -> None:
        self.end_code()
        self._close_outputs()
        if self._end is not None:
            os.close(self._end)
            self._end = None

    def _limit(self, seconds: float | None) -> float | None:
        if self._end is not None:
            return None if seconds is None else seconds * 1000
        return 1000 * (_TICK_SECONDS if seconds is None else min(seconds, _TICK_SECONDS))

    def _hear(self, descriptor: int, voice: Voice) -> int:
        """How many bytes there were; its end closes the descriptor."""
        try:
            data = os.read(descriptor, _READ_BYTES)
        except BlockingIOError:
            return 0
        except OSError:  # EIO: the last one who had the terminal open is gone
            data = b""
        if not data:
            del self._outputs[descriptor]
            self._poll.unregister(descriptor)
            os.close(descriptor)
            return 0
        voice.hear(self._outputs[descriptor], data)
        return len(data)

    def _open_terminal(self, theirs: list[int]) -> Streams:
        terminal = open_terminal(*_TERMINAL_SIZE)
        theirs.append(terminal.slave)
        self._listen_to(terminal.master, "stdout")
        return Streams(os.devnull, terminal.path, terminal.path)

    def _open_pipes(self, theirs: list[int]) -> Streams:
        ends = []
        for stream in ("stdout", "stderr"):
            reader, writer = os.pipe()
            theirs.append(writer)
            self._listen_to(reader, stream)
            ends.append(writer)
        return Streams(os.devnull, *ends)

    def _listen_to(self, descriptor: int, stream: str) -> None:
        os.set_blocking(descriptor, False)
        self._outputs[descriptor] = stream
        self._poll.register(descriptor, select.POLLIN)

    def _close_outputs(self) -> None:
        for descriptor in self._outputs:
            os.close(descriptor)
        self._outputs.clear()
