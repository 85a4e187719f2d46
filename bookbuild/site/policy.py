"""A content security policy for each page: only what the page itself brings may run or be loaded."""

from __future__ import annotations

import base64
import hashlib
import re

#: A script whose text is in the page; with a type, it is data and never runs.
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def with_policy(text: str) -> str:
    """The page with its policy, which names each of its inline scripts by its hash.

    Styles may be inline, since rendered formulas are made of them; scripts may not, but for those named.

    Raises
    ------
    ValueError
        The page calls a script from an attribute, which no policy without 'unsafe-inline' would allow.
    """
    if handler := re.search(r"<[a-z][^>]*\son[a-z]+=", text):
        raise ValueError(f"an element with a script in an attribute: {handler[0]}")
    hashes = [f"'sha256-{_hash(script)}'" for script in _INLINE.findall(text)]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *dict.fromkeys(hashes)],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["data:"],
        # The page of results reads the pages it has found.
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
    }
    policy = "; ".join(" ".join([rule, *allowed]) for rule, allowed in rules.items())
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}"/>'
    # First of all but the encoding: it holds only for what follows it.
    return re.sub(r"(<meta charset=[^>]*>)", lambda match: f"{match[1]}\n    {tag}", text, count=1)


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
