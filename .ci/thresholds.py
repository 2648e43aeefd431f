"""Holds the scores of a bench run against what has been reached: thresholds.py RESULTS.

Chapters are pooled over the inputs of a shape, the rest are means over inputs that have the thing,
as in the scorer's own table.
"""

import json
import pathlib
import sys

# A little under what has been reached, by shape: (name, least) and (name, most).
EVERYWHERE = {"quote_acc": 0.998, "apos_acc": 0.997, "dash_acc": 0.995, "title_acc": 0.98}
LEAST = {
    "web-serial": EVERYWHERE | {"chap_F1": 0.99, "para_F1": 0.998, "scene_F1": 0.9, "emph_F1": 0.85},
    "pg": EVERYWHERE | {"chap_F1": 0.98, "para_F1": 0.997, "scene_F1": 0.98, "emph_F1": 0.98, "verse_F1": 0.75},
    "ocr": EVERYWHERE | {"chap_F1": 0.99, "para_F1": 0.995},
    "ao3": EVERYWHERE | {"chap_F1": 0.99, "para_F1": 0.998, "scene_F1": 0.98},
    "forum": EVERYWHERE | {"chap_F1": 0.99, "para_F1": 0.998},
    "manuscript": EVERYWHERE | {"chap_F1": 0.99, "para_F1": 0.94, "scene_F1": 0.98},
}
MOST = {
    "web-serial": {"loss_per_10k": 0.5, "inv_per_10k": 2, "leak_words": 0},
    "pg": {"loss_per_10k": 1, "inv_per_10k": 2, "leak_words": 10},
    "ocr": {"loss_per_10k": 0.5, "inv_per_10k": 2, "leak_words": 6},
    "ao3": {"loss_per_10k": 0.5, "inv_per_10k": 2, "leak_words": 6},
    "forum": {"loss_per_10k": 0.5, "inv_per_10k": 3, "leak_words": 2},
    "manuscript": {"loss_per_10k": 0.5, "inv_per_10k": 2, "leak_words": 2},
}
INPUTS = {"web-serial": 4, "pg": 9, "ocr": 3, "ao3": 3, "forum": 2, "manuscript": 2}


def pooled(results, key):
    if key == "chap_F1":
        tp, fp, fn = (sum(r["chap_" + k] for r in results) for k in ("tp", "fp", "fn"))
        return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None
    values = [r[key] for r in results if r.get(key) is not None]
    return sum(values) / len(values) if values else None


def main(folder):
    bad = []
    for shape, count in INPUTS.items():
        files = sorted(pathlib.Path(folder).glob(f"*.{shape}.json"))
        results = [json.loads(f.read_text()) for f in files]
        if len(results) != count:
            bad.append(f"{shape}: {len(results)} of {count} inputs were scored")
        for key, least in LEAST[shape].items():
            value = pooled(results, key)
            if value is None or value < least:
                bad.append(f"{shape}: {key} is {value}, at least {least} is wanted")
        for key, most in MOST[shape].items():
            value = pooled(results, key)
            if value is None or value > most:
                bad.append(f"{shape}: {key} is {value}, at most {most} is wanted")
    print("\n".join(bad) or "all scores hold")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
