using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>The entries of a new state on their way into the table: checks their order and adds them up. Not thread-safe.</summary>
internal sealed class EntryFeed(EntryWriter writer)
{
    private readonly AscendingKeys _order = new();
    private IEntryCursor? _entries;

    internal Fingerprint Fingerprint { get; private set; }

    internal long Entries { get; private set; }

    /// <summary>What went wrong in <see cref="Next"/>.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Writes all entries that the cursor gives.</summary>
    internal void Append(IEntryCursor entries)
    {
        _entries = entries;
        try
        {
            writer.InsertAll(this);
        }
        finally
        {
            _entries = null;
        }
    }

    /// <summary>Steps to the next entry, for SQLite, through which no exception may pass: it stays in <see cref="Failure"/>.</summary>
    /// <returns>A result code.</returns>
    internal unsafe int Next(FeedRow* row)
    {
        try
        {
            row->IsAtEnd = !_entries!.MoveNext();
            if (!row->IsAtEnd)
            {
                Take(_entries, row);
            }

            return ResultCode.Ok;
        }
        catch (Exception e)
        {
            Failure = e;
            return ResultCode.Error;
        }
    }

    private unsafe void Take(IEntryCursor entry, FeedRow* row)
    {
        ReadOnlySpan<byte> scope = entry.Scope;
        ReadOnlySpan<byte> key = entry.Key;
        ReadOnlySpan<byte> value = entry.Value;
        if (_order.Problem(scope, key) is { } problem)
        {
            throw new ArgumentException($"Entry {Entries + 1} of the new state {problem}.", nameof(entry));
        }

        EntryHash hash = entry.Hash;
        hash.Write(new Span<byte>(row->Hash, EntryHash.Size));
        row->ModifiedAt = entry.ModifiedAt;
        row->ScopeLength = scope.Length;
        row->KeyLength = key.Length;
        scope.CopyTo(new Span<byte>(row->Bytes, scope.Length));
        key.CopyTo(new Span<byte>(row->Bytes + scope.Length, key.Length));
        row->IsLarge = scope.Length + key.Length + value.Length > StoreSchema.MaxInlineBytes;
        if (row->IsLarge)
        {
            row->Large = writer.InsertLarge(value);
        }
        else
        {
            row->ValueLength = value.Length;
            value.CopyTo(new Span<byte>(row->Bytes + scope.Length + key.Length, value.Length));
        }

        Fingerprint = Fingerprint.Toggle(hash);
        Entries++;
    }
}
