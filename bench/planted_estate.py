"""Estates whose applications are known because they were planted, with what hides them in a real one.

Tiers call each other; other applications, shared databases and strays are called as well, and hubs talk to nearly
everybody. What is realistic is own judgement: applications of very different sizes (three servers to hundreds), tiers
that know only the next one, traffic that nobody observed, and a few applications that most integrations go to.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

ROLES = (
    # role, ports, whether the hub is called (else it calls), name
    ("monitoring", (10050,), False, "zbx"),
    ("directory", (389, 88), True, "dc"),
    ("dns", (53,), True, "ns"),
    ("backup", (13782,), False, "nbu"),
    ("jump_host", (22, 3389), False, "jmp"),
    ("time", (123,), True, "ntp"),
)
TIERS = (("web", 0.35, 8443), ("app", 0.4, 8080), ("db", 0.25, 5432))
EDGE_SCHEMA = {
    "source_no": pl.Int64, "target_no": pl.Int64, "kind": pl.String, "port": pl.Int64, "protocol": pl.String,
    "count": pl.Int64, "confidence": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What an estate is like. `callees`: how many servers of the next tier a server calls; `seen`: the share of these
    calls that anybody observed; `integrations`: calls to other applications, per application; `shared_databases`: per
    100 applications, each used by 2 to 8; `strays`: calls to anywhere, per server; `reach`: the share of servers that a
    hub touches.
    """

    name: str
    applications: int
    servers: float = 13.3
    callees: tuple[int, int] = (1, 4)
    seen: float = 0.9
    integrations: float = 3.0
    shared_databases: float = 4.0
    strays: float = 0.05
    hubs: int = 12
    reach: float = 0.8


@dataclass(frozen=True, slots=True)
class Planted:
    """`assets`: asset_no, name, asset_type, environment, criticality, application_name, complexity, storage_used_gb.
    `edges`: EDGE_SCHEMA. `truth`: asset to planted application, but for hubs and shared databases. `roles`: of hubs.
    """

    assets: pl.DataFrame
    edges: pl.DataFrame
    truth: dict[int, int]
    roles: dict[int, str]


Call = tuple[int, int, int, int]


class _Estate:
    def __init__(self, shape: Shape, seed: int) -> None:
        self.shape, self.chance = shape, random.Random(f"{shape.name}:{seed}")
        self.names: list[str] = []
        self.tiers: list[list[list[int]]] = []
        self.truth: dict[int, int] = {}
        self.calls: dict[tuple[int, int, int], int] = {}

    def call(self, source: int, target: int, port: int, busy: float) -> None:
        """A call that was seen, as often as `busy` has it, most of them seldom and some all day."""
        if source != target:
            count = max(1, int(self.chance.lognormvariate(busy, 1.5)))
            self.calls[source, target, port] = self.calls.get((source, target, port), 0) + count

    def server(self, name: str, application: int | None = None) -> int:
        self.names.append(name)
        if application is not None:
            self.truth[len(self.names) - 1] = application
        return len(self.names) - 1

    def application(self, number: int) -> None:
        size = max(3, min(250, round(self.shape.servers * self.chance.lognormvariate(-0.32, 0.8))))
        tiers = []
        for tier, share, _ in TIERS:
            wanted = max(1, round(size * share))
            tiers.append([self.server(f"a{number:04d}-{tier}{at:02d}", number) for at in range(1, wanted + 1)])
        self.tiers.append(tiers)
        for (sources, targets), (_, _, port) in zip(zip(tiers, tiers[1:], strict=False), TIERS[1:], strict=True):
            for source in sources:
                wanted = min(len(targets), self.chance.randint(*self.shape.callees))
                for target in self.chance.sample(targets, wanted):
                    if self.chance.random() < self.shape.seen:
                        self.call(source, target, port, 4.0)
        for one, other in zip(tiers[2], tiers[2][1:], strict=False):
            if self.chance.random() < self.shape.seen:
                self.call(one, other, 5432, 5.0)

    def integrations(self) -> None:
        """Calls between applications; the first ones are the most popular."""
        count = len(self.tiers)
        for _ in range(int(self.shape.integrations * count)):
            source = self.chance.choice(self.tiers[self.chance.randrange(count)][1])
            popular = int(count * self.chance.random() ** 2)
            self.call(source, self.chance.choice(self.tiers[popular][self.chance.choice((0, 1, 1, 2))]), 443, 2.5)

    def shared(self) -> None:
        for number in range(round(self.shape.shared_databases * len(self.tiers) / 100)):
            cluster = [self.server(f"shrdb{number:03d}-{at}") for at in (1, 2)]
            for tiers in self.chance.sample(self.tiers, min(len(self.tiers), self.chance.randint(2, 8))):
                for source in tiers[1]:
                    self.call(source, self.chance.choice(cluster), 1521, 4.0)

    def strays(self) -> None:
        count = len(self.names)
        for _ in range(int(self.shape.strays * count)):
            self.call(
                self.chance.randrange(count), self.chance.randrange(count), self.chance.choice((22, 443, 445)), 0.5
            )

    def hubs(self) -> dict[int, str]:
        servers, roles = range(len(self.names)), {}
        for number in range(self.shape.hubs):
            role, ports, called, name = ROLES[number % len(ROLES)]
            hub = self.server(f"{name}{number:02d}")
            roles[hub] = role
            for server in servers:
                if self.chance.random() < self.shape.reach:
                    ends = (server, hub) if called else (hub, server)
                    self.call(*ends, self.chance.choice(ports), 3.0)
        return roles


def planted(shape: Shape, seed: int) -> Planted:
    """The estate of a shape and a seed; the same both, the same estate."""
    estate = _Estate(shape, seed)
    for number in range(shape.applications):
        estate.application(number)
    estate.integrations()
    estate.shared()
    estate.strays()
    roles = estate.hubs()
    assets = _assets(estate.names, estate.truth, random.Random(seed))
    rows = [
        (source, target, "connection", port, "tcp", count, 0.95)
        for (source, target, port), count in sorted(estate.calls.items())
    ]
    return Planted(assets, pl.DataFrame(rows, schema=EDGE_SCHEMA, orient="row"), estate.truth, roles)


def _assets(names: Sequence[str], truth: dict[int, int], chance: random.Random) -> pl.DataFrame:
    return pl.DataFrame(
        list(_described(names, truth, chance)),
        schema={
            "asset_no": pl.Int64, "name": pl.String, "asset_type": pl.String, "application_name": pl.String,
            "environment": pl.String, "criticality": pl.String, "complexity": pl.Float64, "storage_used_gb": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


def _described(names: Sequence[str], truth: dict[int, int], chance: random.Random) -> Iterator[tuple[object, ...]]:
    stages = {
        app: chance.choice(("production", "production", "test", "development", None))
        for app in sorted(set(truth.values()))
    }
    rated = {app: chance.choice(("low", "medium", "high", "critical", None)) for app in sorted(set(truth.values()))}
    for number, name in enumerate(names):
        app = truth.get(number, -1)
        stated = f"Application {app}" if app >= 0 and chance.random() < 0.5 else None
        yield (
            number, name, "server", stated, stages.get(app), rated.get(app),
            chance.choice((None, float(chance.randint(5, 95)))), chance.choice((None, float(chance.randint(20, 4000)))),
        )  # fmt: skip
