using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What the records of a backup add up to, to be compared with what the store says of itself.</summary>
internal record struct StateSum(Fingerprint Fingerprint, long Entries)
{
    internal static StateSum Of(BackupManifest manifest) => new(manifest.Fingerprint, manifest.Entries);

    internal static StateSum Of(StoreStatus status) => new(status.Fingerprint, status.Entries);

    /// <summary>What the entries among some records add up to, hashed anew: a proof must see the bytes themselves.</summary>
    internal static StateSum Of(ReadOnlySpan<byte> raw, ReadOnlySpan<RecordSlot> records)
    {
        StateSum sum = default;
        foreach (RecordSlot record in records)
        {
            if (!record.IsTombstone)
            {
                sum.Add(record.Hash(raw));
            }
        }

        return sum;
    }

    /// <summary>What the entries of a snapshot add up to, hashed anew.</summary>
    internal static StateSum OfContent(IStateSnapshot snapshot, CancellationToken cancellationToken)
    {
        StateSum sum = default;
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            sum.Add(EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value));
        }

        return sum;
    }

    internal void Add(EntryHash hash)
    {
        Fingerprint = Fingerprint.Toggle(hash);
        Entries++;
    }

    internal void Add(StateSum other)
    {
        Fingerprint = new Fingerprint(Fingerprint.Bits ^ other.Fingerprint.Bits);
        Entries += other.Entries;
    }

    internal void Remove(EntryHash hash)
    {
        Fingerprint = Fingerprint.Toggle(hash);
        Entries--;
    }
}
