"""What is left of the dead letters of a topic, by rules of this file's own (DESIGN 3.9)."""

ERRORS = "__streamworker.errors."
MARKER = "__streamworker.marker."
REPLAYED = "__streamworker.replayed."
IDENTITY = ("topic", "partition", "offset", "step", "pipeline", "sink")


def letters_left(messages):
    """{(topic, partition, offset, step, pipeline, sink): message} of what no marker voided and
    nobody replayed; `messages` in the order of their offsets."""
    left, replayed = {}, set()
    for message in messages:
        headers = dict(message.headers() or [])

        def place(prefix, *names, headers=headers):
            return tuple(int(text) if name in ("partition", "offset") else text for name in names
                         for text in [(headers.get(prefix + name) or b"").decode()])

        if ERRORS + "topic" in headers:
            identity = place(ERRORS, *IDENTITY)
            if identity not in replayed:
                left.setdefault(identity, message)
        elif MARKER + "topic" in headers:
            topic, partition, pipeline, sink, step = place(
                MARKER, "topic", "partition", "pipeline", "sink", "step")
            start = int(headers[MARKER + "start"])
            for identity in [one for one in {*left, *replayed}
                             if one[:2] == (topic, partition) and one[2] >= start
                             and (one[4:] == (pipeline, sink) and step in ("", one[3])
                                  if pipeline else one[3] == "decode")]:
                left.pop(identity, None)
                replayed.discard(identity)
        else:
            identity = place(REPLAYED, *IDENTITY)
            replayed.add(identity)
            left.pop(identity, None)
    return left
