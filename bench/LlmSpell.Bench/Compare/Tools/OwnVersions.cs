using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Backup;

namespace LlmSpell.Bench;

/// <summary>The versions of what the library stands on.</summary>
internal static class OwnVersions
{
    internal static IEnumerable<string> All =>
    [
        "llmspell " + (typeof(BackupService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?"),
        RuntimeInformation.FrameworkDescription + (RuntimeFeature.IsDynamicCodeCompiled ? " (JIT)" : " (native AOT)"),
        "libzstd " + Zstd.LoadedVersion,
        "SQLite " + SqliteLibrary.Version,
    ];
}
