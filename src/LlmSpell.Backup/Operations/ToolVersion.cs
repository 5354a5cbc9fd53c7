using System.Reflection;

namespace LlmSpell.Backup;

/// <summary>What manifests say made them.</summary>
internal static class ToolVersion
{
    internal static string Text { get; } = "llmspell " +
        (typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
}
