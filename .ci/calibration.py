"""Whether what says nine in ten is right nine times in ten: calibration.py INKBIND CORPUS.

Every decision that `inspect --json` names with a certainty is held against verified truth: headings, scene breaks,
verse, quotations set off, quotation marks and apostrophes, dashes, ellipses, emphasis. A decision is found again in
the truth by the letters around it; where they do not stand there once, or the two editions differ, it is not judged.
Fails where a band of at least 20 decisions is right less often than it claims, by more than chance (three standard
errors) and a point of a hundred.
"""

import bisect
import collections
import json
import math
import pathlib
import re
import subprocess
import sys

CONTEXT = 14
BANDS = [(0, 69), (70, 79), (80, 89), (90, 94), (95, 98), (99, 100)]
FAMILIES = {
    "S010": "heading", "S011": "heading", "S012": "heading",
    "S020": "scene break", "S021": "scene break", "S022": "scene break",
    "S030": "verse", "S031": "quotation set off",
    "Q010": "quotation mark", "Q011": "quotation mark",
    "Q020": "apostrophe", "Q021": "apostrophe",
    "T010": "dash", "T020": "ellipsis", "E010": "emphasis", "E011": "emphasis",
}
OPEN, CLOSE = "“‘„«‹", "”’»›"
LEAST = 20


def letters(text):
    return "".join(c for c in text.lower() if c.isalnum())


class Truth:
    """The letters of a work in order, and what stands between them."""

    def __init__(self, truth):
        self.edition = truth["mode"] == "edition"
        self.letters, self.gaps = [], [""]
        self.scenes, self.starts, self.headings = set(), set(), set()
        self.kind_of = []  # (first letter, kind)
        self.emphasis = set()
        for chapter in truth["chapters"]:
            for line in [*chapter["headings"], chapter["title"], chapter["toc_label"]]:
                self.headings.add(letters(line))
            first = len(self.letters)
            self.starts.add(first)
            for block in chapter["blocks"]:
                if block["kind"] == "scene_break":
                    self.scenes.add(len(self.letters))
                    continue
                self.kind_of.append((len(self.letters), block["kind"]))
                inside = {i for a, b, *_ in block.get("emph", []) for i in range(a, b)}
                for i, c in enumerate(block["text"]):
                    if c.isalnum():
                        for low in c.lower():
                            if low.isalnum():
                                if i in inside:
                                    self.emphasis.add(len(self.letters))
                                self.letters.append(low)
                                self.gaps.append("")
                    else:
                        self.gaps[-1] += c
                self.gaps[-1] += "\n"
        self.text = "".join(self.letters)
        self.firsts = [at for at, _ in self.kind_of]

    def once(self, before, after):
        """Index of the letter after the place between these, where that is one place."""
        pattern = before + after
        at = self.text.find(pattern)
        if len(pattern) < CONTEXT or at < 0 or self.text.find(pattern, at + 1) >= 0:
            return None
        return at + len(before)

    def kind(self, at):
        return self.kind_of[bisect.bisect_right(self.firsts, at) - 1][1]


def sided(message, gap):
    """Whether a mark was turned as the truth turns it; `None` where both stand in the gap."""
    opens, closes = any(c in gap for c in OPEN), any(c in gap for c in CLOSE)
    if opens == closes:
        return None
    return opens if " opens" in message or "goes on" in message else closes


def judged(finding, family, truth, source):
    """Right, wrong or not to be judged."""
    before = letters(finding["before"] or "")[-CONTEXT:]
    after = letters(finding["after"] or "")[:CONTEXT]
    start, end = finding["span"]
    said = letters(source[start:end].decode("utf-8", "replace"))
    if family == "heading":
        said = letters(re.sub(r"\[/?\w+\]", "", source[start:end].decode("utf-8", "replace")))
        if said in truth.headings or any(h and (said.endswith(h) or h.endswith(said)) for h in truth.headings):
            return True
        return any(truth.text.startswith(after, at) for at in truth.starts) if after else None
    if family in ("verse", "quotation set off"):
        wanted = {"verse": ("verse",), "quotation set off": ("quote", "verse", "table_row")}[family]
        votes = []
        for line in source[start:end].decode("utf-8", "replace").splitlines():
            line = letters(line)
            at = truth.text.find(line) if len(line) >= 8 else -1
            if at >= 0:
                votes.append(truth.kind(at) in wanted)
        return sum(votes) * 2 > len(votes) if votes else None
    if family == "emphasis":
        if truth.edition:
            return None
        at = truth.text.find(before + said + after) if said else -1
        if at < 0:
            return None
        return at + len(before) in truth.emphasis
    at = truth.once(before, after)
    if at is None:
        return None
    if family == "scene break":
        # An ornament that one edition has and the other has not was still printed as one.
        if finding["rule"] == "S020" and truth.edition:
            return None
        return (at in truth.scenes or at in truth.starts) != ("noise" in finding["message"])
    gap = truth.gaps[at]
    if family == "quotation mark":
        return sided(finding["message"], gap)
    return {"apostrophe": "’", "dash": "—", "ellipsis": "…"}[family] in gap


def main():
    inkbind, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    table = collections.defaultdict(lambda: [0, 0])
    wrong = collections.defaultdict(list)
    for path in sorted((corpus / "truth").glob("*.json")):
        truth = Truth(json.loads(path.read_text(encoding="utf-8")))
        raw = corpus / "raw" / f"{path.stem}.txt"
        seen = json.loads(subprocess.run([inkbind, "inspect", "--json", raw], check=True, capture_output=True).stdout)
        name = seen["encoding"]["name"] if isinstance(seen["encoding"], dict) else seen["encoding"]
        source = raw.read_bytes().decode(name.split()[0].rstrip(":;,"), "replace").lstrip("\ufeff")
        # Spans count bytes of the text with one kind of line end.
        source = source.replace("\r\n", "\n").replace("\r", "\n").encode()
        for finding in seen["findings"]:
            family = FAMILIES.get(finding["rule"])
            if family is None or not finding["span"]:
                continue
            right = judged(finding, family, truth, source)
            if right is None:
                continue
            band = next(b for b in BANDS if b[0] <= finding["certainty"] <= b[1])
            cell = table[family, band]
            cell[0] += right
            cell[1] += 1
            if not right:
                wrong[family, band].append((path.stem, finding))
    print("| decision | claimed, % | decisions | right, % |\n|---|---|---|---|")
    failed = []
    for (family, band), (right, all_of_them) in sorted(table.items()):
        share = right / all_of_them
        print(f"| {family} | {band[0]}–{band[1]} | {all_of_them} | {share * 100:.1f} |")
        claim = band[0] / 100
        chance = 3 * math.sqrt(claim * (1 - claim) / all_of_them) + 0.01
        if all_of_them >= LEAST and share < claim - chance:
            failed.append(f"{family}: {band[0]}–{band[1]} % claimed, {share * 100:.1f} % of {all_of_them} right")
    if "--wrong" in sys.argv:
        for (family, band), cases in sorted(wrong.items()):
            for stem, f in cases[:12]:
                print(f"{family} {band} {stem} {f['certainty']}: {f['message'][:60]} | {f['before'][-30:]!r} {(f['excerpt'] or '')[:40]!r} {f['after'][:30]!r}")
    print("\n".join(failed) or "what is claimed holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
