using System.Buffers;
using System.Text;

namespace LlmSpell.Backup;

/// <summary>What labels a new backup may have. Existing manifests may have others, up to the limits of the format.</summary>
public static class BackupLabels
{
    /// <summary>How many labels a backup may have.</summary>
    public const int MaxLabels = 32;

    /// <summary>How many characters a label's name may have.</summary>
    public const int MaxNameLength = 64;

    /// <summary>How many bytes of UTF-8 a label's text may have.</summary>
    public const int MaxValueBytes = 256;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>What is wrong with the labels, as a clause for people; null if nothing is.</summary>
    public static string? FindProblem(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.Count > MaxLabels
            ? $"there are {labels.Count}, at most {MaxLabels} are allowed"
            : labels.Select(static label => FindProblem(label.Key, label.Value)).FirstOrDefault(static problem => problem is not null);
    }

    private static string? FindProblem(string name, string value)
    {
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return $"the name \"{name}\" is not 1 to {MaxNameLength} of the characters a-z, 0-9, dot, underscore and hyphen";
        }

        if (value is null || HasLoneSurrogate(value))
        {
            return $"the text of {name} is not valid Unicode";
        }

        int bytes = Encoding.UTF8.GetByteCount(value);
        return bytes > MaxValueBytes ? $"the text of {name} has {bytes} bytes of UTF-8, at most {MaxValueBytes} are allowed" : null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }
}
