using System.Text;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup.Tests;

/// <summary>Writes and reads layers, and makes records.</summary>
internal static class TestLayers
{
    internal static BackupId Backup { get; } = Id("20260101-120000-00000000");

    internal static BackupId Id(string text) => BackupId.TryParse(text, out BackupId id) ? id : throw new ArgumentException(text);

    internal static LayerId Layer(string text) => LayerId.TryParse(text, out LayerId id) ? id : throw new ArgumentException(text);

    internal static async Task<ManifestLayer> WriteAsync(
        IRepositoryStorage storage, IEnumerable<TestRecord> records, LayerCodec codec = LayerCodec.None, int level = 3, string? id = null)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        LayerId layer = id is null ? LayerId.New() : Layer(id);
        await using LayerWriter writer = await LayerWriter.BeginAsync(storage, layer, codec, level, token);
        Add(writer, records);
        return await writer.CompleteAsync(Backup, token);
    }

    internal static void Add(LayerWriter writer, IEnumerable<TestRecord> records)
    {
        foreach (TestRecord record in records)
        {
            if (record.Value is null)
            {
                writer.AddTombstone(record.ScopeBytes, record.KeyBytes, record.ModifiedAt);
            }
            else
            {
                writer.AddEntry(record.ScopeBytes, record.KeyBytes, record.ModifiedAt, record.Value);
            }
        }
    }

    internal static async Task<List<TestRecord>> ReadAsync(IRepositoryStorage storage, ManifestLayer layer)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using LayerReader reader = await LayerReader.OpenAsync(
            storage, layer, LayerReader.DefaultDepth, addUp: false, keepStored: false, KeyRange.All, token);
        List<TestRecord> records = [];
        while (!reader.IsAtEnd)
        {
            await reader.LoadAsync(token);
            records.Add(new TestRecord(
                Encoding.UTF8.GetString(reader.Scope),
                Encoding.UTF8.GetString(reader.Key),
                reader.ModifiedAt,
                reader.IsTombstone ? null : reader.Value.ToArray()));
            reader.MoveTo(reader.Record + 1);
        }

        return records;
    }

    /// <summary>Walks over a whole layer and reports all that is damaged; whether nothing is.</summary>
    internal static async Task<bool> VerifyAsync(IRepositoryStorage storage, ManifestLayer layer, Action<BackupDamagedException> report)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using LayerWalk walk = await LayerWalk.OpenAsync(storage, layer, LayerReader.DefaultDepth, meter: null, token);
        while (!walk.IsAtEnd)
        {
            if (await walk.TryLoadAsync(token))
            {
                walk.MoveTo(walk.Block.Records.Length);
            }
        }

        foreach (BackupDamagedException damage in walk.Damages)
        {
            report(damage);
        }

        return walk.Damages.Count == 0;
    }

    internal static async Task<List<TestRecord>> MergeAsync(IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using MergedLayers merged = await MergedLayers.OpenAsync(storage, layers, addUp: true, token);
        List<TestRecord> records = [];
        while (await merged.MoveNextAsync(token))
        {
            LoadedBlock block = merged.Run.Block;
            StateSum sum = default;
            for (int i = merged.Run.Start; i < merged.Run.Start + merged.Run.Count; i++)
            {
                if (!block.Records[i].IsTombstone)
                {
                    sum.Add(EntryHash.Of(block.Scope(i), block.Key(i), block.Value(i)));
                    records.Add(new TestRecord(
                        Encoding.UTF8.GetString(block.Scope(i)), Encoding.UTF8.GetString(block.Key(i)), block.Records[i].ModifiedAt, block.Value(i).ToArray()));
                }
            }

            Assert.Equal(sum, merged.Run.Sum);
        }

        return records;
    }

    /// <summary>Random records in the order of their keys.</summary>
    internal static List<TestRecord> Random(Random random, int count, double tombstones = 0.2, int maxValue = 400)
    {
        SortedDictionary<StateKey, TestRecord> records = [];
        while (records.Count < count)
        {
            string scope = Pick(random, ["global", "user:1", "user:é", "agent:\U00010000", "agent:\uFFFD"]);
            string key = Pick(random, ["k", "clé", "鍵", ""]) + random.Next(count * 10);
            byte[]? value = random.NextDouble() < tombstones ? null : Text(random, random.Next(maxValue));
            records[(scope, key)] = new TestRecord(scope, key, random.NextInt64(ManifestLimits.MaxMoment), value);
        }

        return [.. records.Values];
    }

    /// <summary>A MessagePack string that compresses about as well as text does.</summary>
    internal static byte[] Text(Random random, int length)
    {
        using PooledBuffer buffer = new();
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
        {
            text[i] = (byte)"the state of a script "[random.Next(22)];
        }

        buffer.WriteString(text);
        return buffer.Written.ToArray();
    }

    /// <summary>A MessagePack binary value of exactly that many bytes, header included.</summary>
    internal static byte[] Binary(Random random, int total)
    {
        int header = total <= 2 + byte.MaxValue ? 2 : total <= 3 + ushort.MaxValue ? 3 : 5;
        byte[] value = BinaryOf(random, total - header);
        return value.Length == total ? value : throw new ArgumentException($"No binary value has {total} bytes.");
    }

    /// <summary>A MessagePack binary value with that many bytes in it.</summary>
    internal static byte[] BinaryOf(Random random, int content)
    {
        byte[] bytes = new byte[content];
        random.NextBytes(bytes);
        using PooledBuffer buffer = new();
        buffer.WriteBinary(bytes);
        return buffer.Written.ToArray();
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
