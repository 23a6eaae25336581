#!/usr/bin/env bash
# Tries the README's two commands, and the Dockerfile, where nothing of ours is installed.
#
#   tools/try_clean.sh DIR [demo|test|image]…     (all three, when none is named; as root)
#
# DIR is given a minimal Debian 12 (debootstrap) with python3, python3-venv, make and git, and is kept, so
# that a second try is quick. demo and test: a non-root user clones what is committed here and types `make
# demo`, and the stream is listened to; or `make test`; each from a clone of its own. image: the Dockerfile
# is built by buildah with chroot isolation on that same Debian (whose Python is 3.11) in place of its own
# base image, and the container's command is run.
#
#   MIRROR=URL        Debian's mirror; else the one this machine's apt uses
#   SHOW="DIR …"      folders of this machine to show inside, read-only, where pip's settings need them
#
# Needs: debootstrap, git, util-linux, python3; for the image buildah and iproute2. pip's settings of this machine are
# lent to the trial and are no part of anything it makes.
set -euo pipefail

dir=${1:?"usage: tools/try_clean.sh DIR [demo|test|image]…"}
shift
trials=("$@")
[ $# -gt 0 ] || trials=(demo test image)
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
root=$dir/root
user=listener
home=$root/home/$user
packages=python3,python3-venv,make,git,ca-certificates
pip_conf=${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf

say() { printf '\n=== %s\n' "$*"; }
fail() { printf 'try_clean: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "needs root, for chroot and for debootstrap"

make_root() {
  if [ ! -e "$root/.made" ]; then
    local mirror=${MIRROR:-$(apt-get indextargets --format '$(SITE)' 'Codename: bookworm' 'Origin: Debian' | head -n 1)}
    [ -n "$mirror" ] || fail "no Debian mirror among apt's sources; set MIRROR"
    say "debootstrap: a minimal Debian 12 with $packages"
    rm -rf "$root"
    debootstrap --variant=minbase --include="$packages" bookworm "$root" "$mirror" > "$dir/debootstrap.log" 2>&1 \
      || fail "debootstrap failed, see $dir/debootstrap.log"
    chroot "$root" useradd --create-home --shell /bin/bash "$user"
    touch "$root/.made"
  fi
  cp /etc/hosts /etc/resolv.conf "$root/etc/"
}

# The listener: waits until the station is well, hears ten seconds of it, and looks at every frame.
write_listener() {
  cat > "$1" <<'PYTHON'
import json, sys, time, urllib.request

base, started, problems = sys.argv[1], time.monotonic(), []
while True:
    try:
        urllib.request.urlopen(base + "/healthz", timeout=2).close()
        break
    except OSError as error:
        if time.monotonic() - started > 180:
            sys.exit(f"not well after 180 s: {error}")
        time.sleep(0.05)
print(f"/healthz says well after {time.monotonic() - started:.1f} s")
sound, began = b"", time.monotonic()
with urllib.request.urlopen(base + "/live.mp3", timeout=5) as stream:
    frame = 3 * int(stream.headers["icy-br"])
    while time.monotonic() - began < 10:
        sound += stream.read1(65536)
frames = [sound[at : at + 2] for at in range(0, len(sound) - frame, frame)]
torn = sum(1 for head in frames if head[0] != 0xFF or head[1] & 0xFE != 0xFA)
status = json.load(urllib.request.urlopen(base + "/status", timeout=5))
print(f"/live.mp3: {len(frames)} frames ({len(frames) * 0.024:.1f} s of sound) in 10 s, {torn} of them torn")
print(f"/status: well={status['well']}, on the air: {status['on_air']['stream_title']!r}, {status['problems']}")
sys.exit(0 if len(frames) * 0.024 > 9 and not torn and status["well"] else 1)
PYTHON
}

# run_inside COMMAND: as the user, in namespaces that take every process and mount away with them.
run_inside() {
  local command=$1 lent=()
  while IFS= read -r setting; do lent+=("$setting"); done < <(env | grep -E '^(PIP_|SSL_CERT|[a-zA-Z]+_proxy=)' || true)
  ROOT=$root INSIDE_USER=$user COMMAND=$command unshare --mount --pid --fork --kill-child bash -euc '
    mount -t proc proc "$ROOT/proc"
    mount -t tmpfs tmpfs "$ROOT/dev/shm"
    # Terminals, which any real machine has.
    mkdir -p "$ROOT/dev/pts"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$ROOT/dev/pts"
    for folder in /etc/ssl/certs ${SHOW:-}; do
      mkdir -p "$ROOT$folder"
      mount --bind -o ro "$folder" "$ROOT$folder"
    done
    exec chroot "$ROOT" setpriv --reuid="$INSIDE_USER" --regid="$INSIDE_USER" --init-groups \
      env -i HOME="/home/$INSIDE_USER" USER="$INSIDE_USER" PATH=/usr/bin:/bin LANG=C.UTF-8 "$@" bash -euc "$COMMAND"
  ' inside ${lent[@]+"${lent[@]}"}
}

clean_clone() {
  say "a clean clone of $(git -C "$here" rev-parse --short HEAD), for user $user"
  rm -rf "$home"
  mkdir -p "$home/.config/pip"
  [ ! -e "$pip_conf" ] || cp "$pip_conf" "$home/.config/pip/pip.conf"
  [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"
  # A bundle, because git refuses to clone from a folder that belongs to somebody else.
  git -C "$here" bundle create -q "$home/radiocast.bundle" HEAD
  write_listener "$home/listen.py"
  chroot "$root" chown -R "$user:$user" "/home/$user"
  run_inside '
    for tool in cc gcc clang ffmpeg ffprobe espeak-ng; do
      if command -v "$tool"; then echo "this root is not clean: it has $tool"; exit 1; fi
    done
    python3 --version
    git -c advice.detachedHead=false clone -q ~/radiocast.bundle ~/radiocast
  '
}

try_test() {
  clean_clone
  say "make test"
  run_inside 'cd ~/radiocast && time make test'
}

try_demo() {
  clean_clone
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  say "make demo PORT=$port"
  run_inside "port=$port"'
    cd ~/radiocast
    set -m
    make demo PORT="$port" > ~/demo.log 2>&1 &
    demo=$!
    heard=0
    python3 ~/listen.py "http://127.0.0.1:$port" || heard=$?
    kill -INT -- "-$demo"   # Ctrl-C
    wait "$demo" || true
    cat ~/demo.log
    git status --short      # nothing: a running station dirties no checkout
    exit "$heard"
  '
}

try_image() {
  command -v buildah > /dev/null || fail "the image needs buildah (Debian: apt-get install buildah)"
  local store=(--root "$dir/containers" --runroot "$dir/containers-run" --storage-driver vfs)
  local volumes=() mounted container command heard=0
  [ ! -e "$pip_conf" ] || volumes+=(--volume "$pip_conf:/root/.config/pip/pip.conf:ro")
  [ ! -e /etc/pip.conf ] || volumes+=(--volume "/etc/pip.conf:/etc/pip.conf:ro")
  for folder in /etc/ssl/certs ${SHOW:-}; do volumes+=(--volume "$folder:$folder:ro"); done

  if ! buildah "${store[@]}" inspect --type image localhost/clean-base > /dev/null 2>&1; then
    say "the base: the same Debian, as an image"
    container=$(buildah "${store[@]}" from scratch)
    mounted=$(buildah "${store[@]}" mount "$container")
    tar -C "$root" --exclude=./home --exclude=./proc --exclude=./var/cache/apt -c . | tar -C "$mounted" -x
    mkdir -p "$mounted/proc" "$mounted/home"
    rm -f "$mounted/etc/pip.conf"
    buildah "${store[@]}" umount "$container" > /dev/null
    buildah "${store[@]}" config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    buildah "${store[@]}" commit -q --rm "$container" localhost/clean-base > /dev/null
  fi

  say "buildah build --isolation chroot: the Dockerfile's own steps"
  rm -rf "$dir/context" && mkdir "$dir/context"
  git -C "$here" archive HEAD | tar -C "$dir/context" -x
  time buildah "${store[@]}" build --isolation chroot --pull-never --format docker \
    --build-arg BASE=localhost/clean-base "${volumes[@]}" --tag localhost/radiocast "$dir/context"

  say "the container's own command, with an empty station folder, as its own user, without a network"
  container=$(buildah "${store[@]}" from --pull-never localhost/radiocast)
  command=$(buildah "${store[@]}" inspect --format '{{index .OCIv1.Config.Cmd 2}}' "$container")
  write_listener "$dir/listen.py"
  STORE="${store[*]}" CONTAINER=$container COMMAND=$command DIR=$dir unshare --mount --pid --net --fork --kill-child \
    --mount-proc bash -euc '
      ip link set lo up
      set -m
      # /station is the volume that the image declares; buildah makes an empty one.
      buildah $STORE run --isolation chroot --user 10001 "$CONTAINER" -- \
        sh -c "$COMMAND" > "$DIR/container.log" 2>&1 &
      heard=0
      python3 "$DIR/listen.py" http://127.0.0.1:8000 || heard=$?
      buildah $STORE run --isolation chroot --user 10001 "$CONTAINER" -- python -c \
        "import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:8000/healthz\", timeout=2)" \
        && echo "HEALTHCHECK: well" || heard=1
      buildah $STORE run --isolation chroot --user 10001 "$CONTAINER" -- sh -c "id; ls -l /station /station/var"
      cat "$DIR/container.log"
      exit "$heard"
    ' || heard=$?
  buildah "${store[@]}" rm "$container" > /dev/null
  buildah "${store[@]}" images
  return "$heard"
}

make_root
for trial in "${trials[@]}"; do
  case $trial in
    demo) try_demo ;;
    test) try_test ;;
    image) try_image ;;
    *) fail "there is no trial named $trial" ;;
  esac
done
say "well: ${trials[*]}"
