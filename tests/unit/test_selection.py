from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.listing import InvoiceIndex, empty_index
from tuimail.domain.selection import Selection, SelectionTotals, Ticks

Entry = tuple[str, int, str, str, int, int, int]


def listing(*groups: tuple[str, dict[int, int]]) -> InvoiceIndex:
    """Groups of id -> messages; each invoice's net is a hundred times its id."""
    entries: list[Entry] = [
        (key, 1, key, key, document_id, document_id * 100, messages)
        for key, found in groups
        for document_id, messages in found.items()
    ]
    return InvoiceIndex.gather(entries)


def part_of(index: InvoiceIndex, keep: set[int], backwards: bool = False) -> InvoiceIndex:
    entries: list[Entry] = []
    for number, group in enumerate(index.groups):
        span = range(index.starts[number], index.starts[number + 1])
        entries += [
            (group.key, 1, group.heading, group.title, index.ids[p], index.nets[p], index.messages[p])
            for p in (reversed(span) if backwards else span)
            if index.ids[p] in keep
        ]
    return InvoiceIndex.gather(entries)


MONTH = listing(("stay", {1: 1, 2: 2, 3: 0, 4: 1}), ("meals", {5: 1, 6: 1}))


def test_nothing_is_ticked_at_first() -> None:
    selection = Selection(MONTH)
    assert list(selection.ids()) == []
    assert selection.totals() == SelectionTotals(0, 0, 0)


def test_ticking_all_leaves_out_whoever_has_no_address() -> None:
    selection = Selection(MONTH)
    selection.all(MONTH)
    assert list(selection.ids()) == [1, 2, 4, 5, 6]
    assert selection.totals() == SelectionTotals(5, 6, 1800)
    assert not selection.ticked(MONTH, 2)
    assert not selection.toggle(MONTH, 2)
    assert not selection.only(MONTH, 2)
    assert list(selection.ids()) == [1, 2, 4, 5, 6]


def test_a_group_is_none_some_or_all_of_what_can_be_ticked() -> None:
    selection = Selection(MONTH)
    assert selection.ticks(MONTH, 0) is Ticks.NONE
    selection.toggle(MONTH, 0)
    assert selection.ticks(MONTH, 0) is Ticks.SOME
    selection.toggle_group(MONTH, 0)
    assert selection.ticks(MONTH, 0) is Ticks.ALL
    selection.toggle_group(MONTH, 0)
    assert selection.ticks(MONTH, 0) is Ticks.NONE


def test_a_group_without_any_address_cannot_be_ticked() -> None:
    month = listing(("stay", {1: 0, 2: 0}))
    selection = Selection(month)
    assert not selection.toggle_group(month, 0)
    assert selection.ticks(month, 0) is Ticks.NONE


def test_ticking_all_under_a_filter_touches_only_what_it_shows() -> None:
    selection = Selection(MONTH)
    selection.toggle(MONTH, 5)
    unsent = part_of(MONTH, {1, 3, 5})
    selection.all(unsent)
    assert list(selection.ids()) == [1, 5, 6]
    assert selection.count_in(unsent) == 2
    assert selection.ticks(unsent, 0) is Ticks.ALL
    assert selection.ticks(MONTH, 0) is Ticks.SOME


def test_unticking_all_reaches_what_the_filter_hides() -> None:
    selection = Selection(MONTH)
    selection.all(MONTH)
    selection.none()
    assert list(selection.ids()) == []


def test_a_range_runs_in_either_direction_and_across_groups() -> None:
    selection = Selection(MONTH)
    selection.put_range(MONTH, 4, 1)
    assert list(selection.ids()) == [2, 4, 5]
    selection.put_range(MONTH, 3, 3, ticked=False)
    assert list(selection.ids()) == [2, 5]


def test_what_comes_later_or_gets_an_address_later_is_not_ticked() -> None:
    selection = Selection(MONTH)
    selection.all(MONTH)
    later = listing(("stay", {1: 1, 2: 0, 3: 1, 7: 1}), ("care", {4: 1}), ("meals", {5: 1, 6: 3}))
    selection.rebase(later)
    assert list(selection.ids()) == [1, 4, 5, 6]
    assert selection.totals() == SelectionTotals(4, 6, 1600)


def test_a_view_that_is_ahead_of_the_selection_adds_nothing_unknown() -> None:
    selection = Selection(MONTH)
    newer = listing(("stay", {1: 1, 2: 2, 3: 0, 4: 1, 8: 1}), ("care", {9: 1}))
    selection.all(newer)
    assert not selection.toggle(newer, 4)
    assert not selection.toggle_group(newer, 1)
    assert list(selection.ids()) == [1, 2, 4]


def test_an_empty_month_has_nothing_to_tick() -> None:
    nothing = empty_index()
    selection = Selection(nothing)
    selection.all(nothing)
    selection.invert(nothing)
    assert list(selection.ids()) == []


MONTHS = st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=4)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["all", "none", "invert", "toggle", "group", "range", "only", "filter", "rebase"]),
        st.integers(0, 1000),
        st.integers(0, 1000),
    ),
    max_size=25,
)


@given(MONTHS, STEPS)
def test_it_says_the_same_as_a_plain_set_of_ids(shape: list[list[int]], steps: list[tuple[str, int, int]]) -> None:
    ids = iter(range(1, 1000))
    whole = listing(*((f"g{n}", {next(ids): m for m in messages}) for n, messages in enumerate(shape)))
    tickable = {i for i, m in zip(whole.ids, whole.messages, strict=True) if m}
    selection, naive, shown = Selection(whole), set[int](), whole

    for name, a, b in steps:
        reach = set(shown.ids) & tickable
        if name == "filter":
            shown = whole if a % 3 == 0 else part_of(whole, {i for i in whole.ids if (i * a + b) % 3}, b % 2 == 0)
        elif name == "none":
            selection.none()
            naive = set()
        elif name == "all":
            selection.all(shown)
            naive |= reach
        elif name == "invert":
            selection.invert(shown)
            naive ^= reach
        elif name == "rebase":
            selection.rebase(whole)
        elif len(shown):
            position, other = a % len(shown), b % len(shown)
            document_id = shown.ids[position]
            number = shown.group_at(position)
            if name == "toggle":
                assert selection.toggle(shown, position) == (document_id in tickable)
                naive ^= {document_id} & tickable
            elif name == "only":
                assert selection.only(shown, position) == (document_id in tickable)
                naive = {document_id} if document_id in tickable else naive
            elif name == "range":
                span = set(shown.ids[min(position, other) : max(position, other) + 1]) & tickable
                selection.put_range(shown, position, other, ticked=bool(a % 2))
                naive = naive | span if a % 2 else naive - span
            else:
                members = set(shown.ids[shown.starts[number] : shown.starts[number + 1]]) & tickable
                assert selection.toggle_group(shown, number) == bool(members)
                naive = naive - members if members <= naive else naive | members

        assert list(selection.ids()) == [i for i in whole.ids if i in naive]
        assert [selection.ticked(shown, p) for p in range(len(shown))] == [i in naive for i in shown.ids]
        assert selection.count_in(shown) == len(naive & set(shown.ids))
        weights = dict(zip(whole.ids, whole.messages, strict=True))
        assert selection.totals() == SelectionTotals(
            len(naive), sum(weights[i] for i in naive), sum(i * 100 for i in naive)
        )
        for number in range(len(shown.groups)):
            members = set(shown.ids[shown.starts[number] : shown.starts[number + 1]]) & tickable
            expected = Ticks.SOME if members & naive else Ticks.NONE
            if members and members <= naive:
                expected = Ticks.ALL
            assert selection.ticks(shown, number) is expected
