#!/usr/bin/env bash
# Puts a headless Chromium into a folder of its own, for the tests of the console.
#
# Nothing is installed outside `target/browser/`, so it needs no rights, and removing the folder undoes
# it. The package and what it needs come from Debian's archive, checked by apt as ever. Elsewhere than
# on Debian, install a Chromium and say where it is: OCTANE_CHROMIUM=/path/to/chromium.
set -euo pipefail

package=chromium-headless-shell
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="${CARGO_TARGET_DIR:-$here/../../target}/browser"

if version="$("$folder/chromium" --version 2>/dev/null)"; then
    echo "There is a browser already: $version"
    exit 0
fi
for tool in apt-get dpkg-deb; do
    if ! command -v "$tool" >/dev/null; then
        echo "This script needs Debian's \`$tool\`. Install a Chromium by other means, and set OCTANE_CHROMIUM to its path." >&2
        exit 1
    fi
done

rm -rf "$folder"
mkdir -p "$folder/lists/partial" "$folder/archives/partial" "$folder/root"
folder="$(cd "$folder" && pwd)"

# The lists and archives are private and need no lock. What the machine has installed is left out.
apt=(-o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder" -o "Dir::Cache::archives=$folder/archives"
    -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=3 -qq)
echo "Reading Debian's package lists …"
apt-get "${apt[@]}" update
echo "Fetching $package …"
apt-get "${apt[@]}" install --download-only --yes --no-install-recommends --reinstall \
    "$package" fonts-dejavu-core fontconfig-config
for archive in "$folder"/archives/*.deb; do
    dpkg-deb --extract "$archive" "$folder/root"
done
rm -rf "$folder/lists" "$folder/archives" "$folder"/*.bin

program="$folder/root/usr/lib/chromium/$package"
if [[ ! -x "$program" ]]; then
    echo "The package \`$package\` has no program at \`${program#"$folder/root"}\` any more; mend this script." >&2
    exit 1
fi
libraries="$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)"
cat > "$folder/chromium" <<WRAPPER
#!/bin/sh
# Written by mock-server/console/install-browser.sh.
export LD_LIBRARY_PATH="$libraries"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$folder/root/etc/fonts"
export XDG_DATA_HOME="$folder/root/usr/share"
exec "$program" "\$@"
WRAPPER
chmod +x "$folder/chromium"
"$folder/chromium" --version
