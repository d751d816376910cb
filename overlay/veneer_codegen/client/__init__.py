"""Write the public client of a contract: namespaces from tags, methods from operations.

Both flavours come from one template.

    openapi/NAME.yaml + facades/NAME.toml ─▶ plan (values) ─▶ templates ─▶ generated/…/NAME/client/, api.toml

The rules are in `plan.py`. The facade's data (`facade.py`) adds what no rule can know. Anything
more than an operation is a method of a hand-written subclass.
"""
