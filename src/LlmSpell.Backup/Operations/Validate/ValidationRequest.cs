namespace LlmSpell.Backup;

/// <summary>What to validate, and how. Immutable.</summary>
public sealed record ValidationRequest
{
    /// <summary>The ids of the backups; null, the default: all backups of the repository.</summary>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyCollection<string>? Ids { get; init => field = BackupId.NoneNull(value); }

    /// <summary>How far to look; default <see cref="ValidationDepth.Readable"/>.</summary>
    public ValidationDepth Depth
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such depth.");
    } = ValidationDepth.Readable;
}
