namespace LlmSpell.State;

/// <summary>
/// Walks entries in the order of their keys. Not thread-safe. The spans are valid until the next <see cref="MoveNext"/> or
/// the end of the cursor; a property that is not asked for costs nothing.
/// </summary>
public interface IEntryCursor : IDisposable
{
    /// <summary>Steps to the next entry; false after the last.</summary>
    bool MoveNext();

    /// <summary>The scope, as UTF-8.</summary>
    ReadOnlySpan<byte> Scope { get; }

    /// <summary>The key, as UTF-8.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>When the entry was written, in microseconds since the Unix epoch, UTC.</summary>
    long ModifiedAt { get; }

    /// <summary>The hash that the store keeps beside the entry.</summary>
    EntryHash Hash { get; }

    /// <summary>The value, as MessagePack.</summary>
    ReadOnlySpan<byte> Value { get; }
}
