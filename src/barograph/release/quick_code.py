"""Templates as quicker Python than Jinja2 writes by itself. What they mean and what they print stays the same.

Most of the time of a page goes into things that Jinja2 does for everybody's sake and that we do not need: every value
printed becomes a ``Markup`` of its own, every call is searched for functions that want the context, an attribute may
turn out to be an item, and the names that all templates know are looked up in several places. Jinja2 has places for a
code generator and for names of one's own (``Environment.code_generator_class`` and ``make_globals``); ours leave all of
that out. Only a site's own templates may still write an item as an attribute, and ask whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.utils import missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # it has no public name

TEMPLATES = Path(str(files("barograph"))) / "templates"
"""Those that come with Barograph."""
VERSION = 2
"""Raised when the code that is written changes, so that no template compiled before is used any more."""


def printed(value: object) -> str:
    """What a template prints of a value: the same characters as ``escape`` gives."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)  # type: ignore[arg-type]  # what ``escape`` calls to make a ``Markup`` of it
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


def call(function: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """Call what a template calls. No function of ours asks for the context, and a macro does without."""
    return function(*values, **named)


class QuickCode(CodeGenerator):
    """Writes the Python of a template with ``printed`` and ``call``."""

    @cached_property
    def _is_ours(self) -> bool:
        """Whether the template came with Barograph, and not from a site's own folder."""
        return Path(self.filename or "").is_relative_to(TEMPLATES)

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 (Jinja2's name)
        """Make the two known, then go on as usual."""
        self.writeline(f"from {__name__} import call, printed")
        super().visit_Template(node, frame)

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        """A line of Python. Blocks and parents are handed on whole, not piece by piece through every level above."""
        inner = x.removeprefix("yield from ")
        super().writeline(x if inner == x else f"yield concat({inner})", node, extra)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """A call, straight to the function where that is plain."""
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs or forward_caller)
        self.write("" if plain else "call(")
        self.visit(node.node, frame)
        if plain:
            self.write("(")
            for value in node.args:
                self.visit(value, frame)
                self.write(", ")
            self.write(")")
            return
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """An attribute. Ours write ``a.b`` for nothing else; in a site's own it may be an item, or not be there."""
        if not self._is_ours:
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """An item, and in ours never an attribute."""
        if not self._is_ours or isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(")[")
        self.visit(node.arg, frame)
        self.write("]")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """What stands before a value that is printed."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("printed(")


class PageContext(Context):
    """The names that a template knows while a page is rendered."""

    def resolve_or_missing(self, key: str) -> Any:
        """As Jinja2 has it, in half the steps: a page asks for dozens of names."""
        return self.vars[key] if key in self.vars else self.parent.get(key, missing)


class PageEnvironment(Environment):
    """An environment whose templates are compiled that way, and know the environment's names and no others."""

    code_generator_class = QuickCode
    context_class = PageContext

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.found: dict[str, Template] = {}

    def overlay(self, **options: Any) -> PageEnvironment:  # type: ignore[override]  # nobody gives its options by place
        """As Jinja2 has it. Its templates are others, for they know other names."""
        made = super().overlay(**options)
        made.found = {}
        return made

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        """As Jinja2 has it, but nobody looks whether the file is another one by now: each page asks for several."""
        if globals is not None or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self.found.get(name)
        if found is None:
            found = self.found[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names a template knows: a plain dictionary, which is copied for every page, not a ``ChainMap``."""
        return {**self.globals, **d} if d else self.globals
