"""The tree of associations and the structures below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tuimail.domain.i18n import _
from tuimail.domain.places import Association, Structure
from tuimail.domain.text import fold
from tuimail.ui.commands import bindings
from tuimail.ui.commands.structures import TREE
from tuimail.ui.look import ascii_only
from tuimail.ui.widgets.cells import printable

Place = Association | Structure
Key = tuple[bool, int]
"""Whether it is a structure, and its id."""


def key_of(place: Place) -> Key:
    """What a place is told from others by."""
    return isinstance(place, Structure), place.id


class PlaceTree(Tree[Place], inherit_bindings=False):
    """Associations at the root, structures in green below; what is archived says so."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
        *bindings(TREE),
    ]
    DEFAULT_CSS = """
    PlaceTree, PlaceTree:focus { background: ansi_default; background-tint: ansi_default 0%; padding: 0 0 0 1; }
    PlaceTree > .tree--cursor { background: ansi_default; text-style: underline; }
    PlaceTree:focus > .tree--cursor { background: ansi_default; color: ansi_default; text-style: reverse; }
    PlaceTree > .tree--guides, PlaceTree > .tree--guides-selected, PlaceTree:focus > .tree--guides-selected {
        color: ansi_default; text-style: none; background: ansi_default;
    }
    PlaceTree > .tree--highlight, PlaceTree > .tree--highlight-line { background: ansi_default; text-style: none; }
    """
    ICON_NODE = ""
    ICON_NODE_EXPANDED = ""

    def __init__(self) -> None:
        super().__init__("")
        self.show_root = False
        self.guide_depth = 3
        self.auto_expand = False
        if ascii_only():
            plain = ("    ", "|   ", "`-- ", "|-- ")
            self.LINES = dict.fromkeys(("default", "bold", "double"), plain)
        self._folded: set[Key] = set()

    def show_places(
        self,
        associations: Sequence[Association],
        structures: Sequence[Structure],
        search: str = "",
        key: Key | None = None,
    ) -> None:
        """Show these, with the cursor on the place of that key, or where it was; `search` leaves what holds it."""
        wanted = key or self.current_key
        shown = _narrowed(associations, structures, search)
        self.clear()
        nodes: dict[Key, TreeNode[Place]] = {}
        for association in associations:
            if key_of(association) in shown:
                nodes[key_of(association)] = self._grow(self.root, association)
        # A structure comes after the place it stands below, however deep.
        waiting = [place for place in structures if key_of(place) in shown]
        while waiting:
            ready = [place for place in waiting if _above(place) in nodes]
            for place in ready:
                nodes[key_of(place)] = self._grow(nodes[_above(place)], place)
            waiting = [place for place in waiting if place not in ready] if ready else []
        self.root.expand()
        # Asking for the last line has the lines counted, without which no node knows its own.
        if self.last_line >= 0:
            self.move_cursor_to_line(max(0, nodes[wanted].line) if wanted in nodes else 0)

    def _grow(self, node: TreeNode[Place], place: Place) -> TreeNode[Place]:
        return node.add(_label(place), place, expand=key_of(place) not in self._folded)

    @property
    def current(self) -> Place | None:
        """The place under the cursor."""
        return self.cursor_node.data if self.cursor_node is not None else None

    @property
    def current_key(self) -> Key | None:
        """Its key."""
        return key_of(self.current) if self.current else None

    def action_toggle_node(self) -> None:
        """Hide what stands below, or show it again."""
        node = self.cursor_node
        if node is None or node.data is None or not node.children:
            return
        node.toggle()
        self._folded ^= {key_of(node.data)}
        node.set_label(_label(node.data, folded=key_of(node.data) in self._folded))


def _above(place: Structure) -> Key:
    return (True, place.parent_id) if place.parent_id else (False, place.association_id)


def _narrowed(associations: Sequence[Association], structures: Sequence[Structure], search: str) -> Collection[Key]:
    """The keys of what holds the text, and of all that it stands below."""
    everything: list[Place] = [*associations, *structures]
    by_key = {key_of(place): place for place in everything}
    if not search:
        return by_key
    found: set[Key] = set()
    for place in everything:
        at: Place | None = place if fold(search) in fold(place.name) else None
        while at is not None:
            found.add(key_of(at))
            at = by_key.get(_above(at)) if isinstance(at, Structure) else None
    return found


def _label(place: Place, *, folded: bool = False) -> Text:
    text = Text(printable(place.name), Style(color="green") if isinstance(place, Structure) else Style(bold=True))
    if isinstance(place, Structure) and place.archived:
        text = Text(_("{name} (archived)").format(name=printable(place.name)), Style(dim=True))
    if folded:
        text.append(" +")
    return text
