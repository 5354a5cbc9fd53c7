using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What backup to make. Immutable.</summary>
public sealed record CreateRequest
{
    /// <summary>The longest <see cref="Description"/>, in UTF-16 code units.</summary>
    public const int MaxDescriptionLength = 4096;

    /// <summary>Whether the changes since the newest backup suffice; default false: the whole store.</summary>
    public bool Incremental { get; init; }

    /// <summary>What to say of it, valid Unicode of at most <see cref="MaxDescriptionLength"/>; default nothing.</summary>
    public string Description
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length > MaxDescriptionLength)
            {
                throw new ArgumentException($"A description has at most {MaxDescriptionLength} characters.", nameof(value));
            }

            // JSON cannot hold anything else, and would get it back as something else.
            _ = KeyRules.StrictUtf8(value, "description");
            field = value;
        }
    } = "";

    /// <summary>
    /// What to find it by in lists: at most 32 names of 1 to 64 of the characters a–z, 0–9, dot, underscore and hyphen, each with a text of at most
    /// 256 bytes of UTF-8; default none. They have no meaning to llmspell.
    /// </summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);

            // A copy, since the caller may go on with that dictionary, and what comes into it then nobody looks at.
            Dictionary<string, string> labels = new(value);
            field = BackupLabels.FindProblem(labels) is { } problem ? throw new ArgumentException($"Labels: {problem}.", nameof(value)) : labels;
        }
    } = new Dictionary<string, string>();
}
