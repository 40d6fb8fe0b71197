"""How many random bases a property is tried on: few by default, as many as RANDOM_BASES says for a thorough run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def few(usual: int) -> settings:
    """The settings of a property that is tried on `usual` random bases unless RANDOM_BASES names another number."""
    number = int(os.environ.get("RANDOM_BASES", usual))
    return settings(max_examples=number, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
