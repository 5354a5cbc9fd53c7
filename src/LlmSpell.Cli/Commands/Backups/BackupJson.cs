using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>A backup as every command shows it in JSON.</summary>
internal static class BackupJson
{
    public static void WriteProperty(Utf8JsonWriter json, string name, BackupSummary? backup)
    {
        json.WritePropertyName(name);
        if (backup is null)
        {
            json.WriteNullValue();
        }
        else
        {
            Write(json, backup, withLayers: false);
        }
    }

    /// <param name="json">Where to.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="withLayers">Whether its layers are wanted.</param>
    /// <param name="withPin">Whether its pin is wanted and was looked up.</param>
    public static void Write(Utf8JsonWriter json, BackupSummary backup, bool withLayers, bool withPin = false)
    {
        BackupManifest manifest = backup.Manifest;
        json.WriteStartObject();
        json.WriteString("id"u8, manifest.Id.Value);
        json.WriteNumber("ordinal"u8, manifest.Ordinal);
        json.WriteString("kind"u8, KindOf(backup));
        json.WriteBoolean("safety"u8, manifest.IsSafety);
        json.WriteString("parent"u8, manifest.Parent?.Value);
        json.WriteString("reason"u8, manifest.Reason);
        json.WriteString("created_at"u8, Quantities.ExactTime(backup.CreatedAt));
        json.WriteNumber("duration_ms"u8, manifest.Duration / 1000.0);
        json.WriteString("description"u8, manifest.Description);
        json.WriteStartObject("labels"u8);
        foreach ((string label, string value) in manifest.Labels)
        {
            json.WriteString(label, value);
        }

        json.WriteEndObject();
        if (withPin)
        {
            WritePin(json, backup.Pin);
        }

        json.WriteNumber("entries"u8, manifest.Entries);
        json.WriteNumber("size_bytes"u8, backup.SizeBytes);
        json.WriteNumber("restore_bytes"u8, backup.RestoreBytes);
        json.WriteNumber("layer_count"u8, manifest.Layers.Count);
        json.WriteString("fingerprint"u8, manifest.Fingerprint.ToString());
        json.WriteString("store"u8, manifest.Store.ToString());
        json.WriteString("lineage"u8, manifest.Lineage.ToString());
        json.WriteString("tool"u8, manifest.Tool);
        WriteValidation(json, backup.Validation);
        if (withLayers)
        {
            WriteLayers(json, manifest.Layers);
        }

        json.WriteEndObject();
    }

    /// <summary>What is remembered of a validation, for a table.</summary>
    public static string Text(RememberedValidation? validation, Func<DateTimeOffset, string> time) =>
        validation is null ? "-" : $"{(validation.IsWhole ? DepthNames.Of(validation.Depth) : Outcome(validation))} {time(validation.Moment)}";

    public static string Outcome(RememberedValidation validation) => validation.IsWhole ? "whole" : "damaged";

    private static void WriteValidation(Utf8JsonWriter json, RememberedValidation? validation)
    {
        json.WriteString("validated_at"u8, validation is null ? null : Quantities.ExactTime(validation.Moment));
        json.WriteString("validated_depth"u8, validation is null ? null : DepthNames.Of(validation.Depth));
        json.WriteString("validated_outcome"u8, validation is null ? null : Outcome(validation));
    }

    public static string KindOf(BackupSummary backup) => backup.IsIncremental ? "incremental" : "full";

    private static void WritePin(Utf8JsonWriter json, BackupPin? pin)
    {
        json.WritePropertyName("pin"u8);
        if (pin is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("reason"u8, pin.Reason);
        json.WriteString("since"u8, pin.Since is { } since ? Quantities.ExactTime(since) : null);
        json.WriteString("problem"u8, pin.Problem?.Message);
        json.WriteEndObject();
    }

    private static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<ManifestLayer> layers)
    {
        json.WriteStartArray("layers"u8);
        foreach (ManifestLayer layer in layers)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, layer.Id.Value);
            json.WriteString("created_by"u8, layer.CreatedBy.Value);
            json.WriteString("codec"u8, CodecNames.Of(layer.Codec));
            json.WriteNumber("data_bytes"u8, layer.DataBytes);
            json.WriteNumber("index_bytes"u8, layer.IndexBytes);
            json.WriteNumber("raw_bytes"u8, layer.RawBytes);
            json.WriteNumber("records"u8, layer.Records);
            json.WriteNumber("tombstones"u8, layer.Tombstones);
            json.WriteNumber("blocks"u8, layer.Blocks);
            json.WriteString("data_sha256"u8, layer.DataSha256);
            json.WriteString("index_sha256"u8, layer.IndexSha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
