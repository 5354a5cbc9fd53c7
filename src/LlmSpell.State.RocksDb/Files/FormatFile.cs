using System.Globalization;
using System.Text;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Files;

/// <summary>The file that says that a folder is a store of ours: one line, <c>llmspell state on RocksDB, format 1</c>.</summary>
internal static class FormatFile
{
    /// <summary>The format that this version writes.</summary>
    internal const int Format = 1;
    private const string Beginning = "llmspell state on RocksDB, format ";
    private const int MaxBytes = 1000;

    /// <summary>Whether there is a store; throws if what is there is not for us.</summary>
    /// <exception cref="StateUnsupportedException">Something else is there, or a newer format.</exception>
    internal static bool IsThere(StorePaths paths)
    {
        if (!File.Exists(paths.Format))
        {
            return CheckEmpty(paths);
        }

        string text = Read(paths.Format);
        if (!text.StartsWith(Beginning, StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(Beginning.Length).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out int format))
        {
            throw new StateCorruptException(
                $"{paths.Format} does not say what it should: {text.ReplaceLineEndings(" ").Trim()}.",
                $"If nothing else in {paths.Root} is damaged, it helps to write this line into it: {Beginning}{Format}");
        }

        return format <= Format
            ? true
            : throw new StateUnsupportedException(
                $"The state in {paths.Root} has format {format}; this version reads formats up to {Format}.",
                "Use a newer version of llmspell. Nothing was changed.");
    }

    internal static void Write(StorePaths paths) =>
        StoreFile.Write(paths.Format, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Beginning}{Format}\n")), flush: true);

    // Without the file there must be nothing, or what an interrupted creation left.
    private static bool CheckEmpty(StorePaths paths)
    {
        if (File.Exists(paths.Creating) || !Directory.Exists(paths.Root) || paths.FirstForeign() is not { } foreign)
        {
            return false;
        }

        // Another process may have begun to make the store since the first look: then it is still at it, or done.
        if (File.Exists(paths.Creating))
        {
            return false;
        }

        if (File.Exists(paths.Format))
        {
            return IsThere(paths);
        }

        if (paths.HasLostFormat)
        {
            throw new StateCorruptException(
                $"{paths.Format} is missing, which says that {paths.Root} is a state of llmspell, and of which format.",
                $"If nothing else in the folder is damaged, it helps to write this line into it: {Beginning}{Format}. Otherwise: {RocksDbErrors.RecoveryHint}");
        }

        throw new StateUnsupportedException(
            $"{foreign} is there, but not {paths.Format}, which would say that {paths.Root} is a state of llmspell.",
            "Move the folder away, or set path in [runtime.state_persistence] to another one. Nothing was changed.");
    }

    private static string Read(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] bytes = new byte[MaxBytes];
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
