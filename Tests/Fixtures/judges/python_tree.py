"""Prints what Python itself reads in files: statements, calls, strings and imports with their lines, a file after another."""

import ast
import sys


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        value = dotted(node.value)
        return value and f"{value}.{node.attr}"
    return None


KINDS = {
    "AsyncFunctionDef": "FunctionDef", "AsyncFor": "For", "AsyncWith": "With", "TryStar": "Try", "ImportFrom": "Import",
    "AnnAssign": "Assign", "Pass": "Keyword", "Break": "Keyword", "Continue": "Keyword", "Global": "Keyword",
    "Nonlocal": "Keyword", "Delete": "Keyword",
}


class Items(ast.NodeVisitor):
    def __init__(self, lines):
        self.lines, self.items = lines, []

    def add(self, *words):
        self.items.append(" ".join(str(word) for word in words))

    def visit(self, node):
        if isinstance(node, ast.stmt):
            kind = type(node).__name__
            is_elif = kind == "If" and self.lines[node.lineno - 1][node.col_offset:].startswith("elif")
            if not is_elif:
                self.add("S", node.lineno, KINDS.get(kind, kind))
        super().visit(node)

    def visit_Call(self, node):
        names = ",".join(keyword.arg or "**" for keyword in node.keywords)
        self.add("C", node.lineno, dotted(node.func) or "?", len(node.args), names)
        self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.add("T", node.lineno, node.value.encode().hex()[:80], len(node.value.encode()))

    def visit_Import(self, node):
        for name in node.names:
            self.add("I", name.name, "", name.asname or name.name.split(".")[0])

    def visit_ImportFrom(self, node):
        for name in node.names:
            bound = "" if name.name == "*" else name.asname or name.name
            self.add("I", "." * node.level + (node.module or ""), name.name, bound)

    def visit_FunctionDef(self, node):
        for part in node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d] + node.body:
            self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        for part in node.args.defaults + [d for d in node.args.kw_defaults if d] + [node.body]:
            self.visit(part)

    def visit_Subscript(self, node):
        self.visit(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not any(isinstance(part, ast.Slice) for part in inner):
            self.visit(node.slice)

    def skip(self, node):
        pass

    def visit_JoinedStr(self, node):
        if all(isinstance(part, ast.Constant) for part in node.values):
            text = "".join(part.value for part in node.values)
            self.add("T", node.lineno, text.encode().hex()[:80], len(text.encode()))

    visit_Delete = visit_Global = visit_Nonlocal = visit_match_case = skip

    def visit_Raise(self, node):
        if node.exc:
            self.visit(node.exc)

    def visit_Assert(self, node):
        self.visit(node.test)

    def visit_Match(self, node):
        self.visit(node.subject)
        for case in node.cases:
            for part in case.body:
                self.visit(part)

    def visit_With(self, node):
        for item in node.items:
            self.visit(item.context_expr)
        for part in node.body:
            self.visit(part)

    visit_AsyncWith = visit_With

    def visit_comprehension(self, node):
        self.visit(node.iter)
        for part in node.ifs:
            self.visit(part)


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    visitor = Items(text.split("\n"))
    visitor.visit(ast.parse(text))
    print("F", path)
    for item in sorted(visitor.items):
        print(item)
