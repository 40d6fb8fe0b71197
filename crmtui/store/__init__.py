"""The data layer: tables, connection, migrations, journal, search, backup. The only place with SQL."""
