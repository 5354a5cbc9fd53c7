using System.Buffers;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Copies a stored entry to whoever asked for it.</summary>
internal static class EntryRead
{
    internal static bool TryCopy(PinnedValue stored, string folder, IBufferWriter<byte> value, out long modifiedAt) =>
        TryCopy(stored.IsFound, stored.IsFound ? stored.Bytes : default, folder, value, out modifiedAt);

    internal static bool TryCopy(bool isThere, ReadOnlySpan<byte> stored, string folder, IBufferWriter<byte> value, out long modifiedAt)
    {
        modifiedAt = 0;
        if (!isThere)
        {
            return false;
        }

        EntryRecord record = new(stored, folder);
        value.Write(record.Value);
        modifiedAt = record.ModifiedAt;
        return true;
    }
}
