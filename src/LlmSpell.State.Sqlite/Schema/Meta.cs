using System.Globalization;
using System.Text;
using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Schema;

/// <summary>What every write changes in the single row of <c>meta</c>.</summary>
/// <param name="Sequence">The number of the last change.</param>
/// <param name="PrunedThrough">The last change that is no longer in the log.</param>
/// <param name="Entries">How many live entries there are.</param>
/// <param name="Fingerprint">What they add up to.</param>
internal readonly record struct Meta(long Sequence, long PrunedThrough, long Entries, Fingerprint Fingerprint)
{
    internal static Meta Read(Statement readMeta, string file)
    {
        try
        {
            StepTo(readMeta, file);
            return Current(readMeta, file);
        }
        finally
        {
            readMeta.Reset();
        }
    }

    internal static StoreStatus ReadStatus(Statement readMeta, string file)
    {
        try
        {
            StepTo(readMeta, file);
            Meta meta = Current(readMeta, file);
            return new StoreStatus(
                new StoreId(Text(readMeta, 4)),
                new LineageId(Text(readMeta, 5)),
                VersionOf(meta.Sequence),
                meta.Fingerprint,
                meta.Entries,
                readMeta.IsNull(6) ? null : new RestoredFrom(Text(readMeta, 6), VersionOf(readMeta.Int64(7))));
        }
        finally
        {
            readMeta.Reset();
        }
    }

    internal static StateVersion VersionOf(long sequence) => new(sequence.ToString(CultureInfo.InvariantCulture));

    internal static bool TryParse(StateVersion version, out long sequence) =>
        long.TryParse(version.Token, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    internal void Write(Statement writeMeta)
    {
        Span<byte> fingerprint = stackalloc byte[Fingerprint.Size];
        Fingerprint.Write(fingerprint);
        writeMeta.BindInt64(1, Sequence);
        writeMeta.BindInt64(2, PrunedThrough);
        writeMeta.BindInt64(3, Entries);
        writeMeta.BindBlob(4, fingerprint);
        writeMeta.Run();
    }

    private static void StepTo(Statement readMeta, string file)
    {
        if (!readMeta.Step())
        {
            throw new StateCorruptException(
                $"The state in {file} has lost the row that says what it is.", SqliteErrors.RecoveryHint(file));
        }
    }

    private static Meta Current(Statement row, string file) =>
        new(row.Int64(0), row.Int64(1), row.Int64(2), StoredHash.ReadFingerprint(row.Bytes(3), file));

    private static string Text(Statement row, int column) => Encoding.UTF8.GetString(row.Bytes(column));
}
