# Runs a program of Debian packages that were unpacked into a folder, with the present folder as it is:
#   sh -c "this" narrowband ROOT PROGRAM ARGUMENT...
# A user's own name space needs no rights; what is mounted in it is gone when the program ends.
set -e
root=$1
shift
command -v unshare >/dev/null || { echo "unshare is missing: apt-get install util-linux" >&2; exit 127; }
place=$(mktemp -d)
trap 'rmdir "$place"' EXIT
unshare --user --map-root-user --mount sh -c '
    set -e
    place=$1 root=$2 here=$3
    shift 3
    mount -t tmpfs none "$place"
    mkdir -p "$place/usr" "$place/proc" "$place/dev" "$place/tmp" "$place$here"
    for link in bin sbin lib lib64; do ln -s "usr/$link" "$place/$link"; done
    mount --rbind "$root/usr" "$place/usr"
    mount --rbind /proc "$place/proc"
    mount --rbind /dev "$place/dev"
    mount --rbind "$here" "$place$here"
    exec chroot "$place" /bin/sh -c "cd \"\$0\" && exec \"\$@\"" "$here" "$@"
' narrowband "$place" "$root" "$(pwd -P)" "$@"
