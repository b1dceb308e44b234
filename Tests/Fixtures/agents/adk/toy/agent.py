import asyncio
from collections.abc import AsyncGenerator

from google.adk.agents import BaseAgent
from google.adk.events import Event
from google.genai import types


class Toy(BaseAgent):
    """An agent without a model: it says a word twice a second."""

    async def _say(self) -> AsyncGenerator[Event, None]:
        while True:
            await asyncio.sleep(0.5)
            yield Event(author=self.name, content=types.Content(role="model", parts=[types.Part(text="word")]))

    async def _run_async_impl(self, context) -> AsyncGenerator[Event, None]:
        async for event in self._say():
            yield event

    async def _run_live_impl(self, context) -> AsyncGenerator[Event, None]:
        async for event in self._say():
            yield event


root_agent = Toy(name="toy")
