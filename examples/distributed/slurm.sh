#!/bin/sh
#SBATCH --job-name=inkbind
#SBATCH --array=1-32
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=02:00:00
# A batch as a Slurm array: sbatch slurm.sh LIBRARY OUT; afterwards: inkbind batch --merge -o OUT
set -eu
library=$1 out=$2
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000}
exec inkbind batch "$library" -o "$out" --resume -q \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "$SLURM_CPUS_PER_TASK"
