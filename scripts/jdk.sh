# Sourced by the launcher and by verify: sets JAVA_HOME to a JDK of version 25 or newer, and says how to get one.
# shellcheck shell=sh disable=SC2034

vm_flags="--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED"

# Set beside the flags that TornadoVM's SDK brings. A kernel that does not compile is an error, and not a silent run on the CPU; the
# buffer for bytecode and the device's memory are as large as they need be; nothing is analysed or checked again before each run, and
# no long lists of events, which nobody fills, are cleared.
tornado_flags="-Dtornado.recover.bailout=False -Dtornado.tvm.maxbytecodesize=1048576 -Dtornado.device.memory=120GB"
tornado_flags="$tornado_flags -Dtornado.experimental.reduce=False -Dtornado.check.parameters=False -Dtornado.max.events=32"

# The major version of the JDK in a folder, from its release file; nothing if it is none.
jdk_version() {
    [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
    for candidate in "${NARROWBAND_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* /opt/jdk* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$candidate" ] || continue
        version=$(jdk_version "$candidate")
        if [ -n "$version" ] && [ "$version" -ge 25 ]; then
            echo "$candidate"
            return 0
        fi
    done
    return 0
}

# Installs Debian packages if this user may; fails quietly otherwise.
install_packages() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        return 1
    fi
    DEBIAN_FRONTEND=noninteractive $as_root apt-get update -q >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends "$@" >/dev/null 2>&1
}

need_maven() {
    command -v mvn >/dev/null 2>&1 && return 0
    echo "narrowband: installing Maven..." >&2
    if ! install_packages maven || ! command -v mvn >/dev/null 2>&1; then
        echo "narrowband: Maven 3.8 or newer is needed to build; on Debian: apt-get install maven" >&2
        exit 2
    fi
}

found=$(find_jdk)
if [ -z "$found" ] && install_packages openjdk-25-jdk-headless; then
    found=$(find_jdk)
fi
if [ -z "$found" ]; then
    cat >&2 <<'MESSAGE'
narrowband: JDK 25 or newer is needed, and none was found in NARROWBAND_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, ~/.sdkman or
~/.jdks. Get it from https://adoptium.net (package temurin-25-jdk) or with SDKMAN (sdk install java 25-tem), or set
NARROWBAND_JAVA_HOME to its folder.
MESSAGE
    exit 2
fi
JAVA_HOME=$found
export JAVA_HOME
# Maven 3.8's own libraries use methods that JDK 25 warns of.
MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
export MAVEN_OPTS
