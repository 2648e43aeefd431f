"""Runs Inkbind and its peers on the same work, in turns, and writes the table of docs/performance.md.

    benches/peers.py [--inkbind PROGRAM] [--rounds N] [--text FILE] [--write]

Work is CPU time, of the program and of all that it starts; memory is the most that it held. Each round runs every
program once, one after the other, so that all meet the same machine; the ratio is the middle of the ratios of the
rounds. Peers that are not installed are left out and named. Without --text, the work is made of the shipped examples.
"""

import argparse
import importlib.util
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
MARK = "<!-- the table: benches/peers.py writes it -->"
WORDS = 65_000
# A novel of that length uses about so many.
VOCABULARY = 7_000
GNU_TIME = "/usr/bin/time"


def vocabulary(dice):
    """Words that nobody has heard, as many as a novel uses; the first ones are the common ones, by Zipf's law."""
    onsets = "b br c ch d dr f fl g gr h j k l m n p pl qu r s sh st t th tr v w".split()
    ends = "ack ail ain aler anding ape arden ation ave eam ell ement ening ently er ering est ibly iding ight imple ing inge ish oke oning ord ound ower uring ust".split()
    middles = ["", "", "a", "e", "i", "o", "er", "in", "ol", "an"]
    words = sorted({dice.choice(onsets) + m + dice.choice(ends) for m in middles for _ in range(VOCABULARY)})
    dice.shuffle(words)
    words = words[:VOCABULARY]
    return words, [1 / (rank + 8) for rank in range(len(words))]


def sample():
    """A work of WORDS words: the sentences of the examples, shuffled by a fixed seed, in chapters. Most of their
    longer words are exchanged for others, so that no sentence comes twice: a text that repeats itself is packed by
    `gzip` in half the time that it takes for a novel."""
    text = "\n\n".join(p.read_text(encoding="utf-8", errors="replace") for p in sorted(ROOT.glob("examples/*/*.txt")))
    sentences = [s for s in re.findall(r"[A-Z\"“][^.!?\n]{20,240}[.!?]+[\"”]?", text.replace("\r", ""))]
    dice = random.Random(1)
    words_there, weights = vocabulary(dice)
    exchange = lambda word: dice.choices(words_there, weights)[0] if dice.random() < 0.85 else word[0]
    fresh = lambda sentence: re.sub(r"(?<![\w'’])[a-z]{4,}(?![\w'’])", exchange, sentence)
    out, words, chapter = ["The Long Ferry", "by Ada Brook"], 0, 0
    while words < WORDS:
        if words >= chapter * 3000:
            chapter += 1
            out.append(f"CHAPTER {chapter}")
        paragraph = " ".join(fresh(dice.choice(sentences)) for _ in range(dice.randint(1, 6)))
        words += len(paragraph.split())
        out.append(paragraph)
    return "\n\n".join(out) + "\n"


def run(command, threads=None):
    """CPU seconds, and seconds on the wall."""
    env = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    if threads:
        env["RAYON_NUM_THREADS"] = str(threads)
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        sys.exit(f"{' '.join(map(str, command))} ended with {status}: {said[-400:]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start


def held(command):
    """The most memory in MB. GNU time starts the program: a child of this one would seem to hold what this one does."""
    if not os.path.exists(GNU_TIME):
        sys.exit(f"{GNU_TIME} is missing: install the package `time`")
    env = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    done = subprocess.run([GNU_TIME, "-f", "%M", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env)
    return int(done.stderr.split()[-1]) / 1024


def typst_source(text):
    """The work as a plain Typst document of the same page and type."""
    head = (
        '#set page(width: 6in, height: 9in, margin: (x: 0.75in, y: 0.8in))\n'
        '#set text(font: "EB Garamond", size: 11pt, lang: "en")\n#set par(justify: true, first-line-indent: 1em)\n\n'
    )
    body = re.sub(r"([\\#$*_`<>@=~\[\]])", r"\\\1", text)
    return head + re.sub(r"(?m)^CHAPTER (\d+)$", r"= Chapter \1", body)


def programs(inkbind, folder, text):
    """What is run: name, command, and None, or why it cannot be."""
    fonts = ROOT / "fonts"
    typst = (
        f"import typst; typst.compile('{folder}/typst.typ', output='{folder}/typst.pdf', font_paths=['{fonts}'])"
    )
    has_typst = importlib.util.find_spec("typst") is not None
    crowbook = f"{folder}/crowbook.book"
    all_of_them = [
        ("inkbind --version", [inkbind, "--version"], None),
        ("inkbind inspect", [inkbind, "inspect", text], None),
        ("inkbind, EPUB", [inkbind, "build", "-q", text, "--to", "epub", "-o", f"{folder}/a.epub"], None),
        ("inkbind, PDF", [inkbind, "build", "-q", text, "--to", "pdf", "-o", f"{folder}/a.pdf"], None),
        ("wc -w", ["wc", "-w", text], None),
        ("gzip -6", ["gzip", "-6", "-k", "-f", text], None),
        ("pandoc, EPUB", ["pandoc", "-f", "markdown", text, "-o", f"{folder}/p.epub"], shutil.which("pandoc")),
        ("typst, PDF", [sys.executable, "-c", typst], has_typst or None),
        ("crowbook, EPUB", ["crowbook", "-q", crowbook, "--to", "epub", "-o", f"{folder}/c.epub"], shutil.which("crowbook")),
    ]
    own = {"inkbind --version", "inkbind inspect", "inkbind, EPUB", "inkbind, PDF", "wc -w", "gzip -6"}
    return [(n, c) for n, c, there in all_of_them if n in own or there], [n for n, _, there in all_of_them if n not in own and not there]


def measure(inkbind, rounds, source):
    with tempfile.TemporaryDirectory() as folder:
        text = f"{folder}/work.txt"
        words = source.split()
        pathlib.Path(text).write_text(source, encoding="utf-8")
        pathlib.Path(f"{folder}/typst.typ").write_text(typst_source(source), encoding="utf-8")
        pathlib.Path(f"{folder}/crowbook.book").write_text(f"title: Work\nauthor: A\n+ {text}\n")
        sixteen = f"{folder}/sixteen.txt"
        pathlib.Path(sixteen).write_text(source * 16, encoding="utf-8")
        there, missing = programs(inkbind, folder, text)
        taken = {name: [] for name, _ in there}
        pairs = {
            to: [[inkbind, "build", "-q", which, "--to", to, "-o", f"{folder}/g.{to}"] for which in (text, sixteen)]
            for to in ("epub", "pdf")
        }
        grown = {to: [] for to in pairs}
        cores = []
        for turn in range(rounds):
            for name, command in there:
                taken[name].append(run(command))
            for to, commands in pairs.items():
                grown[to].append(run(commands[1])[0] / run(commands[0])[0])
            pdf = [inkbind, "build", "-q", text, "--to", "pdf", "-o", f"{folder}/t.pdf"]
            cores.append(run(pdf, 1)[1] / run(pdf, 2)[1])
            print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        memory = {name: held(command) for name, command in there}
        fatter = {to: held(commands[1]) / held(commands[0]) for to, commands in pairs.items()}
        return table(taken, memory, grown, fatter, cores, missing, len(words), len(source.encode()))


def table(taken, memory, grown, fatter, cores, missing, words, size):
    middle = statistics.median
    cpu = {name: middle(r[0] for r in runs) for name, runs in taken.items()}

    def ratio(a, b):
        return middle(x[0] / max(y[0], 1e-4) for x, y in zip(taken[a], taken[b]))

    lines = [
        f"{words:,} words, {size:,} bytes; {len(cores)} rounds; {os.cpu_count()} cores.", "",
        "| program | CPU, ms | memory, MB |", "|---|---|---|",
    ]
    lines += [f"| {name} | {cpu[name] * 1000:.1f} | {memory[name]:.1f} |" for name in taken]
    lines += ["", "| target | measured | bound | holds |", "|---|---|---|---|"]

    def target(what, value, bound, unit="×"):
        lines.append(f"| {what} | {value:.2f} {unit} | {bound:g} {unit} | {'yes' if value <= bound else 'no'} |")

    target("EPUB against `gzip -6`", ratio("inkbind, EPUB", "gzip -6"), 2)
    if "typst, PDF" in taken:
        target("PDF against Typst's plain one", ratio("inkbind, PDF", "typst, PDF"), 0.1)
        clock = middle(x[1] / y[0] for x, y in zip(taken["inkbind, PDF"], taken["typst, PDF"]))
        target("a PDF's time on the clock, against Typst's CPU time", clock, 0.1)
    if "pandoc, EPUB" in taken:
        target("EPUB against pandoc's", ratio("inkbind, EPUB", "pandoc, EPUB"), 1)
    if "crowbook, EPUB" in taken:
        target("EPUB against crowbook's", ratio("inkbind, EPUB", "crowbook, EPUB"), 1)
    target("start (`--version`)", cpu["inkbind --version"] * 1000, 3, "ms")
    target("`inspect`", cpu["inkbind inspect"] * 1000, cpu["wc -w"] * 1500 + 20, "ms")
    target("memory for an EPUB", memory["inkbind, EPUB"], 20, "MB")
    target("memory for a PDF", memory["inkbind, PDF"], 60, "MB")
    for to, ratios in grown.items():
        target(f"work of 16 novels against 1, {to.upper()}", middle(ratios), 17)
        target(f"memory of 16 novels against 1, {to.upper()}", fatter[to], 16)
    speedup = middle(cores)
    lines.append(f"| one PDF on 2 cores | {speedup:.2f} × as fast | at least 1.6 × | {'yes' if speedup >= 1.6 else 'no'} |")
    if missing:
        lines += ["", f"Not installed where this was measured: {', '.join(missing)}."]
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inkbind", default=str(ROOT / "target/release/inkbind"))
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--text")
    options.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    given = options.parse_args()
    source = pathlib.Path(given.text).read_text(encoding="utf-8") if given.text else sample()
    found = measure(given.inkbind, given.rounds, source)
    print(found)
    if given.write:
        head = PAGE.read_text().split(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n\n{found}\n")


if __name__ == "__main__":
    main()
