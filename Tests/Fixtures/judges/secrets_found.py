"""Reads a text from standard input and prints, one a line, what detect-secrets takes for a secret in it."""

import os
import sys
import tempfile

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "text.log")
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        file.write(sys.stdin.read())
    with default_settings():
        secrets = SecretsCollection()
        secrets.scan_file(path)
        for _, secret in secrets:
            if secret.secret_value:
                print(secret.secret_value.replace("\n", " "))
