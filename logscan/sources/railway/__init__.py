"""Railway's log subscription as a live source: nothing is lost or told twice across drops, redeploys and restarts.

`environmentLogs` spans deployments. Where a token may not read it, the newest deployments of the service are followed
by `deploymentLogs`, and newer ones as they come.
"""

from logscan.sources.railway.places import Endpoint, Place, find_token, read_endpoint, read_place
from logscan.sources.railway.source import Pace, RailwaySource, Surroundings, Taking

__all__ = [
    "Endpoint",
    "Pace",
    "Place",
    "RailwaySource",
    "Surroundings",
    "Taking",
    "find_token",
    "read_endpoint",
    "read_place",
]
