using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

/// <summary>Binds the code to the files that were written with format 1. See docs/format.md.</summary>
public sealed class GoldenTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LayerCodec.None)]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task A_repository_of_format_1_is_read_for_ever(LayerCodec codec)
    {
        FolderStorage storage = new(FolderOf(codec));
        BackupRepository repository = await BackupRepository.OpenReadOnlyAsync(storage, TimeProvider.System, null, Token);

        Assert.Equal(GoldenRepository.Descriptor, repository.Descriptor);
        IReadOnlyList<ManifestEntry> entries = await repository.ReadManifestsAsync(Token);
        Assert.Equal([GoldenRepository.FullId, GoldenRepository.IncrementalId, GoldenRepository.UnchangedId], entries.Select(entry => entry.Id));
        foreach (ManifestEntry entry in entries)
        {
            BackupManifest manifest = Assert.IsType<BackupManifest>(entry.Manifest);
            List<TestRecord> expected = GoldenRepository.State(codec, manifest.Id);

            Assert.Equal(expected, await TestLayers.MergeAsync(storage, manifest.Layers));
            Assert.Equal(GoldenRepository.FingerprintOf(expected), manifest.Fingerprint);
            Assert.Equal(expected.Count, manifest.Entries);
            foreach (ManifestLayer layer in manifest.Layers)
            {
                Assert.True(await TestLayers.VerifyAsync(storage, layer, damage => Assert.Fail(damage.Message)));
            }
        }

        Assert.Equal("before the \"großer Umbau\"", entries[0].Manifest!.Description);
        Assert.Equal("α", entries[0].Manifest!.Labels["team"]);
        Assert.True(entries[2].Manifest!.IsSafety);
        Assert.Equal(codec == LayerCodec.None ? 1 : 3, entries[0].Manifest!.Layers[0].Blocks);
    }

    [Fact]
    public async Task The_same_content_gives_the_same_bytes_to_the_last_one()
    {
        MemoryStorage written = await GoldenRepository.WriteAsync(LayerCodec.None);

        string folder = FolderOf(LayerCodec.None);
        Assert.Equal(
            written.Files.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        foreach ((string path, byte[] bytes) in written.Files)
        {
            Assert.Equal(Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(folder, path), Token)), Convert.ToHexString(bytes));
        }
    }

    [Theory]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task Compressed_layers_hold_the_same_records_whatever_the_version_of_the_compressor(LayerCodec codec)
    {
        MemoryStorage written = await GoldenRepository.WriteAsync(codec);
        BackupRepository repository = await BackupRepository.OpenReadOnlyAsync(written, TimeProvider.System, null, Token);

        foreach (ManifestEntry entry in await repository.ReadManifestsAsync(Token))
        {
            Assert.Equal(GoldenRepository.State(codec, entry.Id), await TestLayers.MergeAsync(written, entry.Manifest!.Layers));
        }
    }

    private static string FolderOf(LayerCodec codec) => Path.Combine(AppContext.BaseDirectory, "golden", CodecNames.Of(codec));
}
