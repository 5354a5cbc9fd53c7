namespace LlmSpell.Backup;

/// <summary>Remembered validations as bytes. See docs/format.md.</summary>
internal static class ValidationJson
{
    internal const string Type = "llmspell-validation";

    private const string Whole = "whole";
    private const string Damaged = "damaged";

    internal static byte[] Write(RememberedValidation validation)
    {
        return SealedJson.Write(Type, json =>
        {
            json.WriteString("backup", validation.Backup.Value);
            json.WriteNumber("finished_at", validation.FinishedAt);
            json.WriteString("depth", DepthNames.Of(validation.Depth));
            json.WriteString("outcome", validation.IsWhole ? Whole : Damaged);
            json.WriteNumber("errors", validation.Errors);
            json.WriteString("tool", validation.Tool);
        });
    }

    /// <exception cref="BackupDamagedException">The bytes are not those of a validation of this backup.</exception>
    /// <exception cref="State.StateUnsupportedException">It needs a newer version.</exception>
    internal static RememberedValidation Read(string file, BackupId backup, ReadOnlyMemory<byte> bytes) => SealedJson.Read(file, bytes, fields =>
    {
        fields.CheckHeader(Type);
        if (fields.Text("backup") != backup.Value)
        {
            throw fields.Wrong("backup", $"\"{backup}\", as the file's name says");
        }

        string outcome = fields.Text("outcome");
        return new RememberedValidation(
            backup,
            fields.Integer("finished_at", 0, ManifestLimits.MaxMoment),
            DepthNames.TryParse(fields.Text("depth"), out ValidationDepth depth) ? depth : throw fields.Wrong("depth", "the name of a depth"),
            outcome is Whole or Damaged ? outcome == Whole : throw fields.Wrong("outcome", $"\"{Whole}\" or \"{Damaged}\""),
            fields.Integer("errors", 0, ManifestLimits.MaxNumber),
            fields.Text("tool"));
    });
}
