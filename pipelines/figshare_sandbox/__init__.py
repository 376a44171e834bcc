"""A local Figshare: its REST and statistics APIs on a loopback port, to try, to demonstrate and to test on.

```python
with Sandbox(items=300, seed=1, today=date(2026, 6, 30)) as sandbox:
    requests.get(f"{sandbox.api_url}/articles?institution={sandbox.institution_id}").json()
```

It behaves as Figshare's documentation and real responses say, oddities included, and it is strict where Figshare is.
Nothing it serves is about real people or real works.
"""

from figshare_sandbox.control import switch_running
from figshare_sandbox.faults import Fault, Faults
from figshare_sandbox.server import Exchange, Sandbox, serve_forever
from figshare_sandbox.world.world import World

__all__ = ["Exchange", "Fault", "Faults", "Sandbox", "World", "serve_forever", "switch_running"]
