"""Reads a JUnit file and says of each case what became of it, as a CI server would."""
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

report = JUnitXml.fromfile(sys.argv[1])
print("suites", report.tests, report.failures, report.errors, report.skipped)
for suite in report:
    found = [type(result) for case in suite for result in case.result]
    assert suite.tests == len(list(suite)), "tests"
    assert (suite.failures, suite.errors, suite.skipped) == tuple(map(found.count, (Failure, Error, Skipped)))
    for case in suite:
        said = "passed"
        for result in case.result:
            if isinstance(result, (Failure, Error, Skipped)):
                text = " / ".join(result.text.split("\n")) if result.text else result.message
                said = f"{type(result).__name__.lower()} {text}"
        print(f"{suite.name}: {case.name} {said}")
