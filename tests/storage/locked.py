"""PDF files locked with a password (standard security handler, revision 2: RC4 of 40 bits; ISO 32000-1, 7.6.3)."""

import hashlib
import re

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ID = b"manicula-tests-x"
_RIGHTS = (-4).to_bytes(4, "little", signed=True)
_STREAM = re.compile(rb"(\d+) 0 obj\n<</Length \d+>>stream\n(.*?)\nendstream", re.DOTALL)


def locked(made: bytes, password: str) -> bytes:
    """Return a PDF made by `tests.storage.pdfs`, without strings in it, locked: no byte of it moves."""
    user = (password.encode() + _PAD)[:32]
    owner = _rc4(_md5(user)[:5], user)
    key = _md5(user + owner + _RIGHTS + _ID)[:5]
    inner = _STREAM.sub(lambda found: _locked_stream(found, key), made)
    said = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{_rc4(key, _PAD).hex()}>/P -4>>"
    return inner.replace(b"trailer\n<<", f"trailer\n<<{said}/ID[<{_ID.hex()}><{_ID.hex()}>]".encode())


def _locked_stream(found: re.Match[bytes], key: bytes) -> bytes:
    own = _md5(key + int(found[1]).to_bytes(3, "little") + b"\0\0")[:10]
    return found[0].replace(found[2], _rc4(own, found[2]))


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    made, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        made.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(made)
