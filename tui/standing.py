"""What is said about where annotations stand: groups of the sidebar, remarks on cards, repeats. No Textual."""

from __future__ import annotations

from storage.model import Annotation, doubtful
from tui.session import Session

IN_TEXT = "In the text"
_MOST_SAID = 5


def group_of(annotation: Annotation, session: Session) -> str:
    """Return the group of the sidebar that an annotation is shown in."""
    if annotation.state == "orphan":
        return "Lost their place"
    return IN_TEXT if session.stands(annotation) else "In another version"


def also(session: Session, start: int, end: int) -> str:
    """Return in words where else a passage stands; nothing where it does not."""
    found = session.elsewhere(start, end)
    if not found:
        return ""
    places = list(dict.fromkeys(f"¶ {session.place(one.start).paragraph}" for one in found))
    more = f" and {len(places) - _MOST_SAID} more" if len(places) > _MOST_SAID else ""
    return f"also stands in {', '.join(places[:_MOST_SAID])}{more}"


def remarks(annotation: Annotation, session: Session, *, active: bool) -> list[str]:
    """Return what there is to say about where an annotation stands, while its card is the bright one."""
    if not active or not annotation.ranges:
        return []
    if annotation.state == "orphan":
        context = f"… {annotation.prefix.lstrip()}[…]{annotation.suffix.rstrip()} …"
        return [context, "not in this version; it is kept · R gives it a place"]
    if not session.stands(annotation):
        return ["stands in another version · gr looks for it in this one"]
    said = ["may not be the same passage · C stands right · gd what changed"] if doubtful(annotation) else []
    if len(annotation.ranges) == 1:
        where = also(session, *annotation.ranges[0])
        open_places = [one for one in session.elsewhere(*annotation.ranges[0]) if not session.highlights.exactly(*one)]
        said += [where + " · A marks all" * bool(open_places)] if where else []
    return said
