using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>Brings the entries of a spool into the state, all or none.</summary>
internal sealed class ImportWriting(ImportSpool spool, IProgress<long> progress, CancellationToken interrupt)
{
    private const int EntriesBetweenLooks = 256;

    /// <summary>Writes what differs, in one transaction.</summary>
    public ImportCounts Merge(StateStore store) => store.Transact(transaction =>
    {
        ImportCounts counts = Compare(
            (StateKey key, PooledBuffer present) =>
            {
                if (transaction.Load(key) is not { } value)
                {
                    return false;
                }

                present.Write(value.Bytes.Span);
                return true;
            },
            key => transaction.SaveBytes(key, spool.Value));
        interrupt.ThrowIfCancellationRequested();
        return counts;
    }, interrupt);

    /// <summary>What <see cref="Merge"/> would do to the state as it is now; null stands for a state that is not there yet.</summary>
    public ImportCounts PlanMerge(StateStore? store)
    {
        using IStateSnapshot? snapshot = store?.OpenSnapshot();

        // What earlier lines would have stored, where a later one can be for the same entry. Hashes tell keys and values apart, and take less memory.
        Dictionary<EntryHash, EntryHash>? stored = spool.MayRepeat ? [] : null;
        return Compare(
            (key, present) =>
            {
                if (stored is null || !stored.TryGetValue(EntryHash.Of(key, []), out EntryHash earlier))
                {
                    return snapshot is not null && snapshot.TryRead(key, present, out _);
                }

                if (earlier == EntryHash.Of(key, spool.Value))
                {
                    present.Write(spool.Value);
                }

                return true;
            },
            key => stored?[EntryHash.Of(key, [])] = EntryHash.Of(key, spool.Value));
    }

    /// <summary>Appends all entries to a replacement, which the caller commits.</summary>
    public void Append(IStateReplacement replacement)
    {
        using ImportEntries entries = new(spool, Look);
        replacement.Append(entries);
        interrupt.ThrowIfCancellationRequested();
    }

    private ImportCounts Compare(Func<StateKey, PooledBuffer, bool> tryRead, Action<StateKey> write)
    {
        (long added, long changed, long unchanged) = (0, 0, 0);
        using PooledBuffer present = new();
        for (spool.Rewind(); spool.MoveNext();)
        {
            StateKey key = StateKey.FromValidated(spool.Scope, spool.Key);
            present.Clear();
            bool isThere = tryRead(key, present);
            if (isThere && present.Written.SequenceEqual(spool.Value))
            {
                unchanged++;
            }
            else
            {
                write(key);
                (added, changed) = isThere ? (added, changed + 1) : (added + 1, changed);
            }

            Look(added + changed + unchanged);
        }

        return new ImportCounts(added, changed, unchanged, 0);
    }

    private void Look(long done)
    {
        if (done % EntriesBetweenLooks == 0)
        {
            interrupt.ThrowIfCancellationRequested();
            progress.Report(done);
        }
    }
}
