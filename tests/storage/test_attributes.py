import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.attributes import read, value_of, written
from storage.errors import UsageError

NAMES = st.text(st.characters(exclude_characters='"“”', exclude_categories=["C", "Z"]), min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_characters='"“”', exclude_categories=["C"]), max_size=8)


@pytest.mark.parametrize(
    ("string", "value"),
    [
        ("41", 41),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("1.50", 1.5),
        ("1e3", "1e3"),
        ("", ""),
        ("2026-01-31", "2026-01-31"),
    ],
)
def test_numbers_are_told_from_text(string, value):
    assert value_of(string) == value
    assert type(value_of(string)) is type(value)


@given(st.dictionaries(NAMES.filter(lambda name: "=" not in name), TEXTS.map(value_of), max_size=4))
def test_what_is_written_is_read_back(attributes):
    assert read(written(attributes)) == attributes


@pytest.mark.parametrize("line", ["age", "=4", 'a="b', "a=1 b", 'a="b"c'])
def test_what_is_no_pair_is_refused(line):
    with pytest.raises(UsageError, match="name=value"):
        read(line)
