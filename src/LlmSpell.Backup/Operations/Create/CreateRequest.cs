namespace LlmSpell.Backup;

/// <summary>What backup to make. Immutable.</summary>
public sealed record CreateRequest
{
    /// <summary>Whether the changes since the newest backup suffice; default false: the whole store.</summary>
    public bool Incremental { get; init; }

    /// <summary>What to say of it, at most 4,096 characters; default nothing.</summary>
    public string Description
    {
        get;
        init => field = value is { Length: <= 4096 }
            ? value
            : throw new ArgumentException("A description has at most 4,096 characters.", nameof(value));
    } = "";
}
