using System.Runtime.InteropServices;
using System.Text.Json;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>A manifest's bytes. See docs/format.md.</summary>
internal static class ManifestJson
{
    internal const string Type = "llmspell-manifest";

    private const string Full = "full";
    private const string Incremental = "incremental";

    /// <exception cref="ArgumentException">The manifest breaks a rule of the format.</exception>
    internal static byte[] Write(BackupManifest manifest)
    {
        if (ManifestLimits.Problem(manifest) is { } problem)
        {
            throw new ArgumentException($"The manifest of backup {manifest.Id} {problem}.", nameof(manifest));
        }

        return SealedJson.Write(Type, json =>
        {
            json.WriteString("id", manifest.Id.Value);
            json.WriteNumber("ordinal", manifest.Ordinal);
            json.WriteString("kind", manifest.Kind == BackupKind.Full ? Full : Incremental);
            json.WriteBoolean("safety", manifest.IsSafety);
            json.WriteString("parent", manifest.Parent?.Value);
            json.WriteString("reason", manifest.Reason);
            json.WriteString("store", manifest.Store.Value);
            json.WriteString("lineage", manifest.Lineage.Value);
            json.WriteString("version", manifest.Version.Token);
            json.WriteNumber("entries", manifest.Entries);
            json.WriteString("fingerprint", manifest.Fingerprint.ToString());
            json.WriteNumber("created_at", manifest.CreatedAt);
            json.WriteNumber("duration", manifest.Duration);
            json.WriteString("description", manifest.Description);
            json.WriteStartObject("labels");
            foreach (KeyValuePair<string, string> label in manifest.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal))
            {
                json.WriteString(label.Key, label.Value);
            }

            json.WriteEndObject();
            json.WriteString("tool", manifest.Tool);
            json.WriteStartArray("layers");
            foreach (ManifestLayer layer in manifest.Layers)
            {
                WriteLayer(json, layer);
            }

            json.WriteEndArray();
        });
    }

    /// <param name="file">The file's path, for messages.</param>
    /// <param name="id">The id that the file's name says.</param>
    /// <param name="bytes">All its bytes.</param>
    /// <param name="known">The layers of manifests that were read before; takes those of this one.</param>
    /// <exception cref="BackupDamagedException">The bytes are not those of a manifest of that backup.</exception>
    /// <exception cref="StateUnsupportedException">It needs a newer version.</exception>
    internal static BackupManifest Read(string file, BackupId id, ReadOnlyMemory<byte> bytes, KnownLayers? known = null)
    {
        BackupManifest manifest = SealedJson.Read(file, bytes, fields => Read(fields, known ?? new KnownLayers()));
        string? problem = manifest.Id == id ? ManifestLimits.Problem(manifest) : $"is the manifest of another backup, {manifest.Id}";
        return problem is null ? manifest : throw new BackupDamagedException(file, problem);
    }

    private static BackupManifest Read(JsonFields fields, KnownLayers known)
    {
        fields.CheckHeader(Type);
        return new BackupManifest
        {
            Id = ReadBackupId(fields, "id", fields.Text("id")),
            Ordinal = fields.Integer("ordinal"),
            Kind = ReadKind(fields),
            IsSafety = fields.Boolean("safety"),
            Parent = fields.OptionalText("parent") is { } parent ? ReadBackupId(fields, "parent", parent) : null,
            Reason = fields.OptionalText("reason"),
            Store = new StoreId(fields.Text("store")),
            Lineage = new LineageId(fields.Text("lineage")),
            Version = new StateVersion(fields.Text("version")),
            Entries = fields.Integer("entries"),
            Fingerprint = ReadFingerprint(fields),
            CreatedAt = fields.Integer("created_at"),
            Duration = fields.Integer("duration"),
            Description = fields.Text("description"),
            Labels = fields.Texts("labels"),
            Tool = fields.Text("tool"),
            Layers = ReadLayers(fields, known),
        };
    }

    private static BackupKind ReadKind(JsonFields fields) => fields.Text("kind") switch
    {
        Full => BackupKind.Full,
        Incremental => BackupKind.Incremental,
        _ => throw fields.Wrong("kind", $"\"{Full}\" or \"{Incremental}\""),
    };

    private static Fingerprint ReadFingerprint(JsonFields fields)
    {
        string text = fields.Text("fingerprint");
        return ManifestLimits.IsHex(text, 32) && Fingerprint.TryParse(text, out Fingerprint fingerprint)
            ? fingerprint
            : throw fields.Wrong("fingerprint", "32 lower-case hexadecimal digits");
    }

    private static BackupId ReadBackupId(JsonFields fields, string name, string text) =>
        BackupId.TryParse(text, out BackupId id) ? id : throw fields.Wrong(name, "a backup's id");

    private static ManifestLayer[] ReadLayers(JsonFields fields, KnownLayers known)
    {
        List<ManifestLayer> layers = [];
        foreach (JsonElement element in fields.Array("layers", ManifestLimits.MaxLayers))
        {
            ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(element);
            if (known.Find(json) is not { } layer)
            {
                layer = ReadLayer(new JsonFields(fields.File, element, $"layer {layers.Count}"));
                known.Add(json, layer);
            }

            layers.Add(layer);
        }

        return [.. layers];
    }

    private static ManifestLayer ReadLayer(JsonFields fields) => new()
    {
        Id = LayerId.TryParse(fields.Text("id"), out LayerId id) ? id : throw fields.Wrong("id", "a layer's id"),
        CreatedBy = ReadBackupId(fields, "created_by", fields.Text("created_by")),
        Codec = CodecNames.TryParse(fields.Text("codec"), out LayerCodec codec) ? codec : throw CodecNames.Unknown(fields.File, fields.Text("codec")),
        DataBytes = fields.Integer("data_bytes"),
        DataSha256 = fields.Text("data_sha256"),
        IndexBytes = fields.Integer("index_bytes"),
        IndexSha256 = fields.Text("index_sha256"),
        RawBytes = fields.Integer("raw_bytes"),
        Records = fields.Integer("records"),
        Tombstones = fields.Integer("tombstones"),
        Blocks = (int)fields.Integer("blocks", 1, LayerLimits.MaxBlocks),
    };

    private static void WriteLayer(Utf8JsonWriter json, ManifestLayer layer)
    {
        json.WriteStartObject();
        json.WriteString("id", layer.Id.Value);
        json.WriteString("created_by", layer.CreatedBy.Value);
        json.WriteString("codec", CodecNames.Of(layer.Codec));
        json.WriteNumber("data_bytes", layer.DataBytes);
        json.WriteString("data_sha256", layer.DataSha256);
        json.WriteNumber("index_bytes", layer.IndexBytes);
        json.WriteString("index_sha256", layer.IndexSha256);
        json.WriteNumber("raw_bytes", layer.RawBytes);
        json.WriteNumber("records", layer.Records);
        json.WriteNumber("tombstones", layer.Tombstones);
        json.WriteNumber("blocks", layer.Blocks);
        json.WriteEndObject();
    }
}
