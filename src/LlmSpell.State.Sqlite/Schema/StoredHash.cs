using LlmSpell.State.Sqlite.Errors;

namespace LlmSpell.State.Sqlite.Schema;

/// <summary>Reads the 16-byte columns, in which another program may have put anything.</summary>
internal static class StoredHash
{
    internal static EntryHash ReadHash(ReadOnlySpan<byte> bytes, string file)
    {
        ThrowIfWrongLength(bytes, file);
        return EntryHash.Read(bytes);
    }

    internal static Fingerprint ReadFingerprint(ReadOnlySpan<byte> bytes, string file)
    {
        ThrowIfWrongLength(bytes, file);
        return Fingerprint.Read(bytes);
    }

    private static void ThrowIfWrongLength(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length != EntryHash.Size)
        {
            throw new StateCorruptException(
                $"The state in {file} has a hash of {bytes.Length} bytes where {EntryHash.Size} were written.", SqliteErrors.RecoveryHint(file));
        }
    }
}
