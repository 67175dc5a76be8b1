"""The house rules that a newcomer relies on: one-way imports, visible contracts, private names."""

import ast
import importlib
import inspect
import re
import types
from pathlib import Path

import pytest

import slt_course

PACKAGE = Path(slt_course.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
ROOT = PACKAGE.parent
USERS = "tests", "benchmarks", "tools"
PUBLIC = [n for n in slt_course.__all__ if inspect.ismodule(getattr(slt_course, n))] + ["devices"]


def module_name(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): ast.parse(path.read_text()) for path in FILES}


def imports(name):
    """Modules of the package that a module imports anywhere, but for annotations alone."""
    tree, found = MODULES[name], set()
    package = (
        name if (PACKAGE.parent / name.replace(".", "/")).is_dir() else name.rpartition(".")[0]
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            base += f".{node.module}" if node.module else ""
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.add(whole if whole in MODULES else base)
    return found - {name}


def test_no_import_circle():
    left = {name: imports(name) & set(MODULES) for name in MODULES}
    while free := [name for name, needed in left.items() if not needed & set(left)]:
        for name in free:
            del left[name]
    assert not left


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_exported_is_typed_and_documented(name):
    """Every argument and return of functions and methods that a package or module offers."""
    module = importlib.import_module(f"slt_course.{name}")
    missing = []
    for function in offered(module):
        signature = inspect.signature(function)
        parts = [p for key, p in signature.parameters.items() if key not in ("self", "cls")]
        bare = [p.name for p in parts if p.annotation is inspect.Parameter.empty]
        if bare or signature.return_annotation is inspect.Signature.empty:
            missing.append((function.__qualname__, bare or "return"))
        if not inspect.getdoc(function):
            missing.append((function.__qualname__, "no docstring"))
    assert not missing


def offered(module):
    """The functions, and public methods of classes, that a module offers."""
    names = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
    for thing in (getattr(module, name) for name in names):
        own = getattr(thing, "__module__", "").startswith("slt_course")
        if own and isinstance(thing, types.FunctionType):
            yield thing
        elif own and inspect.isclass(thing):
            for key, value in vars(thing).items():
                function = getattr(value, "fget", value)
                if not key.startswith("_") and isinstance(function, types.FunctionType):
                    yield function


def test_one_verb_for_argument_checks():
    names = {
        node.name
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert not [n for n in names if n.startswith(("refuse", "_refuse", "validate", "ensure"))]


def test_names_used_in_one_file_only_are_private():
    """Constants, functions and classes that no other file mentions begin with an underscore.

    In a lesson's checks everything but EXERCISES is private anyway.
    """
    mentioned = {name: words(path) for name, path in zip(MODULES, FILES)}
    mentioned |= {path: words(path) for folder in USERS for path in (ROOT / folder).rglob("*.py")}
    wrong = []
    for name, tree in MODULES.items():
        if ".lesson_" in name:
            continue
        others = set().union(*(words for other, words in mentioned.items() if other != name))
        public = getattr(importlib.import_module(name), "__all__", ())
        for own in top_level(tree):
            if not own.startswith("_") and own not in others and own not in public:
                wrong.append(f"{name}.{own}")
    assert not wrong


def words(path):
    """All names, and words of short strings, in a file."""
    tree = ast.parse(path.read_text())
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 120:
            found |= set(re.findall(r"\w+", node.value))
    return found


def top_level(tree):
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (
                n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)
            )
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id
