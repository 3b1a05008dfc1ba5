"""The only place that knows peewee: tables, migrations, and one repository a subject.

The repositories are modules of functions over the database that `database.open_store` opened; a process has one. Any
of them may be called inside `database.transaction()`, and each is a transaction of its own otherwise.
"""
