using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

/// <summary>
/// What the repositories under golden/ hold: a full backup, an incremental with tombstones, and one without changes, for each codec.
/// Those files were written once, and every later version must read them.
/// </summary>
internal static class GoldenRepository
{
    internal static readonly RepositoryDescriptor Descriptor = new("000102030405060708090a0b0c0d0e0f", 1_767_268_800_000_000);
    internal static readonly BackupId FullId = TestLayers.Id("20260101-120000-golden01");
    internal static readonly BackupId IncrementalId = TestLayers.Id("20260102-120000-golden02");
    internal static readonly BackupId UnchangedId = TestLayers.Id("20260103-120000-golden03");

    private const long Noon = 1_767_268_800_000_000;
    private const string FullLayer = "0123456789abcdef0123456789abcdef";
    private const string IncrementalLayer = "fedcba9876543210fedcba9876543210";

    /// <summary>The full's records. The compressed repositories have several blocks; the plain one has one, so that it stays small.</summary>
    internal static List<TestRecord> Full(LayerCodec codec)
    {
        List<TestRecord> records =
        [
            new("agent:planner", "step", Noon - 9_000_000, [0x07]),
            new("agent:planner", "ziel", Noon - 8_000_000, [0xA7, .. "größe"u8]),
            new("global", "all kinds", Noon - 7_000_000, AllKinds),
            new("global", "greeting", Noon - 6_000_000, [0xA5, .. "hello"u8]),
            new("global", "鍵", Noon - 5_000_000, [0xC3]),
            new("user:1", "settings", Noon - 4_000_000, [0x82, 0xA5, .. "theme"u8, 0xA4, .. "dark"u8, 0xA8, .. "language"u8, 0xA2, .. "en"u8]),
            new("user:\uFFFD", "sorts before U+10000", 0, [0x00]),
            new("user:\U00010000", "sorts last", ManifestLimits.MaxMoment, [0xFF]),
        ];
        if (codec != LayerCodec.None)
        {
            records.Insert(5, new TestRecord("log", "large", Noon - 4_500_000, Large));
        }

        return records;
    }

    internal static List<TestRecord> Changes { get; } =
    [
        new("agent:planner", "step", Noon + 86_000_000_000, [0x08]),
        new("global", "came and went", Noon + 86_000_000_001, null),
        new("global", "greeting", Noon + 86_000_000_002, null),
        new("session:1", "new", Noon + 86_000_000_003, [0xC4, 0x02, 0xFF, 0x00]),
    ];

    /// <summary>Every form that MessagePack has for a value of ours, in an array.</summary>
    private static byte[] AllKinds { get; } =
    [
        0xDC, 0x00, 0x14,
        0x7F, 0xFF, 0xCC, 0x80, 0xCD, 0x01, 0x00, 0xCE, 0x00, 0x01, 0x00, 0x00, 0xCF, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
        0xD0, 0x80, 0xD1, 0x80, 0x00, 0xD2, 0x80, 0x00, 0x00, 0x00, 0xD3, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0xCA, 0x3F, 0x80, 0x00, 0x00, 0xCB, 0x7F, 0xF8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0xC2, 0xC3, 0xA0, 0xD9, 0x01, 0x78, 0xC5, 0x00, 0x01, 0x00, 0x90, 0x80, 0x82, 0x01, 0xA1, 0x61, 0xA1, 0x62, 0x91, 0x02,
    ];

    /// <summary>A text of 1.5 MiB, a block of its own.</summary>
    private static byte[] Large { get; } = [0xDB, 0x00, 0x18, 0x00, 0x00, .. Enumerable.Range(0, 0x18_0000).Select(i => (byte)('a' + (i / 1_000 % 26)))];

    /// <summary>The entries of the state that a backup is of.</summary>
    internal static List<TestRecord> State(LayerCodec codec, BackupId id)
    {
        SortedDictionary<StateKey, TestRecord> state = [];
        foreach (TestRecord record in id == FullId ? Full(codec) : [.. Full(codec), .. Changes])
        {
            state.Remove((record.Scope, record.Key));
            if (record.Value is not null)
            {
                state.Add((record.Scope, record.Key), record);
            }
        }

        return [.. state.Values];
    }

    internal static Fingerprint FingerprintOf(IEnumerable<TestRecord> entries) =>
        entries.Aggregate(Fingerprint.Empty, static (sum, entry) => sum.Toggle(EntryHash.Of(entry.ScopeBytes, entry.KeyBytes, entry.Value)));

    /// <summary>Writes it anew, as this version does: the files under golden/ came from here.</summary>
    internal static async Task<MemoryStorage> WriteAsync(LayerCodec codec)
    {
        MemoryStorage storage = new();
        storage.Files[RepositoryPaths.Descriptor] = Descriptor.ToBytes();
        ManifestLayer full = await TestLayers.WriteAsync(storage, Full(codec), codec, level: 3, FullLayer) with { CreatedBy = FullId };
        ManifestLayer changes = await TestLayers.WriteAsync(storage, Changes, codec, level: 3, IncrementalLayer) with { CreatedBy = IncrementalId };
        BackupManifest first = new()
        {
            Id = FullId,
            Ordinal = 1,
            Kind = BackupKind.Full,
            Store = new StoreId("101112131415161718191a1b1c1d1e1f"),
            Lineage = new LineageId("202122232425262728292a2b2c2d2e2f"),
            Version = new StateVersion("8"),
            Entries = Full(codec).Count,
            Fingerprint = FingerprintOf(Full(codec)),
            CreatedAt = Noon,
            Duration = 1_234,
            Description = "before the \"großer Umbau\"",
            Labels = new Dictionary<string, string> { ["team"] = "α", ["env"] = "test" },
            Tool = "llmspell 0.1.0",
            Layers = [full],
        };
        BackupManifest second = first with
        {
            Id = IncrementalId,
            Ordinal = 2,
            Kind = BackupKind.Incremental,
            Parent = FullId,
            Version = new StateVersion("13"),
            Entries = State(codec, IncrementalId).Count,
            Fingerprint = FingerprintOf(State(codec, IncrementalId)),
            CreatedAt = Noon + 86_400_000_000,
            Description = "",
            Labels = new Dictionary<string, string>(),
            Layers = [full, changes],
        };
        BackupManifest third = second with { Id = UnchangedId, Ordinal = 3, Parent = IncrementalId, IsSafety = true, CreatedAt = Noon + (2 * 86_400_000_000) };
        foreach (BackupManifest manifest in (BackupManifest[])[first, second, third])
        {
            storage.Files[RepositoryPaths.Manifest(manifest.Id)] = ManifestJson.Write(manifest);
        }

        return storage;
    }
}
