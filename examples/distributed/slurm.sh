#!/bin/sh
#SBATCH --job-name=inkbind
#SBATCH --array=1-64
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=02:00:00
#SBATCH --requeue
# A batch as a Slurm array; all nodes see LIBRARY and OUT. Afterwards the shards' journals are put into one:
#   id=$(sbatch --parsable slurm.sh LIBRARY OUT [OPTIONS OF inkbind batch])
#   sbatch --dependency=afterany:"$id" --wrap "inkbind batch --merge -o OUT --report OUT/report.html"
set -eu
library=$1 out=$2
shift 2
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-1700000000}"
exec "${INKBIND:-inkbind}" batch "$library" -o "$out" --resume -q \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "$SLURM_CPUS_PER_TASK" "$@"
