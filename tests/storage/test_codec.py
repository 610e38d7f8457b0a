import json
from copy import deepcopy

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import codec

numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)
records = st.dictionaries(texts, values, max_size=6)


@pytest.mark.parametrize("fast", [False, True])
@given(records)
def test_a_checksum_outlives_either_encoder_and_any_order(fast: bool, record: codec.Record) -> None:
    sealed = codec.sealed(record)
    stored = codec.loads(codec.encode(sealed, fast=fast))
    assert stored["sum"] == codec.checksum(stored)
    turned = dict(reversed(json.loads(json.dumps(sealed, indent=2)).items()))
    assert turned["sum"] == codec.checksum(turned)


@given(records)
def test_a_line_is_what_its_checksum_is_of(record: codec.Record) -> None:
    sealed = codec.sealed(record)
    line = json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode()
    tail = f'"sum":"{sealed["sum"]}"}}'.encode()
    assert line.endswith(tail)
    assert line.removesuffix(tail).removesuffix(b",") + b"}" == codec.canonical(sealed)


@given(records, texts, st.integers(0, 9))
def test_a_checksum_notices_a_change(record: codec.Record, key: str, value: int) -> None:
    changed = {**record, key: value}
    if key != "sum" and json.dumps(changed, sort_keys=True) != json.dumps(record, sort_keys=True):
        assert codec.checksum(changed) != codec.checksum(record)


@given(st.dictionaries(st.text(), st.recursive(values, lambda inner: st.lists(inner | st.text(), max_size=3))))
def test_either_encoder_gives_the_same_canonical_json(record: codec.Record) -> None:
    plain = json.dumps(
        {key: value for key, value in record.items() if key != "sum"},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert codec.canonical(record) == plain.encode(errors="replace")


@pytest.mark.parametrize("value", [1e-5, 1e16, [0.1], {"a": [1e300]}, 2**64, -(2**63) - 1, "\ud800", "\x7f\x1f\u2028"])
def test_what_only_one_encoder_prints_right_is_left_to_that(value: object) -> None:
    made = json.dumps({"x": value}, ensure_ascii=False, separators=(",", ":"))
    assert codec.canonical({"x": value}) == made.encode(errors="replace")


def test_one_encoder_alone_can_compute_checksums() -> None:
    assert orjson.dumps({"x": 1e-5}) != json.dumps({"x": 1e-5}, separators=(",", ":")).encode()


def test_what_is_sealed_is_not_changed_and_keeps_its_json() -> None:
    sealed = codec.sealed({"b": 1, "a": {}})
    assert codec.encode(sealed, fast=True) == sealed.json == codec.encode(dict(sealed), fast=False)
    assert codec.sealed({}).json == b'{"sum":"%b"}' % codec.checksum({}).encode()
    with pytest.raises(TypeError, match="not changed"):
        sealed["a"] = 2
    with pytest.raises(TypeError, match="not changed"):
        sealed.update(a=2)
    copy = deepcopy(sealed)
    copy["a"]["x"] = 1
    assert sealed["a"] == {}


def test_characters_that_utf8_cannot_hold_are_replaced_once() -> None:
    sealed = codec.sealed({"note": "a\ud800b"})
    assert sealed["note"] == "a?b"
    for fast in (False, True):
        assert codec.loads(codec.encode({"note": "a\udc80b"}, fast=fast)) == {"note": "a?b"}


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        codec.sealed({"age": float("nan")})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"t": []}',
        b'{"t": {"1": 2}}',
        b'{"t": {"1": {"x": NaN}}}',
        b'\xff{"t": {}}',
        b"[" * 200_000,
        b'{"t": {"1": {"x": "' + b"x" * codec.BIG,
    ],
)
def test_what_is_no_library_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        codec.parse(data)


def test_numbers_of_more_than_64_bits_become_what_every_reader_makes_of_them() -> None:
    sealed = codec.sealed({"n": 2**100, "m": -(2**63) - 1, "k": 2**64 - 1})
    assert sealed == {"n": float(2**100), "m": float(-(2**63) - 1), "k": 2**64 - 1, "sum": codec.checksum(sealed)}
    assert orjson.loads(codec.encode(sealed, fast=True)) == sealed


def test_large_numbers_survive_in_what_another_program_wrote() -> None:
    content = {"t": {"1": {"n": 2**100, "x": "y" * codec.BIG}}}
    assert codec.parse(json.dumps(content).encode()) == content
