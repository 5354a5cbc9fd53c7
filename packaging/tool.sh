#!/usr/bin/env bash
# Packs llmspell as a .NET tool and tries it out: compiled ahead of time for this machine's kind, and for any other as what
# the .NET 10 runtime runs. `dotnet tool install` takes the one that fits.
# usage: packaging/tool.sh [FOLDER]     the packages go into FOLDER, else into artifacts/tool
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-artifacts/tool}")
mkdir -p "$folder"
rm -f "$folder"/llmspell.*.nupkg
case $(uname -m) in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) echo "no compiler for $(uname -m)" >&2; exit 2 ;;
esac

# The first is the package that people name; it holds nothing but the names of the others.
for target in "" "-r $rid" "-r any"; do
  # shellcheck disable=SC2086 # Two words, or none.
  dotnet pack src/LlmSpell.Cli -c Release "-p:PackTool=$rid" $target -o "$folder"
done

# Installed from these packages alone, and out of reach of the source tree's settings.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(basename "$folder"/llmspell.any.*.nupkg .nupkg); version=${version#llmspell.any.}
export NUGET_PACKAGES=$work/nuget
cat > "$work/nuget.config" <<CONFIG
<configuration><packageSources><clear/><add key="packed" value="$folder"/></packageSources></configuration>
CONFIG
cd "$work"

# What the tool reports of itself tells which of the packages it came from.
try() {
  [ "$("$1" --version)" = "llmspell $version" ]
  "$1" exec 'State.save("global", "packed", true) print(State.create_backup().success)' | grep -qx true
  "$1" backup validate latest
  "$1" doctor > report
  cat report
  grep -qF "$2" report
}
dotnet tool install llmspell --version "$version" --tool-path "$work/tool" --configfile "$work/nuget.config"
try tool/llmspell "compiled ahead of time"
dotnet tool uninstall llmspell --tool-path "$work/tool"
[ ! -e tool/llmspell ]

# On this machine it would never be taken, so it is run where it would lie.
unzip -qq "$folder/llmspell.any.$version.nupkg" -d any
printf '#!/bin/sh\nexec dotnet "%s"/tools/net10.0/any/llmspell.dll "$@"\n' "$work/any" > any/llmspell
chmod +x any/llmspell
try any/llmspell "compiled at run time"
printf '%s work\n' "$folder/llmspell.*.nupkg"
