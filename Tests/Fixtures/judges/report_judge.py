"""Reads a journal, and the page and the tables that were made of it, without the program's help.

report_judge.py JOURNAL PAGE ASSIGNMENTS COUNTS: prints one JSON object with what each of them says.
"""
import csv, html5lib, json, re, sys

journal, page, assignments, counts = sys.argv[1:5]

sessions, instances, samples, active = set(), set(), 0, {}
live = {}
for line in open(journal, encoding="utf-8"):
    record = json.loads(line)
    if record["kind"] != "sample":
        continue
    samples += 1
    for reading in record["payload"]["readings"]:
        listing = reading["answer"].get("snapshot") or reading["answer"].get("changes")
        if listing is None:
            continue
        sessions.update(session["id"] for session in listing["sessions"])
        instances.update(instance["id"] for instance in listing["instances"])

text = open(page, encoding="utf-8").read()
parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
document = parser.parse(text)
elements = [element for element in document.iter() if isinstance(element.tag, str)]
tags = {element.tag.split("}")[-1] for element in elements}
attributes = [(name if isinstance(name, str) else name[-1], value) for element in elements for name, value in element.attrib.items()]
ids = [value for name, value in attributes if name == "id"]
facts = {"".join(pair[0].itertext()): "".join(pair[1].itertext()) for pair in (list(div) for div in document.iter("div")) if [child.tag for child in pair] == ["dt", "dd"]}

with open(assignments, encoding="utf-8", newline="") as file:
    assigned = list(csv.DictReader(file, strict=True))
with open(counts, encoding="utf-8", newline="") as file:
    counted = list(csv.DictReader(file, strict=True))

print(json.dumps({
    "sessions": sorted(sessions), "instances": len(instances), "samples": samples,
    "assigned": sorted(row["session"] for row in assigned),
    "whole-rows": all(None not in row and None not in row.values() for row in assigned + counted),
    "moments": len({row["time"] for row in counted}),
    "facts": facts,
    "parse-errors": [f"{place}: {code}" for place, code, _ in parser.errors],
    "scripts": sorted(tags & {"script", "iframe", "object", "embed", "img", "form", "base"}),
    "handlers": sorted({name for name, _ in attributes if name.startswith("on")}),
    "quoted-attributes": [value for _, value in attributes if value.startswith('"')],
    "double-ids": sorted({value for value in ids if ids.count(value) > 1}),
    "outside": sorted({value for name, value in attributes if name in ("href", "src") and not value.startswith(("#", "data:,"))}),
    "urls-in-style": re.findall(r"url\(|@import", "".join(document.find(".//style").itertext())),
    "tables-without-caption": sum(1 for table in document.iter("table") if table.find("caption") is None),
    "dangling": sorted({value for name, value in attributes if name == "href" and value.startswith("#") and value[1:] not in ids}),
    "text": "".join(document.find("body").itertext()),
}))
