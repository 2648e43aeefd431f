"""Twice the input must not cost more than 2.3 times the work: doubling.py INKBIND [NAME…].

Each input is the worst that some pass or stage can be given. Work is CPU time of the whole program less
its start, the least of several runs. An input over the bound is measured again with more runs, then at twice and
four times the size: where a cache overflows once, the next doubling is sound; what grows with the square gets worse.
"""

import os
import subprocess
import sys
import tempfile

MOST = 2.3
# Seconds of work that an input should cost at its first size: less drowns in noise.
LEAST_WORK = 0.06


def chapters(n, text):
    return "".join(f"Chapter {i}\n\n{text}\n\n" for i in range(1, n + 1))


# name: (size, how to make it, what to run)
INSPECT, EPUB, PDF = ["inspect"], ["build", "--to", "epub", "-o", "OUT.epub"], ["build", "--to", "pdf", "-o", "OUT.pdf"]
CASES = {
    "a million quotation marks": (250_000, lambda n: "\" ' " * n, INSPECT),
    "opening quotation marks": (100_000, lambda n: "“" * n, INSPECT),
    "quotation marks one in another": (30_000, lambda n: "“‘" * n + "x", INSPECT),
    "quotation marks over paragraphs": (20_000, lambda n: "\"He said so\n\n" * n, INSPECT),
    "apostrophes": (40_000, lambda n: "'tis the boys' o' th' " * n, INSPECT),
    "one line of 50 MB": (1_600_000, lambda n: "word after word " * n, INSPECT),
    "one word": (1_000_000, lambda n: "abcdefghij" * (n // 10), INSPECT),
    "a hundred thousand headings": (50_000, lambda n: "".join(f"Chapter {i}\n\n" for i in range(n)), INSPECT),
    "chapters": (5_000, lambda n: chapters(n, "Text."), INSPECT),
    "contents": (3_000, lambda n: "CONTENTS\n\n" + "".join(f"Chapter {i}\n" for i in range(n)) + "\n\n" + chapters(n, "x"), INSPECT),
    "underscores": (100_000, lambda n: "_a " * n, INSPECT),
    "underscores in pairs": (50_000, lambda n: "_a_ " * n, INSPECT),
    "stars": (30_000, lambda n: "*a **b ***c " * n, INSPECT),
    "nested marks": (20_000, lambda n: "[quote]" * n + "x" + "[/quote]" * n, INSPECT),
    "nested tags": (20_000, lambda n: "<i><b>" * n + "x" + "</b></i>" * n, INSPECT),
    "open tags": (30_000, lambda n: "<i>a <b>b " * n, INSPECT),
    "combining marks": (300_000, lambda n: "a" + "\u0301" * n + " b", INSPECT),
    "zero-width characters": (50_000, lambda n: "a\u200b\u200d\u2060" * n, INSPECT),
    "dashes": (500_000, lambda n: "-" * n, INSPECT),
    "dots": (500_000, lambda n: "." * n, INSPECT),
    "blank lines": (1_000_000, lambda n: "a" + "\n" * n + "b", INSPECT),
    "spaces": (1_000_000, lambda n: "a" + " " * n + "b", INSPECT),
    "no-break spaces": (100_000, lambda n: "word\u00a0word " * n, INSPECT),
    "rules": (20_000, lambda n: "-----\n\n" * n, INSPECT),
    "notes": (2_000, lambda n: "".join(f"Text[{i}].\n\n[{i}] Note.\n\n" for i in range(n)), INSPECT),
    "notes inside of the text": (10_000, lambda n: "Text[Footnote: a note] " * n, INSPECT),
    "notes that never close": (10_000, lambda n: "Text[Footnote: a note " * n, INSPECT),
    "notes of one mark": (2_000, lambda n: "Text[1].\n\n[1] Another note.\n\n" * n, INSPECT),
    "references to one note": (30_000, lambda n: "Text[1] " * n + "\n\n[1] The note.\n", INSPECT),
    "code between backticks": (20_000, lambda n: "`a--b` c--d " * n, INSPECT),
    "lines that begin almost alike": (10_000, lambda n: "".join(f"  {i % 7}1-{i % 3}1{'ab:'[i % 3]}22 x\n{i}\n" for i in range(n)), INSPECT),
    "entities": (40_000, lambda n: "&amp;&#65;&#x110000;&nope; " * n, INSPECT),
    "mojibake": (60_000, lambda n: "Ã©â€œ " * n, INSPECT),
    "hyphens at line ends": (30_000, lambda n: "hyphen-\n" * n, INSPECT),
    "hard-wrapped lines": (10_000, lambda n: "some words of a line that is wrapped at its column, as in old\n" * n, INSPECT),
    "verse": (20_000, lambda n: "    a line of verse\n" * n, INSPECT),
    "page numbers": (10_000, lambda n: "".join(f"{i}\n\n" for i in range(n)), INSPECT),
    "running heads": (5_000, lambda n: "THE HOUSE 12\n\nSome text goes here.\n\n" * n, INSPECT),
    "licences": (5_000, lambda n: "*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n" * n, INSPECT),
    "letters": (3_000, lambda n: "Dear Sir,\n\nI write.\n\nYours truly,\nA. B.\n\n" * n, INSPECT),
    "carriage returns": (300_000, lambda n: "a\r" * n, INSPECT),
    "EPUB of one paragraph": (50_000, lambda n: "word after word " * n, EPUB),
    "EPUB of many paragraphs": (20_000, lambda n: "A paragraph.\n\n" * n, EPUB),
    "EPUB of many chapters": (1_000, lambda n: chapters(n, "Text."), EPUB),
    "EPUB of emphasis": (20_000, lambda n: "_a_ b " * n, EPUB),
    "PDF of one paragraph": (10_000, lambda n: "word after word " * n, PDF),
    "PDF of one word": (30_000, lambda n: "abcdefghij" * (n // 10), PDF),
    "PDF of one word in two styles": (3_000, lambda n: "[i]ab[/i]cd" * n, PDF),
    "PDF of ideographs": (10_000, lambda n: "界" * n, PDF),
    "PDF of dots": (50_000, lambda n: "." * n, PDF),
    "EPUB of one word": (500_000, lambda n: "abcdefghij" * (n // 10), EPUB),
    "PDF of many paragraphs": (10_000, lambda n: "A paragraph of a few words.\n\n" * n, PDF),
    "PDF of many chapters": (400, lambda n: chapters(n, "Text."), PDF),
    "PDF of combining marks": (20_000, lambda n: "a" + "\u0301" * n + " b", PDF),
    "PDF of letters no font has": (10_000, lambda n: "\ue000 " * n, PDF),
    "PDF of notes inside of one paragraph": (2_000, lambda n: "Text[Footnote: a note] " * n, PDF),
    "PDF of notes": (500, lambda n: "".join(f"Text[{i}].\n\n[{i}] Note.\n\n" for i in range(n)), PDF),
}


def work(inkbind, command, folder, text, runs):
    path = os.path.join(folder, "text.txt")
    with open(path, "w", newline="") as out:
        out.write(text)
    words = [os.path.join(folder, w) if w.startswith("OUT") else w for w in command]
    least = None
    for _ in range(runs):
        child = subprocess.Popen([inkbind, words[0], path, *words[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            raise SystemExit(f"{' '.join(command)} ended with {status}: {said[:300]}")
        spent = usage.ru_utime + usage.ru_stime
        least = spent if least is None else min(least, spent)
    return least


def main(inkbind, names):
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        idle = work(inkbind, INSPECT, folder, "Text.\n", 5)
        for name, (size, make, command) in CASES.items():
            if names and name not in names:
                continue
            first = work(inkbind, command, folder, make(size), 1) - idle
            while first < LEAST_WORK and size < 8_000_000:
                size *= 2
                first = work(inkbind, command, folder, make(size), 1) - idle
            for runs, times in ((1, 1), (5, 1), (5, 2), (5, 2), (9, 1)):
                size *= times
                texts = (make(size), make(2 * size))
                # In turns, so that both meet the same machine.
                rounds = [[work(inkbind, command, folder, text, 1) for text in texts] for _ in range(runs)]
                small, large = (max(min(spent) - idle, 1e-4) for spent in zip(*rounds))
                if large / small <= MOST:
                    break
            line = f"{name}: {size}: {small * 1000:.0f} ms, doubled {large * 1000:.0f} ms, {large / small:.2f} times"
            print(line, flush=True)
            if large / small > MOST:
                bad.append(line)
    print("\n".join(["too much:"] + bad) if bad else f"no input costs more than {MOST} times when it is doubled")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
