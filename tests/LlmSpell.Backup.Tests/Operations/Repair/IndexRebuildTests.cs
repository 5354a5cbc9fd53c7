using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class IndexRebuildTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    [InlineData(LayerCodec.None)]
    public async Task The_index_of_many_blocks_and_of_large_records_is_made_again_byte_for_byte(LayerCodec codec)
    {
        using BackupFixture fixture = new(StoreKind.Memory, options => options with { Codec = codec });
        Random random = new(11);
        for (int i = 0; i < 40; i++)
        {
            byte[] value = new byte[i % 13 == 0 ? 1_500_000 : 90_000];
            random.NextBytes(value.AsSpan(0, value.Length / 2));
            fixture.Store.Save(("global", $"key {i}"), StateValue.From(value));
        }

        ManifestLayer layer = (await fixture.CreateAsync()).Manifest.Layers[0];
        Assert.True(layer.Blocks > 5);
        string index = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerIndex(layer.Id));
        byte[] whole = await File.ReadAllBytesAsync(index, Cancel);

        Assert.Equal(whole, await IndexRebuild.TryRunAsync(fixture.Storage, layer, Cancel));
        File.Delete(index);
        await fixture.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Equal(whole, await File.ReadAllBytesAsync(index, Cancel));
    }

    [Fact]
    public async Task Data_that_is_damaged_gives_no_index()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        ManifestLayer layer = repository.Backups[0].Layers[0];
        string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        byte[] whole = repository.Storage.Files[path];
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            repository.Storage.Files[path] = flipped;
            Assert.Null(await IndexRebuild.TryRunAsync(repository.Storage, layer, Cancel));
        }
    }
}
