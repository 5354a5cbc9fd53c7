#!/usr/bin/env bash
# Packs llmspell as a .NET tool, which runs wherever the .NET 10 runtime does, and tries it out.
# usage: packaging/tool.sh [FOLDER]     the package goes into FOLDER, else into artifacts/tool
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-artifacts/tool}")
mkdir -p "$folder"
rm -f "$folder"/llmspell.*.nupkg

dotnet pack src/LlmSpell.Cli -c Release -p:PackTool=true -o "$folder"

# Installed from the package alone, and out of reach of the source tree's settings.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(basename "$folder"/llmspell.*.nupkg .nupkg); version=${version#llmspell.}
cat > "$work/nuget.config" <<CONFIG
<configuration><packageSources><clear/><add key="packed" value="$folder"/></packageSources></configuration>
CONFIG
cd "$work"
dotnet tool install llmspell --version "$version" --tool-path "$work/tool" --configfile "$work/nuget.config"
[ "$(tool/llmspell --version)" = "llmspell $version" ]
tool/llmspell exec 'State.save("global", "packed", true) print(State.create_backup().success)' | grep -qx true
tool/llmspell backup validate latest
tool/llmspell doctor
dotnet tool uninstall llmspell --tool-path "$work/tool"
printf '%s works\n' "$folder/llmspell.$version.nupkg"
