"""A model server's double: real HTTP on loopback that speaks chat completions and fails when it is told to.

    async with ModelServer(["Hello.", Call(id="", name="find", arguments="{}")]) as server:
        ...  # point a client at server.url

Its answers come from a script or from a function of the request, its faults from `Fault`s, their chance from
a seed; `server.seen` and `server.tally` tell what came. For a load test in another process there is
`python -m interplay.engine.testing.model_server --delay 0.2`, which prints its URL.
"""

from interplay.engine.testing.model_server.answers import Answer, Raw
from interplay.engine.testing.model_server.asked import Asked, Seen, Tally
from interplay.engine.testing.model_server.faults import KINDS, Fault
from interplay.engine.testing.model_server.server import ModelServer

__all__ = ["KINDS", "Answer", "Asked", "Fault", "ModelServer", "Raw", "Seen", "Tally"]
