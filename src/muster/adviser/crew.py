"""An adviser that asks through CrewAI, for those who run their models with it. CrewAI has to be installed by them."""

import asyncio
from collections.abc import Mapping

from crewai import LLM, Agent, Crew, Task
from openai import OpenAIError
from pydantic import ValidationError

from muster.adviser.adviser import Advice, Adviser, AskedTable, Endpoint
from muster.adviser.answer import INSTRUCTIONS, Answer, advice_of, request_of


class CrewAdviser:
    """A crew of one agent with one task and a typed answer."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def advise(self, table: AskedTable, targets: Mapping[str, str]) -> Advice:
        crew = self._crew(request_of(table, targets))
        try:
            async with asyncio.timeout(self.endpoint.seconds):
                done = await crew.kickoff_async()
        except TimeoutError:
            return Advice(silence=f"no answer within {self.endpoint.seconds:g} seconds")
        except (OpenAIError, ValidationError, ValueError, RuntimeError, OSError) as error:
            return Advice(silence=(str(error).splitlines() or [type(error).__name__])[0][:300])
        if not isinstance(done.pydantic, Answer):
            return Advice(silence="the answer had not the form that was asked for")
        return advice_of(done.pydantic, table, targets)

    def _crew(self, request: str) -> Crew:
        place = self.endpoint
        model = LLM(
            model=f"openai/{place.model}",
            base_url=place.url,
            api_key=place.key or "none",
            timeout=place.seconds,
            max_tokens=place.tokens,
            max_retries=0,
        )
        agent = Agent(
            role="inventory mapper",
            goal="map columns to attributes without guessing",
            backstory=INSTRUCTIONS,
            llm=model,
            max_iter=place.requests,
            max_retry_limit=0,
            allow_delegation=False,
            verbose=False,
        )
        task = Task(
            description=f"{INSTRUCTIONS}\n\n{request}",
            expected_output="the target of every column",
            agent=agent,
            output_pydantic=Answer,
        )
        return Crew(agents=[agent], tasks=[task], verbose=False)


def adviser(endpoint: Endpoint) -> Adviser:
    """The adviser at an endpoint."""
    return CrewAdviser(endpoint)
