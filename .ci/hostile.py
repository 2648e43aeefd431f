#!/usr/bin/env python3
"""hostile.py FOLDER: writes the text and the settings of a book made to break an EPUB.

FOLDER/hostile.txt has bytes that are no text, control characters, lone surrogates, markup as words,
chapters by the hundred, a chapter of one paragraph of five million letters, right-to-left text, words
without end, notes, verse and scene breaks; FOLDER/hostile.book.toml has a title of 4,000 characters, and
markup and quotation marks in every value.
"""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

WORDS = "the ferry left north quay at six as it had every morning since bridge fell and nobody looked up".split()


def words(count: int, seed: int) -> str:
    """Words in an order that differs with the seed, as sentences."""
    out, state = [], seed * 2654435761 % 2**32 or 1
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        word = WORDS[(state >> 16) % len(WORDS)]
        out.append(word.capitalize() if i % 11 == 0 else word + ("." if i % 11 == 10 else ""))
    return " ".join(out) + ("" if out[-1].endswith(".") else ".")


text = bytearray(b"\xef\xbb\xbf")
chapter = 0


def heading(title: str = "") -> None:
    global chapter
    chapter += 1
    text.extend(f"\n\nChapter {chapter}{title}\n\n".encode())


def say(paragraph: str) -> None:
    text.extend(paragraph.encode() + b"\n\n")


heading(": <b>Bold</b> & \"Brazen\" <![CDATA[x]]>")
say("She wrote <script>alert('no')</script> on the wall, and &amp; &lt;br/&gt; ]]> under it -- -- twice.")
say("Control\x01 characters\x08 and\x1b[31m colours\x7f stand\x0b here\x0c too.")
text.extend(b"Lone \xed\xa0\x80 surrogates \xed\xb0\x80 and bytes \xff\xfe of nothing, caf\xe9.\n\n")
say("Invisible\u200b\u2060\ufeff\u00ad marks, \u202eturned\u202c round, and a\u0301\u0301\u0301 accents.")
heading(": 'Quotes' in \"Quotes\"")
say("\"'Tis 'the \"end\" of it,' he said.\" -- 'No,' said she... \"rock 'n' roll -- the '90s.\"")
say("\"She never closed this one, and 'nor this.")
heading()
say("שלום עולם, אמר הזקן.")
say("مرحبا بالعالم، قالت الريح 123 (abc) في الليل.")
say("He said שלום twice, then مرحبا, then went home.")
heading()
say("漢字かな交じり文は、行の終わりで折り返す。" * 40)
say("🙂👩‍👩‍👧‍👦 and 𒀀𒀁 and a letter of nobody: \U000f0000.")
heading()
say("One word of many letters: " + "a" * 20_000 + " and then on.")
say("A rule: " + "-" * 3_000 + " and stars " + "*" * 3_000 + ".")
heading()
say("Notes[1] that mean[2] something[9].")
say("[1] The first note -- with <markup>.")
say("[2] The second \"note\".")
say("    A verse that <stands> alone,\n    with \"quotes\" in each line,\n        and an indent & a sign.")
say("* * *")
say(words(200, 7))
heading(": The Long Paragraph")
say(words(1_000_000, 3))
while chapter < 400:
    heading()
    say(words(40, chapter))
(folder / "hostile.txt").write_bytes(bytes(text))

values = {
    "title": ("A <Tale> & \"Its\" 'Ends': " + " ".join(f"part {i}," for i in range(500)))[:4000],
    "subtitle": "<i>Sub</i> & \"title\"",
    "author": "O'Dowd, \"Red\" <red@example.org> & Sons",
    "publisher": "Press & <Sons> \"Ltd\"",
    "subjects": ["a & b", "<c>", "\"d\""],
    "description": "He said \"go\" & she went. <br/> ]]>",
    "rights": "(c) <nobody> & \"all\"",
    "series": "The <Long> & \"Short\"",
}
# What JSON writes for strings and lists of them, TOML reads.
settings = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
(folder / "hostile.book.toml").write_text("[book]\n" + settings)
