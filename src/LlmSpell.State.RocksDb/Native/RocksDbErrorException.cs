namespace LlmSpell.State.RocksDb.Native;

/// <summary>What RocksDB said, as the cause inside the <see cref="StateException"/> that a caller sees.</summary>
internal sealed class RocksDbErrorException(string text) : Exception($"RocksDB: {text}")
{
    /// <summary>RocksDB's own words, which begin with the kind of error: <c>Corruption: …</c>, <c>IO error: …</c>.</summary>
    internal string Text { get; } = text;
}
