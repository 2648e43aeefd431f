"""One shard of a batch as a function, for any engine that runs Python on several machines.

An engine may run a shard again, elsewhere, when it loses a worker: the shard's journal then says
what is done already, and only the rest is made.
"""

import os
import subprocess
import time

PROGRAM = os.environ.get("INKBIND", "inkbind")

# What the program says while another process holds the same shard, and how long to wait then.
BUSY = "another batch is at work"
WAIT_SECONDS = 2

# Books that failed are in the journal with their reasons; the shard itself was done.
SOME_BOOKS_FAILED = 1


def run(library, out, index, shards, options=()):
    """Does shard `index` (from 1) of `shards`; true where every book of it was made."""
    command = [PROGRAM, "batch", library, "-o", out, "--resume", "-q"]
    command += ["--shard", f"{index}/{shards}", *options]
    while True:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if BUSY in done.stderr:
            # The engine gave an earlier try up whose process still works.
            time.sleep(WAIT_SECONDS)
            continue
        stopped = done.returncode not in (0, SOME_BOOKS_FAILED) or "error:" in done.stderr
        if stopped:
            raise RuntimeError(f"shard {index}/{shards} stopped ({done.returncode}): {done.stderr}")
        return done.returncode == 0


def merge(out):
    """Puts the shards' journals into one and writes the report; true where every book was made."""
    report = os.path.join(out, "report.html")
    done = subprocess.run([PROGRAM, "batch", "--merge", "-o", out, "--report", report])
    return done.returncode == 0
