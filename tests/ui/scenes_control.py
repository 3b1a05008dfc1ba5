"""The screens around the control before a send."""

from __future__ import annotations

from scenes import Scene, keys, then

_CONTROL = keys("down", "space", "s", see="par message au plus")

SCENES = {
    "control-list": Scene(then(keys("s", see="par message au plus"), keys("down", "down", see="Entrée corriger"))),
    "control-words": Scene(then(_CONTROL, keys("e", see="Aperçu : BERNARD Paul"))),
    "control-words-homes": Scene(then(keys("s", see="par message au plus"), keys("e", see="Les mots de qui"))),
    "control-test": Scene(then(_CONTROL, keys("t", see="Essai à soi-même"))),
    "control-rehearsal": Scene(then(_CONTROL, keys("R", see="Répétition de 1 message"))),
}
