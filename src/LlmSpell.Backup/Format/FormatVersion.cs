using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What a file says first: its format's number, and the names of what a reader must know to read it right.</summary>
internal static class FormatVersion
{
    internal const int Current = 1;
    internal const int MaxRequires = 64;

    internal static void Check(string file, long format)
    {
        if (format < 1)
        {
            throw new BackupDamagedException(file, $"says it has format {format}; formats count from 1");
        }

        if (format > Current)
        {
            throw new StateUnsupportedException(
                $"{file} has format {format}; this version reads formats up to {Current}",
                "Use the version of llmspell that wrote it, or a newer one.");
        }
    }

    /// <summary>Refuses what this version does not know; so far nothing has a name.</summary>
    internal static void CheckRequirement(string file, string name)
    {
        throw new StateUnsupportedException(
            $"{file} requires \"{name}\", which this version does not know",
            "Use the version of llmspell that wrote it, or a newer one.");
    }
}
