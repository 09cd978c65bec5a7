"""A table as one worker answers for it over HTTP."""

import json


def table_rows(worker, table, limit=1000):
    """{key, or (key, start of the window): value} of all pages; None while a partition moves."""
    found, cursor = {}, None
    while True:
        path = f"/tables/{table}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        status, body = worker.get(path)
        if status != 200:
            return None
        page = json.loads(body)
        for row in page["rows"]:
            key = (row["key"], row["window"]["start"]) if "window" in row else row["key"]
            assert key not in found, f"{table} of {worker.name}: {key} is there twice"
            found[key] = row["value"]
        cursor = page["next"]
        if cursor is None:
            return found
