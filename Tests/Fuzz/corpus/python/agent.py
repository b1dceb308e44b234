from __future__ import annotations

import os
from livekit.agents import (
    AgentServer,
    JobContext as Ctx,
)
from . import settings

LIMIT: float = 60 * 60
engine = create_engine(f"postgresql://{os.environ['HOST']}:{port!r:>{width}}/{db}", pool_size=5, **more)
names = [x.strip() for x in open("a").read().split() if x and not x.startswith("#")]
table = {"a": 1, **other, 'b': {1, 2, *rest}}


@server.rtc_session(on_request=stamp)
async def entrypoint(ctx: Ctx, *, wait: float = 0.5) -> None:
    async with a() as b, c():
        await ctx.connect()
    try:
        x = y = lambda q=1: q if q else (yield)
    except (ValueError, OSError) as error:
        raise RuntimeError(r"\d") from error
    finally:
        del x[1:2, ...]


match command:
    case {"a": [x, *y]} if x > 1:
        pass
    case _: print("""three
lines \x41""")

if __name__ == "__main__":
    cli.run_app(server)
