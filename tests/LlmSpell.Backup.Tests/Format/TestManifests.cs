using System.Text;
using System.Text.Json.Nodes;
using LlmSpell.State;

namespace LlmSpell.Backup.Tests;

/// <summary>Manifests to write, and manifests' JSON to break.</summary>
internal static class TestManifests
{
    internal static readonly BackupId FullId = TestLayers.Id("20260101-120000-aaaaaaaa");
    internal static readonly BackupId IncrementalId = TestLayers.Id("20260102-120000-bbbbbbbb");

    internal static ManifestLayer Layer(string id, long records, long tombstones) => new()
    {
        Id = TestLayers.Layer(id),
        CreatedBy = FullId,
        Codec = LayerCodec.Zstd,
        DataBytes = 1_234,
        DataSha256 = new string('a', 64),
        IndexBytes = 99,
        IndexSha256 = new string('b', 64),
        RawBytes = 4_321,
        Records = records,
        Tombstones = tombstones,
        Blocks = 1,
    };

    internal static BackupManifest Full { get; } = new()
    {
        Id = FullId,
        Ordinal = 7,
        Kind = BackupKind.Full,
        Reason = "the parent's version is too old",
        Store = new StoreId(new string('1', 32)),
        Lineage = new LineageId(new string('2', 32)),
        Version = new StateVersion("42"),
        Entries = 10,
        Fingerprint = new Fingerprint((UInt128)0xABC),
        CreatedAt = 1_767_268_800_000_000,
        Duration = 1_500,
        Description = "vor dem großen Umbau \"α\" \u2028 🎉 \\ \n",
        Labels = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1", [""] = "" },
        Tool = "llmspell 0.1.0",
        Layers = [Layer("one", 10, 0)],
    };

    internal static BackupManifest Incremental { get; } = Full with
    {
        Id = IncrementalId,
        Ordinal = 8,
        Kind = BackupKind.Incremental,
        IsSafety = true,
        Parent = FullId,
        Reason = null,
        Entries = 9,
        Description = "",
        Labels = new Dictionary<string, string>(),
        Layers = [Layer("one", 10, 0), Layer("two", 3, 2)],
    };

    internal static string Path(BackupManifest manifest) => RepositoryPaths.Manifest(manifest.Id);

    internal static BackupManifest Read(BackupManifest named, byte[] bytes) => ManifestJson.Read(Path(named), named.Id, bytes);

    /// <summary>The sealed bytes of a manifest after its JSON was changed.</summary>
    internal static byte[] Change(BackupManifest manifest, Action<JsonObject> change)
    {
        byte[] file = ManifestJson.Write(manifest);
        JsonObject json = JsonNode.Parse(file.AsSpan(0, file.AsSpan().IndexOf((byte)'\n')))!.AsObject();
        change(json);
        return SealedJson.Seal(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
