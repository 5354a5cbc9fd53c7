using System.Buffers.Binary;
using System.Text;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>A layer's index, read and checked whole. Immutable. See docs/format.md.</summary>
internal sealed class BlockIndex
{
    internal const string Type = "llmspell-index";
    internal const int EntryFields = 10;
    internal const int HashBytes = 16;

    /// <summary>No entry is longer.</summary>
    internal const int MaxEntryBytes = 1 + (5 * 9) + (2 * (2 + StateKey.MaxScopeBytes + 3 + StateKey.MaxKeyBytes)) + 2 + HashBytes;

    // array, five numbers, four strings of one byte, the hash
    private const int MinEntryBytes = 1 + 5 + (4 * 2) + 2 + HashBytes;

    private readonly byte[] _bytes;
    private readonly BlockEntry[] _blocks;

    private BlockIndex(byte[] bytes, BlockEntry[] blocks)
    {
        _bytes = bytes;
        _blocks = blocks;
    }

    internal int Count => _blocks.Length;

    internal ref readonly BlockEntry this[int block] => ref _blocks[block];

    internal ReadOnlySpan<byte> FirstScope(int block) => _blocks[block].First.Scope(_bytes);

    internal ReadOnlySpan<byte> FirstKey(int block) => _blocks[block].First.Key(_bytes);

    internal ReadOnlySpan<byte> LastScope(int block) => _blocks[block].Last.Scope(_bytes);

    internal ReadOnlySpan<byte> LastKey(int block) => _blocks[block].Last.Key(_bytes);

    /// <summary>The blocks that may hold keys of a range: from the first to before the last.</summary>
    internal (int First, int End) BlocksIn(KeyRange range) => (
        range.From is { } from ? CountWhile(block => from.CompareTo(LastScope(block), LastKey(block)) > 0) : 0,
        range.To is { } to ? CountWhile(block => to.CompareTo(FirstScope(block), FirstKey(block)) > 0) : Count);

    /// <summary>The only block that may hold a key; null if none may.</summary>
    internal int? BlockOf(StateKey key)
    {
        int block = CountWhile(block => StateKey.Compare(LastScope(block), LastKey(block), key.Scope, key.Key) < 0);
        return block < Count && StateKey.Compare(FirstScope(block), FirstKey(block), key.Scope, key.Key) <= 0 ? block : null;
    }

    /// <summary>Reads an index and checks it against the manifest.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <param name="layer">What the manifest says of the layer.</param>
    /// <param name="bytes">All the file's bytes; they belong to the index from now on.</param>
    /// <exception cref="BackupDamagedException">The bytes are not this layer's index.</exception>
    /// <exception cref="StateUnsupportedException">It needs a newer version.</exception>
    internal static BlockIndex Read(string file, ManifestLayer layer, byte[] bytes)
    {
        try
        {
            BlockEntry[] blocks = ReadFields(file, layer, bytes);
            CheckSums(file, layer, blocks);
            return new BlockIndex(bytes, blocks);
        }
        catch (MessagePackException e)
        {
            throw new BackupDamagedException(file, $"is damaged: {e.Message}", inner: e);
        }
    }

    // How many blocks come before the first for which it does not hold; it holds for none after that.
    private int CountWhile(Func<int, bool> holds)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (holds(middle))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static BlockEntry[] ReadFields(string file, ManifestLayer layer, byte[] bytes)
    {
        MessagePackReader reader = new(bytes);
        int fields = reader.ReadMapHeader();
        CheckHeader(file, ref reader, fields);
        bool hasLayer = false;
        bool hasCodec = false;
        BlockEntry[]? blocks = null;
        for (int i = 3; i < fields; i++)
        {
            ReadOnlySpan<byte> name = reader.ReadString();
            bool isAgain = (hasLayer && name.SequenceEqual("layer"u8))
                || (hasCodec && name.SequenceEqual("codec"u8))
                || (blocks is not null && name.SequenceEqual("blocks"u8))
                || name.SequenceEqual("type"u8) || name.SequenceEqual("format"u8) || name.SequenceEqual("requires"u8);
            if (isAgain)
            {
                throw new BackupDamagedException(file, $"is damaged: it has the field {Encoding.UTF8.GetString(name)} twice");
            }

            if (name.SequenceEqual("layer"u8))
            {
                RequireText(file, ref reader, "layer", layer.Id.Value);
                hasLayer = true;
            }
            else if (name.SequenceEqual("codec"u8))
            {
                RequireText(file, ref reader, "codec", CodecNames.Of(layer.Codec));
                hasCodec = true;
            }
            else if (name.SequenceEqual("blocks"u8))
            {
                blocks = ReadBlocks(file, layer, bytes, ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (reader.Remaining > 0)
        {
            throw new BackupDamagedException(file, $"is damaged: {reader.Remaining} bytes follow after its end");
        }

        return hasLayer && hasCodec && blocks is not null
            ? blocks
            : throw new BackupDamagedException(file, "is damaged: it does not name its layer, its codec and its blocks");
    }

    private static void CheckHeader(string file, ref MessagePackReader reader, int fields)
    {
        if (fields < 3)
        {
            throw new BackupDamagedException(file, "is damaged: it does not begin with its type, its format and what it requires");
        }

        RequireName(file, ref reader, "type"u8);
        RequireText(file, ref reader, "type", Type);
        RequireName(file, ref reader, "format"u8);
        FormatVersion.Check(file, reader.ReadInteger());
        RequireName(file, ref reader, "requires"u8);
        for (int names = reader.ReadArrayHeader(); names > 0; names--)
        {
            ReadOnlySpan<byte> name = reader.ReadString();
            FormatVersion.CheckRequirement(file, Encoding.UTF8.GetString(name[..Math.Min(name.Length, RepositoryName.MaxLength)]));
        }
    }

    private static BlockEntry[] ReadBlocks(string file, ManifestLayer layer, byte[] bytes, ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count != layer.Blocks || (long)count * MinEntryBytes > reader.Remaining)
        {
            throw new BackupDamagedException(file, $"is damaged: it says it has {count} blocks, expected {layer.Blocks}");
        }

        BlockEntry[] blocks = new BlockEntry[count];
        AscendingKeys order = new();
        long offset = 0;
        for (int i = 0; i < count; i++)
        {
            BlockEntry block = ReadBlock(ref reader);
            if ((ProblemOf(block, layer, offset) ?? ProblemOfKeys(block, bytes, order)) is { } problem)
            {
                throw new BackupDamagedException(file, problem, i);
            }

            blocks[i] = block;
            offset += block.Length;
        }

        return blocks;
    }

    private static BlockEntry ReadBlock(ref MessagePackReader reader)
    {
        int start = reader.Position;
        int fields = reader.ReadArrayHeader();
        if (fields < EntryFields)
        {
            throw new MessagePackException($"a block of {fields} fields instead of {EntryFields}", start);
        }

        long offset = reader.ReadInteger();
        int length = ReadLength(ref reader);
        int rawLength = ReadLength(ref reader);
        int records = ReadLength(ref reader);
        int tombstones = ReadLength(ref reader);
        KeySlice first = KeySlice.Read(ref reader);
        KeySlice last = KeySlice.Read(ref reader);
        int hashStart = reader.Position;
        ReadOnlySpan<byte> hash = reader.ReadBinary();
        if (hash.Length != HashBytes)
        {
            throw new MessagePackException($"a hash of {hash.Length} bytes instead of {HashBytes}", hashStart);
        }

        for (int unknown = EntryFields; unknown < fields; unknown++)
        {
            reader.Skip();
        }

        return new BlockEntry(offset, length, rawLength, records, tombstones, BinaryPrimitives.ReadUInt128BigEndian(hash), first, last);
    }

    private static int ReadLength(ref MessagePackReader reader)
    {
        int start = reader.Position;
        long value = reader.ReadInteger();
        return value is >= 0 and <= int.MaxValue ? (int)value : throw new MessagePackException($"a length of {value}", start);
    }

    private static string? ProblemOf(in BlockEntry block, ManifestLayer layer, long offset)
    {
        int maxRaw = block.Records == 1 ? LayerLimits.MaxRecordBytes : LayerLimits.MaxBlockBytes;
        return block.Offset != offset ? $"the index has it at offset {block.Offset}, expected {offset}"
            : block.RawLength < LayerLimits.MinRecordBytes || block.RawLength > maxRaw
                ? $"the index says its records have {block.RawLength} bytes, expected {LayerLimits.MinRecordBytes} to {maxRaw}"
            : block.Length < 1 || block.Length > LayerLimits.MaxStoredBytes(block.RawLength)
                || (layer.Codec == LayerCodec.None && block.Length != block.RawLength)
                ? $"the index says it has {block.Length} bytes for records of {block.RawLength}"
            : block.Records < 1 || block.Records > block.RawLength / LayerLimits.MinRecordBytes
                ? $"the index says it has {block.Records} records in {block.RawLength} bytes"
            : block.Tombstones > block.Records ? $"the index says it has {block.Tombstones} tombstones among {block.Records} records"
            : null;
    }

    private static string? ProblemOfKeys(in BlockEntry block, byte[] bytes, AscendingKeys order)
    {
        if (order.Problem(block.First.Scope(bytes), block.First.Key(bytes)) is { } problem)
        {
            return $"the first key in the index {problem}";
        }

        if (block.Records > 1)
        {
            string? lastProblem = order.Problem(block.Last.Scope(bytes), block.Last.Key(bytes));
            return lastProblem is null ? null : $"the last key in the index {lastProblem}";
        }

        bool same = block.First.Scope(bytes).SequenceEqual(block.Last.Scope(bytes))
            && block.First.Key(bytes).SequenceEqual(block.Last.Key(bytes));
        return same ? null : "the index says it has one record, but different first and last keys";
    }

    private static void CheckSums(string file, ManifestLayer layer, BlockEntry[] blocks)
    {
        CheckSum(file, "bytes of data", blocks.Sum(static block => (long)block.Length), layer.DataBytes);
        CheckSum(file, "bytes of records", blocks.Sum(static block => (long)block.RawLength), layer.RawBytes);
        CheckSum(file, "records", blocks.Sum(static block => (long)block.Records), layer.Records);
        CheckSum(file, "tombstones", blocks.Sum(static block => (long)block.Tombstones), layer.Tombstones);
    }

    private static void CheckSum(string file, string what, long found, long expected)
    {
        if (found != expected)
        {
            throw new BackupDamagedException(file, $"is damaged: its blocks have {found} {what}, the manifest says {expected}");
        }
    }

    private static void RequireName(string file, ref MessagePackReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ReadString().SequenceEqual(name))
        {
            throw new BackupDamagedException(file, "is damaged: it does not begin with its type, its format and what it requires");
        }
    }

    private static void RequireText(string file, ref MessagePackReader reader, string field, string expected)
    {
        string found = Encoding.UTF8.GetString(reader.ReadString());
        if (found != expected)
        {
            found = found.Length <= RepositoryName.MaxLength ? found : found[..RepositoryName.MaxLength] + "…";
            throw new BackupDamagedException(file, $"has the {field} \"{found}\", expected \"{expected}\"");
        }
    }
}
