using System.Diagnostics;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests;

/// <summary>Layers can be read without this program: the plain tools give a stream of MessagePack records.</summary>
public sealed class ToolTests
{
    [Theory]
    [InlineData(LayerCodec.Zstd, "zstd")]
    [InlineData(LayerCodec.Lz4, "lz4")]
    public async Task The_plain_tool_gives_the_records_as_one_stream(LayerCodec codec, string tool)
    {
        Assert.SkipUnless(IsInstalled(tool), $"The {tool} command is not installed, so nobody checked that it reads our layers.");
        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder.Path);
        Random random = new(81);
        List<TestRecord> records = TestLayers.Random(random, 6_000);
        records.Add(new TestRecord("zz", "large", 1, TestLayers.Text(random, 6_000_000)));
        records.Add(new TestRecord("zz", "random", 1, TestLayers.Binary(random, 5_000_000)));
        ManifestLayer plain = await TestLayers.WriteAsync(storage, records, LayerCodec.None);
        ManifestLayer compressed = await TestLayers.WriteAsync(storage, records, codec);
        Assert.True(compressed.Blocks > 3);

        string file = folder[RepositoryPaths.LayerData(compressed.Id, codec)];
        byte[] expected = await File.ReadAllBytesAsync(folder[RepositoryPaths.LayerData(plain.Id, LayerCodec.None)], TestContext.Current.CancellationToken);

        Assert.Equal(expected, await RunAsync(tool, "-dc", file));
        await RunAsync(tool, "-t", file);
    }

    [Fact]
    public async Task The_seal_is_the_sha256_of_the_first_line()
    {
        Assert.SkipUnless(IsInstalled("sha256sum") && IsInstalled("head"), "sha256sum and head are not installed.");
        using TemporaryFolder folder = new();
        await using (PublishedFile manifest = PublishedFile.Begin(folder["m.json"]))
        {
            await manifest.WriteAsync(ManifestJson.Write(TestManifests.Full), TestContext.Current.CancellationToken);
            await manifest.CompleteAsync(TestContext.Current.CancellationToken);
        }

        string digest = System.Text.Encoding.ASCII.GetString(await RunAsync("sh", "-c", $"head -n 1 {folder["m.json"]} | sha256sum"))[..64];
        Assert.Equal($"{{\"sha256\":\"{digest}\"}}", (await File.ReadAllLinesAsync(folder["m.json"], TestContext.Current.CancellationToken))[1]);
    }

    private static bool IsInstalled(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static async Task<byte[]> RunAsync(string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true })!;
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
