"""No statement's text depends on the number of rows that it stores."""

import ast

from tests.architecture.source import modules


def _inserts_compiled_anew(tree: ast.Module) -> list[int]:
    """Return the lines of `insert(...).values(rows)`: SQLAlchemy recompiles it with several rows for each execution.

    One row is passed by name, `.values(**row)`, or as a literal; for several there are `rows_into` and `insert_rows`.
    """
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sorted(
        node.lineno
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "values"
        and _is_insert(node.func.value)
        and not all(isinstance(row, ast.Dict | ast.DictComp) for row in node.args)
    )


def _is_insert(node: ast.expr) -> bool:
    name = node.func if isinstance(node, ast.Call) else node
    return (name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")) == "insert"


def test_no_insert_has_its_rows_in_its_text() -> None:
    found = {str(path): _inserts_compiled_anew(tree) for path, tree in modules().items()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_an_insert_with_its_rows_in_its_text_is_found() -> None:
    several = ["insert(Case).values(rows)", "pg.insert(Case).values([{'id': 1}])"]
    one = ["insert(Case).values(**row)", "insert(Case).values({'id': 1})", "update(Case).values(row)"]
    assert _inserts_compiled_anew(ast.parse("\n".join([*several, *one]))) == [1, 2]
