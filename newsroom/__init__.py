"""A loopback counterpart of the news world: sample sites that publish, answer honestly, and misbehave on request.

A guest in the house: it knows no room but `news`, and only the command line, tests and benchmarks know it.
"""

from newsroom.faults import Fault, FaultKind
from newsroom.server import Newsroom
from newsroom.site import FeedFormat, Piece, Site, Validators

__all__ = ["Fault", "FaultKind", "FeedFormat", "Newsroom", "Piece", "Site", "Validators"]
