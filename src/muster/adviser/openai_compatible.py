"""An adviser behind any endpoint that speaks OpenAI's chat completions: a cloud, a gateway or a local model."""

import asyncio
from collections.abc import Mapping

from openai import AsyncOpenAI
from pydantic_ai import Agent, UsageLimits
from pydantic_ai.exceptions import AgentRunError, UserError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from muster.adviser.adviser import Advice, Adviser, AskedTable, Endpoint
from muster.adviser.answer import INSTRUCTIONS, Answer, advice_of, request_of


class OpenAICompatible:
    """Asks one model with a typed answer; an answer that does not fit is asked for once more, within the limits."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def advise(self, table: AskedTable, targets: Mapping[str, str]) -> Advice:
        place = self.endpoint
        async with AsyncOpenAI(
            base_url=place.url, api_key=place.key or "none", timeout=place.seconds, max_retries=0
        ) as client:
            model = OpenAIChatModel(place.model, provider=OpenAIProvider(openai_client=client))
            agent = Agent(model, output_type=Answer, instructions=INSTRUCTIONS, retries=1)
            limits = UsageLimits(request_limit=place.requests, total_tokens_limit=place.tokens)
            try:
                async with asyncio.timeout(place.seconds):
                    run = await agent.run(request_of(table, targets), usage_limits=limits)
            except TimeoutError:
                return Advice(silence=f"no answer within {place.seconds:g} seconds")
            except (AgentRunError, UserError) as error:
                return Advice(silence=_first_line(error))
        return advice_of(run.output, table, targets)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def adviser(endpoint: Endpoint) -> Adviser:
    """The adviser at an endpoint."""
    return OpenAICompatible(endpoint)
