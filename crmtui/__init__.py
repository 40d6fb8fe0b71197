"""crmtui: a CRM without a face. What it knows, decides and reckons; the doors are `commands` and `screens`."""

__version__ = "0.1.0"
