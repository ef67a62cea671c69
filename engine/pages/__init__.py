"""Pages: what the viewer and the report are written with: templates, filters, and one style for both.

Everything that stands in a run was written by people and models who may mean harm. Templates are escaped without
exception, and characters that a browser would obey (a change of writing direction, a space of no width) are spelled
out where they stand. The pages work without a script, on paper, with a keyboard, and read aloud.

    environment   the templates' environment: `environment(view="interplay.engine.view")`
    filters       how values of a run are shown: `inert`, `inert_line`, `json_pretty`, `plural`, ...
    wording       how outcomes, endings and marks are called
    static        the style sheets: `stylesheet("style.css")`

A template takes what it shows from `conversation.html`, `blueprint.html` or `outcome.html`:

    {% from "conversation.html" import conversation, state, outcome %}
    {{ conversation(inspection, prefix="", level=2) }}
"""

from interplay.engine.pages.environment import environment, stylesheet

__all__ = ["environment", "stylesheet"]
