"""Says of each line 'A B' how A stands to B, and of each line 'SPECIFIER in VERSION' whether it lets the version in."""
import sys

from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.version import Version

for line in sys.stdin:
    words = line.split()
    if len(words) == 3 and words[1] == "in":
        print("yes" if SpecifierSet(words[0]).contains(words[2], prereleases=True) else "no")
    elif len(words) == 2:
        left, right = Version(words[0]), Version(words[1])
        print("<" if left < right else ">" if left > right else "=")
