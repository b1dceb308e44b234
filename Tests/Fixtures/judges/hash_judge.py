"""Lines of a key and bytes in hexadecimal, each behind an x; answers SHA-1, SHA-256 and HMAC-SHA-256."""
import hashlib
import hmac
import sys

for line in sys.stdin:
    key, data = (bytes.fromhex(part[1:]) for part in line.split())
    code = hmac.new(key, data, hashlib.sha256).hexdigest()
    print(hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest(), code)
