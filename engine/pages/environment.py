"""Environment: where templates come from and what they may rely on.

Escaping cannot be turned off: no filter hands a text of a run over as markup without having escaped it first. A
name that a template misspells is an error and no empty place.
"""

from __future__ import annotations

from importlib.resources import files

import jinja2

from interplay.engine.pages import filters, wording

PACKAGE = "interplay.engine.pages"


def environment(**packages: str) -> jinja2.Environment:
    """The templates of this package, and, under a prefix, those of others.

    Filters: see `filters.FILTERS` and `wording.FILTERS`; tests: `unset`, of a value that is not there.

    Args:
        packages: by prefix, the package that holds a folder `templates`: with `view="interplay.engine.view"`,
            "view/listing.html" is one of its templates.
    """
    own = jinja2.PackageLoader(PACKAGE)
    others = jinja2.PrefixLoader({prefix: jinja2.PackageLoader(package) for prefix, package in packages.items()})
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([own, others]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(filters.FILTERS)
    made.filters.update(wording.FILTERS)
    made.tests["unset"] = filters.is_unset
    made.globals |= {"LONG": filters.LONG, "MANY": filters.MANY}
    return made


def stylesheet(name: str) -> str:
    """The text of a style sheet.

    Args:
        name: "style.css" or "figures.css".

    Raises:
        FileNotFoundError: there is none of that name.
    """
    return files(PACKAGE).joinpath("static", name).read_text("utf-8")
