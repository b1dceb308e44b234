"""PyJWT as the judge of access tokens.

Lines are JSON. {"token", "secret"}: answers the claims, sorted, or 'reject'. {"claims", "secret", "algorithm"}: answers a token.
Times are compared by the caller, who knows which moment it means.
"""
import json
import sys
import warnings

import jwt

warnings.simplefilter("ignore")
for line in sys.stdin:
    case = json.loads(line)
    if "claims" in case:
        print(jwt.encode(case["claims"], case["secret"], algorithm=case["algorithm"]))
        continue
    try:
        options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        print(json.dumps(jwt.decode(case["token"], case["secret"], algorithms=["HS256"], options=options), sort_keys=True))
    except jwt.PyJWTError:
        print("reject")
