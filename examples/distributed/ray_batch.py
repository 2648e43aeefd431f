"""A batch on a Ray cluster; all its nodes see LIBRARY and OUT on a shared file system.

    pip install ray
    ray start --head                    # on one machine
    ray start --address HEAD:6379       # on each other
    python ray_batch.py ADDRESS LIBRARY OUT [SHARDS] [-- OPTIONS OF inkbind batch]

Where a node is lost, Ray gives its shards to others.
"""

import os
import pathlib
import sys

import ray

HERE = str(pathlib.Path(__file__).parent)

# How often Ray does a shard again whose node or process was lost.
TRIES = 5


@ray.remote(num_cpus=1, max_retries=TRIES, retry_exceptions=True)
def one(library, out, index, shards, options):
    import shard

    return shard.run(library, out, index, shards, ("--jobs", "1", *options))


def main(address, library, out, shards="64", *options):
    names = ("INKBIND", "SOURCE_DATE_EPOCH")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    runtime = {"env_vars": {**environment, "PYTHONPATH": HERE}}
    ray.init(address=address, runtime_env=runtime, log_to_driver=False)
    waiting = [one.remote(library, out, i, int(shards), options) for i in range(1, int(shards) + 1)]
    while waiting:
        done, waiting = ray.wait(waiting)
        ray.get(done)
        print(f"{int(shards) - len(waiting)} of {shards} shards", file=sys.stderr)
    ray.shutdown()
    sys.path.insert(0, HERE)
    import shard

    return 0 if shard.merge(out) else 1


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--"]
    if len(arguments) < 3:
        sys.exit(__doc__)
    sys.exit(main(*arguments))
