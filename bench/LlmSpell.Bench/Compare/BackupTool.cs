using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>One way to back a state up, as the comparison drives it: the same steps in each round, from an empty place on.</summary>
internal abstract class BackupTool(string name, ToolKind kind) : IDisposable
{
    internal string Name => name;

    internal ToolKind Kind => kind;

    /// <summary>What each operation runs, in a sentence or two.</summary>
    internal abstract string Description { get; }

    /// <summary>Whether a restore does no more than copy or decompress a file: then there is no database to build.</summary>
    internal virtual bool RestoresByCopying => false;

    /// <summary>Its versions; not called when something is missing.</summary>
    internal virtual IEnumerable<string> Versions => [];

    /// <summary>Why it cannot run here; null if it can.</summary>
    internal virtual string? Missing => null;

    /// <summary>Takes the entries into a database of its own, once at the start.</summary>
    internal virtual void Load(IEnumerable<Entry> entries)
    {
    }

    /// <summary>Takes changes into a database of its own.</summary>
    internal virtual void Apply(IReadOnlyList<Entry> changed)
    {
    }

    /// <summary>Makes an empty place for this round's backups.</summary>
    internal abstract void BeginRound();

    /// <summary>Runs and measures one operation.</summary>
    /// <returns>Null if the tool has no such operation.</returns>
    internal abstract Cost? Run(Operation operation);

    /// <summary>Checks that what was restored is the state of now, and removes it.</summary>
    /// <exception cref="ToolException">It is not.</exception>
    internal abstract void CheckRestored(Expectation expected);

    /// <summary>Removes this round's backups.</summary>
    internal abstract void EndRound();

    public virtual void Dispose()
    {
    }
}

/// <summary>What a restored state must be.</summary>
/// <param name="Status">What the store says of itself.</param>
/// <param name="Changed">One entry that was changed last.</param>
internal sealed record Expectation(StoreStatus Status, Entry Changed)
{
    /// <exception cref="ToolException">It is another fingerprint.</exception>
    internal void RequireFingerprint(string tool, string fingerprint)
    {
        string expected = Status.Fingerprint.ToString();
        if (!fingerprint.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new ToolException($"{tool} restored a state with the fingerprint {fingerprint}, expected {expected}.");
        }
    }

    /// <exception cref="ToolException">It is another count, or another value of the entry that changed last.</exception>
    internal void RequireEntries(string tool, long entries, ReadOnlySpan<byte> value)
    {
        if (entries != Status.Entries || !value.SequenceEqual(Changed.Value.Bytes.Span))
        {
            throw new ToolException($"{tool} restored {entries} entries, expected {Status.Entries}, or not the newest value of {Changed.Key}.");
        }
    }
}
