"""A batch on a Dask cluster; all its workers see LIBRARY and OUT on a shared file system.

    pip install dask distributed
    dask scheduler                      # on one machine
    dask worker SCHEDULER --nthreads 1  # on each machine, once for each processor
    python dask_batch.py SCHEDULER LIBRARY OUT [SHARDS] [-- OPTIONS OF inkbind batch]

Where a worker is lost, Dask gives its shard to another one.
"""

import pathlib
import sys

from distributed import Client, as_completed

import shard

# How many workers may be lost under one shard before Dask takes the shard to be the reason.
TRIES = 5


def main(scheduler, library, out, shards="64", *options):
    with Client(scheduler) as client:
        client.upload_file(str(pathlib.Path(shard.__file__)))
        indices = range(1, int(shards) + 1)
        jobs = [
            client.submit(shard.run, library, out, i, int(shards), ("--jobs", "1", *options), pure=False, retries=TRIES)
            for i in indices
        ]
        for n, _ in enumerate(as_completed(jobs), 1):
            print(f"{n} of {shards} shards", file=sys.stderr)
        client.gather(jobs)
    return 0 if shard.merge(out) else 1


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--"]
    if len(arguments) < 3:
        sys.exit(__doc__)
    sys.exit(main(*arguments))
