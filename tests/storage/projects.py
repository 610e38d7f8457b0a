"""Projects of REFI-QDA for tests, and what they say."""

# ruff: noqa: E501, PLR0913  # XML as it is; a builder of many parts

from __future__ import annotations

import zipfile

from defusedxml.ElementTree import fromstring

from storage.exchange.projectparts import SPACE


def project_of(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde").decode()


def shape(xml):
    """Return what a project says, whatever the order: path, attributes and words of each element."""
    found = []

    def walk(element, path):
        path = f"{path}/{element.tag.rpartition('}')[2]}"
        said = {
            key: value.upper() if key.lower().endswith(("guid", "user")) else value
            for key, value in element.attrib.items()
        }
        said = {key: value for key, value in said.items() if not key.startswith("{") and key != "origin"}
        found.append((path, sorted(said.items()), (element.text or "").strip()))
        for each in element:
            walk(each, f"{path}[{element.get('guid', '').upper()}]")

    walk(fromstring(xml), "")
    return sorted(found)


GUID = "{}000000-0000-4000-8000-000000000000"


def project(selections="", *, content="", origin="Other", more="", source="", notes="", book=""):
    text = f"<PlainTextContent>{content}</PlainTextContent>" if content else ""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="{SPACE}" name="P" origin="{origin}"><Users><User guid="{GUID.format("FF")}" name="Ada"/></Users><CodeBook><Codes>
<Code guid="{GUID.format("C1")}" name="Code" isCodable="true"/>{book}</Codes></CodeBook>{more}<Sources>
<TextSource guid="{GUID.format("50")}" name="Talk.txt"{source}>{text}{selections}</TextSource></Sources>{notes}</Project>"""


def selection(start, end, name="", guid="A1", inner=""):
    return (
        f'<PlainTextSelection guid="{GUID.format(guid)}" name="{name}" startPosition="{start}" endPosition="{end}">{inner}'
        f'<Coding guid="{GUID.format("D" + guid[-1])}"><CodeRef targetGUID="{{{GUID.format("C1")}}}"/></Coding></PlainTextSelection>'
    )


def packed(folder, xml, text=None, *, name="sources/T.txt", project_name="project.qde"):
    path = folder / "in.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(project_name, xml)
        if text is not None:
            archive.writestr(name, text)
    return path


def ref(kind, guid):
    return f'<{kind} targetGUID="{GUID.format(guid)}"/>'


def note(guid, words, more="", name=""):
    name = name and f'name="{name}" '
    head = f'<Note guid="{GUID.format(guid)}" {name}creatingUser="{GUID.format("FF")}">'
    return f"{head}<PlainTextContent>{words}</PlainTextContent>{more}</Note>"
