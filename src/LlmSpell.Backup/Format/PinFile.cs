using System.Buffers;
using System.Text.Json;

namespace LlmSpell.Backup;

/// <summary>Checks and makes the files that pin backups. See docs/format.md.</summary>
internal static class PinFile
{
    private const string Type = "llmspell-pin";

    /// <summary>What a pin says when its own reason was lost.</summary>
    private const string LostReason = "its reason was lost: the file that said it was damaged";

    /// <exception cref="BackupDamagedException">The bytes are not those of a pin of this backup.</exception>
    /// <exception cref="State.StateUnsupportedException">It needs a newer version.</exception>
    internal static void Check(string file, BackupId backup, ReadOnlyMemory<byte> bytes) => SealedJson.Read(file, bytes, fields =>
    {
        fields.CheckHeader(Type);
        _ = fields.Text("reason");
        return fields.Text("backup") == backup.Value
            ? fields.Integer("since", 0, ManifestLimits.MaxMoment)
            : throw fields.Wrong("backup", $"\"{backup}\", as the file's name says");
    });

    /// <summary>A pin in place of one that cannot be read.</summary>
    /// <param name="backup">The pinned backup.</param>
    /// <param name="since">Microseconds since the Unix epoch, UTC.</param>
    internal static byte[] Replacement(BackupId backup, long since)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", Type);
            json.WriteNumber("format", FormatVersion.Current);
            json.WriteStartArray("requires");
            json.WriteEndArray();
            json.WriteString("backup", backup.Value);
            json.WriteString("reason", LostReason);
            json.WriteNumber("since", since);
            json.WriteEndObject();
        }

        return SealedJson.Seal(buffer.WrittenSpan);
    }
}
