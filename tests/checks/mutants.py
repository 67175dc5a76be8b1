"""Mutants of a function: its source with a single small change, as a slip of the pen makes it."""

import ast
import copy
import functools
import inspect
import textwrap

SWAPS = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div, ast.Mult), ast.Mod: (ast.FloorDiv,),
    ast.MatMult: (ast.Mult,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
PAIRS = (
    ("min", "max"),
    ("any", "all"),
    ("floor", "ceil"),
    ("minimum", "maximum"),
    ("argmin", "argmax"),
)
NAMES = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


def mutants(function):
    """Yield (description, function) for every single change of an operator, comparison, constant,
    text, index, sign, name of an opposite, or order of neighbouring arguments.

    The function's source must be at hand; what it calls stays as it is.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for changed, what in changes(tree):
        yield what, compiled(changed, function)


def changes(tree):
    """Yield copies of a syntax tree, each with one change, and the change in words."""
    for place, node in enumerate(ast.walk(tree)):
        for edit, what in edits(node):
            changed = copy.deepcopy(tree)
            edit(list(ast.walk(changed))[place])
            line = getattr(node, "lineno", "?")
            yield ast.fix_missing_locations(changed), f"line {line}: {what}"


def edits(node):
    """The (edit, words) that apply to a node."""
    for field in ("op", "ops"):
        value = getattr(node, field, None)
        for place, old in enumerate(value if isinstance(value, list) else [value]):
            for new in SWAPS.get(type(old), ()):
                edit = functools.partial(set_operator, field=field, place=place, new=new)
                yield edit, f"{type(old).__name__} -> {new.__name__}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
        yield lambda other: setattr(other, "op", ast.UAdd()), f"no {type(node.op).__name__}"
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        for value in [not node.value] if type(node.value) is bool else near(node.value):
            edit = functools.partial(setattr_of, name="value", value=value)
            yield edit, f"{node.value} -> {value}"
    if isinstance(node, ast.Constant) and type(node.value) is str:
        other = f"{node.value}x"
        yield functools.partial(setattr_of, name="value", value=other), f"{node.value[:20]} -> …x"
    for name in ("id", "attr"):
        opposite = NAMES.get(getattr(node, name, None))
        if opposite:
            yield functools.partial(setattr_of, name=name, value=opposite), f"-> {opposite}"
    if isinstance(node, ast.Call):
        for place in range(len(node.args) - 1):
            yield functools.partial(swap_arguments, place=place), f"arguments {place}, {place + 1}"


def near(number):
    return (number + 1, number - 1) if type(number) is int else (2 * number, number / 2, -number)


def setattr_of(node, name, value):
    setattr(node, name, value)


def set_operator(node, field, place, new):
    if field == "op":
        node.op = new()
    else:
        node.ops[place] = new()


def swap_arguments(node, place):
    node.args[place : place + 2] = node.args[place : place + 2][::-1]


def compiled(tree, function):
    """The function that the changed source defines, in the function's own module."""
    exec(compile(tree, "<mutant>", "exec"), dict(function.__globals__), made := {})
    return made[function.__name__]
