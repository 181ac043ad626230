"""One followed file, and everything that can happen to it in any order, against a model of what must be told."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.sources.following import Follower, append

_SIZES = st.sampled_from([1, 3, 40, 400])


class FollowedFile(RuleBasedStateMachine):
    """Lines are numbered; each must be told once, and each file's in their order."""

    @initialize(size=_SIZES)
    def begin(self, size: int):
        self.folder = Path(tempfile.mkdtemp(prefix="logscan-follow-"))
        self.log = self.folder / "app.log"
        self.number = self.rotation = 0
        self.written: list[bytes] = []  # every line that must be told
        self.partial = b""  # an unfinished line at the end of the log
        self.is_read = True  # nothing was written since the last poll
        self.follower = Follower(self.folder)
        append(self.log, b"")
        self.follower.poll()
        self.write(size)

    def teardown(self):
        if hasattr(self, "folder"):
            self.check_everything()
            self.follower.source.close()
            shutil.rmtree(self.folder)

    def next_line(self) -> bytes:
        self.number += 1
        return b"line %08d %s" % (self.number, b"x" * (self.number * 7 % 60))

    @rule(size=_SIZES)
    def write(self, size: int):
        lines = [self.next_line() for _ in range(size)]
        self.put(b"".join(line + b"\n" for line in lines))
        if self.partial:
            lines[0] = self.partial + lines[0]
            self.partial = b""
        self.written += lines

    @rule()
    def write_part_of_a_line(self):
        part = self.next_line()
        self.put(part)
        self.partial += part

    @rule()
    def poll(self):
        self.follower.poll()
        self.is_read = True

    @rule()
    def crash(self):
        self.follower.crash()

    @rule()
    def rename(self):
        # A link that nobody saw leads nowhere once it has another name.
        if self.log.exists() and (self.is_read or not self.log.is_symlink()):
            self.finish_partial()
            self.rotation += 1
            os.rename(self.log, self.folder / f"app.log.{self.rotation}")
            self.is_read = False

    @rule()
    def rename_and_pack_behind_our_back(self):
        # Only what was seen under its own name can be recognised when it is packed.
        if self.was_begun():
            self.write(3)
            self.finish_partial()
            self.rotation += 1
            packed = self.folder / f"app.log.{self.rotation}.gz"
            packed.write_bytes(gzip.compress(self.log.read_bytes()))
            os.unlink(self.log)
            self.is_read = False

    @precondition(lambda self: self.is_read and not self.partial)
    @rule(size=_SIZES)
    def empty_and_write(self, size: int):
        if self.log.exists():
            os.truncate(self.log, 0)
            self.write(size)

    @precondition(lambda self: not self.partial)
    @rule(size=_SIZES)
    def copy_empty_and_write(self, size: int):
        # Only what was begun to be read is missed when it is emptied.
        if self.was_begun():
            self.write(2)
            self.rotation += 1
            shutil.copyfile(self.log, self.folder / f"app.log.{self.rotation}")
            os.truncate(self.log, 0)
            self.write(size)
            self.is_read = False

    @precondition(lambda self: self.is_read and not self.partial)
    @rule()
    def unlink(self):
        self.log.unlink(missing_ok=True)

    @precondition(lambda self: self.is_read)
    @rule()
    def swap_a_link(self):
        self.finish_partial()
        self.rotation += 1
        target = self.folder / f"target-{self.rotation}"
        append(target, b"")
        if self.log.is_symlink():
            os.unlink(self.log)
        elif self.log.exists():
            os.rename(self.log, self.folder / f"app.log.{self.rotation}")
        os.symlink(target, self.log)
        self.is_read = False

    @invariant()
    def nothing_is_told_that_was_not_written(self):
        if hasattr(self, "follower"):
            assert not set(self.follower.lines) - set(self.written)
            assert len(self.follower.lines) == len(set(self.follower.lines))

    def was_begun(self) -> bool:
        return self.log.exists() and self.is_read and b"\n" in self.log.read_bytes()

    def put(self, text: bytes):
        append(self.log, text)
        self.is_read = False

    def finish_partial(self):
        """A last line without an end counts once its file was rotated away."""
        if self.partial:
            self.written.append(self.partial)
            self.partial = b""

    def check_everything(self):
        self.follower.settle()
        told = self.follower.lines
        assert sorted(told) == sorted(self.written)


TestFollowedFile = FollowedFile.TestCase
TestFollowedFile.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
