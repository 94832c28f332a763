"""SQL stores behind the storage ports: SQLite and Postgres, migrations, runs and their journal,
the effect ledger, people and keys."""
