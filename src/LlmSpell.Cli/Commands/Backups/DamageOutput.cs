using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>Damage as every command shows it.</summary>
internal static class DamageOutput
{
    public static void WriteIds(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<BackupId> ids) =>
        JsonText.WriteList(json, name, ids.Select(static id => id.Value));

    /// <summary>The fields that say what is wrong with what.</summary>
    public static void WritePlace(Utf8JsonWriter json, string file, int? block, string message)
    {
        json.WriteString("file"u8, file);
        if (block is { } number)
        {
            json.WriteNumber("block"u8, number);
        }
        else
        {
            json.WriteNull("block"u8);
        }

        json.WriteString("message"u8, message);
    }

    public static void WriteUnchecked(Utf8JsonWriter json, IReadOnlyList<DamagedManifest> manifests)
    {
        json.WriteStartArray("unchecked"u8);
        foreach (DamagedManifest manifest in manifests)
        {
            json.WriteStartObject();
            json.WriteString("file"u8, manifest.Path);
            json.WriteString("message"u8, manifest.Problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteUnchecked(TextOutput text, IReadOnlyList<DamagedManifest> manifests)
    {
        foreach (DamagedManifest manifest in manifests)
        {
            text.Error($"not checked: {SafeText.OneLine(manifest.Problem.Message)}");
        }
    }

    public static void WriteNotRemembered(TextOutput text, string? why)
    {
        if (why is not null)
        {
            text.Remark($"the repository does not remember this: {SafeText.OneLine(why)}");
        }
    }
}
