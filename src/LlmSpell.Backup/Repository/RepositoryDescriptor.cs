namespace LlmSpell.Backup;

/// <summary>What repository.json says: that the folder is a repository, of which format, and which one. Immutable.</summary>
/// <param name="Id">32 lower-case hexadecimal digits, random.</param>
/// <param name="CreatedAt">Microseconds since the Unix epoch, UTC.</param>
internal sealed record RepositoryDescriptor(string Id, long CreatedAt)
{
    internal const string Type = "llmspell-repository";

    internal static RepositoryDescriptor New(long createdAt) => new(Guid.NewGuid().ToString("N"), createdAt);

    internal byte[] ToBytes()
    {
        return SealedJson.Write(Type, json =>
        {
            json.WriteString("id", Id);
            json.WriteNumber("created_at", CreatedAt);
        });
    }

    /// <exception cref="BackupDamagedException">The bytes are not those of a repository.json.</exception>
    /// <exception cref="State.StateUnsupportedException">It needs a newer version.</exception>
    internal static RepositoryDescriptor Read(string file, ReadOnlyMemory<byte> bytes) => SealedJson.Read(file, bytes, static fields =>
    {
        fields.CheckHeader(Type);
        string id = fields.Text("id");
        return ManifestLimits.IsHex(id, 32)
            ? new RepositoryDescriptor(id, fields.Integer("created_at", 0, ManifestLimits.MaxMoment))
            : throw fields.Wrong("id", "32 lower-case hexadecimal digits");
    });
}
