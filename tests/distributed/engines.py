"""Runs the examples of examples/distributed on real engines: engines.py INKBIND FOLDER [NAME…]

Each engine makes a small library in shards. Under Dask, Ray and GNU parallel a worker is killed
when some books are done; at the end every book must be there exactly once, with the bytes of a
batch on one machine.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "distributed"
BOOKS = 24
SHARDS = 6
# Long enough for a loaded machine; a hang is a failure, not a wait.
PATIENCE_SECONDS = 240


class Bench:
    """A library, the books that one machine makes of it, and room for the engines."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        shutil.rmtree(folder, ignore_errors=True)
        self.library = folder / "library"
        self.library.mkdir(parents=True)
        text = (ROOT / "examples/tide-clock/tide-clock.txt").read_text()
        for i in range(BOOKS):
            (self.library / f"work {i}.txt").write_text(f"{text}\nThe copy numbered {i} ends here.\n")
        self.env = {**os.environ, "INKBIND": str(program), "SOURCE_DATE_EPOCH": "1700000000"}
        self.env["PYTHONPATH"] = str(EXAMPLES)
        self.run("batch", self.library, "-o", folder / "whole", "-q")
        self.whole = books(folder / "whole")
        assert len(self.whole) == 2 * BOOKS, f"{len(self.whole)} files of {BOOKS} books"

    def run(self, *arguments):
        subprocess.run([self.program, *map(str, arguments)], env=self.env, check=True)

    def out(self, name):
        return self.folder / name

    def start(self, *command, **more):
        """A process in a group of its own, so that it can be killed with all it has begun."""
        log = open(self.folder / f"{len(list(self.folder.glob('*.log')))}.log", "w")
        command = list(map(str, command))
        return subprocess.Popen(
            command, env=self.env, stdout=log, stderr=log, start_new_session=True, **more
        )

    def when_some_are_done(self, out, process):
        """Waits until three books are in the journals, and not all of them."""
        wait_for(lambda: done(out) >= 3 or process.poll() is not None, "the first books")
        assert done(out) < BOOKS and process.poll() is None, "it was over before a worker was killed"

    def is_whole(self, out):
        lines = (out / ".inkbind/journal.jsonl").read_text().splitlines()
        entries = [json.loads(line) for line in lines]
        inputs = sorted(entry["input"] for entry in entries)
        assert inputs == sorted(str(p) for p in self.library.iterdir()), "each book exactly once"
        assert all(entry["outcome"] != "failed" for entry in entries), "no book failed"
        assert books(out) == self.whole, "the bytes of a batch on one machine"
        assert not list((out / ".inkbind").glob("journal-*")), "the shards' journals are put into one"


def books(out):
    files = (p for p in out.rglob("*") if p.is_file() and p.suffix in (".epub", ".pdf"))
    return {str(p.relative_to(out)): p.read_bytes() for p in files if ".inkbind" not in p.parts}


def done(out):
    journals = (out / ".inkbind").glob("journal*.jsonl")
    return sum(journal.read_bytes().count(b"\n") for journal in journals)


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited too long for {what}"
        time.sleep(0.05)


def end(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def dask(bench):
    """A machine is lost: the worker and all it has begun."""
    out, address = bench.out("dask"), "tcp://127.0.0.1:18786"
    python = [sys.executable, "-m"]
    scheduler = bench.start(
        *python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 18786, "--no-dashboard"
    )
    worker = [*python, "distributed.cli.dask_worker", address, "--nthreads", 1, "--no-nanny", "--no-dashboard"]
    workers = [bench.start(*worker), bench.start(*worker)]
    try:
        batch = bench.start(sys.executable, EXAMPLES / "dask_batch.py", address, bench.library, out, SHARDS)
        bench.when_some_are_done(out, batch)
        os.killpg(workers[0].pid, signal.SIGKILL)
        assert batch.wait(PATIENCE_SECONDS) == 0, "dask_batch.py failed"
        bench.is_whole(out)
    finally:
        for process in [*workers, scheduler]:
            end(process)


def ray(bench):
    """A node is lost, with the processes that it has begun."""
    from ray.cluster_utils import Cluster

    out = bench.out("ray")
    os.environ.update(bench.env)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    lost = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    try:
        batch = bench.start(
            sys.executable, EXAMPLES / "ray_batch.py", cluster.address, bench.library, out, SHARDS
        )
        bench.when_some_are_done(out, batch)
        cluster.remove_node(lost, allow_graceful=False)
        assert batch.wait(PATIENCE_SECONDS) == 0, "ray_batch.py failed"
        bench.is_whole(out)
    finally:
        cluster.shutdown()


def parallel(bench):
    """A shard's process is killed: GNU parallel begins it again."""
    out, hosts = bench.out("paral'lel"), bench.folder / "hosts"
    hosts.write_text("2/:\n")
    batch = bench.start("sh", EXAMPLES / "parallel.sh", bench.library, out, hosts, SHARDS)
    try:
        bench.when_some_are_done(out, batch)
        os.kill(a_shard_of(out), signal.SIGKILL)
        assert batch.wait(PATIENCE_SECONDS) == 0, "parallel.sh failed"
        bench.is_whole(out)
    finally:
        end(batch)


def a_shard_of(out):
    """The process of a batch that writes to `out`."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if str(out) in words and "--shard" in words and "--worker" not in words:
            return int(process.name)
    raise AssertionError("no shard is at work")


def slurm(bench):
    """Each task of the array as Slurm begins it."""
    out, script = bench.out("slurm"), EXAMPLES / "slurm.sh"
    for task in range(1, SHARDS + 1):
        variables = {
            "SLURM_ARRAY_TASK_ID": str(task),
            "SLURM_ARRAY_TASK_COUNT": str(SHARDS),
            "SLURM_CPUS_PER_TASK": "2",
        }
        subprocess.run(["sh", script, bench.library, out], env={**bench.env, **variables}, check=True)
    bench.run("batch", "--merge", "-o", out, "-q")
    bench.is_whole(out)


def kubernetes(bench):
    """The Job is held against the published schema; each of its pods is run as a shell would."""
    import kubernetes_validate

    out, path = bench.out("kubernetes"), EXAMPLES / "kubernetes.yaml"
    job = yaml.safe_load(path.read_text())
    kubernetes_validate.validate(job, kubernetes_validate.latest_version(), strict=True)
    spec = job["spec"]
    container = spec["template"]["spec"]["containers"][0]
    [line] = container["args"]
    line = line.replace("/books/library", '"$LIBRARY"').replace("/books/out", '"$OUT"')
    line = line.replace("inkbind", '"$INKBIND"', 1)
    for index in range(spec["completions"]):
        variables = {"JOB_COMPLETION_INDEX": str(index), "LIBRARY": str(bench.library), "OUT": str(out)}
        subprocess.run([*container["command"], line], env={**bench.env, **variables}, check=True)
    bench.run("batch", "--merge", "-o", out, "-q")
    bench.is_whole(out)


def scripts(_):
    """The shell scripts of the examples are sound."""
    files = [*EXAMPLES.parent.glob("*.sh"), *EXAMPLES.glob("*.sh")]
    assert len(files) >= 5, f"{len(files)} scripts"
    subprocess.run(["shellcheck", *files], check=True)


ENGINES = {f.__name__: f for f in (scripts, kubernetes, slurm, parallel, dask, ray)}


def main(program, folder, *names):
    bench = Bench(pathlib.Path(program).resolve(), pathlib.Path(folder).resolve())
    failed = 0
    for name in names or ENGINES:
        start = time.monotonic()
        try:
            ENGINES[name](bench)
            said = "ok"
        except (AssertionError, OSError, subprocess.SubprocessError, ValueError) as error:
            failed += 1
            said = f"FAILED: {error}"
        print(f"{name}: {said} ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"{len(names or ENGINES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
