"""Apps: what is installed, what each may do, and whether a picture message gets out."""

# ruff: noqa: D417  (the database is no argument that a caller gives)

from __future__ import annotations

import msgspec

from interplay.domains.telecom.rows import App, AppName, Permissions, TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import around_of, phone_of, set_phone, with_bar
from interplay.domains.telecom.tools.phone.signal import can_send_mms as sends
from interplay.engine.errors import Refusal
from interplay.engine.tools import Guidance, tool

PERMISSIONS: tuple[str, ...] = Permissions.__struct_fields__


@tool(
    guidance=Guidance(
        ask="Please tell me which apps are installed.",
        cues=(("apps", "applications"), ("installed", "list", "which")),
        report="These are installed: {result}",
    )
)
def check_installed_apps(db: TelecomDatabase) -> str:
    """List the apps on the phone.

    Returns:
        Their names.

    Source: our own.
    """
    return f"Installed apps: {', '.join(phone_of(db).app_statuses) or 'none'}."


@tool(
    guidance=Guidance(
        ask="Please check the status of the {app_name} app.",
        cues=(("app", "application"), ("status",)),
    )
)
def check_app_status(db: TelecomDatabase, app_name: AppName) -> str:
    """See how an app is set.

    Args:
        app_name: as check_installed_apps lists it.

    Returns:
        That it is there, and what it may and may not do.

    Raises:
        Refusal: app_unknown.

    Source: our own.
    """
    app = _app(db, app_name)
    return f"App {app_name!r} is installed. {_allowed(app)}"


@tool(
    guidance=Guidance(
        ask="Please check which permissions the {app_name} app has.",
        cues=(("permission", "permissions"), ("check", "which", "look", "tell")),
    )
)
def check_app_permissions(db: TelecomDatabase, app_name: AppName) -> str:
    """See what an app may do.

    Args:
        app_name: as check_installed_apps lists it.

    Returns:
        The permissions that it has, and those that it has not.

    Raises:
        Refusal: app_unknown.

    Source: our own.
    """
    return _allowed(_app(db, app_name))


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please grant the {app_name} app the {permission} permission.",
        cues=(("permission", "permissions", "access"), ("grant", "give", "allow")),
    ),
)
def grant_app_permission(db: TelecomDatabase, app_name: AppName, permission: str) -> str:
    """Allow an app something.

    Args:
        app_name: as check_installed_apps lists it.
        permission: "sms", "storage", "phone" or "network".

    Returns:
        That it was granted, and the status bar.

    Raises:
        Refusal: app_unknown, permission_unknown.

    Source: recorded behaviour.
    """
    app = _app(db, app_name)
    if permission not in PERMISSIONS:
        raise Refusal(
            f"There is no permission {permission[:80]!r}; an app may be allowed {', '.join(PERMISSIONS)}.",
            code="permission_unknown",
        )
    phone = set_phone(db, app_statuses=with_permission(db, app, permission, granted=True))
    return with_bar(phone, f"Success. Permission '{permission}' granted to app '{app_name}'.")


@tool(
    guidance=Guidance(
        ask="Please try to send a picture message and tell me whether it goes out.",
        cues=(("mms", "picture message", "group message"), ("send", "try", "test")),
    )
)
def can_send_mms(db: TelecomDatabase) -> str:
    """Try whether the messaging app can send a picture message.

    Returns:
        Whether it can.

    Source: our own; what hinders it is recorded behaviour.
    """
    able = sends(phone_of(db), around_of(db))
    return f"Your messaging app {'can' if able else 'cannot'} send MMS messages."


def with_permission(db: TelecomDatabase, app: App, permission: str, *, granted: bool) -> dict[AppName, App]:
    """The phone's apps, with this one granted or denied something."""
    permissions = msgspec.structs.replace(app.permissions, **{permission: granted})
    changed = msgspec.structs.replace(app, permissions=permissions)
    return {**phone_of(db).app_statuses, app.app_name: changed}


def _app(db: TelecomDatabase, app_name: AppName) -> App:
    apps = phone_of(db).app_statuses
    if app_name not in apps:
        raise Refusal(
            f"There is no app {app_name[:80]!r} on the phone; there are: {', '.join(apps) or 'none'}.",
            code="app_unknown",
        )
    return apps[app_name]


def _allowed(app: App) -> str:
    has = [name for name in PERMISSIONS if getattr(app.permissions, name)]
    lacks = [name for name in PERMISSIONS if name not in has]
    return f"Allowed: {', '.join(has) or 'nothing'}. Not allowed: {', '.join(lacks) or 'nothing'}."
