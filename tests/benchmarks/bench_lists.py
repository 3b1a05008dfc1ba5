"""Lists of people: how long a key takes with 10,000 people and six criteria. `python tests/benchmarks/bench_lists.py`.

Beside it, in the same run, a plain loop over the same people that compares one field: what no list can do without.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from tuimail.domain.audience import Person, PersonKey
from tuimail.domain.criteria import Criteria, Criterion, Operator
from tuimail.domain.people import Role

PEOPLE = 10_000
ROUNDS = 15
BUDGET = 0.060
TODAY = date(2026, 11, 5)
ROLES = (Role.RESIDENT, Role.GUARDIAN, Role.RELATIVE)


def person(n: int) -> Person:
    return Person(
        PersonKey(n, ROLES[n % 3], 1), f"BERNARD{n} Paul", f"p{n}@orange.example", "M." if n % 2 else "Mme",
        f"BERNARD{n // 3} Paul", n % 7, f"Maison {n % 7}", str(100 + n % 90), f"Unité {n % 5}",
        f"Frais de séjour {n % 4}", "Fille", TODAY - timedelta(days=20_000 + n), TODAY - timedelta(days=n % 3000),
        None, n % 3 == 0, n % 11 == 0, n % 2 == 0, n % 97 == 0,
    )  # fmt: skip


CRITERIA = Criteria(
    (
        Criterion("structure", Operator.IS_NOT, ("Maison 9",)),
        Criterion("title", Operator.IS, ("Mme", "M.")),
        Criterion("family", Operator.HOLDS, ("séjour",)),
        Criterion("age", Operator.AT_LEAST, ("30",)),
        Criterion("entry", Operator.AT_MOST, ("01/11/2026",)),
        Criterion("gone", Operator.NO),
    ),
    own="non (revenu et impayée) ou rôle = proche",
)


def median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    people = [person(n) for n in range(PEOPLE)]
    found = CRITERIA.matching(people, TODAY)
    list_time = median(lambda: CRITERIA.matching(people, TODAY))
    loop = median(lambda: [p for p in people if p.title == "M."])
    print(f"{PEOPLE} people, 6 criteria and an own filter, {len(found)} found")
    print(f"recomputed in {list_time * 1000:.1f} ms (budget {BUDGET * 1000:.0f} ms)")
    print(f"{list_time / loop:.0f} times a plain loop over one field")


if __name__ == "__main__":
    main()
