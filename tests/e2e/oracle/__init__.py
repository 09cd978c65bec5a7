"""The oracle (oracle.py): a job whose right answer is known, faults from a seed, and a comparison
of all that came out with a fold of what went in."""
