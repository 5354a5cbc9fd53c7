using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>A pin's bytes. See docs/format.md.</summary>
internal static class PinJson
{
    internal const string Type = "llmspell-pin";

    /// <param name="backup">The backup that is pinned.</param>
    /// <param name="reason">Why.</param>
    /// <param name="since">Microseconds since the Unix epoch, UTC.</param>
    internal static byte[] Write(BackupId backup, string reason, long since)
    {
        return SealedJson.Write(Type, json =>
        {
            json.WriteString("backup", backup.Value);
            json.WriteString("reason", reason);
            json.WriteNumber("since", since);
        });
    }

    /// <exception cref="BackupDamagedException">The bytes are not those of a pin of that backup.</exception>
    /// <exception cref="StateUnsupportedException">It needs a newer version.</exception>
    internal static BackupPin Read(string file, BackupId id, ReadOnlyMemory<byte> bytes) => SealedJson.Read(file, bytes, fields =>
    {
        fields.CheckHeader(Type);
        return fields.Text("backup") == id.Value
            ? new BackupPin(id, fields.Text("reason"), UnixTime.ToMoment(fields.Integer("since", 0, ManifestLimits.MaxMoment)), Problem: null)
            : throw fields.Wrong("backup", $"\"{id}\", as the file's name says");
    });
}
