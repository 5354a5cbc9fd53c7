#!/usr/bin/env bash
# Builds the Debian package: the program compiled ahead of time, its native libraries, manual pages, completions, documents.
#
# usage: packaging/debian.sh [--arch amd64|arm64] [--from FOLDER] [--out FOLDER] [VERSION]
#   --arch    what to build for; else this machine. arm64 on amd64 needs gcc-aarch64-linux-gnu and libc6-dev-arm64-cross.
#   --from    a folder that `dotnet publish -r linux-…` has filled; else it is published now.
#   --out     where llmspell_VERSION_ARCH.deb goes; else artifacts/debian.
#   VERSION   else the one in Directory.Build.props.
#
# The same source and SOURCE_DATE_EPOCH (else the time of the last commit) give the same package, byte for byte.
set -euo pipefail
cd "$(dirname "$0")/.."
here=packaging/debian

arch=$(dpkg --print-architecture) from="" out=artifacts/debian
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
stated=$version
while [ $# -gt 0 ]; do
  case $1 in
    --arch) arch=$2; shift 2 ;;
    --from) from=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    -*) echo "unknown option $1" >&2; exit 2 ;;
    *) version=$1; shift ;;
  esac
done
case $arch in
  amd64) rid=linux-x64 triple=x86_64-linux-gnu ;;
  arm64) rid=linux-arm64 triple=aarch64-linux-gnu ;;
  *) echo "no package for $arch: amd64 or arm64" >&2; exit 2 ;;
esac
[[ $version =~ ^[0-9][0-9A-Za-z.+~-]*$ ]] || { echo "$version is no version of a Debian package" >&2; exit 2; }
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

if [ -z "$from" ]; then
  from=$work/publish
  cross=()
  if [ "$arch" != "$(dpkg --print-architecture)" ]; then
    # The SDK speaks to clang, of which there is one for all machines; gcc has one for each, and no option to choose.
    printf '#!/bin/sh\nfor word; do shift; case $word in --target=*) ;; *) set -- "$@" "$word" ;; esac; done\nexec %s-gcc "$@"\n' "$triple" > "$work/$triple-linker"
    chmod +x "$work/$triple-linker"
    cross=("-p:CppCompilerAndLinker=$work/$triple-linker" "-p:ObjCopyName=$triple-objcopy")
  fi
  dotnet publish src/LlmSpell.Cli -c Release -r "$rid" -o "$from" "-p:Version=$version" "${cross[@]}"
elif [ "$version" != "$stated" ]; then
  echo "a version goes with a new build, not with --from" >&2; exit 2
fi

# A program for this machine writes what the package's own program prints: for another architecture, the one built from source.
llmspell() {
  if [ "$arch" = "$(dpkg --print-architecture)" ]; then "$from/llmspell" "$@"
  else dotnet run --project src/LlmSpell.Cli -c Release -- "$@"; fi
}

install -d "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/llmspell"
install -m 755 "$from/llmspell" "$root/usr/lib/llmspell/llmspell"
install -m 644 "$from"/*.so "$root/usr/lib/llmspell/"
for object in "$root/usr/lib/llmspell"/*.so; do "$triple-strip" --strip-unneeded "$object" 2>/dev/null || strip --strip-unneeded "$object"; done
# The program looks for its libraries beside itself, wherever the link to it lies.
ln -s ../lib/llmspell/llmspell "$root/usr/bin/llmspell"

install -d "$root/usr/share/man/man1" "$root/usr/share/bash-completion/completions" \
  "$root/usr/share/zsh/vendor-completions" "$root/usr/share/fish/vendor_completions.d"
llmspell man "$root/usr/share/man/man1" >/dev/null
gzip -9n "$root"/usr/share/man/man1/*.1
llmspell completion bash > "$root/usr/share/bash-completion/completions/llmspell"
llmspell completion zsh > "$root/usr/share/zsh/vendor-completions/_llmspell"
llmspell completion fish > "$root/usr/share/fish/vendor_completions.d/llmspell.fish"
doc=$root/usr/share/doc/llmspell
install -d "$doc/examples/lua"
install -m 644 README.md docs/*.md "$doc/"
gzip -9n "$doc"/*.md
install -m 644 "$here/copyright" "$doc/copyright"
gzip -9nc CHANGELOG.md > "$doc/NEWS.md.gz"
install -m 644 packaging/examples/* "$doc/examples/"
cp -r examples/lua "$doc/examples/"
llmspell -c "$doc/examples/llmspell.toml" config init >/dev/null
cat > "$work/changelog" <<CHANGELOG
llmspell ($version) unstable; urgency=medium

  * Version $version: /usr/share/doc/llmspell/NEWS.md.gz says what is new.

 -- llmspell contributors <packages@llmspell.invalid>  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGELOG
gzip -9nc "$work/changelog" > "$doc/changelog.gz"
find "$root/usr" -type f ! -path '*/lib/llmspell/llmspell' -exec chmod 644 {} +
find "$root/usr" -type d -exec chmod 755 {} +

# The newest symbol of the C library that anything in the package asks for; everything else must be in the package.
glibc=$(for object in "$root"/usr/lib/llmspell/*; do readelf -V "$object"; done | grep -o 'GLIBC_2\.[0-9.]*' | sort -uV | tail -1)
needed=$(for object in "$root"/usr/lib/llmspell/*; do readelf -d "$object"; done | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u)
gcc=""
for library in $needed; do
  case $library in
    libgcc_s.so.1) gcc=", libgcc-s1" ;;
    libc.so.6 | libm.so.6 | libdl.so.2 | libpthread.so.0 | librt.so.1 | ld-linux-*) ;;
    *) echo "no package is known for $library, which the program needs" >&2; exit 1 ;;
  esac
done

# OpenSSL is opened at run time, for SHA-256.
cat > "$root/DEBIAN/control" <<CONTROL
Package: llmspell
Version: $version
Architecture: $arch
Maintainer: llmspell contributors <packages@llmspell.invalid>
Installed-Size: $(du -k --apparent-size -s "$root/usr" | cut -f1)
Depends: libc6 (>= ${glibc#GLIBC_}), libssl3 | libssl3t64 | libssl1.1$gcc
Recommends: tzdata
Section: interpreters
Priority: optional
Description: Lua scripts whose state is never lost, with backups
 llmspell runs Lua 5.4 scripts that keep their state in an embedded database,
 takes full and incremental backups of it while scripts go on writing, proves
 each backup before it counts as one, and restores all or nothing.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/llmspell_${version}_$arch.deb"
