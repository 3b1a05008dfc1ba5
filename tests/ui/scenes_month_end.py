"""The screens of the end of a month: the sheet, what goes by post, what is excluded."""

from __future__ import annotations

from scenes import Scene, keys, then

SCENES = {
    "month-end": Scene(keys("B", see="au centime")),
    "month-end-sends": Scene(then(keys("B", see="au centime"), keys("f", "f", see="qui a envoyé quoi"))),
    "to-post": Scene(keys("T", see="cochées sur")),
    "to-post-day": Scene(then(keys("T", see="cochées sur"), keys("M", see="Postés le"))),
    "exclude": Scene(keys("down", "E", see="Pourquoi ne pas")),
}
"""By name."""
