using System.Text;
using System.Text.Json.Nodes;
using LlmSpell.State;

namespace LlmSpell.Backup.Tests;

public sealed class ManifestJsonTests
{
    [Fact]
    public void Manifests_come_back_as_they_were()
    {
        foreach (BackupManifest manifest in (BackupManifest[])
            [
                TestManifests.Full,
                TestManifests.Incremental,
                TestManifests.Full with { Layers = [], Entries = 0, Fingerprint = Fingerprint.Empty, Reason = null },
            ])
        {
            BackupManifest read = TestManifests.Read(manifest, ManifestJson.Write(manifest));

            Assert.Equal(manifest.Layers, read.Layers);
            Assert.Equal(manifest.Labels.OrderBy(label => label.Key), read.Labels.OrderBy(label => label.Key));
            Assert.Equal(manifest, read with { Layers = manifest.Layers, Labels = manifest.Labels });
        }
    }

    [Fact]
    public void Every_flipped_bit_and_every_truncation_is_found()
    {
        byte[] whole = ManifestJson.Write(TestManifests.Incremental);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertDamaged(damaged);
        }

        for (int length = 0; length < whole.Length; length++)
        {
            AssertDamaged(whole[..length]);
        }

        AssertDamaged([.. whole, (byte)'\n']);
        AssertDamaged([.. whole, .. whole]);
        AssertDamaged([0xEF, 0xBB, 0xBF, .. whole]);

        static void AssertDamaged(byte[] bytes)
        {
            BackupDamagedException e = Assert.Throws<BackupDamagedException>(() => TestManifests.Read(TestManifests.Incremental, bytes));
            Assert.Equal(TestManifests.Path(TestManifests.Incremental), e.File);
        }
    }

    [Fact]
    public void A_manifest_under_another_ones_name_is_found()
    {
        BackupDamagedException e = Assert.Throws<BackupDamagedException>(
            () => TestManifests.Read(TestManifests.Full, ManifestJson.Write(TestManifests.Incremental)));

        Assert.Contains(TestManifests.IncrementalId.Value, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_fields_are_ignored()
    {
        byte[] bytes = TestManifests.Change(TestManifests.Full, json =>
        {
            json["later"] = new JsonObject { ["x"] = new JsonArray(1, 2) };
            json["layers"]![0]!["later"] = 1.5;
        });

        Assert.Equal(TestManifests.Full.Layers, TestManifests.Read(TestManifests.Full, bytes).Layers);
    }

    [Fact]
    public void What_it_requires_is_looked_at_before_anything_that_may_have_changed()
    {
        byte[] bytes = TestManifests.Change(TestManifests.Full, json =>
        {
            json["requires"] = new JsonArray("history");
            json.Remove("layers");
            json["kind"] = "a kind of the future";
        });

        StateUnsupportedException e = Assert.Throws<StateUnsupportedException>(() => TestManifests.Read(TestManifests.Full, bytes));
        Assert.Contains("\"history\"", e.Message, StringComparison.Ordinal);

        bytes = TestManifests.Change(TestManifests.Full, json =>
        {
            json["format"] = 2;
            json["requires"] = 5;
        });
        Assert.Contains("format 2", Assert.Throws<StateUnsupportedException>(() => TestManifests.Read(TestManifests.Full, bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_of_the_future_is_not_called_damage()
    {
        byte[] bytes = TestManifests.Change(TestManifests.Full, json => json["layers"]![0]!["codec"] = "brotli");

        Assert.Contains("brotli", Assert.Throws<StateUnsupportedException>(() => TestManifests.Read(TestManifests.Full, bytes)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadFields { get; } = new()
    {
        { "type", "\"llmspell-repository\"" },
        { "type", "null" },
        { "format", "0" },
        { "format", "-1" },
        { "format", "1.5" },
        { "format", "\"1\"" },
        { "requires", "\"history\"" },
        { "id", "\"../etc/passwd\"" },
        { "id", "\"\"" },
        { "id", "null" },
        { "ordinal", "0" },
        { "ordinal", "-5" },
        { "ordinal", "9007199254740992" },
        { "ordinal", "99999999999999999999" },
        { "ordinal", "1e3" },
        { "kind", "\"differential\"" },
        { "safety", "\"true\"" },
        { "parent", "\"A\"" },
        { "parent", "\"20260101-120000-aaaaaaaa\"" },
        { "reason", "5" },
        { "store", "\"12\"" },
        { "store", "\"1111111111111111111111111111111G\"" },
        { "lineage", "null" },
        { "version", "\"\"" },
        { "version", "\"a\\u0000\"" },
        { "version", "\"é\"" },
        { "entries", "-1" },
        { "entries", "9" },
        { "entries", "11" },
        { "fingerprint", "\"ABC\"" },
        { "fingerprint", "\"0000000000000000000000000000ABCD\"" },
        { "created_at", "-1" },
        { "created_at", "253402300800000000" },
        { "duration", "-1" },
        { "description", "null" },
        { "description", "\"\\ud800\"" },
        { "labels", "[]" },
        { "labels", "{\"a\": 1}" },
        { "labels", "{\"\\ud800\": \"x\"}" },
        { "tool", "null" },
        { "layers", "{}" },
        { "layers", "[1]" },
        { "layers", "[]" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public void A_field_that_cannot_be_is_damage(string field, string json)
    {
        AssertDamaged(TestManifests.Full, $"\"{field}\":", json);
    }

    public static TheoryData<string, string> BadLayerFields { get; } = new()
    {
        { "id", "\"a/b\"" },
        { "id", "\"one.\"" },
        { "created_by", "\"\"" },
        { "codec", "5" },
        { "data_bytes", "0" },
        { "data_bytes", "-1" },
        { "data_bytes", "9223372036854775807" },
        { "data_sha256", "\"aa\"" },
        { "data_sha256", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"" },
        { "index_bytes", "0" },
        { "index_bytes", "268435457" },
        { "index_sha256", "null" },
        { "raw_bytes", "5" },
        { "raw_bytes", "281474976710657" },
        { "records", "0" },
        { "records", "721" },
        { "tombstones", "1" },
        { "tombstones", "-1" },
        { "blocks", "0" },
        { "blocks", "11" },
        { "blocks", "4194305" },
        { "blocks", "4294967297" },
    };

    [Theory]
    [MemberData(nameof(BadLayerFields))]
    public void A_field_of_a_layer_that_cannot_be_is_damage(string field, string json)
    {
        byte[] bytes = TestManifests.Change(TestManifests.Full, manifest => manifest["layers"]![0]![field] = JsonNode.Parse(json));

        Assert.Throws<BackupDamagedException>(() => TestManifests.Read(TestManifests.Full, bytes));
    }

    [Fact]
    public void Every_field_must_be_there()
    {
        JsonObject whole = JsonNode.Parse(Encoding.UTF8.GetString(ManifestJson.Write(TestManifests.Full)).Split('\n')[0])!.AsObject();
        foreach (string field in whole.Select(property => property.Key).ToList())
        {
            byte[] bytes = TestManifests.Change(TestManifests.Full, json => json.Remove(field));
            BackupDamagedException e = Assert.Throws<BackupDamagedException>(() => TestManifests.Read(TestManifests.Full, bytes));
            Assert.Contains($"\"{field}\"", e.Message, StringComparison.Ordinal);
        }

        foreach (string field in whole["layers"]![0]!.AsObject().Select(property => property.Key).ToList())
        {
            byte[] bytes = TestManifests.Change(TestManifests.Full, json => json["layers"]![0]!.AsObject().Remove(field));
            BackupDamagedException e = Assert.Throws<BackupDamagedException>(() => TestManifests.Read(TestManifests.Full, bytes));
            Assert.Contains($"\"{field}\" of layer 0", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}{}")]
    [InlineData("{\"type\":\"llmspell-manifest\",\"type\":\"llmspell-manifest\"}")]
    [InlineData("{\"type\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"type\":\"llmspell-manifest\",}")]
    [InlineData("{\"type\":/**/\"llmspell-manifest\"}")]
    public void Content_that_is_no_proper_json_is_damage(string content)
    {
        byte[] bytes = SealedJson.Seal(Encoding.UTF8.GetBytes(content));

        Assert.Throws<BackupDamagedException>(() => TestManifests.Read(TestManifests.Full, bytes));
    }

    [Fact]
    public void Deeply_nested_json_is_damage()
    {
        byte[] bytes = SealedJson.Seal(Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 1_000_000)));

        Assert.Throws<BackupDamagedException>(() => TestManifests.Read(TestManifests.Full, bytes));
    }

    [Fact]
    public void More_layers_or_labels_than_allowed_are_damage()
    {
        BackupManifest[] tooLarge =
        [
            TestManifests.Incremental with { Layers = [.. Enumerable.Range(0, 65).Select(i => TestManifests.Layer($"l{i}", 10, 0))] },
            TestManifests.Incremental with { Layers = [TestManifests.Layer("one", 10, 0), TestManifests.Layer("one", 3, 2)] },
            TestManifests.Incremental with { Layers = [TestManifests.Layer("one", 10, 1), TestManifests.Layer("two", 3, 2)] },
            TestManifests.Full with { Labels = Enumerable.Range(0, 257).ToDictionary(i => $"l{i}", _ => "") },
            TestManifests.Full with { Labels = new Dictionary<string, string> { ["x"] = new string('é', 2_049) } },
            TestManifests.Full with { Description = new string('é', 32_769) },
            TestManifests.Full with { Tool = new string('x', 257) },
        ];
        foreach (BackupManifest manifest in tooLarge)
        {
            Assert.Throws<ArgumentException>(() => ManifestJson.Write(manifest));
        }
    }

    [Theory]
    [InlineData(71)]
    [InlineData(null)]
    public void Mutated_content_with_the_right_seal_is_read_or_refused_and_nothing_else(int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        byte[] whole = ManifestJson.Write(TestManifests.Incremental);
        byte[] content = whole[..whole.AsSpan().IndexOf((byte)'\n')];
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            try
            {
                TestManifests.Read(TestManifests.Incremental, SealedJson.Seal(Mutation.Of(content, random)));
            }
            catch (Exception e) when (e is BackupDamagedException or StateUnsupportedException)
            {
                refused++;
            }
        }

        Assert.True(refused > 10_000, $"only {refused} were refused with the seed {seed}");
    }

    private static void AssertDamaged(BackupManifest manifest, string field, string json)
    {
        string content = Encoding.UTF8.GetString(TestManifests.Change(manifest, m => m[field.Trim('"', ':')] = "@")).Split('\n')[0];
        Assert.Contains($"{field}\"@\"", content, StringComparison.Ordinal);
        byte[] bytes = SealedJson.Seal(Encoding.UTF8.GetBytes(content.Replace($"{field}\"@\"", field + json, StringComparison.Ordinal)));

        BackupDamagedException e = Assert.Throws<BackupDamagedException>(() => TestManifests.Read(manifest, bytes));
        Assert.Equal(TestManifests.Path(manifest), e.File);
    }
}
