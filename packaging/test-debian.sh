#!/usr/bin/env bash
# Tries a Debian package out: as root it is installed for real, used, and removed with nothing left; else, or where llmspell is
# installed already, it is unpacked into a folder and used there.
# usage: packaging/test-debian.sh FILE.deb
set -euo pipefail
deb=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "$deb: $*" >&2; exit 1; }

# What is in it, whatever this machine leaves out when it installs (slim images leave out manuals and documents).
dpkg-deb --contents "$deb" | awk '{print $6}' > "$work/files"
for file in usr/lib/llmspell/llmspell usr/lib/llmspell/liblua54.so usr/lib/llmspell/libe_sqlite3.so usr/lib/llmspell/librocksdb.so usr/lib/llmspell/libzstd.so \
  usr/share/doc/llmspell/{copyright,changelog.gz,README.md.gz,operations.md.gz} usr/share/doc/llmspell/examples/{llmspell.toml,llmspell-backup@.service} \
  usr/share/man/man1/llmspell{,-backup-create}.1.gz usr/share/bash-completion/completions/llmspell \
  usr/share/zsh/vendor-completions/_llmspell usr/share/fish/vendor_completions.d/llmspell.fish; do
  grep -qx "./$file" "$work/files" || fail "$file is missing"
done
[ "$(grep -c librocksdb "$work/files")" = 1 ] || fail "it has several builds of librocksdb"
dpkg-deb --extract "$deb" "$work/root"
(cd "$work/root" && dpkg-deb --info "$deb" md5sums | md5sum --check --quiet) || fail "md5sums are wrong"
# (Not by `grep -q`, which leaves the pipe before its writer is done.)
dpkg-deb --contents "$deb" | awk '$2 != "root/root" { print; found = 1 } END { exit found }' || fail "files that root does not own"

if [ "$(id -u)" = 0 ] && ! dpkg --status llmspell >/dev/null 2>&1; then
  trap 'dpkg --purge llmspell >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
  dpkg --install "$deb"
  program=/usr/bin/llmspell
  [ ! -e /usr/share/man/man1/llmspell.1.gz ] || ! command -v man >/dev/null || man --where llmspell
else
  program=$work/root/usr/bin/llmspell
fi

cd "$work"
version=$(dpkg-deb --field "$deb" Version)
[ "$("$program" --version)" = "llmspell $version" ] || fail "the program has another version than the package, $version"
"$program" exec 'State.save("global", "packed", 41) State.create_backup() State.save("global", "packed", 0)'
"$program" backup validate latest
"$program" --yes backup restore latest >/dev/null
[ "$("$program" state get global packed)" = 41 ] || fail "the state is not what was backed up"
printf '[runtime.state_persistence]\nbackend_type = "rocksdb"\n' > rocksdb.toml
"$program" state copy --to rocksdb.toml
[ "$("$program" -c rocksdb.toml state get global packed)" = 41 ] || fail "the state is not what was copied to RocksDB"
"$program" doctor
"$program" -c "$work/root/usr/share/doc/llmspell/examples/llmspell.toml" config check
for example in "$work"/root/usr/share/doc/llmspell/examples/lua/*/*.lua; do "$program" run "$example" >/dev/null || fail "$example failed"; done
if command -v systemd-analyze >/dev/null && [ "$program" = /usr/bin/llmspell ]; then
  cp "$work"/root/usr/share/doc/llmspell/examples/llmspell-backup@.* "$work/"
  systemd-analyze verify "$work/llmspell-backup@srv.service" "$work/llmspell-backup@srv.timer" 2>&1 | grep -F "$work" && fail "the units are not right"
fi

if [ "$program" = /usr/bin/llmspell ]; then
  dpkg --purge llmspell
  while read -r file; do
    case $file in */) ;; *) [ ! -e "/${file#./}" ] || fail "/${file#./} is left behind" ;; esac
  done < "$work/files"
  [ ! -e /usr/lib/llmspell ] || fail "/usr/lib/llmspell is left behind"
fi
printf '%s works\n' "$deb"
