"""Where Java's default partitioner puts a key. Written from the algorithm, not from the worker."""

MASK = 0xFFFFFFFF


def murmur2(data):
    """Kafka's variant: seed 0x9747b28c, little-endian words, 32 bits."""
    multiplier = 0x5BD1E995
    value = (0x9747B28C ^ len(data)) & MASK
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at:at + 4], "little") * multiplier & MASK
        word = (word ^ word >> 24) * multiplier & MASK
        value = (value * multiplier & MASK) ^ word
    if whole < len(data):
        value ^= int.from_bytes(data[whole:], "little")
        value = value * multiplier & MASK
    value = (value ^ value >> 13) * multiplier & MASK
    return value ^ value >> 15


def java_partition(key, partitions):
    return (murmur2(key) & 0x7FFFFFFF) % partitions
