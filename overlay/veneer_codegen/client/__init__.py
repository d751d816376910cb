"""Write the public client of a contract: a namespace for each tag, a method for each operation, threads and tasks from one template.

    openapi/NAME.yaml + facades/NAME.toml ─▶ plan (values) ─▶ templates ─▶ generated/…/NAME/client/, api.toml

Rules come first (`plan.py`), the facade's data says what they cannot know (`facade.py`), and what is more than an operation is a
subclass, written by hand somewhere else.
"""
