using System.Buffers;

namespace LlmSpell.Backup;

/// <summary>The one rule for ids that become file names; nothing else from content ever reaches a path.</summary>
internal static class RepositoryName
{
    internal const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    internal static bool IsValid(string? text) =>
        text is { Length: >= 1 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(Allowed);
}
