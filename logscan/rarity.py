"""How seldom a text stands in logs, and the few words that tell of trouble; it reads no pattern and no log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

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
RARE = 8  # a text of this weight need not have the rest of its pattern beside it
_COMMON_TEXT = b"\n".join(word.encode() for word in _COMMON_WORDS)
_PIECE = re.compile(rb"[a-z\x80-\xff]+|[0-9]+|[^ a-z0-9\x80-\xff]+")
_ESCAPABLE = re.compile(rb"[\"'/\\\x80-\xff]+")
_COMMON_WEIGHT = 2
_LONE_WEIGHT = 4  # one word may be the name of a host or service, on every line of its log
_SHORT = 3  # letters
_LEAST_COMPOUND = 14  # letters; `invalidtokenexception` is no such name
_LONG_WORD = 6  # letters
_LONG_NUMBER = 5  # digits; shorter ones are everywhere
# Of these, one stands in nearly every line that a rule fits, and hardly one in a log without trouble. There are so
# few that the engine finds them ten times as quickly as the literals of all rules.
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
# They stand on so many lines, as words or within others, that they may not be looked for everywhere.
_FREQUENT = frozenset(
    b"access account api app auth client code conn connect data end error err event file host http https info "
    b"key log message name our over port request response run server service session sign start status time token "
    b"try type update use user via with".split()
)
_LEAST_SELDOM = 3  # letters
Row = tuple[bytes, ...]


def is_telling(row: Row) -> bool:
    """True when each text holds one of the telling words."""
    return bool(row) and all(map(_TELLING.search, row))


def is_seldom(row: Row) -> bool:
    """True when each text is found on so few lines that it may be looked for everywhere."""
    return bool(row) and all(len(text) >= _LEAST_SELDOM and text not in _FREQUENT for text in row)


@lru_cache(maxsize=1 << 14)
def weigh(literal: bytes) -> int:
    """How rare a text is, in letters of a word that is seldom seen."""
    pieces: list[bytes] = _PIECE.findall(literal)
    if len(pieces) == 1 and pieces[0].isalpha() and len(literal) < _LEAST_COMPOUND:
        return min(_weigh_piece(pieces[0]), _LONE_WEIGHT)
    return sum(map(_weigh_piece, pieces))


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


def choose_words(rows: Iterable[Row]) -> dict[bytes, bytes]:
    """For each text of some rows a part of it to look for, so that there are few.

    A word that many share serves all of them; a text that has no word of its own is taken whole.
    """
    rows = list(rows)
    counts = Counter(word for row in rows for text in row for word in set(_list_words(text)))
    return {text: _choose_word(text, counts) for row in rows for text in row}


def _choose_word(text: bytes, counts: Mapping[bytes, int]) -> bytes:
    words = _list_words(text)
    if words:
        return max(words, key=lambda word: (len(word) >= _LONG_WORD, counts[word], len(word)))
    # What may be escaped takes the engine six times as long to compile as all the rest.
    plain = max(_ESCAPABLE.split(text), key=weigh).strip(b" ")
    return plain if plain and weigh(plain) >= min(weigh(text), _LONE_WEIGHT) else text


def _list_words(text: bytes) -> list[bytes]:
    """The parts that are seldom seen by themselves."""
    pieces: list[bytes] = _PIECE.findall(text)
    return [piece for piece in pieces if piece.isalpha() and len(piece) > _LONE_WEIGHT <= weigh(piece)]
