"""Reports: one file a report with its definition, its query and its numbers; `registry` knows them all."""
