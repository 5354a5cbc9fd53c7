using System.Buffers;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Copies a stored entry to whoever asked for it.</summary>
internal static class EntryRead
{
    internal static bool TryCopy(PinnedValue stored, string folder, IBufferWriter<byte> value, out long modifiedAt)
    {
        modifiedAt = 0;
        if (!stored.IsFound)
        {
            return false;
        }

        EntryRecord record = new(stored.Bytes, folder);
        value.Write(record.Value);
        modifiedAt = record.ModifiedAt;
        return true;
    }
}
