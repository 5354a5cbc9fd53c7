using System.Runtime.CompilerServices;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>The entries of a new state on their way into the table: checks their order and adds them up. Not thread-safe.</summary>
/// <param name="writer">Writes them.</param>
/// <param name="partBytes">After so many bytes the feed pauses.</param>
internal sealed class EntryFeed(EntryWriter writer, long partBytes)
{
    private readonly AscendingKeys _order = new();
    private IEntryCursor? _entries;
    private long _bytes;
    private bool _isPaused;

    internal Fingerprint Fingerprint { get; private set; }

    internal long Entries { get; private set; }

    /// <summary>What went wrong in <see cref="Next"/>.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Writes the entries that the cursor gives.</summary>
    /// <returns>Whether that was all; if not, a part is complete, and the next call goes on.</returns>
    internal bool Append(IEntryCursor entries)
    {
        _entries = entries;
        if (_isPaused)
        {
            _bytes = 0;
            _isPaused = false;
        }

        try
        {
            writer.InsertAll(this);
            return !_isPaused;
        }
        finally
        {
            _entries = null;
        }
    }

    /// <summary>Steps to the next entry, for SQLite, through which no exception may pass: it stays in <see cref="Failure"/>.</summary>
    /// <returns>A result code.</returns>
    // Never inlined: see SqliteNative.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal unsafe int Next(FeedRow* row)
    {
        try
        {
            _isPaused = _bytes >= partBytes;
            row->IsAtEnd = _isPaused || !_entries!.MoveNext();
            if (!row->IsAtEnd)
            {
                Take(_entries!, row);
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
            row->Large = writer.InsertIncomingLarge(value);
        }
        else
        {
            row->ValueLength = value.Length;
            value.CopyTo(new Span<byte>(row->Bytes + scope.Length + key.Length, value.Length));
        }

        Fingerprint = Fingerprint.Toggle(hash);
        Entries++;
        _bytes += scope.Length + key.Length + value.Length;
    }
}
