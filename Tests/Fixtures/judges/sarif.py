"""Holds a SARIF log against the object model that its specification's own schema generates: names, and what must be there."""
import json
import sys

import attr
import sarif_om

KINDS = {
    "runs": sarif_om.Run, "tool": sarif_om.Tool, "driver": sarif_om.ToolComponent, "rules": sarif_om.ReportingDescriptor,
    "shortDescription": sarif_om.MultiformatMessageString, "invocations": sarif_om.Invocation,
    "toolExecutionNotifications": sarif_om.Notification, "message": sarif_om.Message, "results": sarif_om.Result,
    "locations": sarif_om.Location, "physicalLocation": sarif_om.PhysicalLocation,
    "artifactLocation": sarif_om.ArtifactLocation, "region": sarif_om.Region, "properties": sarif_om.PropertyBag,
}
# Objects whose keys are the log's own.
MAPS = {"partialFingerprints": str, "originalUriBaseIds": sarif_om.ArtifactLocation}


def check(value, kind, path):
    if isinstance(value, list):
        for number, element in enumerate(value):
            check(element, kind, f"{path}[{number}]")
        return
    if kind is sarif_om.PropertyBag:
        return
    fields = {field.metadata["schema_property_name"]: field for field in attr.fields(kind)}
    for name, field in fields.items():
        if field.default is attr.NOTHING and name not in value:
            print(f"{path}: {name} is missing")
    for name, inner in value.items():
        here = f"{path}.{name}"
        if name not in fields:
            print(f"{here}: there is no such property")
        elif name in MAPS:
            for key, element in inner.items():
                if MAPS[name] is str:
                    assert isinstance(element, str), here
                else:
                    check(element, MAPS[name], f"{here}.{key}")
        elif isinstance(inner, (dict, list)):
            check(inner, KINDS[name], here)


with open(sys.argv[1], encoding="utf-8") as file:
    log = json.load(file)
check(log, sarif_om.SarifLog, "log")
run = log["runs"][0]
for result in run["results"]:
    if result["level"] not in ("none", "note", "warning", "error"):
        print("level", result["level"])
    if run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] != result["ruleId"]:
        print("rule", result["ruleId"])
    for location in result["locations"]:
        if location["physicalLocation"].get("region", {"startLine": 1})["startLine"] < 1:
            print("line", location)
print("judged", len(run["results"]))
