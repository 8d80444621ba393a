"""The adviser against an endpoint on this machine that answers well, badly, late or not at all."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from muster.adviser.adviser import Endpoint
from muster.adviser.asking import Counsel, adviser_named, asked, counsel, masked
from muster.vocabulary.errors import AdviserMissing
from muster.vocabulary.table import ColumnProfile, Suggestion

SURE = Suggestion(1, "Hostname", "hostname", 0.99, "auto", "")
OPEN = Suggestion(2, "CPUs", "cpu_cores", 0.7, "ask", "", alternatives=(("cpu_sockets", 0.6),))
UNKNOWN = Suggestion(3, "Zweck", None, 0.5, "ask", "")
PROFILES = (
    ColumnProfile(1, "Hostname", 2, 2, ("web01", "db01")),
    ColumnProfile(2, "CPUs", 2, 2, ("2", "16"), shapes={"integer": 2}),
    ColumnProfile(3, "Zweck", 2, 1, ("Lohn Abteilung 7",), shapes={"text": 1}),
)
GOOD = {
    "columns": [
        {"position": 2, "target": "cpu_sockets", "reason": "few and even"},
        {"position": 3, "target": "shoe_size", "reason": "invented"},
        {"position": 9, "target": "name", "reason": "no such column"},
    ],
    "question": "Does CPUs count sockets or cores?",
}


class Stub:
    """An OpenAI-compatible endpoint. `answers` are served in turn, the last one again and again."""

    def __init__(self, *answers: object, delay: float = 0.0) -> None:
        self.answers, self.delay = list(answers), delay
        self.requests: list[dict[str, Any]] = []
        stub = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.requests.append(body)
                time.sleep(stub.delay)
                answer = stub.answers[min(len(stub.requests), len(stub.answers)) - 1]
                status, reply = (answer, {}) if isinstance(answer, int) else (200, stub.completion(body, answer))
                content = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def completion(body: dict[str, Any], answer: object) -> dict[str, Any]:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        tools = body.get("tools") or []
        message: dict[str, Any] = {"role": "assistant", "content": None if tools else text}
        if tools:
            call = {"name": tools[0]["function"]["name"], "arguments": text}
            message["tool_calls"] = [{"id": "call-1", "type": "function", "function": call}]
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if tools else "stop"}
        usage = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
        kind = "chat.completion"
        return {"id": "c1", "object": kind, "created": 1, "model": body["model"], "choices": [choice], "usage": usage}

    def ask(self, *, seconds: float = 20.0, requests: int = 4, tokens: int = 50_000, samples: bool = False) -> Counsel:
        """What the adviser at this endpoint says of the three columns."""
        url = f"http://127.0.0.1:{self.server.server_port}/v1"
        adviser = adviser_named("openai", Endpoint(url, "some-model", "", seconds, requests, tokens))
        suggestions = (SURE, OPEN, UNKNOWN)
        tables = asked("records", "server", suggestions, PROFILES, samples=samples)
        return asyncio.run(counsel(adviser, tables, suggestions))

    def sent(self) -> str:
        return json.dumps(self.requests, ensure_ascii=False)


@pytest.fixture
def stubs() -> Iterator[list[Stub]]:
    made: list[Stub] = []
    yield made
    for stub in made:
        stub.server.shutdown()
        stub.server.server_close()


def stub(stubs: list[Stub], *answers: object, delay: float = 0.0) -> Stub:
    stubs.append(Stub(*answers, delay=delay))
    return stubs[-1]


def test_an_answer_is_kept_where_it_speaks_of_what_was_asked(stubs: list[Stub]) -> None:
    told = stub(stubs, GOOD).ask()
    assert [(column.suggestion.source, column.target) for column in told.columns] == [("CPUs", "cpu_sockets")]
    assert told.questions == ("Does CPUs count sockets or cores?",)
    assert told.silences == ()


def test_columns_that_are_sure_and_values_stay_here(stubs: list[Stub]) -> None:
    endpoint = stub(stubs, GOOD)
    endpoint.ask()
    assert "Zweck" in endpoint.sent()
    assert not [word for word in ("web01", "Hostname", "Lohn", "Abteilung") if word in endpoint.sent()]


def test_values_leave_only_masked_and_only_when_allowed(stubs: list[Stub]) -> None:
    endpoint = stub(stubs, GOOD)
    endpoint.ask(samples=True)
    assert "Aaaa Aaaaaaaaa 9" in endpoint.sent()
    assert "Lohn" not in endpoint.sent()


@pytest.mark.parametrize(
    ("value", "form"), [("Server-07", "Aaaaaa-99"), ("10.0.0.1", "99.9.9.9"), ("名前", "aa"), ("", "")]
)
def test_a_masked_value_keeps_its_form_alone(value: str, form: str) -> None:
    assert masked(value) == form


def test_an_answer_of_the_wrong_form_is_asked_for_again(stubs: list[Stub]) -> None:
    endpoint = stub(stubs, "{not json", GOOD)
    assert [column.target for column in endpoint.ask().columns] == ["cpu_sockets"]
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("answer", ["{not json", {"rows": 1}, 500, 401, 429])
def test_an_adviser_that_fails_is_silent_and_says_why(stubs: list[Stub], answer: object) -> None:
    told = stub(stubs, answer).ask()
    assert told.columns == ()
    assert len(told.silences) == 1


def test_a_late_answer_is_not_waited_for(stubs: list[Stub]) -> None:
    told = stub(stubs, GOOD, delay=2.0).ask(seconds=0.3)
    assert told.columns == ()
    assert len(told.silences) == 1


def test_requests_and_tokens_are_limited(stubs: list[Stub]) -> None:
    endpoint = stub(stubs, "{not json")
    assert endpoint.ask(requests=1).silences
    assert len(endpoint.requests) == 1
    assert "token" in stub(stubs, GOOD).ask(tokens=100).silences[0]


def test_an_adviser_whose_library_is_missing_says_what_to_install() -> None:
    try:
        import crewai  # noqa: F401, PLC0415 - where it is installed there is nothing to see
    except ModuleNotFoundError:
        with pytest.raises(AdviserMissing, match="crewai"):
            adviser_named("crewai", Endpoint("http://127.0.0.1:1", "m", "", 1, 1, 1))
    else:
        pytest.skip("crewai is installed here")
