namespace LlmSpell.Backup;

/// <summary>Walks the entries of one state in the order of their keys. Not thread-safe; spans are valid until the next step.</summary>
internal interface IEntrySource : IAsyncDisposable
{
    /// <summary>Steps to the next entry, the first one at first; false after the last.</summary>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    ReadOnlySpan<byte> Scope { get; }

    ReadOnlySpan<byte> Key { get; }

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    long ModifiedAt { get; }

    /// <summary>The value, as MessagePack.</summary>
    ReadOnlySpan<byte> Value { get; }
}
