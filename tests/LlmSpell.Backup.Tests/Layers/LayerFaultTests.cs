using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

/// <summary>Every single operation of the storage fails, in each way.</summary>
public sealed class LayerFaultTests
{
    private static readonly List<TestRecord> Records =
        [.. Enumerable.Range(0, 40).Select(i => new TestRecord("s", $"k{i:000}", i, TestLayers.Binary(new Random(i), 100_000)))];

    [Theory]
    [InlineData(StorageFault.Before)]
    [InlineData(StorageFault.After)]
    [InlineData(StorageFault.HalfWay)]
    public async Task A_layer_whose_writing_fails_says_so_and_leaves_nothing_behind(StorageFault fault)
    {
        FaultyStorage counting = new(new MemoryStorage(), failAt: 0);
        await TestLayers.WriteAsync(counting, Records);
        Assert.True(counting.Operations.Count > 8);

        for (int failAt = 1; failAt <= counting.Operations.Count; failAt++)
        {
            MemoryStorage inner = new();
            FaultyStorage storage = new(inner, failAt, fault);

            StateStorageException e = await Assert.ThrowsAsync<StateStorageException>(() => TestLayers.WriteAsync(storage, Records));

            Assert.Same(storage.Failure, e);
            bool replyOfDataLost = fault == StorageFault.After && counting.Operations[failAt - 1].StartsWith("complete layers/", StringComparison.Ordinal)
                && !counting.Operations[failAt - 1].EndsWith(".index", StringComparison.Ordinal);
            Assert.Equal(replyOfDataLost ? 1 : 0, inner.Files.Count);
        }
    }

    [Fact]
    public async Task Very_large_records_between_small_ones_come_back_and_hold_nobody_up_where_a_write_fails()
    {
        List<TestRecord> records =
        [
            .. Enumerable.Range(0, 9).Select(i => new TestRecord("s", $"k{i}", i, TestLayers.Binary(new Random(i), i % 4 == 3 ? 1_000 : (9 << 20) + i))),
        ];
        FaultyStorage counting = new(new MemoryStorage(), failAt: 0);
        ManifestLayer layer = await TestLayers.WriteAsync(counting, records, LayerCodec.Zstd, level: 1);
        int writes = counting.Operations.Count;
        Assert.Equal(records, await TestLayers.ReadAsync(counting, layer));

        Assert.True(writes > records.Count);
        for (int failAt = 1; failAt <= writes; failAt++)
        {
            FaultyStorage storage = new(new MemoryStorage(), failAt);
            Assert.Same(
                storage.Failure,
                await Assert.ThrowsAsync<StateStorageException>(() => TestLayers.WriteAsync(storage, records, LayerCodec.Zstd, level: 1)));
        }
    }

    [Theory]
    [InlineData(StorageFault.Before)]
    [InlineData(StorageFault.After)]
    public async Task A_read_that_fails_once_is_tried_again_and_a_storage_that_goes_on_failing_is_no_damage(StorageFault fault)
    {
        MemoryStorage inner = new();
        ManifestLayer layer = await TestLayers.WriteAsync(inner, Records);
        FaultyStorage counting = new(inner, failAt: 0);
        await TestLayers.ReadAsync(counting, layer);
        Assert.True(counting.Operations.Count >= 3 + layer.Blocks);

        for (int failAt = 1; failAt <= counting.Operations.Count; failAt++)
        {
            FaultyStorage once = new(inner, failAt, fault);
            Assert.True(await TestLayers.VerifyAsync(once, layer, static damage => throw damage));
            Assert.True(once.HasFailed);

            FaultyStorage storage = new(inner, failAt, fault, staysBroken: true);
            Assert.Same(storage.Failure, await Assert.ThrowsAsync<StateStorageException>(() => TestLayers.ReadAsync(storage, layer)));

            storage = new FaultyStorage(inner, failAt, fault, staysBroken: true);
            Assert.Same(storage.Failure, await Assert.ThrowsAsync<StateStorageException>(() => TestLayers.MergeAsync(storage, [layer])));

            storage = new FaultyStorage(inner, failAt, fault, staysBroken: true);
            Assert.Same(storage.Failure, await Assert.ThrowsAsync<StateStorageException>(
                () => TestLayers.VerifyAsync(storage, layer, static _ => { })));
        }
    }

    [Fact]
    public async Task A_writer_that_is_abandoned_leaves_nothing_behind()
    {
        MemoryStorage storage = new();
        await using (LayerWriter writer = await LayerWriter.BeginAsync(storage, LayerId.New(), LayerCodec.Zstd, 3, TestContext.Current.CancellationToken))
        {
            TestLayers.Add(writer, Records);
        }

        Assert.Empty(storage.Files);
    }

    [Fact]
    public async Task A_cancelled_completion_leaves_nothing_behind()
    {
        MemoryStorage storage = new();
        await using (LayerWriter writer = await LayerWriter.BeginAsync(storage, LayerId.New(), LayerCodec.Zstd, 3, TestContext.Current.CancellationToken))
        {
            TestLayers.Add(writer, Records);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.CompleteAsync(TestLayers.Backup, new CancellationToken(canceled: true)));
        }

        Assert.Empty(storage.Files);
    }

    [Fact]
    public async Task A_reader_can_be_left_in_the_middle()
    {
        MemoryStorage storage = new();
        ManifestLayer layer = await TestLayers.WriteAsync(storage, Records);
        await using LayerReader reader = await LayerReader.OpenAsync(
            storage, layer, LayerReader.DefaultDepth, addUp: false, keepStored: false, KeyRange.All, TestContext.Current.CancellationToken);

        await reader.LoadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("k000"u8, reader.Key);
    }
}
