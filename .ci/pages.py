"""Holds the pages of typeset books against what has been reached: pages.py METRICS.json.

The metrics are those of the typographic judge, one entry a book.
"""

import json
import sys

# Most of each, in any book.
MOST = {
    "overfull": 0,
    "widows": 0,
    # The second line of a couplet at a page's foot counts as one: treasure-island has it.
    "orphans": 1,
    "hyph_recto_turn": 0,
    "short_bottom_pct": 0.5,
    "facing_dev_pct": 0.5,
    "off_grid_pct": 0.5,
    "ladder_max": 2,
    "stretch_mean": 1.06,
    "stretch_p95": 1.38,
    "stretch_p99": 1.58,
    "tight_pct": 1.8,
    "hyph_pct": 5.5,
    "contrast_gt0.5_pct": 1.2,
    "runts": 3,
    "straight_quotes": 0,
    "fonts_unembedded": 0,
}


def main(path):
    books = json.load(open(path))
    bad = [] if len(books) >= 2 else [f"{len(books)} books were measured, two are wanted"]
    for book in books:
        for key, most in MOST.items():
            value = book.get(key)
            if value is None or value > most:
                bad.append(f"{book['file']}: {key} is {value}, at most {most} is wanted")
    print("\n".join(bad) or "all pages hold")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
