using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>Looks up the entries of batches on one connection. Not thread-safe.</summary>
internal sealed class EntryLookup(Statement read, string file)
{
    /// <summary>A longer value is not copied, if another version should have left it in its row: a batch has many.</summary>
    private const int MaxCopiedBytes = 16 << 10;

    /// <summary>Looks up what nobody else has taken, from one end of the batch.</summary>
    internal void Run(ChangeBatch batch, bool fromBack)
    {
        ValueBuffer values = fromBack ? batch.BackValues : batch.FrontValues;
        while (batch.TryClaim(fromBack, out int first, out int count))
        {
            for (int i = first; i < first + count; i++)
            {
                Read(batch, i, values);
            }

            batch.Finish(count);
        }
    }

    private void Read(ChangeBatch batch, int index, ValueBuffer values)
    {
        read.BindText(1, batch.Scope(index));
        read.BindText(2, batch.Key(index));
        try
        {
            ref ChangedEntry entry = ref batch[index];
            entry.Exists = read.Step();
            if (!entry.Exists)
            {
                return;
            }

            entry.ModifiedAt = read.Int64(0);
            entry.Hash = StoredHash.ReadHash(read.Bytes(1), file);
            ReadOnlySpan<byte> value = read.Bytes(3);
            if (!value.IsEmpty && value.Length <= MaxCopiedBytes)
            {
                (entry.Values, entry.ValueOffset, entry.ValueLength) = (values, values.Add(value), value.Length);
            }
        }
        finally
        {
            read.Reset();
        }
    }
}
