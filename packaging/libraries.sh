#!/usr/bin/env bash
# Packs the libraries, and tries them out as their users get them: a project of its own that references the packages, built and run
# with the README's sample in C#, with a script besides, so that each native library is loaded.
# usage: packaging/libraries.sh [FOLDER]     the packages go into FOLDER, else into artifacts/packages
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
folder=$(realpath -m "${1:-artifacts/packages}")
mkdir -p "$folder"
rm -f "$folder"/LlmSpell.*.nupkg "$folder"/LlmSpell.*.snupkg
for library in State State.Sqlite State.RocksDb Backup Lua; do
  dotnet pack "src/LlmSpell.$library" -c Release -o "$folder"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/content"
version=$(basename "$folder"/LlmSpell.State.Sqlite.*.nupkg .nupkg); version=${version#LlmSpell.State.Sqlite.}
for library in State State.Sqlite State.RocksDb Backup Lua; do
  unzip -qq -o "$folder/LlmSpell.$library.$version.nupkg" -d "$work/content/$library"
  for file in "lib/net10.0/LlmSpell.$library.dll" "lib/net10.0/LlmSpell.$library.xml" README.md; do
    [ -s "$work/content/$library/$file" ] || { echo "LlmSpell.$library has no $file" >&2; exit 1; }
  done
  [ -s "$folder/LlmSpell.$library.$version.snupkg" ] || { echo "LlmSpell.$library has no symbols" >&2; exit 1; }
done

# The libraries see each other's internals.
grep -q "id=\"LlmSpell.Backup\" version=\"\[$version\]\"" "$work/content/Lua/LlmSpell.Lua.nuspec" || { echo "LlmSpell.Lua takes any LlmSpell.Backup" >&2; exit 1; }

sample() { sed -n '/^```csharp$/,/^```$/p' "$1" | sed '/^```/d'; }
diff <(sample README.md) <(sample packaging/nuget/README.md) || { echo "the two READMEs show different samples" >&2; exit 1; }

mkdir "$work/user"
cd "$work/user"
# Packages that were packed before under the same version must not be taken for these; what they depend on is here since they were built.
have=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
export NUGET_PACKAGES=$work/nuget
cat > nuget.config <<CONFIG
<configuration>
  <packageSources><clear/><add key="packed" value="$folder"/><add key="have" value="$have"/></packageSources>
  <packageSourceMapping>
    <packageSource key="packed"><package pattern="LlmSpell.*"/></packageSource>
    <packageSource key="have"><package pattern="*"/></packageSource>
  </packageSourceMapping>
</configuration>
CONFIG
cat > user.csproj <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <!-- Of what is here, a version may be newer than the oldest that would do. -->
    <NoWarn>\$(NoWarn);NU1603</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="LlmSpell.State.Sqlite" Version="$version" />
    <PackageReference Include="LlmSpell.State.RocksDb" Version="$version" />
    <PackageReference Include="LlmSpell.Backup" Version="$version" />
    <PackageReference Include="LlmSpell.Lua" Version="$version" />
  </ItemGroup>
</Project>
PROJECT
{
  echo 'using LlmSpell.Lua;'
  sample "$root/README.md"
  cat <<'SCRIPT'
using LuaHost host = new(new LuaHostOptions { Store = () => store, Backups = backups });
host.RunString("print('a script says ' .. State.load('agent:jobs', 'done'))", "sample");
using StateStore fast = new(LlmSpell.State.RocksDb.RocksDbBackend.Open(new() { Folder = "fast" }));
using StateCopy copy = StateCopy.Begin(store, fast);
Console.WriteLine($"copied to {fast.BackendKind}: {copy.Run().Entries}");
SCRIPT
} > Program.cs
dotnet run | tee output
grep -q 'restores: True' output
grep -qx 'a script says 7' output
grep -qx 'copied to rocksdb: 1' output
printf '%s work\n' "$folder/LlmSpell.*.$version.nupkg"
