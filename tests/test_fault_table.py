"""`deploy/faults.md` says what is tested: its rows are those of the matrix, and the tests it names read what it quotes."""

import ast
import re
from pathlib import Path

import pytest
from matrix import MATRIX

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "deploy/faults.md").read_text(encoding="utf-8").partition("\n## Killed")[0]
ROWS = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in TABLE.splitlines() if line.startswith("| ")]
NAMED = [row for row in ROWS if "::" in row[-1]]


def test_each_row_of_the_matrix_is_in_the_table_in_its_own_words():
    heads = {row for row in ROWS if row[-1] in {"lost", "test"}}
    assert [row.cells() for row in MATRIX] == [row for row in ROWS if row not in heads and row not in NAMED]


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row[0])
def test_each_other_row_names_a_test_that_reads_what_it_quotes(row):
    path, _, name = row[-1].strip("`").partition("::")
    source = (ROOT / path).read_text(encoding="utf-8")
    found = {
        node.name: ast.get_source_segment(source, node) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
    }
    assert name in found
    assert [quoted for quoted in re.findall("“(.+?)”", " ".join(row)) if quoted not in found[name]] == []
