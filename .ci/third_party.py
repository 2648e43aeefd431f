"""Lists what is built into the program: third_party.py [--check] writes docs/third-party.md, or says that it is stale."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "third-party.md"
HEAD = """# What is built in

The program is MIT OR Apache-2.0 and is shipped as one file. This is everything else inside of it: `.ci/third_party.py` writes this page from `Cargo.lock`, `fonts/` and the lists of patterns, and CI holds it against them.

## Fonts

Under the SIL Open Font License 1.1; each family stands with its licence in `fonts/`.

| family | copyright |
|---|---|
"""


def fonts():
    rows = []
    for licence in sorted((ROOT / "fonts").glob("*/OFL.txt")):
        first = next(line.strip() for line in licence.read_text().splitlines() if "opyright" in line)
        rows.append(f"| {licence.parent.name} | {first} |")
    return rows


def patterns():
    """What the lists of hyphenation patterns say of themselves."""
    rows = []
    for source in sorted((ROOT / "src" / "typeset" / "hyphen").glob("*.txt")):
        lines = [line.removeprefix("#").strip() for line in source.read_text().splitlines() if line.startswith("#")]
        rows.append(f"| {source.stem} | {' '.join(lines)} |")
    return rows


def crates():
    tree = subprocess.run(
        ["cargo", "tree", "--locked", "-e", "normal", "--target", "all", "--prefix", "none", "--format", "{p}|{l}|{r}"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    rows = set()
    for line in tree.stdout.splitlines():
        package, licence, source = line.removesuffix(" (*)").split("|")
        match = re.match(r"(\S+) v(\S+)", package)
        if match and match[1] != "inkbind":
            rows.add((match[1], match[2], licence, source.removesuffix(" (*)")))
    return [f"| {n} | {v} | {licence} | {source} |" for n, v, licence, source in sorted(rows)]


def main():
    text = HEAD + "\n".join(fonts())
    text += "\n\n## Hyphenation patterns\n\nOf English; those of other languages come with the crate hypher.\n\n"
    text += "| list | what it says of itself |\n|---|---|\n" + "\n".join(patterns())
    text += "\n\n## Crates\n\nAs published, unchanged. epub-builder is under the MPL-2.0, which asks that its source can be had: it can, at the place below.\n\n"
    text += "| crate | version | licence | source |\n|---|---|---|---|\n" + "\n".join(crates()) + "\n"
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        sys.exit("docs/third-party.md is stale: run .ci/third_party.py and commit what it writes")


if __name__ == "__main__":
    main()
