"""The commands of the place where letters to many are prepared."""

from __future__ import annotations

from tuimail.domain.i18n import N_
from tuimail.ui.commands.model import Command

MAILINGS = "mailings"
CRITERIA = "criteria"
FOUND = "found"
CHOSEN = "chosen"
LISTS = "lists"
SEVERAL = "several"
UNSUBSCRIBED = "unsubscribed"

COMMANDS = (
    Command(FOUND, "screen.choose", ("right", "space"), N_("choose"), N_("Choose the person under the cursor")),
    Command(MAILINGS, "choose_all", (">", "a"), N_("choose all"), N_("Choose all that are shown")),
    Command(CHOSEN, "screen.give_back", ("left", "space"), N_("take out"), N_("Take the person under the cursor out")),
    Command(MAILINGS, "give_all_back", ("<", "n"), N_("none"), N_("Take all out, those not shown too")),
    Command(CRITERIA, "screen.change", ("enter",), N_("change"), N_("Change the criterion under the cursor")),
    Command(CRITERIA, "screen.take_out", ("delete", "f8"), N_("take out"), N_("Take this criterion out")),
    Command(MAILINGS, "write_letter", ("s",), N_("write"), N_("Write a letter to the people chosen")),
    Command(MAILINGS, "past_mailings", ("h",), N_("past mailings"), N_("Show the letters sent, and who got them")),
    Command(MAILINGS, "add_criterion", ("+", "insert"), N_("criterion"), N_("Ask for one more thing")),
    Command(MAILINGS, "own_filter", ("f", "f4"), N_("own filter"), N_("Write a filter of your own")),
    Command(MAILINGS, "and_or", ("o",), N_("all or one"), N_("Ask that all criteria hold, or only one"), False),
    Command(MAILINGS, "search", ("/", "f3"), N_("search"), N_("Show only the people found that hold a text")),
    Command(MAILINGS, "lists", ("l",), N_("lists"), N_("Open, keep, copy, export or delete lists of people")),
    Command(MAILINGS, "reset", ("z", "alt+r"), N_("start anew"), N_("Forget all criteria and take everybody out")),
    Command(MAILINGS, "next_pane", ("tab",), N_("next pane"), N_("Go to the next of the three panes")),
    Command(MAILINGS, "previous_pane", ("shift+tab",), N_("pane before"), N_("Go to the pane before"), footer=False),
    Command(MAILINGS, "clear", ("escape",), N_("show all"), N_("Give up the search")),
    Command(MAILINGS, "unsubscribed", ("b",), N_("unsubscribed"), N_("Show and change who wants no mailing")),
    Command(UNSUBSCRIBED, "add", ("a", "insert"), N_("add"), N_("Write no more mailings to an address")),
    Command(UNSUBSCRIBED, "remove", ("delete", "f8"), N_("allow again"), N_("Write to this address again")),
    Command(UNSUBSCRIBED, "settle", ("o",), N_("where"), N_("Say where one unsubscribes, for every mailing")),
    Command(LISTS, "accept", ("enter",), N_("open"), N_("Take this list's criteria or people over")),
    Command(LISTS, "keep_live", ("c",), N_("keep the criteria"), N_("Keep the criteria as a list that asks anew")),
    Command(LISTS, "keep_fixed", ("p",), N_("keep the people"), N_("Keep the people chosen as a list")),
    Command(LISTS, "copy", ("d",), N_("copy"), N_("Make a copy of this list")),
    Command(LISTS, "export", ("x",), N_("export"), N_("Write this list's people as a CSV file")),
    Command(LISTS, "delete", ("delete", "f8"), N_("delete"), N_("Delete this list")),
    Command(SEVERAL, "accept", ("enter",), N_("take"), N_("Take what is ticked, or else what is under the cursor")),
    Command(SEVERAL, "tick", ("space",), N_("tick"), N_("Tick this, or untick it")),
)
