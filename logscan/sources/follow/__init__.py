"""Files that are followed while they are written, through every rotation; nothing here knows what a line says.

source      when what is looked at and read
rotations   a look at a path: which file is there, where the one before it went
turns       a file's turn: one piece read, whole lines handed on
origins     whether a new file is a copy of what was read before
packings    whether a packed file is whole
searches    where a file went, by number, name and content
ledgers     which file belongs to which path
handles     the few open files among many
readers     one open file, plain or packed
wide        UTF-16
prints      keyed hashes that tell whether a file is still the one that was read
tracks      what is known of a file and of a path
positions   that, as JSON
finders     patterns → paths
watching    being told of changes
pods        Kubernetes' folders → whose log it is
desks       lines and news → the sink
"""

from logscan.sources.follow.source import FilesSource, FollowOptions

__all__ = ["FilesSource", "FollowOptions"]
