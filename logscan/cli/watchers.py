"""What becomes of a run, told to people on stderr; it judges nothing and prints no notice."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from logscan.cli.options import Wishes
from logscan.cli.streams import print_error

if TYPE_CHECKING:
    from logscan.model import News
    from logscan.runs import Reload
    from logscan.sources.live import LiveSource

# Their end is the input's end; every other source is meant to stay.
_ENDING_KINDS = ("stdin", "wrapped")


class Watcher:
    """Tells people what becomes of a run; each line names this logscan, so that it is known when it is read."""

    def __init__(self, wishes: Wishes, own: str, *, is_guest: bool = False) -> None:
        self._wishes, self._own = wishes, own
        # On another program's stderr it is no news that the program has ended, nor what was not told of it.
        self.is_reserved = is_guest and not wishes.verbose
        self._kinds: dict[str, str] = {}
        self.lost: set[str] = set()  # sources that are gone for good
        self.ended: set[str] = set()  # those whose end is the input's

    def know(self, sources: Sequence[LiveSource]) -> None:
        self._kinds = {source.name: source.kind for source in sources}

    def hear(self, news: News) -> None:
        """Outages always, the ordinary unless `--quiet`, what is well with `--verbose`."""
        from logscan.model import NewsKind

        is_ordinary = news.kind is NewsKind.RESTARTED
        if news.kind is NewsKind.ENDED:
            is_ordinary = self._kinds[news.source] in _ENDING_KINDS and news.cause != "fault"
            (self.ended if is_ordinary else self.lost).add(news.source)
        is_well = news.kind in (NewsKind.UP, NewsKind.ROTATED)
        if (
            news.text
            and not (is_well and not self._wishes.verbose)
            and not (is_ordinary and (self._wishes.quiet or self._is_guests_end(news)))
        ):
            self.say(news.text)

    def _is_guests_end(self, news: News) -> bool:
        from logscan.model import NewsKind

        return self.is_reserved and news.kind is NewsKind.ENDED

    def tell_reload(self, reload: Reload) -> Reload:
        """What is wrong always, else unless `--quiet`."""
        from logscan.runs import describe_reload

        if not (reload.is_taken and self._wishes.quiet):
            self.say("\n".join(describe_reload(reload)))
        return reload

    def tell_trouble(self, state: Path | None, failure: str | None) -> None:
        """Nothing takes effect while the state cannot be written, so that is no small matter."""
        if failure is None:
            self.say(f"{state}: can be written again")
        else:
            self.say(f"{state}: cannot be written ({failure}); make room: nothing is told until then")

    def complain(self, text: str) -> None:
        """Of a channel in trouble; on another program's stderr there are notices only."""
        if not self.is_reserved:
            self.say(text)

    def say(self, text: str) -> None:
        from logscan.runs import sign

        end = sign(self._own, sys.stderr)
        print_error("\n".join(f"{line}{end}" for line in text.splitlines()))
