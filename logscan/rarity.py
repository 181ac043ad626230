"""How seldom a text stands in logs, and the few words that tell of trouble; it reads no pattern and no log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from heapq import heapify, heappop, heappush

# They stand in logs of every kind, so that hardly anything is known once one of them was found.
_COMMON_WORDS = (
    "about access account acquired action active added address after again agent allowed already also answer "
    "any api app apple application attempt attempting attempts auth authenticate authentication authorization "
    "authorized available batch bearer because been before being block body both bucket build busy cache "
    "cached call called caller calling cancelled cannot cert change changed check checking class cleared "
    "client closed cluster code command commit complete completed compute config configuration connect "
    "connecting connection container content continue copied correct could count create created credential "
    "credentials current currently custom customer customers cycle daemon data database date days debug "
    "default delay delete deleted denied deploy detected device did directory disabled disconnect disconnected "
    "disk does domain domains done down driver dropped during each element email empty enabled end ended "
    "engine entered entry environment error errors even event exceeded exception exchanged execute executing "
    "execution exit exited expected expire expired expires expiry extended external factor failed failing "
    "failure fatal feature fetch fetched field file files filter finish finished first forbidden format found "
    "free from full function general get given graph group handle handler has have header heartbeat high hold "
    "home host hostname http https idle ignored ignoring image immediately incoming index info init input "
    "instance instances integration interface internal interval into invalid invalidated invoked issued item "
    "items its job just kept kernel key keys kind known large last late latest launch launched leader lease "
    "leave left length level library lifetime limit limited limits line lines list listed listen listening "
    "live load loaded loader local lock locked log logged logging login long lookup low machine main making "
    "manager mapping marked mask master match matched max maximum may mean media memory message messages meta "
    "method methods metric metrics migration min minimum minute minutes missed missing mode model modified "
    "module monitor more most mount moved must name names need needed needs network never new next node none "
    "normal not notice notification now null number oauth object off offline offset old one online only open "
    "opened opening operation operations option options order origin other out outbound output over own owner "
    "package packet page pages parameter parameters parent parse part partition passed password patch path "
    "peer pending per period permission ping place please point policy pool port position post postgres power "
    "prepare present previous print private problem process processed processing product production profile "
    "progress project property protocol provider proxy public published purged put queries query queue queued "
    "quota range rate read reading ready real reason reboot rebuild receive received receiving recent "
    "reconnect record recovered redirect reduced refresh refused region registry rejected release reload "
    "remaining remote remove removed render renewed replaced replica replication reply report reported "
    "reporting request requested requesting requests require required reserved reset resolved resource "
    "resources respond responded responding response responses rest restart restarted restored result results "
    "resume retry retrying return returned returning returns ring role rolled root rotated rotation route row "
    "rows rule rules run running save saved scale scan schedule scheduled scheduler script search seconds "
    "secret section security send sending sends sent sequence server service serving session sessions set "
    "setting settings setup shared shell shortly shut shutdown signal signed signing site size skip skipped "
    "skipping slow smtp soon source space specified stack stage start started starting starts state stats "
    "status stop storage store stored stream strict string success successful successfully such suite support "
    "supported switch sync system table tag tags take taken target task tasks template test tests text than "
    "that the them then there these they this those thread threads through ticket time timed timeout timer "
    "times timestamp title together token tokens too took total tracking transaction transfer trial try trying "
    "turned two type types unable unauthorized under unexpected unit unknown unlock until unused update "
    "updated updates updating upload upstream url used user users using valid value values verify version via "
    "view visitor volume wait waiting warm warn warning was watch web webhook when which while who will window "
    "with within without words worker working write writing written yes yet you your"
).split()
# Beyond those: words that stand on some of a hundred lines of most logs, and on some of ten.
_OFTEN_WORDS = (
    "access account action address alive an api app apple at auth bad base block by cache caller can client close "
    "code com component config connect connection container created customer database debug delivered denied "
    "email end error event exception expired failed failure fetch file finished for found from go handler host "
    "hostname html id in index instance invalid invoice is job kernel key live loaded log login main mar message "
    "module name new no node not of on opened or order out page password path payment pid port process query "
    "queue read received render request retry root route row rows running scheduled send sent server service "
    "session ssh start started state stats stdout stop stream task template the thread to type ui unknown upload "
    "user valid version was authentication proxy set reason web webhook with worker write"
).split()
_USUAL_WORDS = (
    "app batch cache client component connection database delivered error finished get host http id info invoice job "
    "level loaded message msg name opened order page query queue render request row scheduled served service session "
    "started status template time timestamp token ts type upload user warn web webhook with worker email mail our key "
    "api code for"
).split()
RARE = 8  # a text of this weight need not have the rest of its pattern beside it
_COMMON_TEXT = b"\n".join(word.encode() for word in _COMMON_WORDS)
_SHARES = (
    (_COMMON_TEXT, 0.003),
    (b"\n".join(word.encode() for word in _OFTEN_WORDS), 0.02),
    (b"\n".join(word.encode() for word in _USUAL_WORDS), 0.1),
)
_OTHER_SHARES = (1.0, 0.6, 0.1, 0.006, 0.002, 0.0005, 0.0002)  # of a piece in no such word, by its length
_NUMBER_SHARES = (1.0, 0.7, 0.3, 0.006, 0.001, 0.0001)
_MARKS_SHARE = 0.5
_BESIDE_WORD, _BESIDE_MARK = 0.1, 0.6  # each further piece makes a text so much rarer
_PIECE = re.compile(rb"[a-z\x80-\xff]+|[0-9]+|[^ a-z0-9\x80-\xff]+")
_PLAIN = re.compile(rb"[a-z0-9_ .:=-]+")
_FOREIGN = re.compile(rb"(?:[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){2,}")
_MOST_FOREIGN = 3
_EACH = 0.0004  # what looking for one more text costs, as a share of lines
_PART_LENGTH = 8  # the engine compares so many bytes at once; it begins with the last ones
_LEAST_PART = 6
_END_LENGTH = 4
_SELDOM_PART, _SELDOM_END = 0.0008, 0.03  # the share up to which parts, and their ends, are as good as any
_COMMON_WEIGHT = 2
_LONE_WEIGHT = 4  # one word may be the name of a host or service, on every line of its log
_SHORT = 3  # letters
_LEAST_NAME = 5  # letters
_WEIGHTY = 5  # the weight from which on a text is seldom found, whatever the log
_LEAST_COMPOUND = 14  # letters; `invalidtokenexception` is no such name
_LONG_NUMBER = 5  # digits; shorter ones are everywhere
# Of these, one stands in nearly every line that a rule fits, and hardly one in a log without trouble.
TELLING = tuple(
    word.replace("_", " ").encode()
    for word in (
        "190 401 403 aadsts acquired activated auth_error authenticat authori bad blocked can't cannot capability "
        "cert could_n couldn credential deactivat declin delet denied disabled disconnected does_not entitlement "
        "exceed exchang expir extend fail forbid fresh inactive incorrect insufficient issued lack_of lapse logged "
        "login mismatch must_be_granted no_longer not_accept not_allow not_found not_valid obtain ok_again "
        "outdated password permission privilege re-issu re-new recovered refus regenerat reissu reject reload "
        "renew replace require restored revok rights rotat runs_out scope stale succeeded suspend unable "
        "unsuccessful updated valid withdrawn works_again wrong"
    ).split()
)
_TELLING = re.compile(b"|".join(map(re.escape, TELLING)))
Row = tuple[bytes, ...]


def is_telling(row: Row) -> bool:
    """True when each text holds one of the telling words."""
    return bool(row) and all(map(_TELLING.search, row))


@lru_cache(maxsize=1 << 14)
def weigh(literal: bytes) -> int:
    """How rare a text is, in letters of a word that is seldom seen."""
    pieces: list[bytes] = _PIECE.findall(literal)
    if len(pieces) == 1 and pieces[0].isalpha() and len(literal) < _LEAST_COMPOUND:
        return min(_weigh_piece(pieces[0]), _LONE_WEIGHT)
    return sum(map(_weigh_piece, pieces))


def is_everyday(text: bytes) -> bool:
    """True for a few words that stand in many logs, side by side too; one word of no such kind is a name."""
    if text.isalpha() and len(text) >= _LEAST_NAME:
        return text in _COMMON_TEXT
    return weigh(text) < _WEIGHTY


@lru_cache(maxsize=1 << 14)
def _weigh_piece(piece: bytes) -> int:
    if piece.isdigit():
        return len(piece) if len(piece) >= _LONG_NUMBER else len(piece) - 1
    if piece.isascii() and not piece.isalpha():
        return 1
    if len(piece) < _SHORT:
        return len(piece) - 1  # within longer words such are everywhere
    # A piece may be the end of a word whose head the pattern leaves open.
    return min(len(piece), _COMMON_WEIGHT) if piece in _COMMON_TEXT else len(piece)


def choose_seldom(rows: Iterable[Row]) -> Row:
    """The row of which the fewest lines hold a text; none of no rows."""
    return min(rows, key=lambda row: guess_share(row) + _EACH * len(row), default=())


@lru_cache(maxsize=1 << 15)
def guess_share(row: Row) -> float:
    """On what share of all lines a text of the row may stand."""
    return sum(map(_guess_text, row))


@lru_cache(maxsize=1 << 15)
def _guess_text(text: bytes) -> float:
    pieces: list[bytes] = _PIECE.findall(text)
    words = sum(piece.isalnum() for piece in pieces)
    beside = _BESIDE_WORD ** max(0, words - 1) * _BESIDE_MARK ** (len(pieces) - max(1, words))
    return min(map(_guess_piece, pieces), default=1.0) * beside


@lru_cache(maxsize=1 << 14)
def _guess_piece(piece: bytes) -> float:
    length = len(piece)
    if piece.isdigit():
        return _NUMBER_SHARES[min(length, len(_NUMBER_SHARES) - 1)]
    if piece.isascii() and not piece.isalpha():
        return _MARKS_SHARE
    known = sum(text.count(piece) * share for text, share in _SHARES)
    return known + _OTHER_SHARES[min(length, len(_OTHER_SHARES) - 1)]


def choose_words(rows: Iterable[Row]) -> dict[bytes, bytes]:
    """For each text of some rows a part of it to look for: plain, and of a length that the engine finds quickly.

    A part that many texts share serves all of them: the fewer there are, the quicker is the search.
    """
    texts = dict.fromkeys(text for row in rows for text in row)
    sharers: dict[bytes, list[bytes]] = {}
    for text in texts:
        for part in _list_parts(text):
            if _guess_text(part) <= _SELDOM_PART and _guess_text(part[-_END_LENGTH:]) <= _SELDOM_END:
                sharers.setdefault(part, []).append(text)
    words: dict[bytes, bytes] = {}
    queue = [(-len(some), part) for part, some in sharers.items()]
    heapify(queue)
    while queue:
        count, part = heappop(queue)
        left = [text for text in sharers[part] if text not in words]
        if len(left) == -count:
            words.update(dict.fromkeys(left, part))
        elif left:
            heappush(queue, (-len(left), part))
    return {text: words.get(text) or _choose_part(text) for text in texts}


def _choose_part(text: bytes) -> bytes:
    return min(_list_parts(text), key=lambda part: (_guess_text(part), -len(part), part), default=text)


@lru_cache(maxsize=1 << 15)
def _list_parts(text: bytes) -> tuple[bytes, ...]:
    """What of it can be looked for by itself: nothing that may be escaped, and no blank at an end."""
    if len(text) <= _PART_LENGTH and _PLAIN.fullmatch(text):
        return (text,)
    plain = [piece.strip(b" ") for piece in _PLAIN.findall(text)]
    parts = {
        piece[i : i + _PART_LENGTH] for piece in plain for i in range(max(1, len(piece) - _PART_LENGTH + 1))
    }
    whole = tuple(part for part in parts if part == part.strip(b" ") and len(part) >= _LEAST_PART)
    return whole or (text if text.isascii() else _take_letters(text),)


def _take_letters(text: bytes) -> bytes:
    """The first few that are not ASCII: each may be written in two ways, and many make the engine slow."""
    for found in _FOREIGN.finditer(text):
        return found[0].decode()[:_MOST_FOREIGN].encode()
    return text
