"""Prints the folder of this Python's own library."""

import os

print(os.path.dirname(os.__file__))
